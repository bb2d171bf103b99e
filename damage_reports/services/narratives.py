"""What is told in words beside the figures: course, scenes, needs (文字说明)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import events, queries, schemas
from damage_reports.models import Narrative
from damage_reports.services.guarding import must_be_taken
from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldConflict, StaleBase
from relief_ops.events import Code, record
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_narrative(
    session: Session, attempt: Attempt, order: schemas.PutNarrative, *, area: AreaNode,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Keep a revision of what an area tells of a round; nothing is overwritten.

    Raises StaleBase, with both texts, when `base` is no longer the one that stands.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    must_be_taken(session, disaster, area, round_=order.round)
    standing = queries.current_narrative(
        session, disaster_id=disaster.id, area_id=area.id, round_=order.round
    )
    _check_base(session, order, standing)
    if standing is not None:
        standing.current = False
        session.flush()
    row = Narrative(
        id=attempt.id, disaster_id=disaster.id, area_id=area.id, round=order.round,
        words=order.words, revision=standing.revision + 1 if standing else 1, base_id=order.base,
        current=True, author_id=actor_id, received_at=disasters.now_of(session, disaster),
    )  # fmt: skip
    session.add(row)
    event = events.ReportNarrated(
        row.id, disaster.id, Code(area.code), Code(order.round), row.revision
    )
    record(session, event, actor_id=actor_id, subject=row.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=row.revision)


def _check_base(session: Session, order: schemas.PutNarrative, standing: Narrative | None) -> None:
    if order.base == (standing.id if standing else None):
        return
    base = session.get(Narrative, order.base) if order.base else None
    theirs = standing.words if standing else None
    current = {"id": str(standing.id), "revision": standing.revision} if standing else None
    raise StaleBase(
        _("Somebody wrote a newer text meanwhile. Compare both and send again."),
        current=current,
        fields=[FieldConflict("words", base.words if base else None, theirs, order.words)],
    )
