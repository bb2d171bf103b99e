"""Entering a version of an emergency plan, or withdrawing the last."""

from __future__ import annotations

from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import clock, db, parameters, receipts
from relief_ops.errors import FieldError, IllegalTransition, Invalid, StaleBase
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.contingency import events, queries, schemas
from shelters.contingency.models import ContingencyPlan
from shelters.contingency.rules import Kind, Standing, years_after


def adopt(
    session: Session, attempt: Attempt, order: schemas.PutContingencyPlan, *, area_id: UUID,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Enter a version; the one it replaces stays to be read.

    Raises StaleBase where another version stands by now, Invalid for dates that cannot be.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    db.serialise(session, uuid5(area_id, order.kind))
    found = queries.current(session, area_id, order.kind, lock=True)
    _check_base(found, order)
    made = _version(session, attempt.id, order, area_id)
    made.actor_id = actor_id
    made.number = queries.last_number(session, area_id, order.kind) + 1
    if found is not None:
        found.state = Standing.REPLACED
        session.flush()  # one version stands at a time
    session.add(made)
    event = events.ContingencyPlanAdopted(order.kind, made.number)
    record(session, event, actor_id=actor_id, subject=made.id, areas=[area_id])
    return receipts.keep(session, attempt, revision=made.number)


def _check_base(found: ContingencyPlan | None, order: schemas.PutContingencyPlan) -> None:
    if order.base != (found.id if found else None):
        current = {"id": str(found.id), "revision": found.number} if found else None
        words = _("Another version of this plan stands by now. Look at it first.")
        raise StaleBase(words, current=current)
    if found is not None and not order.changes:
        words = _("Say what is new in this version.")
        raise Invalid(words, [FieldError("changes", "missing", words)])


def _version(
    session: Session, new_id: UUID, order: schemas.PutContingencyPlan, area_id: UUID
) -> ContingencyPlan:
    today = clock.local_date(clock.now())
    if order.approved_on > today:
        words = _("A plan cannot have been approved after today.")
        raise Invalid(words, [FieldError("approved_on", "future", words)])
    review_on = order.review_on
    if review_on is None:
        years = parameters.value(session, queries.YEARS, on=today, area_id=area_id)
        review_on = years_after(order.approved_on, int(years.value))
    if review_on <= order.approved_on:
        words = _("A plan is looked at again after the day it was approved.")
        raise Invalid(words, [FieldError("review_on", "too_early", words)])
    return ContingencyPlan(
        id=new_id, area_id=area_id, kind=order.kind, state=Standing.CURRENT, title=order.title,
        document=order.document, approved_on=order.approved_on, review_on=review_on,
        body=order.body, changes=order.changes, base=order.base, written_at=clock.now(),
    )  # fmt: skip


def withdraw(
    session: Session, attempt: Attempt, order: schemas.PutWithdrawal, *, found: ContingencyPlan,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Withdraw the version that stands, without another. Raises IllegalTransition for an older."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    if found.state != Standing.CURRENT:
        raise IllegalTransition(_("This version stands no longer: it was replaced or withdrawn."))
    found.state, found.reason = Standing.WITHDRAWN, order.reason
    event = events.ContingencyPlanWithdrawn(Kind(found.kind), found.number)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
    return receipts.keep(session, attempt, revision=found.number)
