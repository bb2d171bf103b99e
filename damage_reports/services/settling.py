"""Settling which of two rival reports counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import events, queries, rules, schemas
from damage_reports.models import Report, Verdict
from damage_reports.rules import DISCARDED, KEPT, ReportState, Severity
from damage_reports.services import placing
from damage_reports.services.filing import supersede
from damage_reports.services.guarding import must_be_open
from relief_ops import clock, receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Forbidden, IllegalTransition, Invalid
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_settlement(
    session: Session, attempt: Attempt, order: schemas.PutSettlement, *, report: Report,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Decide whether a rival report counts instead of the one that stands, and keep the reason.

    Raises IllegalTransition when it is no rival (any more) or what stands is newer and was not
    seen, Forbidden for one's own, Invalid when a figure would fall without a reason or the
    disaster is closed.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    must_be_open(disaster)
    if report.state != ReportState.RIVAL:
        raise IllegalTransition(_("This report is not waiting to be settled."))
    if report.author_id == actor_id:
        raise Forbidden(_("Whoever files a report does not settle it."))
    now = disasters.now_of(session, disaster)
    if order.keep:
        _let_count(session, order, report, disaster, now)
    report.state = ReportState.SUBMITTED if order.keep else ReportState.DISCARDED
    session.add(
        Verdict(
            id=order.id, report_id=report.id, action=KEPT if order.keep else DISCARDED,
            reason=order.reason.strip(), actor_id=actor_id, at=now,
        )
    )  # fmt: skip
    area = disasters.division_tree(session, disaster).node(report.area_id)
    event = events.ReportSettled(
        report.id, report.disaster_id, Code(area.code), Code(report.round), order.keep
    )
    record(session, event, actor_id=actor_id, subject=report.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=report.revision)


def _let_count(
    session: Session, order: schemas.PutSettlement, report: Report, disaster: Disaster,
    now: datetime,
) -> None:  # fmt: skip
    grain: dict[str, Any] = {
        "disaster_id": report.disaster_id, "area_id": report.area_id, "round_": report.round,
    }  # fmt: skip
    standing = queries.current_on_grain(session, **grain)
    if standing is not None:
        _check_seen(order, report, standing)
        _check_fall(session, order, report, standing)
    report.revision = queries.following_revision(session, **grain)
    if standing is not None:
        supersede(session, standing, now)
    report.current, report.counted_from = True, now
    report.valid_from = placing.valid_from(
        session, disaster, report.area_id, round_=report.round, as_of=report.as_of
    )


def _check_seen(order: schemas.PutSettlement, report: Report, standing: Report) -> None:
    """Refuse to put an older report over a newer one unseen."""
    newer = order.seen is None and standing.received_at > report.received_at
    if not newer and order.seen in (None, standing.id):
        return
    raise IllegalTransition(
        _(
            "A newer version stands since: revision %(number)d, received %(when)s. Compare both. "
            "Should this one count all the same, name the version you have seen (%(id)s).",
            number=standing.revision, when=f"{clock.local(standing.received_at):%m-%d %H:%M}",
            id=standing.id,
        )
    )  # fmt: skip


def _check_fall(
    session: Session, order: schemas.PutSettlement, report: Report, standing: Report
) -> None:
    """Ask for a reason where a figure would fall, or no longer be known, by this decision."""
    if order.reason.strip():
        return
    form = queries.form_of(session, report.form_version)
    found = rules.check(
        queries.values_of(session, report.id, form),
        base=queries.values_of(session, standing.id, form), reasons=report.reasons,
    )  # fmt: skip
    names = queries.indicator_names(form)
    fallen = [
        FieldError("reason", each.rule, rules.said(each, names))
        for each in found
        if each.severity is Severity.REASON
    ]
    if fallen:
        raise Invalid(_("A reason is required."), fallen)
