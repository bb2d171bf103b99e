"""One area's totals, how those of several are added, and what the rules choose of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from damage_reports.queries.choices import Choices
from damage_reports.queries.form import Field
from damage_reports.rules import unscaled
from relief_ops.geo import AreaNode, AreaTree, Level


@dataclass
class Unit:
    """One area's totals: `known` counts the townships (or villages) that know a figure.

    `source` names the other source whose claim an area's own figure is; `mixed` counts, in
    a sum, the areas below whose figures are such claims. Figures of reports stand in neither.
    """

    node: AreaNode
    expected: int = 0
    reported: int = 0
    oldest_as_of: datetime | None = None
    newest_as_of: datetime | None = None
    values: dict[str, Decimal] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    own: dict[str, Decimal] = field(default_factory=dict)
    below: dict[str, Decimal] = field(default_factory=dict)
    source: dict[str, str] = field(default_factory=dict)
    mixed: dict[str, dict[str, int]] = field(default_factory=dict)
    approximate: bool = False

    def stamp(self, as_of: datetime, newest: datetime | None = None) -> None:
        """Widen the span of valid times this total stands on."""
        self.oldest_as_of = min(filter(None, (self.oldest_as_of, as_of)))
        self.newest_as_of = max(filter(None, (self.newest_as_of, newest or as_of)))

    def fill(self, asked: Field, own: int | None, below: int | None, known: int) -> None:
        """Set a figure from an area's own report, or from what its villages add up to."""
        code = asked.code
        if own is not None:
            self.own[code] = unscaled(int(own), scale=asked.scale)
        if below is not None:
            self.below[code] = unscaled(int(below), scale=asked.scale)
        value = self.own.get(code, self.below.get(code))
        if value is not None:
            self.values[code] = value
            self.known[code] = 1 if code in self.own or not known else known

    def marks(self) -> dict[str, str]:
        """Return by figure where it comes from besides reports: `water`, in a sum `water:2`."""
        sums = {
            code: " ".join(f"{name}:{count}" for name, count in sorted(counts.items()))
            for code, counts in self.mixed.items()
        }
        return sums | self.source


@dataclass
class Rollup:
    """The totals of an area and of each area directly below it."""

    area: Unit
    children: list[Unit]


@dataclass
class Counted:
    """The townships of an area as their reports say, and what the rules choose instead."""

    tree: AreaTree
    townships: Mapping[UUID, Unit]
    choices: Choices
    units: dict[UUID, Unit] = field(default_factory=dict)

    def reported(self, node: AreaNode) -> Unit:
        """Return what the reports alone add up to."""
        if node.level == Level.TOWNSHIP:
            return self.townships[node.id]
        return summed(node, [self.reported(each) for each in self._below(node)])

    def chosen(self, node: AreaNode) -> Unit:
        """Return an area's totals by the rules of choice, worked out once."""
        if node.id not in self.units:
            self.units[node.id] = chosen(self._whole(node), self.choices)
        return self.units[node.id]

    def _whole(self, node: AreaNode) -> Unit:
        if node.level == Level.TOWNSHIP:
            return self.townships[node.id]
        return summed(node, [self.chosen(each) for each in self._below(node)])

    def _below(self, node: AreaNode) -> list[AreaNode]:
        return [
            each
            for each in self.tree.children(node.id)
            if each.level != Level.TOWNSHIP or each.id in self.townships
        ]

    def rollup(self, area: AreaNode, *, as_reported: bool = False) -> Rollup:
        """Return the totals of an area above townships, with those of the areas below it."""
        unit = self.reported if as_reported else self.chosen
        return Rollup(unit(area), [unit(each) for each in self.tree.children(area.id)])


def chosen(unit: Unit, choices: Choices) -> Unit:
    """Return an area's totals with the claims the rules choose; the unit itself stays as it is.

    A claim speaks for the whole area: everybody who is expected there is then known.
    """
    taken = choices.taken(unit.node, unit.values)
    if not taken:
        return unit
    made = replace(
        unit, values=dict(unit.values), known=dict(unit.known), source=dict(unit.source),
        mixed=dict(unit.mixed),
    )  # fmt: skip
    for code, (value, claim) in taken.items():
        made.values[code], made.known[code] = value, unit.expected
        made.source[code] = claim.source
        made.mixed.pop(code, None)
        made.stamp(claim.as_of)
    return made


def summed(node: AreaNode, children: list[Unit]) -> Unit:
    """Return the sum of areas below one; a silent zone code adds nothing, not even itself."""
    total = Unit(node)
    for child in children:
        _add(total, child)
    return total


def _add(total: Unit, unit: Unit) -> None:
    total.expected += unit.expected
    total.reported += unit.reported
    if unit.oldest_as_of:
        total.stamp(unit.oldest_as_of, unit.newest_as_of)
    townshipwise = unit.node.level == Level.TOWNSHIP
    for code, value in unit.values.items():
        total.values[code] = total.values.get(code, Decimal(0)) + value
        known = unit.expected if townshipwise else unit.known[code]
        total.known[code] = total.known.get(code, 0) + known
    for code, name in unit.source.items():
        _count(total, code, name, 1)
    for code, counts in unit.mixed.items():
        for name, count in counts.items():
            _count(total, code, name, count)


def _count(total: Unit, code: str, source: str, count: int) -> None:
    counts = total.mixed.setdefault(code, {})
    counts[source] = counts.get(source, 0) + count
