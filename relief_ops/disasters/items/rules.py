"""Decisions about items on plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum


class Book(StrEnum):
    """Whose goods they are: flood-fighting goods (防汛物资) are kept in a book of their own."""

    RELIEF = "relief"
    FLOOD = "flood"


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

    @property
    def book(self) -> Book:
        """Return the book goods of this class stand in."""
        return Book.FLOOD if self == ItemClass.FLOOD else Book.RELIEF


def whole_packs(quantity: int, pack_size: int) -> int:
    """Return the quantity rounded up to whole packs, in base units."""
    return -(-quantity // pack_size) * pack_size


def stood_in(quantity: int, per_hundred: int, pack_size: int) -> int:
    """Return how much of a stand-in does for so much of an item, in whole packs of it."""
    return whole_packs(-(-quantity * per_hundred // 100), pack_size)


class Problem(StrEnum):
    """Why an item cannot be named beside another."""

    UNKNOWN = "unknown"
    ITSELF = "itself"
    KIT = "kit"
    PART = "part"
    MERGED = "merged"
    UNIT = "unit"


def wrong_with(code: str, named: Iterable[str], known: Collection[str]) -> dict[str, Problem]:
    """Return which of the items named beside one cannot stand there: unknown ones, and itself."""
    return {
        each: Problem.ITSELF if each == code else Problem.UNKNOWN
        for each in named
        if each == code or each not in known
    }


def wrong_merger(
    code: str, other: str, units: Mapping[str, str], merged: Mapping[str, str | None],
    in_kits: Collection[str],
) -> Problem | None:  # fmt: skip
    """Return why an item cannot be merged into another: `units` and mergers of every item.

    Both are counted alike; nothing is merged into what is merged itself; and neither a kit nor a
    part of one is merged away.
    """
    if other == code:
        return Problem.ITSELF
    if other not in units:
        return Problem.UNKNOWN
    if code in in_kits:
        return Problem.PART
    if merged.get(other) or code in merged.values():
        return Problem.MERGED
    return Problem.UNIT if units.get(code, units[other]) != units[other] else None


def wrong_parts(
    code: str, parts: Collection[str], known: Collection[str], kits: Mapping[str, Collection[str]]
) -> dict[str, Problem]:
    """Return which parts a kit cannot have; `kits` says what every kit is made of.

    No kit is inside another: so none is a part, and what is a part becomes no kit.
    """
    found = wrong_with(code, parts, known)
    is_part = any(code in made_of for kit, made_of in kits.items() if kit != code)
    for each in parts:
        if is_part:
            found.setdefault(each, Problem.PART)
        elif each != code and each in kits:
            found.setdefault(each, Problem.KIT)
    return found
