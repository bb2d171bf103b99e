"""Households: registered within the greatest capacity, whatever arrives at the same time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from relief_ops import plugins, receipts, vault
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import IllegalTransition, NotFound
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters import queries, rules
from shelters.events import HouseholdAdmitted, HouseholdDeparted
from shelters.models import Arrival, Shelter, ShelterStatus
from shelters.queries.found import phone_index
from shelters.queries.words import state_words
from shelters.rules import LeftTo, State, Stay
from shelters.schemas import PutArrival, PutDeparture
from shelters.services.life_cycle import follow_figures, status_for

NUMBERS = ("people", "wheelchair", "infant", "medical", "pets")


class ShelterFull(IllegalTransition):
    """The household does not fit; `next` names the nearest open shelter where it does."""

    def __init__(self, message: str, following: dict[str, Any] | None) -> None:
        super().__init__(message)
        self.following = following

    def extra(self) -> dict[str, Any]:
        """Return the next best shelter, or null."""
        return {"next": self.following}


def put_arrival(
    session: Session, attempt: Attempt, shelter: Shelter, order: PutArrival, *, actor_id: UUID
) -> Receipt:
    """Register a household in a held shelter, or change what is known of it. Raises ShelterFull."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    disaster = disasters.disaster(session, order.disaster_id)
    status = status_for(session, shelter, disaster)
    found = queries.arrival(session, shelter.id, attempt.id)
    revision = receipts.next_revision(attempt, found.revision if found else None)
    _check(status, found)
    stay = Stay.ON_THE_WAY if order.on_the_way else Stay.ARRIVED
    _take_places(session, shelter, status, found, people=order.people, stay=stay)
    at = order.arrived_at or disasters.now_of(session, disaster)
    if found is None:
        found = Arrival(id=attempt.id, shelter_id=shelter.id, disaster_id=disaster.id)
    _write(session, found, order, disaster, at=at)
    found.area_id, found.stay, found.revision = shelter.area_id, stay, revision
    found.actor_id = actor_id
    session.add(found)
    event = HouseholdAdmitted(
        shelter.id, disaster.id, found.id, found.people, order.on_the_way, status.registered
    )
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    _tell(session, found, at=at, actor_id=actor_id)
    follow_figures(session, shelter, status, at=at, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=revision)


def _tell(session: Session, found: Arrival, *, at: datetime, actor_id: UUID) -> None:
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


def _check(status: ShelterStatus, found: Arrival | None) -> None:
    if status.state not in rules.ADMITTING:
        state = state_words(status.state)
        raise IllegalTransition(_("This shelter is %(state)s. Open it first.", state=state))
    if found is not None and found.stay not in rules.HOLDING:
        raise IllegalTransition(_("This household has already left."))


def _take_places(
    session: Session, shelter: Shelter, status: ShelterStatus, found: Arrival | None, *,
    people: int, stay: Stay,
) -> None:  # fmt: skip
    """Take the places in one guarded statement. Raises ShelterFull when they are not there."""
    more = people - (found.people if found else 0)
    coming = people if stay == Stay.ON_THE_WAY else 0
    came = found.people if found and found.stay == Stay.ON_THE_WAY else 0
    if not _move(session, status, more, coming - came):
        following = queries.next_best(session, shelter, status.disaster_id, people=people)
        raise ShelterFull(_no_room(shelter, status, following), following)


def _move(session: Session, status: ShelterStatus, people: int, on_the_way: int) -> bool:
    table = ShelterStatus
    done = session.execute(
        update(table)
        .where(
            table.shelter_id == status.shelter_id,
            table.disaster_id == status.disaster_id,
            table.registered + people <= table.capacity_max,
            table.registered + people >= 0,
        )
        .values(registered=table.registered + people, on_the_way=table.on_the_way + on_the_way)
        .execution_options(synchronize_session=False)
    )
    session.refresh(status)
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _no_room(shelter: Shelter, status: ShelterStatus, following: dict[str, Any] | None) -> str:
    free = status.capacity_max - status.registered
    here = _("%(name)s has %(free)d places left.", name=shelter.name, free=free)
    if following is None:
        return here + " " + _("No other open shelter has room for this household.")
    there = _(
        "Nearest with room: %(name)s, %(free)d places.",
        name=following["name"], free=following["free"],
    )  # fmt: skip
    return f"{here} {there}"


def _write(
    session: Session, found: Arrival, order: PutArrival, disaster: Disaster, *, at: datetime
) -> None:
    for name in NUMBERS:
        setattr(found, name, getattr(order, name))
    found.listed_id = order.listed_id
    found.name_sealed = _sealed("name", found.id, order.name)
    found.phone_sealed = _sealed("phone", found.id, order.phone)
    found.phone_blind = phone_index(order.phone)
    origin = order.origin_code
    found.origin_id = disasters.area_by_code(session, origin, disaster).id if origin else None
    found.arrived_at = at


def _sealed(column: str, row_id: UUID, text: str) -> bytes | None:
    return vault.seal("arrival", column, row_id, text) if text else None


def depart(
    session: Session, attempt: Attempt, shelter: Shelter, arrival_id: UUID, order: PutDeparture,
    *, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Let a household go and free its places. Raises IllegalTransition when it is gone."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = queries.arrival(session, shelter.id, arrival_id)
    if found is None:
        raise NotFound(_("There is no such household in this shelter."))
    if found.stay not in rules.HOLDING:
        raise IllegalTransition(_("This household has already left."))
    disaster = disasters.disaster(session, found.disaster_id)
    status = status_for(session, shelter, disaster)
    coming = found.people if found.stay == Stay.ON_THE_WAY else 0
    _move(session, status, -found.people, -coming)
    found.stay = Stay.CANCELLED if order.to == LeftTo.CANCELLED else Stay.DEPARTED
    found.left_at = order.left_at or disasters.now_of(session, disaster)
    found.left_to = order.to
    event = HouseholdDeparted(
        shelter.id, disaster.id, found.id, found.people, order.to, status.registered
    )
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    _tell(session, found, at=found.left_at, actor_id=actor_id)
    if status.state == State.FULL:
        follow_figures(session, shelter, status, at=found.left_at, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=found.revision)
