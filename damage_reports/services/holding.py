"""Taking a report in hand to judge it, so that two people do not judge it at once.

A hold runs in real time, in a drill too: it is about people, not about the story.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import events, queries, schemas
from damage_reports.models import Hold, Report
from damage_reports.queries import limits
from relief_ops import clock, receipts
from relief_ops.auth import lookup
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import IllegalTransition
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_hold(
    session: Session, attempt: Attempt, order: schemas.PutHold, *, report: Report,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Take a report in hand for some minutes, again, from somebody else, or let go of it.

    Raises IllegalTransition when another has it and `take_over` is not asked.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    row, now = queries.hold_of(session, report, lock=True), clock.now()
    span = limits.limit(session, disaster, limits.HOLD)
    if not order.take_over:
        _refuse_anothers(session, row, actor_id, now)
    if row is None:
        row = Hold(
            id=attempt.id, disaster_id=disaster.id, area_id=report.area_id, round=report.round
        )
        session.add(row)
    row.actor_id, row.held_from = actor_id, now
    row.held_to = now if order.release else now + span
    area = disasters.division_tree(session, disaster).node(report.area_id)
    event = events.ReportHeld(
        report.id, disaster.id, Code(area.code), Code(report.round), row.held_to
    )
    record(session, event, actor_id=actor_id, subject=report.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=1)


def release(session: Session, report: Report, actor_id: UUID) -> None:
    """Let go of a report that is being judged. Raises IllegalTransition when another has it."""
    row, now = queries.hold_of(session, report, lock=True), clock.now()
    _refuse_anothers(session, row, actor_id, now)
    if row is not None and row.held_to > now:
        row.held_to = now


def _refuse_anothers(session: Session, row: Hold | None, actor_id: UUID, now: datetime) -> None:
    if row is None or row.held_to <= now or row.actor_id == actor_id:
        return
    name = lookup.names(session, [row.actor_id]).get(row.actor_id, "")
    raise IllegalTransition(
        _(
            "%(name)s has this report in hand until %(time)s. Ask, or take it over.",
            name=name, time=f"{clock.local(row.held_to):%H:%M}",
        )
    )  # fmt: skip
