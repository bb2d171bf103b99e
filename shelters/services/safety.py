"""Safety checks: each its own record, the latest that stands decides how long a shelter is safe."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import clock, receipts
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.events import SafetyChecked, SafetyCheckWithdrawn
from shelters.models import SafetyCheck, Shelter
from shelters.queries import safety
from shelters.rules.register import Result, safe_until, years_later
from shelters.schemas import PutCheck, PutWithdrawal


def put_check(
    session: Session, attempt: Attempt, shelter: Shelter, order: PutCheck, *, actor_id: UUID
) -> Receipt:
    """Record a check of a held shelter. Raises Invalid for one of a day to come."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    today = clock.local_date(clock.now())
    if order.checked_on > today:
        words = _("This day has not come yet.")
        raise Invalid(
            _("Some fields need another look."), [FieldError("checked_on", "to_come", words)]
        )
    until = order.valid_until
    if until is None and order.result != Result.FAILED:
        _days, years = safety.days_and_years(session, order.checked_on, shelter.area_id)
        until = years_later(order.checked_on, years)
    row = SafetyCheck(
        id=attempt.id, shelter_id=shelter.id, area_id=shelter.area_id,
        checked_on=order.checked_on, checked_by=order.checked_by, result=order.result,
        valid_until=until, findings=order.findings, actor_id=actor_id, recorded_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    _decide(session, shelter)
    event = SafetyChecked(shelter.id, row.id, order.result, order.checked_on, until)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return receipts.keep(session, attempt, revision=1)


def withdraw_check(
    session: Session, attempt: Attempt, shelter: Shelter, row: SafetyCheck, order: PutWithdrawal, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Say that a check no longer counts, and why; it stays to be read.

    Raises IllegalTransition for one that was withdrawn before.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if row.withdrawn_at is not None:
        raise IllegalTransition(_("This safety check was withdrawn already."))
    row.withdrawn_at, row.withdrawn_by = clock.now(), actor_id
    row.withdrawn_why = order.reason
    _decide(session, shelter)
    event = SafetyCheckWithdrawn(shelter.id, row.id, shelter.safety_checked_until)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return receipts.keep(session, attempt, revision=1)


def _decide(session: Session, shelter: Shelter) -> None:
    """Give the shelter what its latest check says; nothing is known where none stands."""
    session.flush()
    last = safety.latest_check(session, shelter.id)
    if last is None:
        shelter.safety_checked_until, shelter.safety_result = None, ""
        return
    result = Result(last.result)
    shelter.safety_checked_until = safe_until(result, last.checked_on, last.valid_until)
    shelter.safety_result = result
