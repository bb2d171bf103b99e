"""Decisions about disasters on plain values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from relief_ops.i18n import gettext as _


class State(StrEnum):
    """The life of a disaster (domain.md §1.11)."""

    ACTIVE = "active"
    STABLE = "stable"
    VERIFYING = "verifying"
    FINALISED = "finalised"
    CLOSED = "closed"


class Kind(StrEnum):
    """First-level kinds of the reporting system (12, domain.md §1.10)."""

    FLOOD = "flood"
    DROUGHT = "drought"
    TYPHOON = "typhoon"
    HAIL_WIND = "hail_wind"
    LOW_TEMPERATURE = "low_temperature"
    SNOW = "snow"
    SANDSTORM = "sandstorm"
    EARTHQUAKE = "earthquake"
    GEOLOGICAL = "geological"
    MARINE = "marine"
    WILDFIRE = "wildfire"
    BIOLOGICAL = "biological"


class Grade(StrEnum):
    """How grave a disaster is: 一般, 较大, 重大, 特别重大."""

    ORDINARY = "ordinary"
    LARGER = "larger"
    MAJOR = "major"
    EXTREME = "extreme"


GRAVE = frozenset({Grade.MAJOR, Grade.EXTREME})

# 亚灾种 of the reporting system; a kind that is not named here has none (domain.md §1.10, [M]).
SUB_KINDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.FLOOD: ("river_flood", "flash_flood", "waterlogging", "other"),
    Kind.HAIL_WIND: ("gale", "hail", "tornado", "lightning"),
    Kind.LOW_TEMPERATURE: ("cold", "frost", "freezing"),
    Kind.GEOLOGICAL: ("collapse", "landslide", "debris_flow", "ground_collapse", "other"),
    Kind.MARINE: ("storm_surge", "waves", "sea_ice", "tsunami", "other"),
}


class Ladder(StrEnum):
    """Two ladders that never mix: flood and typhoon defence, and relief (domain.md §2.4)."""

    FLOOD = "flood"
    RELIEF = "relief"


NEXT = {
    State.ACTIVE: {State.STABLE},
    State.STABLE: {State.ACTIVE, State.VERIFYING},
    State.VERIFYING: {State.ACTIVE, State.FINALISED},
    State.FINALISED: {State.VERIFYING, State.CLOSED},
    State.CLOSED: set(),
}


def may_become(before: str, after: str) -> bool:
    """Whether a disaster may step from one state to another (staying is no step)."""
    return before == after or State(after) in NEXT[State(before)]


def state_words() -> dict[str, str]:
    """Return how far a disaster has come, in the reader's language."""
    return {
        State.ACTIVE: _("going on"),
        State.STABLE: _("stable"),
        State.VERIFYING: _("being verified"),
        State.FINALISED: _("figures verified"),
        State.CLOSED: _("closed for good"),
    }


def wind_class(wind_kt: int | None) -> str:
    """Return the intensity class of GB/T 19201-2006 for a wind in knots, or unknown.

    The standard is written for the Chinese 2-minute mean; for other averaging times the
    class is indicative and the screen names the averaging time.
    """
    if wind_kt is None:
        return "unknown"
    metres = wind_kt * 0.514444
    steps = (
        (51.0, "super"),
        (41.5, "severe"),
        (32.7, "typhoon"),
        (24.5, "strong"),
        (17.2, "storm"),
    )
    return next((name for least, name in steps if metres >= least - 0.05), "depression")
