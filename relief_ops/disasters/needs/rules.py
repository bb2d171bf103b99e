"""The state of a need, decided on plain numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

FIRST_CLASS = 1
OLD_HOURS = 24


class State(StrEnum):
    """How far a need is met."""

    OPEN = "open"
    PARTLY = "partly_promised"
    PROMISED = "promised"
    SHIPPED = "shipped"
    RECEIVED = "received"
    SUBSTITUTED = "substituted"
    WITHDRAWN = "withdrawn"


class Basis(StrEnum):
    """Why a need stands.

    Somebody asked for it, it was reckoned ahead of the people, what lies badly should move,
    the level above granted it to a depot, or it stands in for what somebody asked for.
    """

    ACTUAL = "actual"
    FORECAST = "forecast"
    MOVE = "move"
    REQUEST = "request"
    SUBSTITUTE = "substitute"


FOR_PEOPLE = (Basis.ACTUAL, Basis.SUBSTITUTE)  # of places where people are
WAITED_FOR = (*FOR_PEOPLE, Basis.REQUEST)  # somebody asked, and counts the hours
OPEN_STATES = (State.OPEN, State.PARTLY, State.PROMISED, State.SHIPPED)


def is_old(state: str, changed_at: datetime, now: datetime) -> bool:
    """Whether nobody has touched an open need for so long that it must be asked after (T8)."""
    return state in OPEN_STATES and now - changed_at > timedelta(hours=OLD_HOURS)


def state_of(
    quantity: int, promised: int, shipped: int, received: int, *, withdrawn: bool
) -> State:
    """Return the state four counted quantities are in."""
    if withdrawn and shipped == 0:
        return State.WITHDRAWN
    if quantity == 0 and not withdrawn:
        return State.SUBSTITUTED  # all of it is met by what stands in for it
    if received >= quantity:
        return State.RECEIVED
    if shipped >= quantity:
        return State.SHIPPED
    if promised >= quantity:
        return State.PROMISED
    return State.PARTLY if promised else State.OPEN


def level_of(state: State, priority: int, *, overdue: bool) -> str:
    """Return how pressing a need is on the meaning scale: act, watch or ok."""
    if state in (State.RECEIVED, State.SUBSTITUTED, State.WITHDRAWN):
        return "ok"
    unpromised = state in (State.OPEN, State.PARTLY)
    if overdue or (unpromised and priority == FIRST_CLASS):
        return "act"
    return "watch" if unpromised else "ok"


def done_for(taken: int, brings: int, came: int, pack: int) -> int:
    """Return of how much of an item its stand-in takes the place with so much of it.

    `brings` of the stand-in do for `taken` of the item; of less, whole packs of the item count.
    """
    return taken if came >= brings else taken * came // brings // pack * pack


AtPlace = tuple[UUID, str]  # a place and an item


@dataclass(frozen=True)
class StoodIn:
    """What stands in for an item at a place: `taken` of the item, `brings` of the other.

    `holds` is what of the first is still not asked for again; `coming` what of the other is
    still asked for and has not come; `came` what has.
    """

    place_id: UUID
    item: str
    other: str
    taken: int
    brings: int
    holds: int
    coming: int
    came: int


def beside(
    found: Iterable[StoodIn], there: Mapping[AtPlace, int], *, daily: Collection[str]
) -> tuple[Counter[AtPlace], Counter[AtPlace]]:
    """Return what stand-ins cover of each item, and what of the others is there for that alone.

    `there` is what lies at the places of each item (and comes, if `came` means sent): nobody
    counts it for its own item too. What people use up `daily` is covered by what is still to
    come and what still lies there, what they keep by all that came.
    """
    left, covered, taken = Counter(there), Counter[AtPlace](), Counter[AtPlace]()
    for each in found:
        other = each.place_id, each.other
        lies = min(each.came, max(0, left[other]))
        left[other] -= lies
        taken[other] += lies
        does = done_for(each.taken, each.brings, each.coming + lies, 1)
        kept = each.item not in daily
        covered[each.place_id, each.item] += each.holds if kept else min(each.holds, does)
    return covered, taken
