"""Withdrawing a report that was not accepted: it counts in nothing, stays, and is owed again."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import events, queries, rules, schemas
from damage_reports.models import Report, Verdict
from damage_reports.rules import WITHDRAWAL, ReportState
from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Forbidden, IllegalTransition, Invalid
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_withdrawal(
    session: Session, attempt: Attempt, order: schemas.PutWithdrawal, *, report: Report,
    disaster: Disaster, actor_id: UUID, for_township: bool,
) -> Receipt:  # fmt: skip
    """Withdraw a revision, with the reason; no earlier one of its round comes back for it.

    `for_township` says that the person reports for the township the area lies in. Raises
    Forbidden for somebody else's, IllegalTransition once a version of the round was accepted,
    Invalid without a reason.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if report.author_id != actor_id and not for_township:
        words = _("Only whoever filed a report, or the township, withdraws it.")
        raise Forbidden(words)
    _check_state(session, report, disaster)
    if not order.reason.strip():
        missing = FieldError("reason", "missing", _("Say why it is withdrawn."))
        raise Invalid(_("A reason is required."), [missing])
    now = disasters.now_of(session, disaster)
    session.add(
        Verdict(
            id=order.id, report_id=report.id, action=WITHDRAWAL, reason=order.reason.strip(),
            actor_id=actor_id, at=now,
        )
    )  # fmt: skip
    if report.counted_from and report.counted_to is None:
        report.counted_to = now
    report.current, report.state = False, ReportState.WITHDRAWN
    area = disasters.division_tree(session, disaster).node(report.area_id)
    event = events.ReportWithdrawn(report.id, disaster.id, Code(area.code), Code(report.round))
    record(session, event, actor_id=actor_id, subject=report.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=report.revision)


def _check_state(session: Session, report: Report, disaster: Disaster) -> None:
    if disaster.state == "closed":
        raise IllegalTransition(_("This disaster is closed. Its reports stay as they are."))
    if report.state == ReportState.WITHDRAWN:
        raise IllegalTransition(_("This report was withdrawn already."))
    if report.state != ReportState.RIVAL and queries.accepted_on_grain(session, report):
        raise IllegalTransition(
            _("The report of this round was accepted. File a correction instead.")
        )
    if not rules.may_become(ReportState(report.state), ReportState.WITHDRAWN):
        state = rules.state_words()[report.state]
        raise IllegalTransition(_("A report that is “%(state)s” cannot be withdrawn.", state=state))
