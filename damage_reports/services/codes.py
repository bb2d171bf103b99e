"""Filing what was read out as digits, for somebody who has no network."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import schemas
from damage_reports.queries.codes import Told
from damage_reports.services.filing import put_report
from relief_ops import receipts
from relief_ops.errors import IllegalTransition
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_code(session: Session, told: Told, order: schemas.PutCode, *, actor_id: UUID) -> Receipt:
    """File a report that was read out: once, however many desks type it in.

    What has no place in the digits is taken over from the report before.
    Raises IllegalTransition when the round has these very figures already, and whatever
    filing any report raises.
    """
    attempt = Attempt(id=told.report_id, base="", digest=told.digest)
    if receipt := receipts.replay(session, attempt):
        return receipt
    if told.known:
        raise IllegalTransition(_("These figures are here already. There is nothing to file."))
    report = schemas.PutReport(
        disaster_id=told.disaster.id, area_code=told.area.code, round=told.round, kind=told.kind,
        as_of=told.as_of, values=dict(told.values), reasons=order.reasons,
        entered_for=schemas.EnteredFor(told_by=order.told_by, means=order.means), partial=True,
    )  # fmt: skip
    return put_report(
        session, attempt, report, area=told.area, disaster=told.disaster, actor_id=actor_id,
        code=told.digits,
    )  # fmt: skip
