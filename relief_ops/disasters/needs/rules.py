"""The state of a need, decided on plain numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

FIRST_CLASS = 1
OLD_HOURS = 24


class State(StrEnum):
    """How far a need is met."""

    OPEN = "open"
    PARTLY = "partly_promised"
    PROMISED = "promised"
    SHIPPED = "shipped"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


class Basis(StrEnum):
    """Why a need stands.

    Somebody asked for it, it was reckoned ahead of the people, what lies badly should move, or
    the level above granted it to a depot.
    """

    ACTUAL = "actual"
    FORECAST = "forecast"
    MOVE = "move"
    REQUEST = "request"


WAITED_FOR = (Basis.ACTUAL, Basis.REQUEST)  # somebody asked, and counts the hours
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
    if received >= quantity:
        return State.RECEIVED
    if shipped >= quantity:
        return State.SHIPPED
    if promised >= quantity:
        return State.PROMISED
    return State.PARTLY if promised else State.OPEN


def level_of(state: State, priority: int, *, overdue: bool) -> str:
    """Return how pressing a need is on the meaning scale: act, watch or ok."""
    if state in (State.RECEIVED, State.WITHDRAWN):
        return "ok"
    unpromised = state in (State.OPEN, State.PARTLY)
    if overdue or (unpromised and priority == FIRST_CLASS):
        return "act"
    return "watch" if unpromised else "ok"
