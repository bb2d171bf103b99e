"""Places of a shelter: taken and given back in one guarded statement, never more than there are."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from relief_ops.errors import IllegalTransition
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from shelters import queries, rules
from shelters.events import AdmittedAbove
from shelters.models import Arrival, Shelter, ShelterStatus
from shelters.queries.words import state_words
from shelters.rules import Stay
from shelters.rules.doors import Party

Others = list[dict[str, Any]]


class NoRoomHere(IllegalTransition):
    """The household is not taken in here; `alternatives` name where there is room."""

    def __init__(
        self, message: str, others: Others, *, status: ShelterStatus | None = None
    ) -> None:
        super().__init__(message)
        self.others = others
        self.only_counted: dict[str, Any] = {}
        if status is not None and status.unregistered:
            only = {"unregistered": status.unregistered, "counted_up_to": status.counted_up_to}
            self.only_counted = only

    @property
    def following(self) -> dict[str, Any] | None:
        """Return the next best shelter, or None."""
        return next(iter(self.others), None)

    def extra(self) -> dict[str, Any]:
        """Return the next best shelter, and the others: id, name, metres, free places.

        Where people were counted whom nobody registered: how many, and up to when.
        """
        return {"next": self.following, "alternatives": self.others} | self.only_counted


def check_admits(
    session: Session, shelter: Shelter, status: ShelterStatus, party: Party, *, at: datetime
) -> None:
    """Refuse a household where nobody is taken in, and say where there is room."""
    if status.state in rules.ADMITTING:
        return
    others = queries.others(session, shelter, status.disaster_id, party, at=at)
    here = _("%(name)s is %(state)s: nobody is taken in.",
             name=shelter.name, state=state_words(status.state))  # fmt: skip
    raise NoRoomHere(f"{here} {_elsewhere(others)}", others)


def take(
    session: Session, shelter: Shelter, status: ShelterStatus, found: Arrival | None,
    party: Party, *, at: datetime,
) -> int:  # fmt: skip
    """Take the places a household needs; return how many of them are above the limit.

    Who was there already when people were counted takes no place anew. Raises NoRoomHere when
    the places are not there, unless somebody decided on places above it.
    """
    more = party.people - party.freed - (found.people if found else 0)
    coming = party.people if party.stay == Stay.ON_THE_WAY else 0
    before = found.people if found and found.stay == Stay.ON_THE_WAY else 0
    counted = _unregistered(session, status, found, people=party.people, came=party.came or at)
    if move(session, status, more, coming - before, unregistered=counted):
        return 0
    if party.decided:
        return _take_above(session, status, more, coming - before, unregistered=counted)
    others = queries.others(session, shelter, status.disaster_id, party, at=at)
    raise NoRoomHere(_no_room(shelter, status, others), others, status=status)


def _unregistered(
    session: Session, status: ShelterStatus, found: Arrival | None, *, people: int, came: datetime
) -> int:
    """Return how many of those counted are on no registration once this one is written."""
    if status.counted is None or status.counted_up_to is None:
        return 0
    then = queries.registered_at(session, status, status.counted_up_to)
    then -= found.people if found and found.arrived_at <= status.counted_up_to else 0
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
    session: Session, shelter: Shelter, status: ShelterStatus, found: Arrival, above: int, *,
    actor_id: UUID,
) -> None:  # fmt: skip
    """Say that people were taken in above the limit."""
    limit = status.capacity_max - status.overflow
    event = AdmittedAbove(shelter.id, status.disaster_id, found.id, above, limit)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])


def _no_room(shelter: Shelter, status: ShelterStatus, others: Others) -> str:
    free = max(status.capacity_max - status.inside, 0)
    here = _("%(name)s has %(free)d places left.", name=shelter.name, free=free)
    return " ".join(filter(None, (here, _only_counted(status), _elsewhere(others))))


def _only_counted(status: ShelterStatus) -> str:
    """Return that people are inside whom only the count knows, and what to do with them."""
    if not status.unregistered:
        return ""
    return _("%(n)d people inside were counted but are not registered: whoever is one of them "
             "is registered with the time they came.", n=status.unregistered)  # fmt: skip


def _elsewhere(others: Others) -> str:
    if not others:
        return _("No other open shelter has room for this household.")
    return _("Nearest with room: %(name)s, %(free)d places.",
             name=others[0]["name"], free=others[0]["free"])  # fmt: skip
