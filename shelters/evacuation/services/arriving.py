"""Following a household of the list into shelters, and out of them, person by person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import uuid6
from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.plugins import Arrived
from shelters.evacuation import queries, rules
from shelters.evacuation.models import EvacuationOrder, EvacuationStep, ListedHousehold
from shelters.evacuation.rules import UNITS, State
from shelters.evacuation.services import standing
from shelters.evacuation.services.words import invalid
from shelters.models import Arrival
from shelters.rules import LeftTo
from shelters.services.elsewhere import ElsewhereAlready

STAYS: dict[str, State | None] = {
    LeftTo.RELATIVES: State.WITH_RELATIVES,
    LeftTo.OTHER_SHELTER: State.ON_THE_WAY,
    LeftTo.HOSPITAL: None,  # in good hands: it counts as before
    LeftTo.CANCELLED: State.TO_TELL,
}
ANYWHERE = {"scope": "shared", "any_drill": True}


@dataclass(frozen=True)
class Meant:
    """What a registration means for a row: the step, and how many came or left with it.

    None: it is said of everybody who is not in a shelter.
    """

    state: State
    people: int | None


def hear_arrival(session: Session, arrived: Arrived) -> None:
    """Follow a household of the list into a shelter, and out of it, in the same transaction.

    As many are safe as are registered. What changes nothing is no step: it was there already, say.
    Raises Invalid for a row that is not on the list of this disaster's drill, or a unit of which
    more come than it has; ElsewhereAlready for a household that holds places in another shelter,
    but for who was taken out of it by name.
    """
    row = session.scalar(
        select(ListedHousehold)
        .where(ListedHousehold.id == arrived.listed_id)
        .with_for_update()
        .execution_options(**ANYWHERE)
    )
    disaster = disasters.disaster(session, arrived.disaster_id)
    if row is None or row.drill_id != disaster.drill_id:
        raise invalid({"listed_id": "unknown"})
    _refuse_twice(session, arrived, row)
    orders = queries.orders_moving(session, disaster.id, row.area_id)
    running = [each for each in orders if each.lifted_at is None]
    state = _state(arrived, running or orders[:1])
    if state is None:
        return
    for order in running or orders[:1]:
        meant = _meant(session, arrived, row, order, state)
        if meant is not None:
            others = [each for each in orders if each is not order]
            _follow(session, arrived, row, [order, *others], meant)
            return


def _refuse_twice(session: Session, arrived: Arrived, row: ListedHousehold) -> None:
    """Refuse a second place for a held row: of two shelters at once the later one is told.

    The people of a unit come in several buses, to several shelters: no more of them than it has,
    unless somebody says why.
    """
    if arrived.left_to:
        return
    if row.kind in UNITS:
        inside = queries.registered(session, arrived.disaster_id, row.id)
        if inside > row.people and not _explained(session, arrived):
            raise invalid({"people": "above_row"})
        return
    found = queries.held_by(session, arrived.disaster_id, arrived.listed_id)
    whole = queries.not_apart(session, arrived.disaster_id, arrived.listed_id)
    together = [each for each in found if each.arrival_id in whole]
    others = [each for each in together if each.arrival_id != arrived.arrival_id]
    if others and len(together) > 1:
        raise ElsewhereAlready(others[0])


def _explained(session: Session, arrived: Arrived) -> bool:
    """Whether somebody said why, or these people were taken in before and only sent on."""
    this, sent_on = Arrival.id == arrived.arrival_id, Arrival.moved_to == arrived.arrival_id
    statement = select(Arrival.id).where((this & (Arrival.over_reason != "")) | sent_on)
    found = session.scalars(statement.limit(1).execution_options(**ANYWHERE)).first()
    return found is not None


def _state(arrived: Arrived, orders: list[EvacuationOrder]) -> State | None:
    """Return the step a registration means; nobody is home while one order says to be away."""
    if arrived.left_to == LeftTo.HOME:
        home = bool(orders) and all(each.returned_at is not None for each in orders)
        return State.RETURNED if home else State.TO_TELL
    if arrived.left_to:
        return STAYS[arrived.left_to]
    return State.ON_THE_WAY if arrived.on_the_way else State.AT_SHELTER


def _meant(
    session: Session, arrived: Arrived, row: ListedHousehold, order: EvacuationOrder, state: State
) -> Meant | None:
    """Return what a registration says that the steps do not; None for nothing."""
    known = queries.steps(session, order.id, row.id)
    said = rules.fold(known)
    people = _people(session, arrived)
    inside = 0 if arrived.left_to or arrived.on_the_way else people
    change = inside - _counted(known, arrived)
    if change > 0:
        return Meant(state, change) if said.state != State.RETURNED else None
    if change < 0:
        return Meant(state if state != State.AT_SHELTER else State.TO_TELL, change)
    if inside or not rules.may_become(said.state, state):
        return None
    if arrived.on_the_way and people < row.people - said.sheltered:
        return None  # some are announced; of the others nothing is said
    if arrived.left_to == LeftTo.CANCELLED and said.state != State.ON_THE_WAY:
        return None
    return Meant(state, None)


def _people(session: Session, arrived: Arrived) -> int:
    statement = select(Arrival.people).where(Arrival.id == arrived.arrival_id)
    return int(session.scalar(statement.execution_options(**ANYWHERE)) or 0)


def _counted(known: Sequence[EvacuationStep], arrived: Arrived) -> int:
    """Return how many people of this registration the steps have in a shelter."""
    return sum(each.people or 0 for each in known if each.arrival_id == arrived.arrival_id)


def _follow(
    session: Session, arrived: Arrived, row: ListedHousehold, orders: list[EvacuationOrder],
    meant: Meant,
) -> None:  # fmt: skip
    """Take the step under the first of these orders; it stands under the others too."""
    order, *others = orders
    disaster = disasters.disaster(session, arrived.disaster_id)
    step = EvacuationStep(
        id=uuid6.uuid7(), act_id=arrived.arrival_id, order_id=order.id, household_id=row.id,
        area_id=row.area_id, state=meant.state, shelter_id=arrived.shelter_id, read_back=False,
        compulsory=False, arrival_id=arrived.arrival_id, people=meant.people,
        out_of=None if meant.people is None else row.people, at=arrived.at,
        actor_id=arrived.actor_id, received_at=disasters.now_of(session, disaster),
    )  # fmt: skip
    standing.keep(session, step, row, queries.steps(session, order.id, row.id))
    standing.repeat(session, {row.id: step}, [row], others)
    standing.say(session, order, disaster, [row], step=step, actor_id=arrived.actor_id)
