"""Decisions about the queue on plain values."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

KEYS = UUID("0192f5c8-0000-7000-8000-00000000a77e")


class Act(StrEnum):
    """What somebody may do with an entry."""

    SEE = "see"
    OWN = "own"
    LET_GO = "let_go"
    SNOOZE = "snooze"
    RAISE = "raise"
    SETTLE = "settle"


def mark_id(key: str) -> UUID:
    """Return the id under which an entry is marked: the hash of its key."""
    return uuid5(KEYS, key)


def is_hidden(
    since: datetime, now: datetime, *, snoozed_until: datetime | None, settled_at: datetime | None
) -> bool:
    """Whether an entry is out of the queue: snoozed for now, or settled and not begun anew."""
    if settled_at is not None and since <= settled_at:
        return True
    return snoozed_until is not None and now < snoozed_until
