"""Totals as the design defines them, written to be read: the oracle of the SQL that is used.

A township counts its own figure if it filed one, otherwise the sum of its villages, never
both. Above the township figures are added. Unknown stays unknown: a sum says how many of
how many it knows. A zone code that only stands for part of a county is expected, and counts,
as soon as it or one of its villages has filed: a figure somebody sent is never left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class RollUp(StrEnum):
    """How an indicator is added: by sum, or as one a township as soon as any village has it.

    What cannot be added shows the least of its parts: the gravest level, the earliest instant.
    """

    SUM = "sum"
    ANY_THEN_SUM = "any_then_sum"
    LEAST = "least"


class Nature(StrEnum):
    """What a figure is: counted since the beginning, at the moment, a flow, a level, an instant.

    Levels run from 1, the gravest; an instant is kept as whole seconds since 1970.
    """

    CUM = "cum"
    RT = "rt"
    FLOW = "flow"
    LEVEL = "level"
    INSTANT = "instant"


NOT_ADDED = frozenset({Nature.LEVEL, Nature.INSTANT})


@dataclass(frozen=True)
class Row:
    """An area's current figures; absent and None both mean nobody knows yet.

    `statistical` marks the level that reports (the township). A `pseudo` unit is expected
    only once it or an area below it has filed; `filed` is a report without any figure.
    """

    area: str
    parent: str | None
    statistical: bool = False
    pseudo: bool = False
    values: Mapping[str, Decimal | None] = field(default_factory=dict)
    filed: bool = False


@dataclass(frozen=True)
class Sum:
    """A total with what it stands on; `own` and `below` are a township's two accounts."""

    value: Decimal | None
    known: int
    of: int
    own: Decimal | None = None
    below: Decimal | None = None

    @property
    def difference(self) -> Decimal | None:
        """Return own minus villages where both are known."""
        return None if self.own is None or self.below is None else self.own - self.below


def add_up(values: Iterable[Decimal | None], *, how: RollUp = RollUp.SUM) -> Decimal | None:
    """Add what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    if how is RollUp.ANY_THEN_SUM:
        return Decimal(any(value > 0 for value in known))
    if how is RollUp.LEAST:
        return min(known)
    return sum(known, Decimal(0))


def roll_up(rows: Sequence[Row], *, indicator: str, how: RollUp = RollUp.SUM) -> dict[str, Sum]:
    """Return the total of every area for one indicator."""
    children: dict[str | None, list[Row]] = {}
    for row in rows:
        children.setdefault(row.parent, []).append(row)
    totals: dict[str, Sum] = {}
    for row in rows:
        _total(row, children, totals, indicator, how)
    return totals


def _total(
    row: Row,
    children: Mapping[str | None, list[Row]],
    totals: dict[str, Sum],
    indicator: str,
    how: RollUp,
) -> Sum:
    if row.area not in totals:
        below = children.get(row.area, [])
        own = row.values.get(indicator)
        if row.statistical or not below:
            totals[row.area] = _township(own, [each.values.get(indicator) for each in below], how)
        else:
            parts = [
                _total(each, children, totals, indicator, how)
                for each in below
                if not each.pseudo or _filed(each, children)
            ]
            value = add_up(part.value for part in parts)
            known, of = _counted(below, parts)
            totals[row.area] = Sum(value, known, of)
    return totals[row.area]


def _filed(row: Row, children: Mapping[str | None, list[Row]]) -> bool:
    """Say whether the area or any below it has filed a report, whatever it knew."""
    here = row.filed or bool(row.values)
    return here or any(_filed(each, children) for each in children.get(row.area, []))


def _township(own: Decimal | None, villages: list[Decimal | None], how: RollUp) -> Sum:
    below = add_up(villages, how=how)
    known = sum(value is not None for value in villages)
    if own is not None or not villages:
        return Sum(own, int(own is not None), 1, own, below)
    return Sum(below, known, len(villages), None, below)


def _counted(below: Sequence[Row], parts: Sequence[Sum]) -> tuple[int, int]:
    """Count reporting units: a township is one, whatever stands beneath it."""
    if any(row.statistical for row in below):
        return sum(part.value is not None for part in parts), len(parts)
    return sum(part.known for part in parts), sum(part.of for part in parts)
