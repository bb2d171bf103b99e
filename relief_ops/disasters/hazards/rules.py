"""Decisions about hazards on plain values."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What is the matter: a road nobody can take, water, ground that may give way."""

    CLOSED_ROAD = "closed_road"
    FLOOD = "flood"
    DANGER = "danger"


SHAPES: dict[Kind, frozenset[str]] = {
    Kind.CLOSED_ROAD: frozenset({"point", "line"}),
    Kind.FLOOD: frozenset({"area"}),
    Kind.DANGER: frozenset({"area"}),
}
GROUND = (Kind.FLOOD, Kind.DANGER)


def in_force(
    from_at: datetime, until_at: datetime | None, lifted_at: datetime | None, at: datetime
) -> bool:
    """Whether a hazard stands at an instant: begun, not run out and not lifted."""
    return from_at <= at and all(end is None or at < end for end in (until_at, lifted_at))
