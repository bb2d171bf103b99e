"""What the lists say on the wall: until when, who was not reached, who needs help to move."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Headline, View
from shelters.evacuation.models import EvacuationOrder, EvacuationStanding, ListedHousehold
from shelters.evacuation.queries.listing import within
from shelters.evacuation.queries.orders import moved, orders_for
from shelters.evacuation.queries.parts import REST
from shelters.evacuation.rules import GROUPS, LEAVING, SAFE, State

ROW, STANDING = ListedHousehold, EvacuationStanding
STATE = func.coalesce(STANDING.state, State.TO_TELL)
KEY = tuple(each for each in GROUPS if each != "outsiders")


def not_moved(session: Session, view: View) -> list[Headline]:
    """Return the deadline and who of the lists is not safe; nothing while no order runs."""
    if view.disaster_id is None:
        return []
    disaster = disasters.disaster(session, view.disaster_id)
    tree = disasters.division_tree(session, disaster)
    given = orders_for(session, disaster.id, view.area_id, tree)
    running = [each for each in given if each.lifted_at is None]
    if not running:
        return []
    return [_deadline(running, view.now), *_people(session, view, running)]


def _deadline(running: list[EvacuationOrder], now: datetime) -> Headline:
    """Return the time that is left to the next deadline, or since the last one that passed."""
    ahead = [each.deadline_at for each in running if each.deadline_at > now]
    until = min(ahead) if ahead else max(each.deadline_at for each in running)
    return Headline(
        id="deadline", title=_("Everybody away by"), until=until, as_of=now,
        state="watch" if ahead else "act", source=_("evacuation order"),
    )  # fmt: skip


def _people(session: Session, view: View, running: list[EvacuationOrder]) -> list[Headline]:
    """Return people of the lists; a household that several orders move counts once."""
    sums = dict.fromkeys(("not_reached", "key", "on_the_way", "refused"), 0)
    newest: datetime | None = None
    for place, order in enumerate(running):
        row = session.execute(_counted(view, order, running[:place])).one()
        for name, value in zip(sums, row[:-1], strict=True):
            sums[name] += int(value)
        newest = max((each for each in (newest, row[-1]) if each), default=None)
    lines = (
        ("key", _("In need of help, not moved"), "act"),
        ("not_reached", _("Not reached yet"), "blind"),
        ("on_the_way", _("On their way"), "none"),
        ("refused", _("Will not go"), "watch"),
    )
    return [
        Headline(
            id=name, title=title, words=f"{sums[name]:,}", unit=_("people"),
            state=state if sums[name] or state == "none" else "ok",
            as_of=newest or max(each.issued_at for each in running), source=_("evacuation lists"),
        )
        for name, title, state in lines
    ]  # fmt: skip


def _counted(view: View, order: EvacuationOrder, before: list[EvacuationOrder]) -> Select[Any]:
    unsafe = STATE.not_in(SAFE)
    helped = or_(*(getattr(ROW, each) > 0 for each in KEY))

    def people(condition: ColumnElement[bool]) -> Any:
        return func.coalesce(func.sum(case((condition, REST), else_=0)), 0)

    return (
        select(
            people(STATE == State.TO_TELL), people(and_(unsafe, helped)),
            people(STATE.in_(LEAVING)), people(STATE == State.REFUSED),
            func.max(STANDING.since_at, type_=STANDING.since_at.type),
        )
        .select_from(ROW)
        .outerjoin(STANDING, and_(STANDING.household_id == ROW.id, STANDING.order_id == order.id))
        .where(
            moved(order.id), *(~moved(each.id) for each in before), ~ROW.removed,
            within(ROW.area_id, view.area_id),
        )
    )  # fmt: skip
