"""Following a household of the list into a shelter, and out of it."""

from __future__ import annotations

import uuid6
from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.plugins import Arrived
from shelters.evacuation import queries, rules
from shelters.evacuation.models import EvacuationOrder, EvacuationStep, ListedHousehold
from shelters.evacuation.rules import State
from shelters.evacuation.services import standing
from shelters.evacuation.services.words import invalid
from shelters.rules import LeftTo
from shelters.services.elsewhere import ElsewhereAlready

STAYS: dict[str, State | None] = {
    LeftTo.RELATIVES: State.WITH_RELATIVES,
    LeftTo.OTHER_SHELTER: State.ON_THE_WAY,
    LeftTo.HOSPITAL: None,  # in good hands: it counts as before
    LeftTo.CANCELLED: State.TO_TELL,
}


def hear_arrival(session: Session, arrived: Arrived) -> None:
    """Follow a household of the list into a shelter, and out of it, in the same transaction.

    What its steps do not allow changes nothing: it was there already, say. Raises Invalid for a
    row that is not on the list of this disaster's drill, ElsewhereAlready for one that holds
    places in another shelter.
    """
    row = session.scalar(
        select(ListedHousehold)
        .where(ListedHousehold.id == arrived.listed_id)
        .with_for_update()
        .execution_options(any_drill=True, scope="shared")
    )
    disaster = disasters.disaster(session, arrived.disaster_id)
    if row is None or row.drill_id != disaster.drill_id:
        raise invalid({"listed_id": "unknown"})
    _refuse_twice(session, arrived)
    orders = queries.orders_moving(session, disaster.id, row.area_id)
    running = [each for each in orders if each.lifted_at is None]
    state = _state(arrived, running or orders[:1])
    if state is None:
        return
    order = next((each for each in running or orders[:1] if _may(session, each, row, state)), None)
    if order is not None:
        others = [each for each in orders if each is not order]
        _follow(session, arrived, row, [order, *others], state)


def _refuse_twice(session: Session, arrived: Arrived) -> None:
    """Refuse a second place for a held row: of two shelters at once the later one is told."""
    found = queries.held_by(session, arrived.disaster_id, arrived.listed_id)
    other = next((each for each in found if each.arrival_id != arrived.arrival_id), None)
    if not arrived.left_to and other is not None:
        raise ElsewhereAlready(other)


def _state(arrived: Arrived, orders: list[EvacuationOrder]) -> State | None:
    """Return the step a registration means; nobody is home while one order says to be away."""
    if arrived.left_to == LeftTo.HOME:
        home = bool(orders) and all(each.returned_at is not None for each in orders)
        return State.RETURNED if home else State.TO_TELL
    if arrived.left_to:
        return STAYS[arrived.left_to]
    return State.ON_THE_WAY if arrived.on_the_way else State.AT_SHELTER


def _may(session: Session, order: EvacuationOrder, row: ListedHousehold, state: State) -> bool:
    known = queries.steps(session, order.id, row.id)
    return rules.may_become(rules.fold(known).state, state)


def _follow(
    session: Session, arrived: Arrived, row: ListedHousehold, orders: list[EvacuationOrder],
    state: State,
) -> None:  # fmt: skip
    """Take the step under the first of these orders; it stands under the others too."""
    order, *others = orders
    disaster = disasters.disaster(session, arrived.disaster_id)
    step = EvacuationStep(
        id=uuid6.uuid7(), act_id=arrived.arrival_id, order_id=order.id, household_id=row.id,
        area_id=row.area_id, state=state, shelter_id=arrived.shelter_id, read_back=False,
        compulsory=False, arrival_id=arrived.arrival_id, at=arrived.at, actor_id=arrived.actor_id,
        received_at=disasters.now_of(session, disaster),
    )  # fmt: skip
    standing.keep(session, step, row, queries.steps(session, order.id, row.id))
    standing.repeat(session, {row.id: step}, [row], others)
    standing.say(
        session, order, disaster, [row], act_id=arrived.arrival_id, state=state,
        compulsory=False, actor_id=arrived.actor_id,
    )  # fmt: skip
