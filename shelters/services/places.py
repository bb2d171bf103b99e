"""Places of a shelter: taken and given back in one guarded statement, never more than there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from relief_ops.events import Event, record
from shelters import queries, rules
from shelters.events import AdmittedAbove, AdmittedAboveKind
from shelters.models import Arrival, Shelter, ShelterStatus
from shelters.queries.one import TYPED, typed_used
from shelters.rules import State, Stay
from shelters.rules.doors import Party, run_out
from shelters.services.refusing import no_room, no_such_place, nobody_taken


class Above(NamedTuple):
    """What somebody decided on by name: places above the limit, and of which kinds."""

    people: int = 0
    kinds: Mapping[str, int] = MappingProxyType({})


def check_admits(
    session: Session, shelter: Shelter, status: ShelterStatus, party: Party, *, at: datetime,
    found: Arrival | None = None,
) -> None:  # fmt: skip
    """Refuse a household where nobody is taken in, and say where there is room.

    What is known of those inside may be corrected while a shelter is being closed, and who came
    before that and is heard of now is inside. Who came before it was emptied has left since:
    that is a past stay, and the refusal says when they left at the latest.
    """
    came = party.came or at
    inside = party.stay == Stay.ARRIVED
    earlier = inside and status.since_at > came
    of = (session, shelter.id, status.disaster_id)
    was_open = earlier and queries.state_at(*of, came) in rules.ADMITTING
    left = queries.emptied_after(*of, came) if was_open else None
    if found is not None and found.stay == Stay.ARRIVED:
        was_open, left = inside, None
    admits = status.state in rules.ADMITTING or (status.state == State.CLOSING and was_open)
    if left is not None or not admits:
        raise nobody_taken(session, shelter, status, party, at=at, left=left)


def take(
    session: Session, shelter: Shelter, status: ShelterStatus, found: Arrival | None,
    party: Party, *, at: datetime,
) -> Above:  # fmt: skip
    """Take the places a household needs; return which of them are above the limit.

    Who was there already when people were counted takes no place anew. Raises NoRoomHere when
    the places are not there, of their kinds neither, unless somebody decided on places above.
    """
    short = _short(session, shelter, status, found, party)
    if short and not party.decided:
        raise no_such_place(session, shelter, status, party, list(short), at=at)
    more = party.people - party.freed - (found.people if found else 0)
    coming = party.people if party.stay == Stay.ON_THE_WAY else 0
    before = found.people if found and found.stay == Stay.ON_THE_WAY else 0
    counted = _unregistered(
        session, status, found, people=0 if coming else party.people, came=party.came or at
    )
    if move(session, status, more, coming - before, unregistered=counted):
        return Above(0, short)
    if party.decided:
        above = _take_above(session, status, more, coming - before, unregistered=counted)
        return Above(above, short)
    raise no_room(session, shelter, status, party, at=at)


def _short(
    session: Session, shelter: Shelter, status: ShelterStatus, found: Arrival | None, party: Party
) -> dict[str, int]:
    """Return how many places of each kind would be taken above those the shelter keeps."""
    had = {kind: getattr(found, kind) if found else 0 for kind in party.kinds}
    asked = {kind: number for kind, number in party.kinds.items() if number > had[kind]}
    kept = {kind: getattr(shelter, kind) for kind in asked if getattr(shelter, kind)}
    if not kept:
        return {}
    used = typed_used(session, shelter.id, status.disaster_id)
    others = {kind: used[kind] - had[kind] for kind in kept}
    return {kind: asked[kind] + others[kind] - kept[kind] for kind in run_out(asked, kept, others)}


def _unregistered(
    session: Session, status: ShelterStatus, found: Arrival | None, *, people: int, came: datetime
) -> int:
    """Return how many of those counted are on no registration once this one is written."""
    if status.counted is None or status.counted_up_to is None:
        return 0
    then = queries.registered_at(session, status, status.counted_up_to)
    was_there = found is not None and found.stay not in rules.NOT_THERE
    then -= found.people if found and was_there and found.arrived_at <= status.counted_up_to else 0
    then += people if came <= status.counted_up_to else 0
    return rules.unregistered(status.counted, then)


def _take_above(
    session: Session, status: ShelterStatus, people: int, on_the_way: int, *, unregistered: int
) -> int:
    """Raise the limit by what this household lacks, and no more; the shelter is held."""
    inside = status.registered + people + unregistered
    above = max(0, min(people, inside - status.capacity_max))
    status.capacity_max += above
    status.overflow += above
    session.flush()
    move(session, status, people, on_the_way, unregistered=unregistered, decided=True)
    return above


def move(
    session: Session, status: ShelterStatus, people: int, on_the_way: int, *,
    unregistered: int | None = None, decided: bool = False,
) -> bool:  # fmt: skip
    """Add people to those registered, or take some away; False when the limit forbids it.

    More may always be inside by a count than there are places; nobody comes on top of them
    unless it was `decided`. `unregistered` is who is left of those only counted.
    """
    table = ShelterStatus
    after: Any = table.unregistered if unregistered is None else unregistered
    room = or_(
        people + after <= table.unregistered,
        table.registered + people + after <= table.capacity_max,
    )
    done = session.execute(
        update(table)
        .where(
            table.shelter_id == status.shelter_id,
            table.disaster_id == status.disaster_id,
            table.registered + people <= table.capacity_max,
            table.registered + people >= 0,
            *(() if decided else (room,)),
        )
        .values(
            registered=table.registered + people, on_the_way=table.on_the_way + on_the_way,
            unregistered=after,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    session.refresh(status)
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def compare(session: Session, status: ShelterStatus, *, now: datetime | None = None) -> None:
    """Hold the last count against the registrations of its moment; `now` when it is filed.

    A count of a moment that has not come speaks up to now: who comes later is not in it.
    """
    if now is not None:
        status.counted_up_to = min(status.counted_at, now) if status.counted_at else None
    if status.counted is None or status.counted_up_to is None:
        status.unregistered = 0
    else:
        then = queries.registered_at(session, status, status.counted_up_to)
        status.unregistered = rules.unregistered(status.counted, then)
    _trim(session, status)


def give_back(
    session: Session, status: ShelterStatus, found: Arrival, *, kept: int = 0
) -> None:  # fmt: skip
    """Free the places of a household; those above the limit are gone as soon as they are empty.

    So many of them are `kept` by the group it was said to be of.
    """
    coming = found.people if found.stay == Stay.ON_THE_WAY else 0
    move(session, status, kept - found.people, -coming)
    _trim(session, status)


def _trim(session: Session, status: ShelterStatus) -> None:
    limit = status.capacity_max - status.overflow
    above = min(status.overflow, rules.places_above(status.inside, limit))
    status.capacity_max, status.overflow = limit + above, above
    session.flush()


def record_above(
    session: Session, shelter: Shelter, status: ShelterStatus, found: Arrival, above: Above, *,
    actor_id: UUID,
) -> None:  # fmt: skip
    """Say that people were taken in above the limit, or without a place of their kind."""
    said: list[Event] = []
    if above.people:
        limit = status.capacity_max - status.overflow
        said.append(AdmittedAbove(shelter.id, status.disaster_id, found.id, above.people, limit))
    if above.kinds:
        kinds = {kind: above.kinds.get(kind, 0) for kind in TYPED}
        said.append(AdmittedAboveKind(shelter.id, status.disaster_id, found.id, **kinds))
    for event in said:
        record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
