"""Putting on record that a county told the province or the ministry past the city."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import events, schemas
from damage_reports.models import BypassReport
from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Invalid
from relief_ops.events import Code, record
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_bypass(
    session: Session, attempt: Attempt, order: schemas.PutBypass, *, disaster: Disaster,
    area: AreaNode, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Record who above was told of how many dead and missing, when, and by what means.

    Raises Invalid for an area that is no county of the disaster, and for a time still to come or
    before the disaster. A closed disaster takes it too: what was told was told.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    now = disasters.now_of(session, disaster)
    at = order.at or now
    problems = disasters.outside(session, disaster, area)
    if area.level != Level.COUNTY:
        problems = [FieldError("area_code", "level", _("A county reports past the city."))]
    if at > now:
        problems.append(FieldError("at", "future", _("That is still to come.")))
    if at < disaster.started_at:
        problems.append(FieldError("at", "too_early", _("That is before the disaster began.")))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)
    session.add(
        BypassReport(
            id=attempt.id, disaster_id=disaster.id, area_id=area.id, above=order.above, at=at,
            recorded_at=now, means=order.means, told_to=order.told_to, deaths=order.deaths,
            missing=order.missing, actor_id=actor_id,
        )
    )  # fmt: skip
    event = events.ReportBypassed(
        attempt.id, disaster.id, Code(area.code), order.above, at, order.deaths, order.missing
    )
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=1)
