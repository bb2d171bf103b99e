"""What a registration holds and seals, and who is told of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import plugins, vault
from relief_ops.events import record
from shelters.events import HouseholdAdmitted
from shelters.models import Arrival, Shelter, ShelterStatus
from shelters.rules import Stay

Given = dict[str, int]  # pieces by item
NUMBERS = (
    "people", "companions", "wheelchair", "infant", "medical", "pets", "pregnant", "disabled",
    "alone", "minors_alone",
)  # fmt: skip


def admitted(
    session: Session, shelter: Shelter, status: ShelterStatus, found: Arrival, *, actor_id: UUID
) -> None:
    """Say that a household was registered, to the log and to whoever keeps its list."""
    on_the_way = found.stay == Stay.ON_THE_WAY
    event = HouseholdAdmitted(
        shelter.id, found.disaster_id, found.id, found.people, on_the_way, status.registered
    )
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    tell(session, found, at=found.arrived_at, actor_id=actor_id)


def tell(session: Session, found: Arrival, *, at: datetime, actor_id: UUID) -> None:
    """Tell whoever keeps the list of who must move where one of its rows is now."""
    if found.listed_id is None:
        return
    arrived = plugins.Arrived(
        listed_id=found.listed_id, disaster_id=found.disaster_id, shelter_id=found.shelter_id,
        arrival_id=found.id, on_the_way=found.stay == Stay.ON_THE_WAY, at=at, actor_id=actor_id,
        left_to=found.left_to or "",
    )  # fmt: skip
    session.flush()
    for hear in plugins.contributed("arrivals"):
        hear(session, arrived)


def give_out(session: Session, found: Arrival, *, before: Given, actor_id: UUID) -> None:
    """Tell whoever keeps the stock of the shelter what an arrived household was given there.

    `before` is what was said of it last: what did not change is not told again.
    """
    now = given(found)
    if now == before:
        return
    told = plugins.GivenOut(
        act_id=found.id, told=found.revision + bool(found.left_at),
        disaster_id=found.disaster_id,
        place_id=found.shelter_id, name=opened(found, "name"),
        id_number=opened(found, "id_number"), people=found.people, items=now,
        at=found.arrived_at, actor_id=actor_id,
    )  # fmt: skip
    session.flush()
    for hear in plugins.contributed("given_out"):
        hear(session, told)


def given(found: Arrival | None) -> Given:
    """Return what a household was given when it came, as last said; nothing before it is there."""
    there = found is not None and found.stay == Stay.ARRIVED
    return dict(found.issued or {}) if found is not None and there else {}


def opened(found: Arrival, column: str) -> str:
    """Return a personal field of a household, or nothing where nobody said it."""
    stored = getattr(found, f"{column}_sealed")
    return vault.unseal("arrival", column, found.id, stored) if stored else ""


def sealed(column: str, row_id: UUID, text: str) -> bytes | None:
    """Return a personal field of a household as it is stored."""
    return vault.seal("arrival", column, row_id, text) if text else None
