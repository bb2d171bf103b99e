"""Asking a family once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import clock, receipts
from relief_ops.cases import events, queries, schemas
from relief_ops.cases.models import Household
from relief_ops.cases.services import cases
from relief_ops.cases.services.households import register
from relief_ops.events import record
from relief_ops.receipts import Attempt, Receipt


def intake(
    session: Session,
    attempt: Attempt,
    order: schemas.PutIntake,
    answers: Mapping[str, Any],
    *,
    actor_id: UUID,
) -> Receipt:
    """Ask every programme once and open the cases that are wanted, all or none."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    row = _household_of(session, order, actor_id=actor_id)
    applied_at = order.applied_at or clock.now()
    on = clock.local_date(applied_at)
    judged = queries.judge_all(session, answers, on=on, area_id=row.area_id)
    wanted = {queries.programme(code).code for code in order.open}
    for each in judged:
        case = None
        if each.programme.code in wanted:
            case = cases.new_case(row, each.programme.code, applied_at, actor_id=actor_id)
            case.intake_id, case.disaster_id = attempt.id, order.disaster_id
            cases.open_with(session, case, each, answers, actor_id=actor_id)
        cases.keep_assessment(
            session, row, each, case, applied_at, actor_id=actor_id, intake_id=attempt.id
        )
    event = events.IntakeTaken(attempt.id, row.id, len(wanted))
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[row.area_id])
    return receipts.keep(session, attempt, revision=1)


def _household_of(session: Session, order: schemas.PutIntake, *, actor_id: UUID) -> Household:
    if order.household is None:
        return queries.household(session, order.household_id, lock=True)
    at = order.applied_at
    return register(session, order.household_id, order.household, actor_id=actor_id, at=at)
