"""What a registration holds and seals, and who is told of it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import plugins, vault
from relief_ops.disasters import queries as disasters
from relief_ops.events import record
from shelters.events import HouseholdAdmitted
from shelters.models import Arrival, Shelter, ShelterStatus
from shelters.rules import Stay
from shelters.services.figures import propose

NUMBERS = (
    "people", "companions", "wheelchair", "infant", "medical", "pets", "pregnant", "disabled",
    "alone", "minors_alone",
)  # fmt: skip


class Given(NamedTuple):
    """What a household got when it came, in pieces by item, and who they are."""

    items: dict[str, int]
    people: int
    name: str
    id_number: str


NOBODY = Given({}, 0, "", "")


def admitted(
    session: Session, shelter: Shelter, status: ShelterStatus, found: Arrival, *, actor_id: UUID
) -> None:
    """Say that a household was registered, to the log and to whoever keeps its list."""
    on_the_way = found.stay == Stay.ON_THE_WAY
    event = HouseholdAdmitted(
        shelter.id, found.disaster_id, found.id, found.people, on_the_way, status.registered
    )
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    owe(session, shelter, status)
    tell(session, found, at=found.arrived_at, actor_id=actor_id)


def owe(session: Session, shelter: Shelter, status: ShelterStatus) -> None:
    """Let the township's figures follow who came to a shelter or left it."""
    disaster = disasters.disaster(session, status.disaster_id)
    propose(session, shelter, disaster, as_of=disasters.now_of(session, disaster))


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
    if now == before or not (now.items or before.items):
        return
    told = plugins.GivenOut(
        act_id=found.id, told=found.revision + bool(found.left_at),
        disaster_id=found.disaster_id, place_id=found.shelter_id, name=now.name,
        id_number=now.id_number, people=found.people, items=now.items,
        at=found.arrived_at, actor_id=actor_id,
    )  # fmt: skip
    session.flush()
    for hear in plugins.contributed("given_out"):
        hear(session, told)


def given(found: Arrival | None) -> Given:
    """Return what a household was given when it came, as last said; nothing before it is there."""
    if found is None or found.stay != Stay.ARRIVED:
        return NOBODY
    items = dict(found.issued or {})
    return Given(items, found.people, opened(found, "name"), opened(found, "id_number"))


def opened(found: Arrival, column: str) -> str:
    """Return a personal field of a household, or nothing where nobody said it."""
    stored = getattr(found, f"{column}_sealed")
    return vault.unseal("arrival", column, found.id, stored) if stored else ""


def sealed(column: str, row_id: UUID, text: str) -> bytes | None:
    """Return a personal field of a household as it is stored."""
    return vault.seal("arrival", column, row_id, text) if text else None
