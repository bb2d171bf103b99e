"""The end of whom handouts name: names, numbers, signatures; what was given stays."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import vault
from stockpile.handouts.models import Handout

SEALED = (
    Handout.name_sealed, Handout.id_number_sealed, Handout.id_number_blind,
    Handout.signature_sealed,
)  # fmt: skip


def forget_handouts(session: Session, disaster_id: UUID, really: bool) -> int:
    """Return how many handouts of a disaster name somebody; empty them if `really`."""
    mine = Handout.__table__.c.disaster_id == disaster_id
    return vault.emptied(session, SEALED, mine, really)
