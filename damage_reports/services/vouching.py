"""Saying of a figure that stands out: looked at, it is right."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import events, queries, schemas
from damage_reports.models import FigureVoucher, Report
from damage_reports.rules import scaled
from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Forbidden, IllegalTransition, Invalid
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_voucher(
    session: Session, attempt: Attempt, order: schemas.PutVoucher, *, report: Report,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Vouch for one figure of a report; it holds for that value in that round.

    Raises Invalid for a figure the report does not know, Forbidden for one's own report,
    IllegalTransition where somebody already vouched for it.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if report.author_id == actor_id:
        raise Forbidden(_("Whoever sends a figure does not vouch for it."))
    form = queries.form_of(session, report.form_version)
    value = queries.values_of(session, report.id, form).get(order.indicator)
    if value is None:
        missing = FieldError("indicator", "absent", _("The report has no such figure."))
        raise Invalid(_("There is nothing to vouch for."), [missing])
    field = form[order.indicator]
    row = FigureVoucher(
        id=attempt.id, disaster_id=disaster.id, area_id=report.area_id, round=report.round,
        indicator_id=field.id, value=scaled(value, scale=field.scale),
        reason=order.reason.strip(), actor_id=actor_id, at=disasters.now_of(session, disaster),
    )  # fmt: skip
    if queries.voucher_like(session, row):
        raise IllegalTransition(_("Somebody has already looked at this figure."))
    session.add(row)
    area = disasters.division_tree(session, disaster).node(report.area_id)
    event = events.ReportVouched(
        report.id, disaster.id, Code(area.code), Code(report.round), Code(order.indicator)
    )
    record(session, event, actor_id=actor_id, subject=report.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=1)
