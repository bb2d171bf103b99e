"""One page of the list: what is wanted, in which order, and what it adds up to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from relief_ops import vault
from relief_ops.cases.rules import identity
from relief_ops.errors import Invalid
from relief_ops.geo.models import AreaClosure
from relief_ops.i18n import gettext as _
from shelters.evacuation.models import EvacuationStanding, ListedHousehold, RiskPoint
from shelters.evacuation.queries.doubts import doubted
from shelters.evacuation.queries.lists import HOUSEHOLDS, opened
from shelters.evacuation.rules import GROUPS, Doubt, Kind, RiskKind, State, Transport

ROWS = 50
MOST_NAMES = 5_000  # opened one after the other: some hundredths of a second
MOST_ROWS = 20_000
ROW = ListedHousehold
STANDING = EvacuationStanding


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which rows: of an area and below, by kind, risk, group, transport, cadre or state.

    The state is that under `order_id`; without one it narrows nothing. A state may be a doubt,
    which is one if it was so `before`.
    """

    area_id: UUID
    on: date
    kind: str = ""
    risk: str = ""
    group: str = ""
    transport: str = ""
    state: str = ""
    cadre_id: UUID | None = None
    no_cadre: bool = False
    before: datetime | None = None
    order_id: UUID | None = None
    unsafe: bool = False
    removed: bool = False
    find: str = ""
    page: int = 1
    rows: int = ROWS


@dataclass(frozen=True)
class Page:
    """One page of rows, how many there are, and how many people all of them are."""

    rows: list[ListedHousehold]
    total: int
    people: int
    page: int
    pages: int


def within(column: Any, area_id: UUID) -> ColumnElement[bool]:
    """Return the condition that a row lies in an area or below it."""
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    found: ColumnElement[bool] = column.in_(below)
    return found


def page_of(session: Session, wanted: Wanted) -> Page:
    """Return one page. Raises Invalid when a name is looked for among too many rows."""
    of = narrowed(session, wanted)
    counted = select(func.count(), func.coalesce(func.sum(ROW.people), 0)).select_from(ROW)
    total, people = session.execute(counted.where(of)).one()
    pages = max(1, -(-total // wanted.rows))
    page = min(max(1, wanted.page), pages)
    rows = session.scalars(
        select(ROW)
        .where(of)
        .order_by(ROW.area_id, ROW.written_at, ROW.id)
        .limit(wanted.rows)
        .offset((page - 1) * wanted.rows)
    ).all()
    return Page(list(rows), int(total), int(people), page, pages)


def everything(session: Session, wanted: Wanted) -> list[ListedHousehold]:
    """Return all rows wanted. Raises Invalid when they are too many."""
    found = session.scalars(
        select(ROW)
        .where(narrowed(session, wanted))
        .order_by(ROW.area_id, ROW.written_at, ROW.id)
        .limit(MOST_ROWS + 1)
    ).all()
    if len(found) > MOST_ROWS:
        raise Invalid(_("These are more than %(most)d rows: choose a smaller area.",
                        most=MOST_ROWS))  # fmt: skip
    return list(found)


def narrowed(session: Session, wanted: Wanted) -> ColumnElement[bool]:
    """Return the condition that a row is one of those wanted."""
    found: list[ColumnElement[bool]] = [
        within(ROW.area_id, wanted.area_id),
        ROW.removed.is_(wanted.removed),
        *filters(wanted),
    ]
    if wanted.find:
        found.append(_found(session, wanted, found))
    return and_(*found)


def filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return what narrows rows besides their area; words that mean nothing narrow nothing."""
    found: list[ColumnElement[bool]] = []
    if wanted.kind in set(Kind):
        found.append(ROW.kind == wanted.kind)
    if wanted.risk in set(RiskKind):
        of_kind = select(RiskPoint.id).where(RiskPoint.kind == wanted.risk)
        found.append(ROW.risk_id.in_(of_kind))
    if wanted.group in GROUPS:
        found.append(getattr(ROW, wanted.group) > 0)
    if wanted.transport in set(Transport):
        found.append(ROW.transport == wanted.transport)
    if wanted.cadre_id:
        found.append(ROW.cadre_id == wanted.cadre_id)
    if wanted.no_cadre:
        found.append(ROW.cadre_id.is_(None))
    if wanted.order_id:
        found += _standing(wanted, wanted.order_id)
    return found


def _standing(wanted: Wanted, order_id: UUID) -> list[ColumnElement[bool]]:
    of_order = select(STANDING.household_id).where(STANDING.order_id == order_id)
    if wanted.unsafe:
        return [ROW.id.not_in(of_order.where(STANDING.safe_since_at.is_not(None)))]
    if wanted.state == State.TO_TELL:
        return [ROW.id.not_in(of_order.where(STANDING.state != State.TO_TELL))]
    if wanted.state in set(Doubt) and wanted.before:
        return [doubted(Doubt(wanted.state), order_id, before=wanted.before)]
    if wanted.state in set(State):
        return [ROW.id.in_(of_order.where(STANDING.state == wanted.state))]
    return []


def _found(
    session: Session, wanted: Wanted, conditions: list[ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Return the condition that a row is found: by its whole number, or by part of a name."""
    try:
        number = identity.read_id_number(wanted.find, today=wanted.on).number
    except ValueError:
        return ROW.id.in_(_named(session, wanted.find, conditions))
    return ROW.id_number_blind == vault.blind(number)


def _named(session: Session, name: str, conditions: list[ColumnElement[bool]]) -> list[UUID]:
    rows = session.scalars(select(ROW).where(*conditions).limit(MOST_NAMES + 1)).all()
    if len(rows) > MOST_NAMES:
        raise Invalid(_("A name is looked for among at most %(most)d rows: choose a smaller area, "
                        "or enter the whole identity number.", most=MOST_NAMES))  # fmt: skip
    wanted = name.strip().casefold()
    return [
        each.id
        for each in rows
        if wanted in opened(HOUSEHOLDS, each, "name").casefold() or wanted in each.unit.casefold()
    ][:500]
