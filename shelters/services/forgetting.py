"""The end of what a check-in told of people: names, numbers, care; the counts stay."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import vault
from shelters.models import Arrival, ArrivalMember

SEALED = (
    Arrival.name_sealed, Arrival.phone_sealed, Arrival.phone_blind, Arrival.id_number_sealed,
    Arrival.id_number_blind, Arrival.care_sealed, Arrival.over_by_sealed,
    Arrival.signed_by_sealed, Arrival.handed_to_sealed,
)  # fmt: skip
MEMBERS = (
    ArrivalMember.name_sealed, ArrivalMember.id_number_sealed, ArrivalMember.id_number_blind,
)  # fmt: skip


def forget_arrivals(session: Session, disaster_id: UUID, really: bool) -> int:
    """Return how many registrations of a disaster name somebody; empty them if `really`."""
    mine = Arrival.__table__.c.disaster_id == disaster_id
    arrivals = select(Arrival.id).where(Arrival.disaster_id == disaster_id)
    theirs = ArrivalMember.__table__.c.arrival_id.in_(arrivals)
    return vault.emptied(session, SEALED, mine, really) + vault.emptied(
        session, MEMBERS, theirs, really
    )
