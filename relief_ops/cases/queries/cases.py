"""Reading cases, their papers, what was said about them and what was paid."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import geo, vault
from relief_ops.cases.models import Case, CaseAssessment, CaseDocument
from relief_ops.cases.queries.judging import programme, reason_words
from relief_ops.cases.queries.register import ANY_DRILL, locked
from relief_ops.cases.rules.states import OPEN
from relief_ops.errors import NotFound
from relief_ops.geo.models import AreaClosure
from relief_ops.i18n import gettext as _


def case(session: Session, case_id: UUID, *, lock: bool = False) -> Case:
    """Return a case the viewer may see. Raises NotFound."""
    found = find_case(session, case_id, lock=lock)
    if found is None:
        raise NotFound(_("There is no such case, or not in your areas."))
    return found


def find_case(session: Session, case_id: UUID, *, lock: bool = False) -> Case | None:
    """Return a case the viewer may see, of any drill, or None."""
    statement = locked(select(Case).where(Case.id == case_id), lock)
    found: Case | None = session.scalar(statement, execution_options=ANY_DRILL)
    return found


def cases_of(session: Session, household_id: UUID) -> Sequence[Case]:
    """Return a household's cases, the latest first."""
    statement = select(Case).where(Case.household_id == household_id)
    order = (Case.applied_at.desc(), Case.programme)
    return session.scalars(statement.order_by(*order), execution_options=ANY_DRILL).all()


def assessments(session: Session, case_id: UUID) -> Sequence[CaseAssessment]:
    """Return what was said about a case, the latest first."""
    statement = select(CaseAssessment).where(CaseAssessment.case_id == case_id)
    return session.scalars(statement.order_by(CaseAssessment.assessed_at.desc())).all()


def documents(session: Session, case_id: UUID) -> Sequence[CaseDocument]:
    """Return the papers a case needs."""
    statement = select(CaseDocument).where(CaseDocument.case_id == case_id)
    return session.scalars(statement.order_by(CaseDocument.code)).all()


def worklist(
    session: Session,
    *,
    programme: str | None = None,
    state: str | None = None,
    area_ids: Iterable[UUID] | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Case]:
    """Return cases by their clock, the one due first on top; without a state the open ones."""
    statement = select(Case).order_by(Case.due_on.is_(None), Case.due_on, Case.id)
    wanted = [state] if state else [each.value for each in OPEN]
    statement = statement.where(Case.state.in_(wanted))
    if programme:
        statement = statement.where(Case.programme == programme)
    if area_ids is not None:
        statement = statement.where(Case.area_id.in_(list(area_ids)))
    return session.scalars(statement.limit(limit).offset(offset)).all()


def counts(session: Session) -> dict[str, int]:
    """Return how many cases stand in each state."""
    statement = select(Case.state, func.count()).group_by(Case.state)
    return {state: count for state, count in session.execute(statement)}


def answers_of(row: Case) -> dict[str, Any]:
    """Return what a case says, in clear, for the rule and for the form."""
    text = vault.unseal("relief_case", "answers", row.id, row.answers_sealed)
    said: dict[str, Any] = json.loads(text)
    return said


def shown_case(session: Session, row: Case, *, head: str) -> dict[str, Any]:
    """Return a case as lists show it."""
    return {
        "id": row.id,
        "household_id": row.household_id,
        "head": head,
        "programme": row.programme,
        "area_code": geo.tree(session).node(row.area_id).code,
        "drill": row.drill_id is not None,
        "disaster_id": row.disaster_id,
        "state": row.state,
        "applied_at": row.applied_at,
        "due_on": row.due_on,
        "due_kind": row.due_kind,
        "amount_yuan": Decimal(row.amount_fen) / 100,
        "paid_at": row.paid_at,
        "revision": row.revision,
    }


def shown_assessment(row: CaseAssessment) -> dict[str, Any]:
    """Return what a programme said, with its reason in words and the versions it used."""
    facts = json.loads(vault.unseal("assessment", "facts", row.id, row.facts_sealed))
    return {
        "programme": row.programme,
        "on": row.on_day,
        "verdict": row.verdict,
        "reason": row.reason,
        "reason_words": reason_words(programme(row.programme), row.reason, _numbers(facts)),
        "article": row.article,
        "amount_yuan": Decimal(row.amount_fen) / 100,
        "amount_set_locally": row.amount_set_locally,
        "missing": row.missing,
        "versions": row.versions,
        "assessed_at": row.assessed_at,
    }


def _numbers(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Read back the numbers that were kept as text."""
    return {name: Decimal(value["number"]) if isinstance(value, dict) else value
            for name, value in facts.items()}  # fmt: skip


@dataclass(frozen=True)
class PaidOut:
    """What the cases of a disaster have been paid in and below an area, and when last."""

    fen: int
    at: datetime


def paid_out(
    session: Session, disaster_id: UUID, area_id: UUID, *, until: datetime
) -> PaidOut | None:
    """Return what was paid up to a moment; None where no payment is noted."""
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    found = session.execute(
        select(func.sum(Case.amount_fen), func.max(Case.paid_at))
        .where(Case.disaster_id == disaster_id, Case.paid_at <= until, Case.area_id.in_(below))
        .execution_options(**ANY_DRILL)
    ).one()
    return None if found[1] is None else PaidOut(int(found[0]), found[1])
