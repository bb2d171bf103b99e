"""An area's totals: added over the areas below it, and over the disasters of one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from damage_reports.queries.form import Field
from damage_reports.rules import RollUp
from relief_ops.geo import AreaNode, Level


@dataclass
class Unit:
    """One area's totals: `known` counts the townships (or villages) that know a figure."""

    node: AreaNode
    expected: int = 0
    reported: int = 0
    oldest_as_of: datetime | None = None
    newest_as_of: datetime | None = None
    values: dict[str, Decimal] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    own: dict[str, Decimal] = field(default_factory=dict)
    below: dict[str, Decimal] = field(default_factory=dict)
    approximate: bool = False

    def stamp(self, as_of: datetime, newest: datetime | None = None) -> None:
        """Widen the span of valid times this total stands on."""
        self.oldest_as_of = min(filter(None, (self.oldest_as_of, as_of)))
        self.newest_as_of = max(filter(None, (self.newest_as_of, newest or as_of)))


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
        total.known[code] = total.known.get(code, 0) + (1 if townshipwise else unit.known[code])


def together(units: Sequence[Unit], form: Mapping[str, Field]) -> Unit:
    """Return an area over several disasters of one process: its figures added, itself once.

    They are different damage, so figures are added, where one is known. An area that any of them
    names counts once under `any_then_sum`, is expected once, and has reported once.
    """
    if len(units) == 1:
        return units[0]
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


def overlaid(found: Sequence[Mapping[UUID, Unit]], form: Mapping[str, Field]) -> dict[UUID, Unit]:
    """Return each area over several disasters that all know the same areas."""
    return {key: together([each[key] for each in found], form) for key in found[0]}
