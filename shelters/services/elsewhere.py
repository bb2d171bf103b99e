"""Nobody holds places twice: whoever has a number, or a row of the list, is in one shelter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import db, plugins, vault
from relief_ops.errors import IllegalTransition
from relief_ops.i18n import gettext as _
from shelters import queries
from shelters.models import Arrival
from shelters.queries import Held
from shelters.rules import LeftTo, Stay


class ElsewhereAlready(IllegalTransition):
    """The household holds places already; `transfer` is how it is sent on from there."""

    def __init__(self, place: Held, *, here: bool = False, named: bool = False) -> None:
        super().__init__(_why(place, here=here, named=named))
        self.place, self.named = place, named

    def extra(self) -> dict[str, Any]:
        """Return where the household is registered, and the departure that frees its places.

        Registering it with that `arrival_id` as `moved_from` does both in one act. `member`: the
        number is of somebody named there with a head; `named`: of somebody named here with one.
        """
        place = self.place
        href = f"/api/v1/shelters/{place.shelter_id}/arrivals/{place.arrival_id}/departure"
        return {
            "registered": {
                "shelter_id": place.shelter_id,
                "name": place.name,
                "arrival_id": place.arrival_id,
                "member": place.member,
                "named": self.named,
            },
            "transfer": {"method": "PUT", "href": href, "body": {"to": LeftTo.OTHER_SHELTER}},
        }


def _why(place: Held, *, here: bool, named: bool) -> str:
    if here and (place.member or named):
        return _("Somebody of them is registered here already, with another household.")
    if here:
        return _("This household is registered here already.")
    if place.member:
        return _(
            "They are named with a household in %(name)s. Bring them here from there.",
            name=place.name,
        )
    return _(
        "This household is registered in %(name)s. Send it on from there, then register it.",
        name=place.name,
    )


def listed_by_number(session: Session, disaster_id: UUID, id_number: str) -> UUID | None:
    """Return the row of a list whose head has this identity number, or None."""
    if not id_number:
        return None
    found = (
        ask(session, disaster_id, vault.blind(id_number))
        for ask in plugins.contributed("number_listed")
    )
    return next((each for each in found if each), None)


def home_listed(session: Session, listed_id: UUID | None) -> UUID | None:
    """Return the area in which a row of a list is at home, or None."""
    if listed_id is None:
        return None
    found = (ask(session, listed_id) for ask in plugins.contributed("listed_home"))
    return next((each for each in found if each), None)


def announced_by_number(
    session: Session, shelter_id: UUID, disaster_id: UUID, id_number: str
) -> Arrival | None:
    """Return the announcement here of whoever has this identity number, or None."""
    for place in _held(session, disaster_id, id_number):
        if place.shelter_id == shelter_id:
            found = queries.arrival(session, shelter_id, place.arrival_id)
            if found is not None and found.stay == Stay.ON_THE_WAY and not place.member:
                return found
    return None


def hold_numbers(session: Session, disaster_id: UUID, numbers: Iterable[str]) -> None:
    """Have whoever else writes one of these numbers wait; always in one order, nobody in a ring."""
    for blind in sorted({vault.blind(each) for each in numbers if each}):
        db.serialise(session, uuid5(disaster_id, blind.hex()))


def refuse_number_twice(
    session: Session, shelter_id: UUID, disaster_id: UUID, id_number: str, *,
    but: UUID | None = None, named: bool = False,
) -> None:  # fmt: skip
    """Refuse places for a number that holds some, in any shelter. Raises ElsewhereAlready.

    `but` is the registration the number is being written into; `named`: with its head.
    """
    for place in _held(session, disaster_id, id_number):
        if place.arrival_id != but:
            raise ElsewhereAlready(place, here=place.shelter_id == shelter_id, named=named)


def _held(session: Session, disaster_id: UUID, id_number: str) -> list[Held]:
    """Return where a number holds places; whoever else writes this number waits its turn."""
    if not id_number:
        return []
    blind = vault.blind(id_number)
    hold_numbers(session, disaster_id, [id_number])
    return queries.number_held(session, disaster_id, blind)
