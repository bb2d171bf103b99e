"""The end of what was noted at people's doors; the list is kept for the next storm."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import vault
from shelters.evacuation.models import DwellingFinding, EvacuationOrder, EvacuationStep

STEPS = (
    EvacuationStep.note_sealed, EvacuationStep.decided_by_sealed, EvacuationStep.present_sealed,
)  # fmt: skip


def forget_notes(session: Session, disaster_id: UUID, really: bool) -> int:
    """Return how many steps and findings of a disaster hold a note; empty them if `really`."""
    order = EvacuationOrder.__table__.c
    orders = select(order.id).where(order.disaster_id == disaster_id)
    steps = EvacuationStep.__table__.c.order_id.in_(orders)
    found = DwellingFinding.__table__.c.disaster_id == disaster_id
    return vault.emptied(session, STEPS, steps, really) + vault.emptied(
        session, (DwellingFinding.note_sealed,), found, really
    )
