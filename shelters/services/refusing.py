"""What is said at the door when somebody is not taken in, and where they go instead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from relief_ops.errors import IllegalTransition
from relief_ops.i18n import gettext as _
from shelters import queries
from shelters.models import Shelter, ShelterStatus
from shelters.queries.words import flag_words, place_words, state_words
from shelters.rules.doors import Party

Others = list[dict[str, Any]]


class NoRoomHere(IllegalTransition):
    """The household is not taken in here; `alternatives` name where there is room.

    `division`: how many go to which shelter, where no other has room for all of them.
    """

    def __init__(
        self, message: str, others: Others, *, division: Others | None = None, **more: Any
    ) -> None:
        super().__init__(message)
        self.others = others
        self.division = division or []
        self.more = more

    @property
    def following(self) -> dict[str, Any] | None:
        """Return the next best shelter, or None."""
        return next(iter(self.others), None)

    def extra(self) -> dict[str, Any]:
        """Return the next best shelter and the others, each with metres and free places.

        Besides how a group may be divided, and how many would still be `left`; who was counted
        here whom nobody registered, up to when; the kinds of places that ran out here.
        """
        found = {"next": self.following, "alternatives": self.others}
        return found | ({"division": self.division} if self.division else {}) | self.more


def nobody_taken(
    session: Session, shelter: Shelter, status: ShelterStatus, party: Party, *, at: datetime,
    left: datetime | None = None,
) -> NoRoomHere:  # fmt: skip
    """Return the refusal of a shelter that takes nobody in, or was emptied since they came."""
    here = _("%(name)s is %(state)s: nobody is taken in.",
             name=shelter.name, state=state_words(status.state))  # fmt: skip
    if left is None:
        return _refusal(session, shelter, status, party, here, at=at)
    past = _("They came before %(name)s was emptied: say where they went, and their stay is "
             "recorded.", name=shelter.name)  # fmt: skip
    words, said = f"{here} {past}", {"left_at": left}
    return _refusal(session, shelter, status, party, words, at=at, past=said)


def no_room(
    session: Session, shelter: Shelter, status: ShelterStatus, party: Party, *, at: datetime
) -> NoRoomHere:
    """Return the refusal of a shelter whose places are taken, by registration or by count."""
    free = max(status.capacity_max - status.inside, 0)
    here = _("%(name)s has %(free)d places left.", name=shelter.name, free=free)
    more: dict[str, Any] = {}
    if status.unregistered:
        only = _("%(n)d people inside were counted but are not registered: whoever is one of "
                 "them is registered with the time they came.", n=status.unregistered)  # fmt: skip
        here = f"{here} {only}"
        more = {"unregistered": status.unregistered, "counted_up_to": status.counted_up_to}
    return _refusal(session, shelter, status, party, here, at=at, **more)


def no_such_place(
    session: Session, shelter: Shelter, status: ShelterStatus, party: Party,
    short: Sequence[str], *, at: datetime,
) -> NoRoomHere:  # fmt: skip
    """Return the refusal of a shelter whose places of some kinds ran out."""
    kinds = _(", ").join(place_words(each) for each in short)
    here = _("%(name)s has no place left for: %(kinds)s.", name=shelter.name, kinds=kinds)
    return _refusal(session, shelter, status, party, here, at=at, short=list(short))


def _refusal(
    session: Session, shelter: Shelter, status: ShelterStatus, party: Party, here: str, *,
    at: datetime, **more: Any,
) -> NoRoomHere:  # fmt: skip
    of = (session, shelter, status.disaster_id, party)
    others = queries.others(*of, at=at)
    division: Others = []
    if not others and party.divisible:
        division, left = queries.divided(session, shelter, status, party, at=at)
        more |= {"left": left} if division else {}
    words = _elsewhere(others) if not division else _divided(division, more["left"])
    return NoRoomHere(f"{here} {words}", others, division=division, **more)


def _elsewhere(others: Others) -> str:
    if not others:
        return _("No other open shelter has room for this household.")
    first = others[0]
    words = _("Nearest with room: %(name)s, %(free)d places.",
              name=first["name"], free=first["free"])  # fmt: skip
    said = [flag_words(code) for code in first["doubts"]]
    said += [_("no place for: %(kinds)s", kinds=place_words(kind)) for kind in first["short"]]
    return f"{words} ({_(', ').join(said)})" if said else words


def _divided(division: Others, left: int) -> str:
    parts = [
        _("%(people)d stay here", people=each["people"]) if each["here"]
        else _("%(people)d to %(name)s", people=each["people"], name=each["name"])
        for each in division
    ]  # fmt: skip
    words = _("No shelter has room for all. Divide them: %(parts)s.", parts=_(", ").join(parts))
    if left:
        rest = _("%(people)d find no place in any open shelter.", people=left)
        return f"{words} {rest}"
    return words
