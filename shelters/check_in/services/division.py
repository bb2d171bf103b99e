"""A group too large for one shelter: divided over several in one act, all of it or nothing."""

from __future__ import annotations

from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.events import record
from relief_ops.receipts import Attempt, Receipt
from shelters import queries as shelters
from shelters import rules
from shelters.check_in.events import GroupDivided
from shelters.check_in.schemas import PutDivision
from shelters.models import Shelter
from shelters.rules.doors import Party
from shelters.schemas import PutArrival
from shelters.services.arrivals import put_arrival
from shelters.services.life_cycle import status_for
from shelters.services.refusing import no_room


def put_division(
    session: Session, attempt: Attempt, shelter: Shelter, order: PutDivision, *, actor_id: UUID
) -> Receipt:
    """Register a group's part in this shelter and send its others on to those they are meant for.

    All shelters are held. Raises NoRoomHere with another division where one has no room any more.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    there = {each: shelters.shelter_to_send_to(session, each) for each in order.parts}
    there[shelter.id] = shelter
    _check(session, shelter, there, order)
    for shelter_id, people in order.parts.items():
        away = shelter_id != shelter.id
        part = PutArrival(
            disaster_id=order.disaster_id, people=people, group=True, on_the_way=away,
            sent_from=shelter.id if away else None, arrived_at=order.arrived_at,
        )  # fmt: skip
        own = Attempt(
            id=uuid5(attempt.id, shelter_id.hex), base="", digest=attempt.digest, mutable=True
        )
        put_arrival(session, own, there[shelter_id], part, actor_id=actor_id)
    people = sum(order.parts.values())
    event = GroupDivided(shelter.id, order.disaster_id, attempt.id, people, len(order.parts))
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return receipts.keep(session, attempt, revision=1)


def _check(
    session: Session, shelter: Shelter, there: dict[UUID, Shelter], order: PutDivision
) -> None:
    """Refuse before anything is written, so that another division knows the places as they are."""
    disaster = disasters.disaster(session, order.disaster_id)
    at = disasters.now_of(session, disaster)
    whole = Party(people=sum(order.parts.values()), divisible=True)
    for shelter_id, people in order.parts.items():
        status = status_for(session, there[shelter_id], disaster)
        room = status.inside + people <= status.capacity_max
        if status.state not in rules.ADMITTING or not room:
            here = status_for(session, shelter, disaster)
            raise no_room(session, shelter, here, whole, at=at)
