"""Safety checks that ran out or soon will, as the attention queue shows them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock, geo
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from shelters.models import Shelter
from shelters.queries import scope
from shelters.queries.one import area_words
from shelters.queries.safety import days_and_years
from shelters.queries.scope import SHELTER
from shelters.rules.register import Usage


def safety_attention(session: Session, view: View) -> list[Attention]:
    """Return an entry for each area with checks that ran out, and one with checks due soon.

    A city sees its counties, everybody else the areas the shelters lie in; buildings out of use
    are nobody's to check.
    """
    today = clock.local_date(view.at or view.now)
    days, _years = days_and_years(session, today, None)
    tree = geo.tree(session, view.on)
    found: dict[tuple[UUID, bool], list[Any]] = defaultdict(list)
    for row in _rows(session, view, today + timedelta(days=days)):
        at = _line(tree, view, row.area_id)
        found[at, row.safety_checked_until < today].append(row)
    return [_entry(tree, at, lapsed, rows) for (at, lapsed), rows in found.items()]


def _rows(session: Session, view: View, before: date) -> Any:
    return session.connection().execute(
        select(SHELTER.id, SHELTER.name, SHELTER.area_id, SHELTER.safety_checked_until)
        .select_from(Shelter.__table__)
        .where(
            SHELTER.safety_checked_until <= before,
            SHELTER.usage != Usage.OUT_OF_USE,
            *scope.register(session, view),
        )
        .order_by(SHELTER.safety_checked_until, SHELTER.name)
    )


def _line(tree: geo.AreaTree, view: View, area_id: UUID) -> UUID:
    """Return the area a shelter's entry stands under."""
    if view.area_id not in tree or tree.node(view.area_id).parent_id is not None:
        return area_id
    chain = tree.ancestors(area_id) if area_id in tree else []
    below = [each.id for each in chain if each.parent_id is not None]
    return below[-1] if below else area_id


def _entry(tree: geo.AreaTree, area_id: UUID, lapsed: bool, rows: list[Any]) -> Attention:
    code, area = area_words(tree, area_id) if area_id in tree else ("", "")
    flag = "safety_lapsed" if lapsed else "safety_due"
    first = rows[0]
    title = _title(lapsed, len(rows), first.name, area)
    one = f"/shelters/{scope.id_text(first.id)}"
    return Attention(
        key=f"shelter.{flag}:{area_id}",
        state="watch",
        kind=f"shelter.{flag}",
        title=title,
        detail=_("valid until %(day)s", day=first.safety_checked_until.isoformat()),
        area_id=area_id,
        since=_morning(first.safety_checked_until),
        href=one if len(rows) == 1 else f"/shelters?area={code}&flag={flag}&sort=safety",
    )


def _title(lapsed: bool, n: int, name: str, area: str) -> str:
    if n == 1 and lapsed:
        return _("The safety check of %(name)s has run out", name=name)
    if n == 1:
        return _("The safety check of %(name)s runs out soon", name=name)
    if lapsed:
        return _("The safety checks of %(n)d shelters of %(area)s have run out", n=n, area=area)
    return _("The safety checks of %(n)d shelters of %(area)s run out soon", n=n, area=area)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.LOCAL)
