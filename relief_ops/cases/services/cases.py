"""Opening, assessing, moving and deciding cases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy.orm import Session

from relief_ops import clock, receipts, vault
from relief_ops.cases import events, queries, schemas
from relief_ops.cases.models import Case, CaseAssessment, CaseDocument, Household
from relief_ops.cases.queries import Judged
from relief_ops.cases.rules import states
from relief_ops.cases.rules.means import to_fen
from relief_ops.cases.rules.states import State
from relief_ops.cases.services.households import refuse_taken
from relief_ops.errors import BaseRequired, FieldError, Forbidden, IllegalTransition, Invalid
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_case(
    session: Session,
    attempt: Attempt,
    order: schemas.PutCase,
    answers: Mapping[str, Any],
    *,
    actor_id: UUID,
) -> Receipt:
    """Open a case, or correct what it says and ask the programme again."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    household = queries.household(session, order.household_id, lock=True)
    case = queries.find_case(session, attempt.id, lock=True)
    revision = receipts.next_revision(attempt, case.revision if case else None)
    if case is None:
        refuse_taken(session, Case, attempt.id)
        open_case(session, attempt.id, household, order, answers, actor_id=actor_id)
    else:
        _correct_case(session, case, order, answers, revision=revision, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=revision)


def open_case(
    session: Session,
    case_id: UUID,
    household: Household,
    order: schemas.PutCase,
    answers: Mapping[str, Any],
    *,
    actor_id: UUID,
) -> Case:
    """Open a case in one programme and ask it. Raises Invalid while another one is open."""
    applied_at = order.applied_at or clock.now()
    case = new_case(household, order.programme, applied_at, actor_id=actor_id)
    case.id, case.disaster_id = case_id, order.disaster_id
    judged = _judge(session, case, answers)
    open_with(session, case, judged, answers, actor_id=actor_id)
    keep_assessment(session, household, judged, case, applied_at, actor_id=actor_id)
    return case


def new_case(household: Household, programme: str, applied_at: datetime, *, actor_id: UUID) -> Case:
    """Return a case of a household that is not yet opened."""
    return Case(
        id=uuid6.uuid7(),
        household_id=household.id,
        area_id=household.area_id,
        drill_id=household.drill_id,
        programme=programme,
        applied_at=applied_at,
        opened_by=actor_id,
        amount_fen=0,
        due_kind="",
        revision=1,
    )


def open_with(
    session: Session, case: Case, judged: Judged, answers: Mapping[str, Any], *, actor_id: UUID
) -> None:
    """Open a new case in the state its programme's verdict leads to."""
    _refuse_second(session, case)
    case.state = states.OPENING[judged.assessment.verdict]
    case.answers_sealed = _sealed_answers(case.id, answers)
    _set_clock(session, case, case.applied_at)
    session.add(case)
    session.flush()
    event = events.CaseOpened(case.id, case.household_id, Code(case.programme), State(case.state))
    record(session, event, actor_id=actor_id, subject=case.id, areas=[case.area_id])


def _refuse_second(session: Session, case: Case) -> None:
    for other in queries.cases_of(session, case.household_id):
        if other.programme == case.programme and State(other.state) in states.OPEN:
            message = _("This household already has an open case in this programme.")
            raise Invalid(message, [FieldError("programme", "open", message)])


def _correct_case(
    session: Session,
    case: Case,
    order: schemas.PutCase,
    answers: Mapping[str, Any],
    *,
    revision: int,
    actor_id: UUID,
) -> None:
    if (order.household_id, order.programme) != (case.household_id, case.programme):
        raise Invalid(_("A case stays with its household and its programme."))
    if State(case.state) not in states.EDITABLE:
        raise IllegalTransition(_("This case has gone too far to be changed."))
    case.answers_sealed = _sealed_answers(case.id, answers)
    case.revision = revision
    judged = _judge(session, case, answers)
    household = queries.household(session, case.household_id)
    keep_assessment(session, household, judged, case, clock.now(), actor_id=actor_id)


def _judge(session: Session, case: Case, answers: Mapping[str, Any]) -> Judged:
    return queries.judge(
        session,
        queries.programme(case.programme),
        answers,
        on=clock.local_date(case.applied_at),
        area_id=case.area_id,
    )


def keep_assessment(
    session: Session,
    household: Household,
    judged: Judged,
    case: Case | None,
    at: datetime,
    *,
    actor_id: UUID,
    intake_id: UUID | None = None,
) -> None:
    """Keep what a programme said, and the versions of the figures it stood on."""
    said, assessment_id = judged.assessment, uuid6.uuid7()
    session.add(
        CaseAssessment(
            id=assessment_id,
            household_id=household.id,
            area_id=household.area_id,
            case_id=case.id if case else None,
            intake_id=intake_id,
            programme=judged.programme.code,
            on_day=clock.local_date(case.applied_at if case else at),
            verdict=said.verdict.value,
            reason=said.reason,
            article=said.article,
            amount_fen=fen(said.amount_yuan),
            amount_set_locally=said.amount_set_locally,
            facts_sealed=_sealed_facts(assessment_id, said.facts),
            missing=list(said.missing),
            versions=_versions(judged),
            assessed_at=clock.now(),
            assessed_by=actor_id,
        )
    )
    if case is None:
        return
    _note_papers(session, case, judged, at)
    event = events.CaseAssessed(case.id, Code(case.programme), said.verdict, Code(said.reason))
    record(session, event, actor_id=actor_id, subject=case.id, areas=[case.area_id])


def _versions(judged: Judged) -> dict[str, Any]:
    return {
        key: [str(each.version_id), each.revision, str(each.value)]
        for key, each in judged.figures.items()
    }


def _note_papers(session: Session, case: Case, judged: Judged, at: datetime) -> None:
    """Note which papers were brought and which the applicant is told about, once."""
    known = {each.code: each for each in queries.documents(session, case.id)}
    brought = set(queries.answers_of(case).get("papers", ()))
    for code in {*brought, *judged.assessment.missing} & set(judged.programme.papers):
        row = known.get(code) or CaseDocument(case_id=case.id, code=code, area_id=case.area_id)
        if code in brought:
            row.brought_at = row.brought_at or at
        session.add(row)


def put_state(
    session: Session, attempt: Attempt, order: schemas.PutState, *, actor_id: UUID
) -> Receipt:
    """Take a case one stage further. Who opened it never decides it."""
    if not attempt.edit:
        raise BaseRequired(_("Say which revision you changed (If-Match)."))
    if receipt := receipts.replay(session, attempt):
        return receipt
    case = queries.case(session, attempt.id, lock=True)
    revision = receipts.next_revision(attempt, case.revision)
    if not states.may_follow(State(case.state), order.state):
        raise IllegalTransition(_("From here the case cannot go there."))
    case.state, case.revision = order.state.value, revision
    at = order.at or clock.now()
    _set_clock(session, case, at)
    if order.state in states.DECISIONS:
        _decide(session, case, order, at, actor_id=actor_id)
    if order.state is State.PAID:
        case.paid_at = at
    event = events.CaseMoved(case.id, Code(case.programme), order.state, revision)
    record(session, event, actor_id=actor_id, subject=case.id, areas=[case.area_id])
    return receipts.keep(session, attempt, revision=revision)


def _decide(
    session: Session, case: Case, order: schemas.PutState, at: datetime, *, actor_id: UUID
) -> None:
    if actor_id == case.opened_by:
        raise Forbidden(_("Who opened a case does not decide it. Ask a colleague."))
    if order.state is State.APPROVED:
        case.amount_fen = _approved_fen(session, case, order.amount_yuan)
    case.decided_by, case.decided_at = actor_id, at
    event = events.CaseDecided(case.id, Code(case.programme), order.state, case.amount_fen)
    record(session, event, actor_id=actor_id, subject=case.id, areas=[case.area_id])


def _approved_fen(session: Session, case: Case, stated: Decimal | None) -> int:
    latest = queries.assessments(session, case.id)[0]
    if stated is not None:
        return fen(stated)
    if latest.amount_set_locally:
        message = _("State the amount: this programme's amounts are set locally.")
        raise Invalid(message, [FieldError("amount_yuan", "missing", message)])
    return latest.amount_fen


def _set_clock(session: Session, case: Case, start: datetime) -> None:
    """Note until when the stage must be over, by the figures in force on its first day."""
    due = queries.due(
        session,
        State(case.state),
        case.programme,
        on=clock.local_date(start),
        area_id=case.area_id,
    )
    case.due_on, case.due_kind = (due.on, due.kind) if due else (None, "")


def _sealed_answers(case_id: UUID, answers: Mapping[str, Any]) -> bytes:
    plain = {name: _plain(value) for name, value in answers.items()}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return vault.seal("relief_case", "answers", case_id, text)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return sorted(value) if isinstance(value, frozenset) else value


def _sealed_facts(assessment_id: UUID, facts: Mapping[str, Any]) -> bytes:
    plain = {
        name: {"number": str(value)} if isinstance(value, Decimal) else value
        for name, value in facts.items()
    }
    return vault.seal("assessment", "facts", assessment_id, json.dumps(plain))


def fen(yuan: Decimal) -> int:
    """Return whole fen, halves up."""
    return int(to_fen(yuan) * 100)
