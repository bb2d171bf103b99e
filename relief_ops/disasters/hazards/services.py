"""Entering hazards, changing them and lifting them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.hazards import events, schemas
from relief_ops.disasters.hazards.models import Hazard, HazardRevision
from relief_ops.disasters.hazards.rules import SHAPES, Kind
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import Code, record
from relief_ops.geo import shapes
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

KEPT = (
    "kind", "name", "reason", "shape", "from_at", "until_at", "lifted_at", "lifted_reason",
    "written_at", "actor_id", "area_id",
)  # fmt: skip
OWN = {"scope": "shared", "any_drill": True}


def put_hazard(
    session: Session, attempt: Attempt, order: schemas.PutHazard, *, disaster: Disaster,
    area_id: UUID, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Enter a hazard or change it. Raises Invalid for a shape that is none of its kind."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = session.get(Hazard, attempt.id, with_for_update=True, execution_options=OWN)
    revision = receipts.next_revision(attempt, found.revision if found else None)
    shape = _shape(order)
    _check(order, found, disaster)
    now = disasters.now_of(session, disaster)
    if found is None:
        found = Hazard(id=attempt.id, disaster_id=disaster.id, drill_id=disaster.drill_id)
        session.add(found)
    found.area_id, found.shape, found.revision = area_id, shape, revision
    for name in ("kind", "name", "reason", "from_at", "until_at"):
        setattr(found, name, getattr(order, name))
    found.lifted_at, found.lifted_reason = None, ""
    event = events.HazardWritten(disaster.id, Code(order.kind), revision)
    _keep(session, found, now, actor_id)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[area_id])
    return receipts.keep(session, attempt, revision=revision)


def _shape(order: schemas.PutHazard) -> str:
    try:
        shape = shapes.read(order.shape, order.coordinates)
    except Invalid as error:
        raise Invalid(str(error), [FieldError("shape", "shape", str(error))]) from error
    if shapes.dimension(shape) not in SHAPES[order.kind]:
        text = (
            _("A closed road is a point or a line.")
            if order.kind == Kind.CLOSED_ROAD
            else _("Dangerous ground is an area.")
        )
        raise Invalid(text, [FieldError("shape", "shape", text)])
    return shape


def _check(order: schemas.PutHazard, found: Hazard | None, disaster: Disaster) -> None:
    if order.until_at is not None and order.until_at <= order.from_at:
        text = _("The end lies before the beginning.")
        raise Invalid(text, [FieldError("until_at", "order", text)])
    if found is not None and found.disaster_id != disaster.id:
        text = _("A hazard stays with its disaster.")
        raise Invalid(text, [FieldError("disaster_id", "fixed", text)])


def lift(
    session: Session, attempt: Attempt, found: Hazard, order: schemas.Lift, *, actor_id: UUID
) -> Receipt:
    """End a held hazard now. Raises IllegalTransition when it was lifted already."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    if found.lifted_at is not None:
        raise IllegalTransition(_("It was lifted already."))
    disaster = disasters.disaster(session, found.disaster_id)
    now = disasters.now_of(session, disaster)
    found.lifted_at, found.lifted_reason = max(now, found.from_at), order.reason
    found.revision += 1
    _keep(session, found, now, actor_id)
    event = events.HazardLifted(disaster.id, Code(found.kind), found.revision)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
    return receipts.keep(session, attempt, revision=found.revision)


def _keep(session: Session, found: Hazard, now: datetime, actor_id: UUID) -> None:
    """Keep what the hazard says now beside what it said before."""
    found.written_at, found.actor_id = now, actor_id
    session.flush()
    row = HazardRevision(hazard_id=found.id, revision=found.revision)
    for name in KEPT:
        setattr(row, name, getattr(found, name))
    session.add(row)
