"""Reports on paper: attached by one, typed by another, or withdrawn with a reason."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import events, queries, schemas
from damage_reports.models import ReportPaper
from damage_reports.rules import PaperState
from damage_reports.services.guarding import must_be_taken
from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import Code, record
from relief_ops.files import FileState
from relief_ops.files import queries as files
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_paper(
    session: Session, attempt: Attempt, order: schemas.PutPaper, *, area: AreaNode,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Put the picture of a paper into the queue of those to be typed.

    Raises Invalid for a file that is not here whole, IllegalTransition for one that is in the
    queue already.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    must_be_taken(session, disaster, area, round_=order.round)
    found = files.upload(session, order.file_id, owner_id=actor_id)
    if found.state != FileState.COMPLETE:
        words = _("The picture has not arrived whole yet. Send its pieces first.")
        raise Invalid(words, [FieldError("file_id", "incomplete", words)])
    row = ReportPaper(
        id=attempt.id, disaster_id=disaster.id, area_id=area.id, round=order.round,
        file_id=found.id, sha256=found.sha256, told_by=order.told_by.strip(),
        state=PaperState.WAITING, author_id=actor_id,
        received_at=disasters.now_of(session, disaster),
    )  # fmt: skip
    if queries.paper_like(session, row):
        raise IllegalTransition(_("This very picture is in the queue already."))
    session.add(row)
    event = events.ReportPaperAttached(row.id, disaster.id, Code(area.code), Code(order.round))
    record(session, event, actor_id=actor_id, subject=row.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=1)


def type_paper(
    session: Session, paper_id: str, report_id: UUID, order: schemas.PutReport, *,
    area: AreaNode, actor_id: UUID,
) -> None:  # fmt: skip
    """Say which report was typed from a paper; without a paper there is nothing to say.

    Raises IllegalTransition for one settled before, Invalid for one of another area,
    disaster or round.
    """
    row = queries.paper_at(session, paper_id, lock=True)
    if row is None:
        return
    if row.area_id != area.id:
        raise Invalid(_("This paper is of another area."))
    if row.state == PaperState.TYPED and row.report_id == report_id:
        return
    _must_wait(row)
    if (row.disaster_id, row.round) != (order.disaster_id, order.round):
        words = _("This paper is of another round. Choose the one it is of.")
        raise Invalid(words, [FieldError("round", "other", words)])
    disaster = disasters.disaster(session, row.disaster_id)
    _settle(session, row, PaperState.TYPED, disaster, actor_id)
    row.report_id = report_id
    code = disasters.division_tree(session, disaster).node(row.area_id).code
    event = events.ReportPaperTyped(row.id, disaster.id, Code(code), Code(row.round), report_id)
    record(session, event, actor_id=actor_id, subject=row.id, areas=[row.area_id])


def withdraw_paper(
    session: Session, attempt: Attempt, order: schemas.PutPaperWithdrawal, *, row: ReportPaper,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Take a paper out of the queue, with the reason; it stays to be seen."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    _must_wait(row)
    _settle(session, row, PaperState.WITHDRAWN, disaster, actor_id)
    row.reason = order.reason.strip()
    code = disasters.division_tree(session, disaster).node(row.area_id).code
    event = events.ReportPaperWithdrawn(row.id, disaster.id, Code(code), Code(row.round))
    record(session, event, actor_id=actor_id, subject=row.id, areas=[row.area_id])
    return receipts.keep(session, attempt, revision=1)


def _must_wait(row: ReportPaper) -> None:
    if row.state != PaperState.WAITING:
        raise IllegalTransition(_("This paper was typed or withdrawn already."))


def _settle(
    session: Session, row: ReportPaper, state: PaperState, disaster: Disaster, actor_id: UUID
) -> None:
    row.state, row.settled_by = state, actor_id
    row.settled_at = disasters.now_of(session, disaster)
