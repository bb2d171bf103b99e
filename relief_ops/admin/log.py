"""Reading the operations log as a person: what the viewer's rooms heard, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo
from relief_ops.auth.home import own_room
from relief_ops.auth.models import User
from relief_ops.auth.scope import visible
from relief_ops.events import known
from relief_ops.events.models import EventArea, EventRow
from relief_ops.geo.models import AreaClosure
from relief_ops.i18n import gettext as _

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of the log is asked for; empty fields ask for everything."""

    name: str = ""
    area: str = ""
    actor: str = ""
    since: str = ""
    until: str = ""
    subject: str = ""
    before: int | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One event as the page shows it."""

    row: EventRow
    title: str
    actor: str
    areas: tuple[str, ...]


def rows(session: Session, wanted: Wanted, *, everything: bool) -> Select[Any]:
    """Return the statement of the events asked for; `everything` is the auditor's view."""
    statement = select(EventRow).order_by(EventRow.seq.desc())
    if not everything:
        heard = select(EventArea.seq).where(
            or_(EventArea.area_id == own_room(geo.tree(session)), visible(EventArea.area_id))
        )
        statement = statement.where(EventRow.seq.in_(heard))
    for condition in _conditions(session, wanted):
        statement = statement.where(condition)
    return statement


def _conditions(session: Session, wanted: Wanted) -> list[Any]:
    found: list[Any] = []
    if wanted.name:
        found.append(EventRow.name == wanted.name)
    if wanted.subject:
        found.append(EventRow.subject == _uuid(wanted.subject))
    if wanted.actor:
        like = f"%{wanted.actor}%"
        actors = select(User.id).where(or_(User.name.ilike(like), User.login.ilike(like)))
        found.append(EventRow.actor_id.in_(actors))
    if wanted.area:
        found.append(EventRow.seq.in_(_under(session, wanted.area)))
    if since := _day(wanted.since):
        found.append(EventRow.at >= since)
    if until := _day(wanted.until):
        found.append(EventRow.at < until + timedelta(days=1))
    if wanted.before is not None:
        found.append(EventRow.seq < wanted.before)
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _day(text: str) -> datetime | None:
    """Return the instant a local day begins, or None where no day was given."""
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        return None
    return datetime.combine(day, time(), clock.LOCAL).astimezone(UTC)


def _under(session: Session, code: str) -> Select[Any]:
    try:
        area_id = geo.tree(session).by_code(code).id
    except KeyError:
        area_id = UUID(int=1)
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    return select(EventArea.seq).where(EventArea.own, EventArea.area_id.in_(below))


def lines(session: Session, statement: Select[Any], *, most: int) -> list[Line]:
    """Return the events of a statement with people's and areas' names, at most so many."""
    found: Sequence[EventRow] = session.scalars(statement.limit(most)).all()
    actors = {row.actor_id for row in found if row.actor_id}
    people = session.execute(select(User.id, User.name).where(User.id.in_(actors)))
    names = {each.id: each.name for each in people}
    areas = _areas(session, [row.seq for row in found])
    return [
        Line(
            row=row,
            title=title(row.name),
            actor=names.get(row.actor_id, "") if row.actor_id else _("system"),
            areas=areas.get(row.seq, ()),
        )
        for row in found
    ]


def _areas(session: Session, seqs: Sequence[int]) -> dict[int, tuple[str, ...]]:
    tree = geo.tree(session)
    found: dict[int, tuple[str, ...]] = {}
    for at in range(0, len(seqs), 500):
        owned = select(EventArea.seq, EventArea.area_id).where(
            EventArea.seq.in_(seqs[at : at + 500]), EventArea.own
        )
        for seq, area_id in session.execute(owned):
            if area_id in tree:
                found[seq] = (*found.get(seq, ()), tree.node(area_id).name)
    return found


def title(name: str) -> str:
    """Return what an event says, in the reader's language."""
    kind = known().get(name)
    said = " ".join((kind.__doc__ or "").split()) if kind else ""
    return _(said) if said else name


def names() -> list[tuple[str, str]]:
    """Return every event's name with what it says, by name."""
    return sorted((name, title(name)) for name in known())
