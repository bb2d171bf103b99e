"""Reading emergency plans: one, its versions, and which areas have none or an old one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from relief_ops import clock, parameters
from relief_ops.errors import NotFound
from relief_ops.geo import AreaNode, AreaTree
from relief_ops.geo.models import AreaClosure
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from shelters.contingency.models import ContingencyPlan
from shelters.contingency.rules import Due, Kind, Standing, due

YEARS, WARN = "contingency.review_years", "contingency.warn_days"
Plans = Mapping[tuple[UUID, str], ContingencyPlan]


@dataclass(frozen=True)
class Line:
    """An area, its plan of each kind, and what stands below it: (all, with a plan, overdue)."""

    area: AreaNode
    plans: Mapping[str, ContingencyPlan | None]
    due: Mapping[str, Due]
    below: Mapping[str, tuple[int, int, int]]


def plan(session: Session, plan_id: UUID, *, lock: bool = False) -> ContingencyPlan:
    """Return one version. Raises NotFound outside the viewer's areas."""
    statement = select(ContingencyPlan).where(ContingencyPlan.id == plan_id)
    if lock:
        statement = statement.with_for_update()
    found: ContingencyPlan | None = session.scalar(statement)
    if found is None:
        raise NotFound(_("There is no such emergency plan, or not in your areas."))
    return found


def current(
    session: Session, area_id: UUID, kind: str, *, lock: bool = False
) -> ContingencyPlan | None:
    """Return the version of an area's plan that stands, if there is one."""
    row = ContingencyPlan
    statement = select(row).where(
        row.area_id == area_id, row.kind == kind, row.state == Standing.CURRENT
    )
    found: ContingencyPlan | None = session.scalar(
        statement.with_for_update() if lock else statement
    )
    return found


def last_number(session: Session, area_id: UUID, kind: str) -> int:
    """Return the number of the last version there was, 0 before the first."""
    row = ContingencyPlan
    statement = select(func.max(row.number)).where(row.area_id == area_id, row.kind == kind)
    return session.scalar(statement) or 0


def versions(session: Session, found: ContingencyPlan) -> list[ContingencyPlan]:
    """Return every version of the same area and kind, the latest first."""
    row = ContingencyPlan
    statement = select(row).where(row.area_id == found.area_id, row.kind == found.kind)
    return list(session.scalars(statement.order_by(row.number.desc())))


def standing(session: Session, area_id: UUID) -> Plans:
    """Return the plans that stand in an area and below it, by area and kind, without their text."""
    row, inside = ContingencyPlan, AreaClosure
    below = select(inside.area_id).where(inside.ancestor_id == area_id)
    statement = select(row).where(row.state == Standing.CURRENT, row.area_id.in_(below))
    rows = session.scalars(statement.options(defer(row.body)))
    return {(each.area_id, each.kind): each for each in rows}


def board(session: Session, tree: AreaTree, area: AreaNode, today: date) -> list[Line]:
    """Return an area and those directly below it, each with its plans and what is below it."""
    plans = standing(session, area.id)
    warn = warn_days(session, today, area.id)
    listed = [area, *(each for each in tree.children(area.id) if not each.pseudo)]
    return [_line(each, tree, plans, today, warn, own=each is area) for each in listed]


def attention(session: Session, view: View) -> list[Attention]:
    """Return one entry for all plans of an area whose day to be looked at again has passed.

    A drill practises the real plans, but nobody renews them in it.
    """
    if view.drill_id is not None:
        return []
    row, today = ContingencyPlan, clock.local_date(clock.now())
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == view.area_id)
    old = (row.state == Standing.CURRENT, row.review_on < today, row.area_id.in_(below))
    count, first = session.execute(
        select(func.count(row.id), func.min(row.review_on)).where(*old)
    ).one()
    if not count:
        return []
    titles = session.scalars(select(row.title).where(*old).order_by(row.review_on, row.id).limit(3))
    return [
        Attention(
            key=f"contingency:overdue:{view.area_id}", state="watch", kind="contingency_overdue",
            title=_("%(n)d emergency plans are due to be looked at again", n=count),
            detail=_(", ").join(titles), area_id=view.area_id,
            since=datetime.combine(first, time(0), tzinfo=clock.LOCAL),
            href="/evacuation/contingency",
        )
    ]  # fmt: skip


def warn_days(session: Session, today: date, area_id: UUID) -> int:
    """Return how many days before its review a plan of an area is shown as nearly due."""
    return int(parameters.value(session, WARN, on=today, area_id=area_id).value)


def _line(
    area: AreaNode, tree: AreaTree, plans: Plans, today: date, warn: int, *, own: bool
) -> Line:
    def due_of(area_id: UUID, kind: str) -> Due:
        found = plans.get((area_id, kind))
        return due(found.review_on if found else None, today, warn_days=warn)

    def below(kind: str) -> tuple[int, int, int]:
        inside = [each for each in tree.within(area.id) if each != area.id]
        real = [each for each in inside if not tree.node(each).pseudo]
        states = [due_of(each, kind) for each in real]
        return len(states), len(states) - states.count(Due.NONE), states.count(Due.OVERDUE)

    return Line(
        area, {kind: plans.get((area.id, kind)) for kind in Kind},
        {kind: due_of(area.id, kind) for kind in Kind},
        {} if own else {kind: below(kind) for kind in Kind},
    )  # fmt: skip


def shown(found: ContingencyPlan, tree: AreaTree, *, whole: bool = True) -> dict[str, Any]:
    """Return a version as the API shows it, with its text if it is to be `whole`."""
    text = {"body": found.body} if whole else {}
    return {
        "id": found.id,
        "area_code": tree.node(found.area_id).code if found.area_id in tree else "",
        "kind": found.kind,
        "number": found.number,
        "state": found.state,
        "title": found.title,
        "document": found.document,
        "approved_on": found.approved_on,
        "review_on": found.review_on,
        "changes": found.changes,
        "reason": found.reason,
        "base": found.base,
        "written_at": found.written_at,
    } | text


def compared(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines of two texts, each with " " (both), "-" (before only) or "+" (new)."""
    old, new = before.splitlines(), after.splitlines()
    found: list[tuple[str, str]] = []
    for how, start, end, begin, stop in SequenceMatcher(None, old, new).get_opcodes():
        if how == "equal":
            found += [(" ", each) for each in old[start:end]]
            continue
        found += [("-", each) for each in old[start:end]]
        found += [("+", each) for each in new[begin:stop]]
    return found
