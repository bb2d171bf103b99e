"""Opening a round of reporting."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports import events, schemas
from damage_reports.models import ReportRound
from damage_reports.rules import RoundKind
from relief_ops import clock, receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Invalid
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_round(
    session: Session, attempt: Attempt, order: schemas.PutRound, *, disaster: Disaster,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Open a round, or put right what it is (If-Match).

    Raises Invalid when the disaster has such a round already or is closed, when the kind does
    not go with a daily report, or a daily one does not end at midnight.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = session.get(ReportRound, attempt.id, with_for_update=True)
    revision = receipts.next_revision(attempt, found.revision if found else None)
    _check(session, order, disaster, besides=attempt.id)
    if found is None:
        found = ReportRound(id=attempt.id, opened_at=disasters.now_of(session, disaster))
        session.add(found)
    elif found.disaster_id != disaster.id:
        raise Invalid(_("A round stays with its disaster."))
    found.disaster_id, found.code = disaster.id, order.code
    found.kind, found.daily = order.kind, order.daily
    found.as_of, found.revision = order.as_of, revision
    event = events.RoundOpened(
        found.id, disaster.id, Code(order.code), Code(order.kind), order.as_of, revision
    )
    record(session, event, actor_id=actor_id, subject=found.id, areas=[disaster.area_id])
    return receipts.keep(session, attempt, revision=revision)


def _check(session: Session, order: schemas.PutRound, disaster: Disaster, *, besides: UUID) -> None:
    problems = []
    same = select(ReportRound.id).where(
        ReportRound.disaster_id == disaster.id,
        ReportRound.code == order.code,
        ReportRound.id != besides,
    )
    if session.scalar(same):
        problems.append(FieldError("code", "taken", _("This disaster has such a round already.")))
    if order.daily and order.kind != RoundKind.UPDATE:
        words = _("Only a follow-up can be the daily zero report.")
        problems.append(FieldError("daily", "not_an_update", words))
    if order.daily and clock.local(order.as_of).time() != time():
        words = _("The daily report goes up to midnight: give 00:00 of the day it is due.")
        problems.append(FieldError("as_of", "not_midnight", words))
    if order.as_of < disaster.started_at:
        words = _("That is before the disaster began.")
        problems.append(FieldError("as_of", "before_the_disaster", words))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)
    if disaster.state == "closed":
        raise Invalid(_("This disaster is closed. No more rounds are opened for it."))
