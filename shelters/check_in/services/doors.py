"""A household at the door: looked for on record before anything is answered; and its way out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import geo, receipts
from relief_ops.cases.rules.states import Purpose
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters import queries as stays
from shelters.check_in import queries
from shelters.check_in.events import HouseholdSought, StayRead
from shelters.check_in.rules import looked_by
from shelters.check_in.schemas import FindHousehold, PutCheckOut
from shelters.evacuation.models import ListedHousehold
from shelters.models import Shelter
from shelters.services import members
from shelters.services.leaving import depart
from shelters.services.telling import NUMBERS, opened

IN_CONFIDENCE = ("name", "phone", "id_number", "care", "over_by", "signed_by", "handed_to")
SAID = (
    "id", "shelter_id", "disaster_id", "stay", "is_group", *NUMBERS, "room", "over_reason",
    "arrived_at", "left_at", "left_to", "revision",
)  # fmt: skip


def find(
    session: Session, shelter: Shelter, disaster: Disaster, asked: FindHousehold,
    tree: geo.AreaTree, *, actor_id: UUID,
) -> list[ListedHousehold]:  # fmt: skip
    """Return the households that are meant, and record that somebody looked for them."""
    rows = queries.found(session, shelter, disaster, asked, tree)
    event = HouseholdSought(shelter.id, disaster.id, asked.by, len(rows))
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return rows


def record_sought(
    session: Session, shelter: Shelter, disaster: Disaster, text: str, found: int, *, actor_id: UUID
) -> None:
    """Record that somebody looked for a household among those inside, and how many were meant."""
    event = HouseholdSought(shelter.id, disaster.id, looked_by(text), found)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])


def read_stay(
    session: Session, shelter: Shelter, arrival_id: UUID, *, purpose: Purpose, actor_id: UUID
) -> dict[str, Any]:
    """Return all that was asked of a household when it came and left; who read it is on record.

    Raises NotFound where it never came to this shelter.
    """
    found = stays.household(session, shelter.id, arrival_id)
    event = StayRead(shelter.id, found.disaster_id, found.id, purpose)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    said = {name: getattr(found, name) for name in SAID} | {"issued": found.issued or {}}
    said |= {name: opened(found, name) for name in IN_CONFIDENCE}
    return said | {"members": [vars(each) for each in members.told(session, found.id)]}


def check_out(
    session: Session, attempt: Attempt, shelter: Shelter, disaster: Disaster, order: PutCheckOut,
    *, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Let a household go that a phone checked out, perhaps long before anybody heard of it.

    The state of the shelter does not matter: who is inside may always leave. Raises Invalid for
    a household that is not registered here, with where it is if it is anywhere.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    arrival_id = queries.leaving(
        session, shelter.id, disaster.id, order.arrival_id, order.listed_id
    )
    if arrival_id is None:
        words = _not_here(session, disaster, order.listed_id)
        raise Invalid(words, [FieldError("arrival_id", "not_inside", words)])
    return depart(session, attempt, shelter, arrival_id, order.departure(), actor_id=actor_id)


def _not_here(session: Session, disaster: Disaster, listed_id: UUID | None) -> str:
    held = queries.places(session, disaster.id, [listed_id]) if listed_id else {}
    if listed_id in held:
        return _("They are registered in %(name)s, not here.", name=held[listed_id].name)
    return _("They were never checked in at this shelter, so nobody can be checked out.")
