"""Decisions about shelters on plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

NIGHT_FROM, NIGHT_TO = 22, 6
COMPASS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
NEARLY_FULL_PERCENT, FULL_PERCENT = 90, 100


class Kind(StrEnum):
    """The three levels of the shelter network (DB33/T 2158-2021, domain.md §2.2)."""

    CENTRE_COUNTY = "centre_county"
    CENTRE_TOWNSHIP = "centre_township"
    POINT_VILLAGE = "point_village"


class State(StrEnum):
    """The life of a shelter in one disaster (domain.md §4.2)."""

    STANDBY = "standby"
    PREPARING = "preparing"
    OPEN = "open"
    FULL = "full"
    CLOSING = "closing"
    CLOSED = "closed"


class Band(StrEnum):
    """How full a shelter is, as every signed-in user may know it."""

    OK = "ok"
    WATCH = "watch"
    ACT = "act"


class Standing(StrEnum):
    """What a headcount is worth: only the current one counts."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    RIVAL = "rival"
    REJECTED = "rejected"


class Stay(StrEnum):
    """Where a household is: announced, inside, or gone."""

    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    DEPARTED = "departed"
    CANCELLED = "cancelled"


class LeftTo(StrEnum):
    """Where a household went (domain.md §4.2)."""

    HOME = "home"
    RELATIVES = "relatives"
    HOSPITAL = "hospital"
    OTHER_SHELTER = "other_shelter"
    CANCELLED = "cancelled"


class Phase(StrEnum):
    """Which of a shelter's rated capacities (可容纳人数, domain.md §2.2) counts."""

    DAY = "day"
    NIGHT = "night"
    AFTER = "after"


NEXT: Mapping[State, frozenset[State]] = {
    State.STANDBY: frozenset({State.PREPARING, State.OPEN}),
    State.PREPARING: frozenset({State.OPEN, State.STANDBY}),
    State.OPEN: frozenset({State.FULL, State.CLOSING}),
    State.FULL: frozenset({State.OPEN, State.CLOSING}),
    State.CLOSING: frozenset({State.CLOSED, State.OPEN}),
    State.CLOSED: frozenset({State.STANDBY, State.PREPARING}),
}
SERVING = frozenset({State.OPEN, State.FULL})
EMPTY = frozenset({State.STANDBY, State.CLOSED})  # nobody is inside
OLD_HOURS = 6  # three headcounts missed
ADMITTING = frozenset({State.PREPARING, State.OPEN, State.FULL})
HOLDING = frozenset({Stay.ON_THE_WAY, Stay.ARRIVED})
NOT_THERE = (Stay.ON_THE_WAY, Stay.CANCELLED)  # registered, and never seen inside
# 特殊需求: the counts a check-in asks for; the first three take places of their own kind.
CARE = ("medical", "infant", "wheelchair", "pregnant", "disabled", "alone", "minors_alone")
# Minors nobody is with, elders alone or frail: they leave only to somebody named (domain.md §4.2).
WARDS = ("minors_alone", "alone")
SPLITS = ("male", "female", "under18", "over60", "disabled", "ill")


def may_become(before: State, after: State) -> bool:
    """Whether a shelter may step from one state to another; staying is a confirmation."""
    return before == after or after in NEXT[before]


def asks_why(before: State, after: State) -> bool:
    """Whether what speaks against a shelter must be answered: it begins to take people in.

    It does so while it is prepared; and what was no danger then may be one when it opens.
    """
    return after in ADMITTING and before not in SERVING and before != after


def grows_old(state: str) -> bool:
    """Whether what is known of a shelter ages: people come and go there now."""
    return state in SERVING or state == State.CLOSING


def is_old(state: str, as_of: datetime | None, now: datetime) -> bool:
    """Whether the count of a shelter in use must be checked before anybody acts on it (T8)."""
    return grows_old(state) and as_of is not None and now - as_of > timedelta(hours=OLD_HOURS)


def occupied(counted: int | None, registered: int, on_the_way: int = 0) -> int:
    """Return how many people are taken to be inside: the headcount where there is one.

    Of those registered, who is still on the way is in no shelter yet.
    """
    return registered - on_the_way if counted is None else counted


def unregistered(counted: int | None, registered_then: int) -> int:
    """Return how many of those counted no registration of that moment explains.

    Beside those registered now they are inside: max(registered, counted + came - left since).
    """
    return max(0, (counted or 0) - registered_then)


def percent(people: int, capacity: int) -> int:
    """Return the occupancy in whole per cent, rounded down; no places at all is 100."""
    return people * 100 // capacity if capacity else 100


def band(people: int, capacity: int) -> Band:
    """Return the band of an occupancy: full or over is act, nearly full is watch."""
    share = percent(people, capacity)
    if share >= FULL_PERCENT:
        return Band.ACT
    return Band.WATCH if share >= NEARLY_FULL_PERCENT else Band.OK


def fullness(state: State, people: int, capacity: int) -> State:
    """Return the state an open or full shelter has by its occupancy; others stay as they are."""
    if state not in SERVING:
        return state
    return State.FULL if people >= capacity else State.OPEN


def is_lapsed(checked_until: date | None, today: date) -> bool:
    """Whether the building's safety check has run out (a day not known has not)."""
    return checked_until is not None and checked_until < today


def is_night(hour: int) -> bool:
    """Whether a local hour counts as night, when headcounts are less frequent."""
    return hour >= NIGHT_FROM or hour < NIGHT_TO


def phase(hour: int, *, struck: bool, overnight: bool = False) -> Phase:
    """Return which rated capacity holds at a local hour, or for who stays over the night.

    A shelter has a greatest capacity and rated ones (domain.md §2.2). The greatest is the hard
    limit at its door at every hour: it is what the building holds, and nobody is sent away from
    a place there is. The rated ones are what is promised ahead: to the people of a plan or an
    order those of the night, since they will sleep there; to the public those of the hour; and
    to everybody, once the disaster has struck, those for who stays on.
    """
    if struck:
        return Phase.AFTER
    return Phase.NIGHT if overnight or is_night(hour) else Phase.DAY


def split_errors(total: int, splits: Mapping[str, int | None]) -> dict[str, str]:
    """Return what contradicts the total: field → code. An unknown split contradicts nothing."""
    wrong = {
        name: "more_than_total"
        for name, value in splits.items()
        if value is not None and value > total
    }
    male, female = splits.get("male"), splits.get("female")
    if not wrong and male is not None and female is not None and male + female != total:
        wrong["female"] = "sum"
    return wrong


def free_words(free: int, rated: int | None = None) -> str:
    """Return the code of the words the public reads for so many free places.

    None when the door takes nobody more; many only while there are as many `rated` places left.
    """
    if free <= 0:
        return "none"
    return "few" if min(free, free if rated is None else rated) < 20 else "many"


def compass(degrees: float) -> str:
    """Return the point of the compass a direction is nearest to: n, ne, e and so on."""
    return COMPASS[round(degrees / 45) % 8]


def digits_of(phone: str) -> str:
    """Return a telephone number in one writing: its digits, without the 86 before a mobile."""
    digits = "".join(each for each in phone if each.isascii() and each.isdigit())
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def same_name(name: str, other: str) -> bool:
    """Whether two names are the same, spaces and case aside; a part of one never is."""
    return bool(name) and "".join(name.split()).casefold() == "".join(other.split()).casefold()


def spelled(name: str) -> str:
    """Return a Chinese name as its pinyin and its initials, for finding it without characters."""
    from pypinyin import lazy_pinyin

    syllables = [each.lower() for each in lazy_pinyin(name)]
    return f"{''.join(syllables)} {''.join(each[:1] for each in syllables)}"[:400]


def mask_name(name: str) -> str:
    """Return a name of which only the first character is shown."""
    return name[:1] + "＊" * max(len(name) - 1, 0)


def mask_phone(phone: str) -> str:
    """Return a phone number with its middle hidden."""
    return phone[:3] + "****" + phone[-2:] if len(phone) > 6 else "*" * len(phone)


def places_above(registered: int, capacity: int) -> int:
    """Return how many of the people registered have a place above the limit only."""
    return max(0, registered - capacity)


def needs_handover(
    minors_alone: int, alone: int, to: LeftTo = LeftTo.HOME, *, inside: bool = True
) -> bool:
    """Whether somebody must be named who takes charge of whoever leaves.

    Whoever is inside leaves so in every case; of whoever was announced it may be said that they
    did not come.
    """
    return minors_alone + alone > 0 and (inside or to != LeftTo.CANCELLED)


def more_than_people(people: int, parts: Mapping[str, int]) -> list[str]:
    """Return which parts of a household are said to be more than its people."""
    return [name for name, number in parts.items() if number > people]
