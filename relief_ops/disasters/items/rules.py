"""Decisions about items on plain values."""

from __future__ import annotations

from enum import StrEnum


class ItemClass(StrEnum):
    """The classes of relief goods (domain.md §5.2)."""

    TENTS = "tents"
    BEDDING = "bedding"
    GEAR = "gear"
    FOOD = "food"
    PACKS = "packs"
    RESCUE = "rescue"
    FLOOD = "flood"
    HYGIENE = "hygiene"
    SIGNAL = "signal"


def whole_packs(quantity: int, pack_size: int) -> int:
    """Return the quantity rounded up to whole packs, in base units."""
    return -(-quantity // pack_size) * pack_size
