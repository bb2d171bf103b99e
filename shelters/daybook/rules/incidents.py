"""Incidents of a shelter: what they are, and which step follows which."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What happened; from POWER to ROOF something of the building failed."""

    ILLNESS = "illness"
    INFECTIOUS = "infectious"
    INJURY = "injury"
    FIRE = "fire"
    VIOLENCE = "violence"
    MISSING = "missing"
    POWER = "power"
    WATER = "water"
    TOILET = "toilet"
    ROOF = "roof"
    THEFT = "theft"
    OTHER = "other"


class Syndrome(StrEnum):
    """What those who fell ill have in common."""

    FEVER = "fever"
    DIARRHOEA = "diarrhoea"
    RASH = "rash"
    RESPIRATORY = "respiratory"


class Severity(StrEnum):
    """Whether somebody above must know at once."""

    ORDINARY = "ordinary"
    SERIOUS = "serious"


class IncidentState(StrEnum):
    """How far an incident is dealt with."""

    OPEN = "open"
    HANDLED = "handled"
    CLOSED = "closed"


OF_HEALTH = frozenset({Kind.ILLNESS, Kind.INFECTIOUS})
FIRST = frozenset({IncidentState.OPEN, IncidentState.HANDLED})
# What was taken for handled and flared up is opened again; what is closed stays closed.
NEXT: dict[IncidentState, frozenset[IncidentState]] = {
    IncidentState.OPEN: frozenset({IncidentState.HANDLED}),
    IncidentState.HANDLED: frozenset({IncidentState.CLOSED, IncidentState.OPEN}),
    IncidentState.CLOSED: frozenset(),
}


def may_become(before: IncidentState | None, after: IncidentState) -> bool:
    """Whether an incident may take this step (None: it is new); staying is a correction."""
    if before is None:
        return after in FIRST
    return before == after or after in NEXT[before]


def syndrome_fault(kind: Kind, syndrome: Syndrome | None) -> str | None:
    """Return what is wrong with a syndrome: `missing`, `not_of_health`, or None."""
    if kind == Kind.INFECTIOUS and syndrome is None:
        return "missing"
    if syndrome is not None and kind not in OF_HEALTH:
        return "not_of_health"
    return None
