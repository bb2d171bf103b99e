"""Where somebody stands follows from their steps, under every order that moves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.events import record
from relief_ops.geo import AreaTree
from shelters.evacuation import queries, rules
from shelters.evacuation.events import HouseholdsMoved
from shelters.evacuation.models import (
    EvacuationOrder,
    EvacuationStanding,
    EvacuationStep,
    ListedHousehold,
)
from shelters.evacuation.rules import Said, State
from shelters.evacuation.services import figures
from shelters.rules import Stay

MOST_ROOMS = 4
BATCH = 500
ANYWHERE = {"scope": "shared", "any_drill": True}
# What a step keeps under another order; what was said in confidence stays where it was said.
REPEATED = (
    "household_id", "area_id", "state", "means", "read_back", "compulsory", "shelter_id",
    "arrival_id", "people", "out_of", "at", "received_at", "actor_id",
)  # fmt: skip


def keep(
    session: Session, step: EvacuationStep, row: ListedHousehold, known: Sequence[EvacuationStep]
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
    for name, value in _columns(said, row.area_id).items():
        setattr(found, name, value)
    return said


def _columns(said: Said, area_id: UUID) -> dict[str, Any]:
    """Return what is kept of a course; there is one step at least."""
    return {
        "area_id": area_id, "state": said.state, "since_at": said.since,
        "first_tried_at": said.first_tried, "safe_since_at": said.safe_since,
        "refusals": said.refusals, "sheltered": said.sheltered,
    }  # fmt: skip


def repeat(
    session: Session, steps: Mapping[UUID, EvacuationStep], rows: Sequence[ListedHousehold],
    orders: Iterable[EvacuationOrder],
) -> None:  # fmt: skip
    """Let steps (by household) stand under these other orders, as far as they move the rows."""
    for order in orders:
        moved = queries.moved_of(session, order.id, {row.area_id for row in rows})
        concerned = [row for row in rows if row.area_id in moved]
        known = queries.steps_of(session, order.id, [row.id for row in concerned])
        for row in concerned:
            if _concerns(order, steps[row.id], known[row.id]):
                again = EvacuationStep(**_again(steps[row.id], order.id))
                keep(session, again, row, known[row.id])


def _concerns(
    order: EvacuationOrder, step: EvacuationStep, known: Sequence[EvacuationStep]
) -> bool:
    """Whether a step says something under an order: a lifted one hears only who is home."""
    if order.lifted_at is None:
        return True
    return step.state == State.RETURNED and rules.may_become(
        rules.fold(known).state, State.RETURNED
    )


def _again(step: EvacuationStep, order_id: UUID) -> dict[str, Any]:
    return {name: getattr(step, name) for name in REPEATED} | {
        "id": uuid6.uuid7(), "act_id": step.act_id, "order_id": order_id, "said_id": step.origin,
    }  # fmt: skip


def begin(session: Session, order: EvacuationOrder, disaster: Disaster) -> None:
    """Let a new order begin where its households stand under those that still run.

    Whoever stands under none, and went to a shelter before anybody ordered it, begins there. Its
    rows are held first: a step that is taken just now is either known here, or its act will
    know of this order.
    """
    rows = session.execute(
        select(ListedHousehold.id, ListedHousehold.area_id, ListedHousehold.people)
        .where(
            queries.moved(order.id),
            ~ListedHousehold.removed,
            ListedHousehold.drill_id.is_not_distinct_from(disaster.drill_id),
        )
        .order_by(ListedHousehold.id)
        .with_for_update()
        .execution_options(**ANYWHERE)
    ).all()
    running = [each.id for each in queries.running(session, disaster.id) if each.id != order.id]
    now = disasters.now_of(session, disaster)
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        known = queries.said_of(session, running, [row.id for row in some]) if running else {}
        early = _came_early(session, order, [row for row in some if row.id not in known], now=now)
        _begin(session, order, known, early, {row.id: row.area_id for row in some})


def _came_early(
    session: Session, order: EvacuationOrder, rows: Sequence[Row[UUID, UUID, int]], *,
    now: datetime,
) -> dict[UUID, list[EvacuationStep]]:  # fmt: skip
    """Return the steps of those registered in shelters of whom no running order says anything."""
    listed = {row.id: row for row in rows}
    found: dict[UUID, list[EvacuationStep]] = {}
    for each in queries.registrations(session, order.disaster_id, listed):
        row, inside = listed[each.listed_id], each.stay == Stay.ARRIVED
        if not inside and each.people < row.people:
            continue  # some are announced; of the others nothing is said
        step = EvacuationStep(
            id=uuid6.uuid7(), act_id=each.id, order_id=order.id, household_id=row.id,
            area_id=row.area_id, state=State.AT_SHELTER if inside else State.ON_THE_WAY,
            shelter_id=each.shelter_id, read_back=False, compulsory=False, arrival_id=each.id,
            people=each.people if inside else None, out_of=row.people if inside else None,
            at=each.arrived_at, actor_id=each.actor_id, received_at=now,
        )  # fmt: skip
        found.setdefault(row.id, []).append(step)
    return found


def _begin(
    session: Session, order: EvacuationOrder, known: Mapping[UUID, list[EvacuationStep]],
    early: Mapping[UUID, list[EvacuationStep]], areas: Mapping[UUID, UUID],
) -> None:  # fmt: skip
    steps = [_again(each, order.id) for said in known.values() for each in said]
    for each in (step for said in early.values() for step in said):
        steps.append(_again(each, order.id) | {"id": each.id, "said_id": None})
    standings = [
        _columns(rules.fold(said), areas[household_id])
        | {"order_id": order.id, "household_id": household_id}
        for household_id, said in {**known, **early}.items()
    ]
    if steps:
        session.execute(insert(EvacuationStep), steps)
        session.execute(insert(EvacuationStanding), standings)


def say(
    session: Session, order: EvacuationOrder, disaster: Disaster, rows: Sequence[ListedHousehold],
    *, step: EvacuationStep, actor_id: UUID,
) -> None:  # fmt: skip
    """Tell of one act about some rows, of which this is a step; propose the figures it changes."""
    session.flush()
    act_id = step.act_id
    people = sum(row.people for row in rows) if step.people is None else abs(step.people)
    event = HouseholdsMoved(
        act_id, order.id, disaster.id, State(step.state), len(rows), people, step.compulsory
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
