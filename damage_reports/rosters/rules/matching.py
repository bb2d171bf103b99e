"""Which two rows of a roster may be one and the same: for a person to decide, never for us.

Two identity numbers that are both there and differ tell two people apart, whatever their names.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from uuid import UUID

NEAR = 80  # of 100, for names long enough that one mistyped sign leaves most of them
LONG = 3
Key = Callable[["Known"], object]
SPACES = re.compile(r"[\s,，.。;；、\-—#()（）]+")


class Likeness(StrEnum):
    """Why two rows may be the same."""

    NUMBER = "number"
    PLACE = "place"
    NAME = "name"


@dataclass(frozen=True)
class Known:
    """What is compared of a row: the indexes of number and place, the name, its village."""

    record_id: UUID
    area_id: UUID
    number: bytes | None
    place: bytes | None
    name: str


@dataclass(frozen=True)
class Pair:
    """Two records that may be one, the smaller id first, and why."""

    left: UUID
    right: UUID
    why: tuple[Likeness, ...]


def plain_place(address: str) -> str:
    """Return an address without what two hands write differently: width, spaces, signs."""
    return SPACES.sub("", unicodedata.normalize("NFKC", address)).upper()


def likely_pairs(rows: Iterable[Known], *, by_place: bool) -> list[Pair]:
    """Return the pairs a person should look at; `by_place` where one address is one household."""
    kept = list(rows)
    found: dict[tuple[UUID, UUID], list[Likeness]] = defaultdict(list)
    for left, right in _sharing(kept, lambda row: row.number):
        found[_ordered(left, right)].append(Likeness.NUMBER)
    if by_place:
        for left, right in _sharing(kept, lambda row: row.place and (row.area_id, row.place)):
            found[_ordered(left, right)].append(Likeness.PLACE)
    for left, right in _alike(kept):
        if not _told_apart(left, right) and Likeness.NAME not in found[_ordered(left, right)]:
            found[_ordered(left, right)].append(Likeness.NAME)
    return [Pair(*ids, tuple(why)) for ids, why in sorted(found.items()) if why]


def _alike(rows: list[Known]) -> Iterator[tuple[Known, Known]]:
    """Yield rows of one village whose names sound alike, or are long and written nearly alike."""
    from rapidfuzz import fuzz  # 2 MB: only who compares pays

    yield from _sharing(rows, lambda row: (row.area_id, len(row.name), _sound(row.name)))
    for left, right in _sharing(rows, lambda row: len(row.name) > LONG and row.area_id):
        if fuzz.ratio(left.name, right.name) >= NEAR:
            yield left, right


@lru_cache(maxsize=20_000)
def _sound(name: str) -> str:
    from pypinyin import lazy_pinyin  # its dictionary weighs 50 MB: only who compares pays

    return " ".join(lazy_pinyin(name))


def _told_apart(left: Known, right: Known) -> bool:
    return bool(left.number and right.number and left.number != right.number)


def _ordered(left: Known, right: Known) -> tuple[UUID, UUID]:
    first, second = sorted((left.record_id, right.record_id))
    return first, second


def _sharing(rows: list[Known], key: Key) -> Iterator[tuple[Known, Known]]:
    groups: dict[object, list[Known]] = defaultdict(list)
    for row in rows:
        if shared := key(row):
            groups[shared].append(row)
    for group in groups.values():
        yield from combinations(group, 2)
