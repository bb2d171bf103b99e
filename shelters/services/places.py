"""Places of a shelter: taken and given back in one guarded statement, never more than there are."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from relief_ops.errors import IllegalTransition
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from shelters import queries, rules
from shelters.events import AdmittedAbove
from shelters.models import Arrival, Shelter, ShelterStatus
from shelters.queries.words import state_words
from shelters.rules import Stay

Others = list[dict[str, Any]]


class NoRoomHere(IllegalTransition):
    """The household is not taken in here; `alternatives` name where there is room."""

    def __init__(self, message: str, others: Others) -> None:
        super().__init__(message)
        self.others = others

    @property
    def following(self) -> dict[str, Any] | None:
        """Return the next best shelter, or None."""
        return next(iter(self.others), None)

    def extra(self) -> dict[str, Any]:
        """Return the next best shelter, and the others: id, name, metres, free places."""
        return {"next": self.following, "alternatives": self.others}


def check_admits(
    session: Session, shelter: Shelter, status: ShelterStatus, *, people: int, at: datetime
) -> None:
    """Refuse a household where nobody is taken in, and say where there is room."""
    if status.state in rules.ADMITTING:
        return
    others = queries.others(session, shelter, status.disaster_id, people=people, at=at)
    here = _("%(name)s is %(state)s: nobody is taken in.",
             name=shelter.name, state=state_words(status.state))  # fmt: skip
    raise NoRoomHere(f"{here} {_elsewhere(others)}", others)


def take(
    session: Session, shelter: Shelter, status: ShelterStatus, found: Arrival | None, *,
    people: int, stay: Stay, at: datetime, above: bool = False,
) -> int:  # fmt: skip
    """Take the places a household needs; return how many of them are above the limit.

    Raises NoRoomHere when they are not there, unless somebody decided on places `above`.
    """
    more = people - (found.people if found else 0)
    coming = people if stay == Stay.ON_THE_WAY else 0
    came = found.people if found and found.stay == Stay.ON_THE_WAY else 0
    if move(session, status, more, coming - came):
        return 0
    if above:
        return _take_above(session, status, more, coming - came)
    others = queries.others(session, shelter, status.disaster_id, people=people, at=at)
    raise NoRoomHere(_no_room(shelter, status, others), others)


def _take_above(session: Session, status: ShelterStatus, people: int, on_the_way: int) -> int:
    """Raise the limit by what is missing, and no more; the shelter is held, so it still is."""
    missing = status.registered + people - status.capacity_max
    status.capacity_max += missing
    status.overflow += missing
    session.flush()
    move(session, status, people, on_the_way)
    return missing


def move(session: Session, status: ShelterStatus, people: int, on_the_way: int) -> bool:
    """Add people to those registered, or take some away; False when the limit forbids it."""
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


def give_back(session: Session, status: ShelterStatus, found: Arrival) -> None:
    """Free the places of a household; those above the limit are gone as soon as they are empty."""
    coming = found.people if found.stay == Stay.ON_THE_WAY else 0
    move(session, status, -found.people, -coming)
    limit = status.capacity_max - status.overflow
    above = min(status.overflow, rules.places_above(status.registered, limit))
    if above != status.overflow:
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
    free = max(status.capacity_max - status.registered, 0)
    here = _("%(name)s has %(free)d places left.", name=shelter.name, free=free)
    return f"{here} {_elsewhere(others)}"


def _elsewhere(others: Others) -> str:
    if not others:
        return _("No other open shelter has room for this household.")
    return _("Nearest with room: %(name)s, %(free)d places.",
             name=others[0]["name"], free=others[0]["free"])  # fmt: skip
