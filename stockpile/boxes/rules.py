"""Decisions about boxes, on plain values."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

MOST_BOXES = 2_000
MARK = "relief-box:"
RANGE = re.compile(r"(\d{1,9})(?:[-–~～至](\d{1,9}))?")


class Stage(StrEnum):
    """What is said of a box by whoever reads its label."""

    LOADED = "loaded"
    ARRIVED = "arrived"
    DAMAGED = "damaged"
    OPENED = "opened"


THERE = (Stage.ARRIVED, Stage.DAMAGED, Stage.OPENED)  # whoever says one of these has the box
PACKED, DISPATCHED, RECEIVED, HANDED_OUT = "packed", "dispatched", "received", "handed_out"
# The way of a box, in order. What stands before a step somebody told must have been told too.
WAY = (PACKED, Stage.LOADED, DISPATCHED, Stage.ARRIVED, RECEIVED, Stage.OPENED, HANDED_OUT)


def contents(quantity: int, per_box: int) -> list[int]:
    """Return what each box holds: full ones, and the rest in the last."""
    full, rest = divmod(quantity, per_box)
    return [per_box] * full + ([rest] if rest else [])


def unsaid(said: Collection[str]) -> list[str]:
    """Return the steps of a box's way nobody told, up to the last one that was told.

    A box that arrived damaged has arrived.
    """
    told = {Stage.ARRIVED if each == Stage.DAMAGED else each for each in said}
    reached = max((WAY.index(each) for each in told if each in WAY), default=-1)
    return [str(each) for each in WAY[:reached] if each not in told]


def label(box_id: UUID, number: int, quantity: int, item: str) -> str:
    """Return what the code on a box says: enough to name its contents without a network."""
    return f"{MARK}{box_id.hex};{number};{quantity};{item}"


@dataclass(frozen=True)
class Said:
    """What somebody typed or read with a hand scanner: ids of labels, numbers of boxes."""

    ids: tuple[UUID, ...]
    numbers: tuple[int, ...]
    unread: tuple[str, ...]


def read(text: str, *, most: int = MOST_BOXES) -> Said:
    """Read labels and numbers, one after the other: `12-15, 18 relief-box:…`.

    What is none of these is named in `unread`, and so is what goes beyond `most` boxes in all.
    """
    ids: list[UUID] = []
    numbers: list[int] = []
    unread: list[str] = []
    for word in re.split(r"[\s,\uff0c\uff1b\u3001\u3002]+", text.strip()):
        if not word:
            continue
        left = most - len(ids) - len(numbers)
        if left > 0 and (found := _label(word)):
            ids.append(found)
        elif span := _span(word, left):
            numbers.extend(span)
        else:
            unread.append(word)
    return Said(tuple(dict.fromkeys(ids)), tuple(dict.fromkeys(numbers)), tuple(unread))


def _label(word: str) -> UUID | None:
    if not word.lower().startswith(MARK):
        return None
    try:
        return UUID(word[len(MARK) :].split(";")[0])
    except ValueError:
        return None


def _span(word: str, most: int) -> range | None:
    found = RANGE.fullmatch(word)
    if found is None:
        return None
    first = int(found[1])
    last = int(found[2] or found[1])
    return range(first, last + 1) if 0 < first <= last < first + most else None
