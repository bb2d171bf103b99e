"""One area's totals, what the rules choose of them, and how those of several are added.

Added are the areas below one, and, of one area, the disasters of one process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from damage_reports.queries.choices import Choices
from damage_reports.queries.form import Field
from damage_reports.rules import RollUp, unscaled
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


@dataclass(frozen=True)
class Part:
    """What one disaster itself holds of an area's totals."""

    disaster_id: UUID
    unit: Unit


@dataclass
class Rollup:
    """The totals of an area and of each area directly below it.

    `parts` say what the disaster itself and each of its parts hold; none where it has no parts.
    """

    area: Unit
    children: list[Unit]
    parts: tuple[Part, ...] = ()


@dataclass
class Counted:
    """The townships one disaster holds as their reports say, and what its rules choose instead."""

    tree: AreaTree
    townships: Mapping[UUID, Unit]
    choices: Choices
    units: dict[UUID, Unit] = field(default_factory=dict)

    def reported(self, node: AreaNode) -> Unit:
        """Return what the reports alone add up to."""
        if node.level == Level.TOWNSHIP:
            return self.townships[node.id]
        return summed(node, [self.reported(each) for each in self.below(node)])

    def chosen(self, node: AreaNode) -> Unit:
        """Return an area's totals by the rules of choice, worked out once."""
        if node.id not in self.units:
            self.units[node.id] = chosen(self._whole(node), self.choices)
        return self.units[node.id]

    def _whole(self, node: AreaNode) -> Unit:
        if node.level == Level.TOWNSHIP:
            return self.townships[node.id]
        return summed(node, [self.chosen(each) for each in self.below(node)])

    def below(self, node: AreaNode) -> list[AreaNode]:
        """Return the areas directly below one, in so far as they were read."""
        return [
            each
            for each in self.tree.children(node.id)
            if each.level != Level.TOWNSHIP or each.id in self.townships
        ]

    def listed(self, area: AreaNode, *, every: bool) -> Iterator[AreaNode]:
        """Yield the areas directly below, or with `every` all down to the townships, by code."""
        for each in self.tree.children(area.id):
            yield each
            if every and each.level != Level.TOWNSHIP:
                yield from self.listed(each, every=True)

    def rollup(self, area: AreaNode, *, as_reported: bool = False, every: bool = False) -> Rollup:
        """Return the totals of an area above townships, with those of the areas below it."""
        unit = self.reported if as_reported else self.chosen
        return Rollup(unit(area), [unit(each) for each in self.listed(area, every=every)])


@dataclass
class Overlaid:
    """The same areas over several disasters of one process, each by its own rules of choice."""

    parts: Sequence[Counted]
    units: dict[UUID, Unit] = field(default_factory=dict)

    @property
    def form(self) -> Mapping[str, Field]:
        """Return the form they all report by."""
        return self.parts[0].choices.form

    def reported(self, node: AreaNode) -> Unit:
        """Return what the reports alone add up to."""
        if node.level == Level.TOWNSHIP:
            return together([each.reported(node) for each in self.parts], self.form)
        return summed(node, [self.reported(each) for each in self.parts[0].below(node)])

    def chosen(self, node: AreaNode) -> Unit:
        """Return an area's totals by the rules of choice, worked out once."""
        if node.id not in self.units:
            self.units[node.id] = self._chosen(node)
        return self.units[node.id]

    def _chosen(self, node: AreaNode) -> Unit:
        """Add up township by township but for what is said of all of an area."""
        units = [each.chosen(node) for each in self.parts]
        if node.level == Level.TOWNSHIP:
            return together(units, self.form)
        total = summed(node, [self.chosen(each) for each in self.parts[0].below(node)])
        for code in dict.fromkeys(code for unit in units for code in unit.source):
            rest = [p for p, unit in zip(self.parts, units, strict=True) if code not in unit.source]
            said = [unit for unit in units if code in unit.source]
            _take(total, code, said, overlaid(rest).chosen(node) if rest else Unit(node))
        return total

    def rollup(self, area: AreaNode, *, as_reported: bool = False, every: bool = False) -> Rollup:
        """Return the totals of an area above townships, with those of the areas below it."""
        unit = self.reported if as_reported else self.chosen
        below = self.parts[0].listed(area, every=every)
        return Rollup(unit(area), [unit(each) for each in below])


def overlaid(parts: Sequence[Counted]) -> Counted | Overlaid:
    """Return the areas of several disasters that all know the same ones as those of one."""
    return parts[0] if len(parts) == 1 else Overlaid(parts)


def _take(total: Unit, code: str, said: Sequence[Unit], rest: Unit) -> None:
    """Set a figure that some disasters have of the area itself and the rest of those below it."""
    known = [unit for unit in (*said, rest) if code in unit.values]
    total.values[code] = sum((unit.values[code] for unit in known), Decimal(0))
    total.known[code] = max(unit.known[code] for unit in known)
    total.mixed.pop(code, None)
    _mark(total, code, known)
    for unit in said:
        if unit.oldest_as_of:
            total.stamp(unit.oldest_as_of, unit.newest_as_of)


def _mark(total: Unit, code: str, known: Sequence[Unit]) -> None:
    """Say where a figure comes from that is added of several disasters' figures."""
    if len(known) == 1 and code in known[0].source:
        total.source[code] = known[0].source[code]
        return
    for unit in known:
        if code in unit.source:
            _count(total, code, unit.source[code], 1)
        else:
            for name, count in unit.mixed.get(code, {}).items():
                _count(total, code, name, count)


def together(units: Sequence[Unit], form: Mapping[str, Field]) -> Unit:
    """Return an area over several disasters of one process: its figures added, itself once.

    They are different damage, so figures are added, where one is known. An area that any of them
    names counts once under `any_then_sum`, is expected once, and has reported once.
    """
    filled = [unit for unit in units if unit.values or unit.reported] or units[:1]
    if len(filled) == 1 and filled[0].expected == max(unit.expected for unit in units):
        return filled[0]
    total = Unit(units[0].node, approximate=units[0].approximate)
    for unit in units:
        total.expected = max(total.expected, unit.expected)
        total.reported = max(total.reported, unit.reported)
        if unit.oldest_as_of:
            total.stamp(unit.oldest_as_of, unit.newest_as_of)
        _put(total.values, unit.values, form)
        _put(total.own, unit.own, form)
        _put(total.below, unit.below, form)
        for code, known in unit.known.items():
            total.known[code] = max(total.known.get(code, 0), known)
    for code in total.values if any(unit.source or unit.mixed for unit in units) else ():
        _mark(total, code, [unit for unit in units if code in unit.values])
    return total


def _put(total: dict[str, Decimal], more: Mapping[str, Decimal], form: Mapping[str, Field]) -> None:
    for code, value in more.items():
        before = total.get(code)
        if before is None:
            total[code] = value
        elif form[code].roll_up == RollUp.ANY_THEN_SUM:
            total[code] = max(before, value)
        else:
            total[code] = before + value


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
