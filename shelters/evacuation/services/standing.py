"""Where somebody stands follows from their steps, under every order that moves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy import insert, select
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

    Its rows are held first: a step that is taken just now is either known here, or its act will
    know of this order.
    """
    rows = session.execute(
        select(ListedHousehold.id, ListedHousehold.area_id)
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
    for start in range(0, len(rows) if running else 0, BATCH):
        _begin(
            session, order, running, {row.id: row.area_id for row in rows[start : start + BATCH]}
        )


def _begin(
    session: Session, order: EvacuationOrder, running: list[UUID], areas: Mapping[UUID, UUID]
) -> None:
    steps, standings = [], []
    for household_id, known in queries.said_of(session, running, areas).items():
        steps += [_again(each, order.id) for each in known]
        kept = _columns(rules.fold(known), areas[household_id])
        standings.append(kept | {"order_id": order.id, "household_id": household_id})
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
