"""Answering a figure of the level above: agreed, or disputed with a reason."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import events, schemas
from damage_reports.models import OwnAnswer, OwnFigure
from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Forbidden, IllegalTransition, Invalid
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_own_answer(
    session: Session, attempt: Attempt, order: schemas.PutOwnAnswer, *, figure: OwnFigure,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Say what the area thinks of the figure; a later answer takes the place of an earlier one.

    Raises IllegalTransition for a figure that no longer stands, Forbidden for one's own,
    Invalid for a dispute without a reason.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if figure.set_to is not None:
        raise IllegalTransition(_("This figure was replaced by a newer one. Answer that."))
    if figure.actor_id == actor_id:
        raise Forbidden(_("Whoever sets a figure does not answer it."))
    if order.answer == "dispute" and not order.reason.strip():
        missing = FieldError("reason", "missing", _("Say why, so that it can be put right."))
        raise Invalid(_("A reason is required."), [missing])
    session.add(
        OwnAnswer(
            id=attempt.id, own_figure_id=figure.id, answer=order.answer,
            reason=order.reason.strip(), actor_id=actor_id,
            at=disasters.now_of(session, disaster),
        )
    )  # fmt: skip
    area = disasters.division_tree(session, disaster).node(figure.area_id)
    event = events.OwnFigureAnswered(figure.id, disaster.id, Code(area.code), Code(order.answer))
    record(session, event, actor_id=actor_id, subject=figure.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=1)
