"""Marking entries of the queue."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import receipts
from relief_ops.disasters.attention import schemas
from relief_ops.disasters.attention.events import AttentionMarked
from relief_ops.disasters.attention.models import AttentionMark
from relief_ops.disasters.attention.rules import Act
from relief_ops.events import Code, record
from relief_ops.plugins import Attention
from relief_ops.receipts import Attempt, Receipt


def mark(
    session: Session, attempt: Attempt, order: schemas.Mark, entry: Attention, *,
    disaster_id: UUID | None, now: datetime, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """See, take, let go, snooze, raise or settle an entry that stands in the queue.

    The caller has looked for the receipt of a retry: by then the entry may be gone.
    """
    found = session.get(AttentionMark, attempt.id, with_for_update=True)
    revision = receipts.next_revision(attempt, found.revision if found else None)
    if found is None:
        found = AttentionMark(
            id=attempt.id, key=entry.key, disaster_id=disaster_id, area_id=entry.area_id
        )
        session.add(found)
    _apply(found, order, now=now, actor_id=actor_id)
    found.revision = revision
    event = AttentionMarked(Code(entry.kind), order.act, order.until, revision)
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[entry.area_id])
    return receipts.keep(session, attempt, revision=revision)


def _apply(found: AttentionMark, order: schemas.Mark, *, now: datetime, actor_id: UUID) -> None:
    found.seen_at = found.seen_at or now
    found.reason = order.reason
    if order.act == Act.OWN:
        found.owner_id, found.snoozed_until = actor_id, None
    elif order.act == Act.LET_GO:
        found.owner_id = None
    elif order.act == Act.SNOOZE:
        found.snoozed_until = order.until
    elif order.act == Act.RAISE:
        found.raised_at, found.snoozed_until = now, None
    elif order.act == Act.SETTLE:
        found.settled_at = now
