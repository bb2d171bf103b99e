"""Steps of households: added, never changed; where somebody stands follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import uuid6
from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import receipts, vault
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, IllegalTransition, Invalid, NotFound
from relief_ops.events import record
from relief_ops.geo import AreaTree
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Arrived
from relief_ops.receipts import Attempt, Receipt
from shelters.evacuation import queries, rules, schemas
from shelters.evacuation.events import HouseholdsMoved
from shelters.evacuation.models import (
    EvacuationOrder,
    EvacuationStanding,
    EvacuationStep,
    ListedHousehold,
)
from shelters.evacuation.rules import Said, State
from shelters.evacuation.services import figures
from shelters.evacuation.services.words import explain
from shelters.rules import LeftTo
from shelters.services.elsewhere import ElsewhereAlready

MOST_ROOMS = 4
CLOCKS_APART = timedelta(minutes=10)
SEALED = ("note", "decided_by", "present")


class StandsElsewhere(IllegalTransition):
    """A household stood elsewhere than whoever took the step believed."""

    def __init__(self, message: str, stood: Said) -> None:
        super().__init__(message)
        self.stood = stood

    def extra(self) -> dict[str, Any]:
        """Return where it stood at that moment, and since when."""
        return {"stood": {"state": self.stood.state, "since": self.stood.since}}


def put_act(
    session: Session, attempt: Attempt, act: schemas.PutAct, *, order: EvacuationOrder,
    rows: Sequence[ListedHousehold], actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Say where held households stand now; all of them, or none.

    Raises IllegalTransition for a step that cannot follow, Invalid for one that says too little.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    disaster = disasters.disaster(session, order.disaster_id)
    now = disasters.now_of(session, disaster)
    at = act.at or now
    if at > now + CLOCKS_APART:
        words = _("This moment is still to come.")
        raise Invalid(words, [FieldError("at", "future", words)])
    known = queries.steps_of(session, order.id, [row.id for row in rows])
    _check(session, act, order, known, at=at)
    for row in rows:
        step = _step(attempt.id, act, order, row, at=at)
        step.received_at, step.actor_id = now, actor_id
        _keep(session, step, row, known[row.id])
    state = rules.outcome(act.state, read_back=act.read_back)
    _say(session, order, disaster, rows, act_id=attempt.id, state=state,
         compulsory=act.compulsory, actor_id=actor_id)  # fmt: skip
    return receipts.keep(session, attempt, revision=1)


def held(
    session: Session, order: EvacuationOrder, household_ids: Iterable[UUID]
) -> list[ListedHousehold]:
    """Return the rows of a list that an order moves, held until the transaction ends.

    Raises NotFound when one of them is not in the viewer's areas, or the order does not move it.
    """
    wanted = set(household_ids)
    disaster = disasters.disaster(session, order.disaster_id)
    rows = session.scalars(
        select(ListedHousehold)
        .where(ListedHousehold.id.in_(wanted), queries.moved(order.id), ~ListedHousehold.removed)
        .order_by(ListedHousehold.id)
        .with_for_update()
        .execution_options(any_drill=True)
    ).all()
    found = [row for row in rows if row.drill_id == disaster.drill_id]
    if len(found) != len(wanted):
        raise NotFound(_("This order does not move that household, or it is not in your areas."))
    return found


def _check(
    session: Session, act: schemas.PutAct, order: EvacuationOrder,
    known: dict[UUID, list[EvacuationStep]], *, at: datetime,
) -> None:  # fmt: skip
    if act.shelter_id and not queries.shelter_names(session, [act.shelter_id]):
        raise _invalid({"shelter_id": "unknown"})
    said = rules.Act(
        state=rules.outcome(act.state, read_back=act.read_back), means=act.means,
        compulsory=act.compulsory, decided_by=act.decided_by, present=act.present,
        lifted=order.returned_at is not None,
    )  # fmt: skip
    if act.state in (State.TOLD, State.TO_TELL) and act.means is None:
        raise _invalid({"means": "missing"})
    homeless = queries.homeless(session, order.disaster_id, known)
    for household_id, steps in known.items():
        before = rules.fold(each for each in steps if each.at <= at)
        wrong = rules.step_errors(before, replace(said, homeless=household_id in homeless))
        if wrong.get("state"):
            raise StandsElsewhere(explain(wrong["state"]), before)
        if wrong:
            raise _invalid(wrong)


def _invalid(wrong: dict[str, str]) -> Invalid:
    errors = [FieldError(field, code, explain(code)) for field, code in wrong.items()]
    return Invalid(_("Some fields need another look."), errors)


def _step(
    act_id: UUID, act: schemas.PutAct, order: EvacuationOrder, row: ListedHousehold, *,
    at: datetime,
) -> EvacuationStep:  # fmt: skip
    step = EvacuationStep(
        id=uuid5(act_id, row.id.hex), act_id=act_id, order_id=order.id, household_id=row.id,
        area_id=row.area_id, state=rules.outcome(act.state, read_back=act.read_back),
        means=act.means, read_back=act.read_back, compulsory=act.compulsory,
        shelter_id=act.shelter_id, at=at,
    )  # fmt: skip
    for name in SEALED:
        text = getattr(act, name)
        sealed = vault.seal("evacuation_step", name, step.id, text) if text else None
        setattr(step, f"{name}_sealed", sealed)
    return step


def _keep(
    session: Session, step: EvacuationStep, row: ListedHousehold, known: list[EvacuationStep]
) -> Said:
    """Add a step, and write down where the household stands with it."""
    session.add(step)
    said = rules.fold([*known, step])
    found = session.get(
        EvacuationStanding, (step.order_id, row.id), execution_options={"scope": "shared"}
    )
    if found is None:
        found = EvacuationStanding(order_id=step.order_id, household_id=row.id)
        session.add(found)
    found.area_id, found.state = row.area_id, said.state
    found.since_at = said.since or step.at
    found.first_tried_at = said.first_tried or step.at
    found.safe_since_at, found.refusals = said.safe_since, said.refusals
    return said


def _say(
    session: Session, order: EvacuationOrder, disaster: Disaster, rows: Sequence[ListedHousehold],
    *, act_id: UUID, state: State, compulsory: bool, actor_id: UUID,
) -> None:  # fmt: skip
    session.flush()
    people = sum(row.people for row in rows)
    event = HouseholdsMoved(
        act_id, order.id, disaster.id, state, len(rows), people, compulsory
    )  # fmt: skip
    tree = disasters.division_tree(session, disaster)
    areas = {row.area_id for row in rows}
    record(session, event, actor_id=actor_id, subject=act_id, areas=rooms(areas, tree))
    now = disasters.now_of(session, disaster)
    figures.propose(session, disaster, areas, as_of=now)


def rooms(areas: Iterable[UUID], tree: AreaTree) -> list[UUID]:
    """Return at most four areas that hold the ones given: an event concerns no more."""
    found = list(dict.fromkeys(areas))
    while len(found) > MOST_ROOMS:
        above = [tree.node(each).parent_id or each for each in found]
        found = list(dict.fromkeys(above))
    return found


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
        raise _invalid({"listed_id": "unknown"})
    _refuse_twice(session, arrived)
    order = queries.order_moving(session, disaster.id, row.area_id)
    state = _state(arrived, order)
    if order is None or state is None:
        return
    known = queries.steps(session, order.id, row.id)
    if not rules.may_become(rules.fold(known).state, state):
        return
    step = EvacuationStep(
        id=uuid6.uuid7(), act_id=arrived.arrival_id, order_id=order.id, household_id=row.id,
        area_id=row.area_id, state=state, shelter_id=arrived.shelter_id,
        arrival_id=arrived.arrival_id, at=arrived.at, actor_id=arrived.actor_id,
        received_at=disasters.now_of(session, disaster),
    )  # fmt: skip
    _keep(session, step, row, known)
    _say(session, order, disaster, [row], act_id=arrived.arrival_id, state=state,
         compulsory=False, actor_id=arrived.actor_id)  # fmt: skip


def _refuse_twice(session: Session, arrived: Arrived) -> None:
    """Refuse a second place for a held row: of two shelters at once the later one is told."""
    found = queries.held_by(session, arrived.disaster_id, arrived.listed_id)
    other = next((each for each in found if each.arrival_id != arrived.arrival_id), None)
    if not arrived.left_to and other is not None:
        raise ElsewhereAlready(other)


def _state(arrived: Arrived, order: EvacuationOrder | None) -> State | None:
    if arrived.left_to == LeftTo.HOME:
        home = order is not None and order.returned_at is not None
        return State.RETURNED if home else State.TO_TELL
    if arrived.left_to:
        return STAYS[arrived.left_to]
    return State.ON_THE_WAY if arrived.on_the_way else State.AT_SHELTER


def shown_step(step: EvacuationStep, *, full: bool) -> dict[str, Any]:
    """Return a step as the API shows it; what was said and by whom only in full."""
    names = ("id", "act_id", "order_id", "household_id", "state", "means", "read_back",
             "compulsory", "shelter_id", "arrival_id", "at", "received_at")  # fmt: skip
    shown = {name: getattr(step, name) for name in names}
    if full:
        shown |= {name: queries.opened("evacuation_step", step, name) for name in SEALED}
    return shown
