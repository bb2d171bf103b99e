"""A figure proposed from a message, and what it does to the figures before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

TOTALS = frozenset({"affected", "relocated_cum"})


class Kind(StrEnum):
    """How a figure was said; a replaced one was taken back later in the same message."""

    STATED = "stated"
    CORRECTED = "corrected"
    REPLACED = "replaced"
    NEGATED = "negated"
    UNKNOWN = "unknown"
    RANGE = "range"
    APPROXIMATE = "approximate"
    VAGUE = "vague"


@dataclass(frozen=True)
class Proposal:
    """One figure: in the form's own unit, or None; `low` and `high` are the ends of a range.

    `start` and `end` bound the sentence, `at` and `to` the words of the figure in the message;
    `whole`: it was said to be the sum of those before it.
    """

    indicator: str
    kind: Kind
    value: Decimal | None
    start: int
    end: int
    at: int
    to: int
    place: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    whole: bool = False


def take(found: list[Proposal], new: Iterable[Proposal]) -> None:
    """Add proposals; a corrected figure takes back what was said of it before.

    In one sentence a figure after all takes the place of its being unknown, the one after a
    denied one corrects it, and of two totals the smaller, a part of the other, is left out.
    """
    for each in new:
        if found and found[-1].kind is Kind.UNKNOWN and _is_same(found[-1], each):
            found.pop()
        same = [earlier for earlier in found if _is_same(earlier, each)]
        if same and each.kind in {Kind.NEGATED, Kind.UNKNOWN}:
            continue
        if each.whole:
            found[:] = [earlier for earlier in found if earlier not in same]
            same = []
        denied = bool(same) and same[-1].kind is Kind.REPLACED
        said = replace(each, kind=Kind.CORRECTED) if denied and each.kind is Kind.STATED else each
        if said.kind is Kind.CORRECTED:
            _take_back(found, said)
        part = _part(said, same[-1]) if same else None
        if part in found:
            found.remove(part)
        if part is not said:
            found.append(said)


def _take_back(found: list[Proposal], new: Proposal) -> None:
    for place, earlier in enumerate(found):
        same = (earlier.indicator, earlier.place) == (new.indicator, new.place)
        if same and earlier.kind is not Kind.CORRECTED:
            found[place] = replace(earlier, kind=Kind.REPLACED)


def _is_same(a: Proposal, b: Proposal) -> bool:
    return (a.indicator, a.place, a.start) == (b.indicator, b.place, b.start)


def _part(new: Proposal, earlier: Proposal) -> Proposal | None:
    """Return which of two totals is a part of the other: 转移1200人,民兵转移80人."""
    exact = {Kind.STATED, Kind.APPROXIMATE}
    if new.indicator not in TOTALS or not {new.kind, earlier.kind} <= exact:
        return None
    return min(earlier, new, key=lambda each: each.value or 0)
