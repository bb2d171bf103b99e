"""Several sources of one figure: which one counts, and which differ so much that somebody looks.

A rule is an order of sources; the first that has a figure counts, and no figure is ever added to
another source's. Whatever no rule speaks of is the report's.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

REPORT = "report"
DEFAULT = (REPORT,)


class SourceKind(StrEnum):
    """What kind of source says a figure; only the report itself is of the first."""

    REPORT = "report"
    BUREAU = "bureau"
    INSURER = "insurer"
    SATELLITE = "satellite"
    MODEL = "model"


@dataclass(frozen=True)
class ChoiceRule:
    """An order of sources for an area and all below it, or with `only_here` for it alone.

    It is for one figure, for a group of them, or, with neither named, for all.
    """

    area: Hashable
    order: tuple[str, ...]
    indicator: str = ""
    group: str = ""
    only_here: bool = False
    id: UUID | None = None
    reason: str = ""
    actor_id: UUID | None = None
    set_from: datetime | None = None


class RuleBook:
    """The rules in force in a disaster."""

    def __init__(self, rules: Iterable[ChoiceRule] = ()) -> None:
        self._rules = {(r.area, r.indicator, r.group, r.only_here): r for r in rules}

    def __bool__(self) -> bool:
        return bool(self._rules)

    def rule(self, chain: Sequence[Hashable], indicator: str, group: str) -> ChoiceRule | None:
        """Return the rule for a figure of an area; `chain` is the area and those above it.

        The nearest area that has one decides; there one for the figure goes before one for its
        group, and that before one for all. What was decided for the area alone goes first.
        """
        own = self._rules.get((chain[0], indicator, "", True))
        if own is not None:
            return own
        keys = ((indicator, ""), ("", group), ("", ""))
        found = (self._rules.get((area, *key, False)) for area in chain for key in keys)
        return next(filter(None, found), None)


def choose(order: Sequence[str], known: Collection[str]) -> str | None:
    """Return the first source that has a figure; None where none has."""
    return next((each for each in order if each in known), None)


@dataclass(frozen=True)
class Limits:
    """What may differ without a word: a share of the largest figure, and a number of units."""

    percent: Decimal
    floor: Decimal


@dataclass(frozen=True)
class Gap:
    """How far the lowest and the highest source of a figure lie apart."""

    low: Decimal
    high: Decimal

    @property
    def size(self) -> Decimal:
        """Return the difference in the figure's own unit."""
        return self.high - self.low

    @property
    def percent(self) -> Decimal:
        """Return the difference in hundredths of the highest figure."""
        return self.size * 100 / self.high if self.high else Decimal(0)


def gap(said: Mapping[str, Decimal], limits: Limits) -> Gap | None:
    """Return by how much the sources of a figure differ, if that is more than they may.

    More than the share, and at least as many units as the floor says.
    """
    if len(said) < 2:
        return None
    found = Gap(min(said.values()), max(said.values()))
    wide = found.low < found.high and found.size >= limits.floor
    return found if wide and found.percent > limits.percent else None
