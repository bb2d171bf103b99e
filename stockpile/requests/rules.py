"""What may be done with a request, on plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum


class RequestState(StrEnum):
    """How far a request has come; how far it is met follows from its needs."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Stage(StrEnum):
    """How far a request is, its answer and its goods together."""

    ASKED = "asked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    GRANTED = "granted"  # nothing is promised yet
    PROMISED = "promised"  # something is, nothing is on the road
    ON_THE_ROAD = "on_the_road"
    MET = "met"


def stage_of(state: RequestState, needs: Sequence[tuple[int, int, int, int]]) -> Stage:
    """Return how far a request is; `needs` are (quantity, promised, shipped, received)."""
    if state != RequestState.GRANTED:
        return Stage(state)
    if all(received >= quantity for quantity, _promised, _shipped, received in needs):
        return Stage.MET
    if any(shipped for _quantity, _promised, shipped, _received in needs):
        return Stage.ON_THE_ROAD
    return Stage.PROMISED if any(each[1] for each in needs) else Stage.GRANTED


class Problem(StrEnum):
    """What is wrong with what would be granted."""

    NOT_ASKED = "not_asked"
    TOO_MUCH = "too_much"
    PACKS = "packs"
    NOTHING = "nothing"


def wrong_with(
    granted: Mapping[str, int], asked: Mapping[str, int], packs: Mapping[str, int]
) -> tuple[str, Problem] | None:
    """Return what of a grant cannot be, with its item: more than was asked, or broken packs."""
    for item, quantity in granted.items():
        if item not in asked:
            return item, Problem.NOT_ASKED
        if quantity > asked[item]:
            return item, Problem.TOO_MUCH
        if quantity % packs[item]:
            return item, Problem.PACKS
    return None if any(granted.values()) else ("", Problem.NOTHING)


def is_late(asked_at: datetime, due_at: datetime | None, now: datetime, *, hours: int) -> bool:
    """Whether a request should have been answered by now."""
    return now >= asked_at + timedelta(hours=hours) or (due_at is not None and now >= due_at)
