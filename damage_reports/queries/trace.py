"""Where one figure comes from: which source counted, what the others said, by whose rule.

Rules and sources are of one disaster: of a whole this says what it holds itself, beside its parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from damage_reports.queries.choices import Said
from damage_reports.queries.form import Field
from damage_reports.queries.totals import Asked, held_by
from damage_reports.queries.units import Part, Unit, overlaid, together
from damage_reports.rules import REPORT, ChoiceRule, mark_on
from relief_ops.geo import AreaNode, Level


@dataclass(frozen=True)
class Voice:
    """What one source says of a figure; of the report, what the reports alone add up to.

    `carried` is where the area's own report took it over from.
    """

    source: str
    value: Decimal | None
    as_of: datetime | None
    counts: bool
    received_at: datetime | None = None
    note: str = ""
    claim_id: UUID | None = None
    author_id: UUID | None = None
    carried: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Trace:
    """A figure of an area with all that was said of it; `below` are the parts of a sum.

    `unit` is over the whole process and `parts` what each disaster holds of it, the one asked
    about first; what was said, the rule and the report are of that one.
    """

    area: AreaNode
    field: Field
    unit: Unit
    parts: tuple[Part, ...]
    reported: Unit
    rule: ChoiceRule | None
    voices: tuple[Voice, ...]
    below: tuple[Unit, ...]

    @property
    def value(self) -> Decimal | None:
        """Return the figure that counts."""
        return self.unit.values.get(self.field.code)

    @property
    def source(self) -> str | None:
        """Return the source it is of; a sum of what lies below is the report's."""
        if self.value is None:
            return None
        return self.unit.source.get(self.field.code, REPORT)

    @property
    def people(self) -> set[UUID | None]:
        """Return everybody who had a part in it."""
        said = {each.author_id for each in self.voices}
        return said | ({self.rule.actor_id} if self.rule else set())


def trace(asked: Asked, field: Field, order: Mapping[str, Any]) -> Trace:
    """Return where a figure comes from, its sources in the order of `order`."""
    asked = replace(asked, only=field.code)
    members = asked.parts()
    if asked.area.level == Level.VILLAGE:
        return _of_village(members, field)
    return _of_area(members, field, order)


def _of_village(members: list[Asked], field: Field) -> Trace:
    area, form = members[0].area, members[0].form
    units = [each.one_unit(each.filed()).area for each in members]
    voices = _marked(members[0], field, _voices(units[0], units[0], field, {}, {}))
    unit = together(units, form)
    return Trace(area, field, unit, held_by(members, units), units[0], None, voices, ())


def _of_area(members: list[Asked], field: Field, order: Mapping[str, Any]) -> Trace:
    asked, area = members[0], members[0].area
    counted = [each.counted(each.filed(), whole=True) for each in members]
    units = [each.chosen(area) for each in counted]
    itself, whole, reported = counted[0].choices, overlaid(counted), counted[0].reported(area)
    below = [] if area.level == Level.TOWNSHIP else asked.tree.children(area.id)
    said = itself.said(area, field.code)
    return Trace(
        area, field, whole.chosen(area), held_by(members, units), reported,
        itself.rule(area, field.code),
        _marked(asked, field, _voices(units[0], reported, field, said, order)),
        tuple(whole.chosen(each) for each in below),
    )  # fmt: skip


def _marked(asked: Asked, field: Field, voices: Iterator[Voice]) -> tuple[Voice, ...]:
    """Say of the area's own report that it took the figure over, where it did."""
    if asked.area.level not in (Level.VILLAGE, Level.TOWNSHIP):
        return tuple(voices)
    rows = asked.run(
        " SELECT l.area_id, r.carried FROM latest l JOIN report r ON r.id = l.id",
        *("area_id", "carried"),
    )
    marks = {area_id: mark_on(field.code, marked) for area_id, marked in rows}
    mark = marks.get(asked.area.id)
    return tuple(replace(each, carried=mark) if each.source == REPORT else each for each in voices)


def _voices(
    unit: Unit, reported: Unit, field: Field, said: Said, order: Mapping[str, Any]
) -> Iterator[Voice]:
    counting = unit.source.get(field.code)
    value = reported.values.get(field.code)
    known = field.code in unit.values
    yield Voice(REPORT, value, reported.newest_as_of, known and counting is None)
    for name in sorted(said, key=lambda each: list(order).index(each)):
        each = said[name]
        yield Voice(
            name, each.value, each.as_of, name == counting, each.received_at, each.note, each.id,
            each.author_id,
        )  # fmt: skip


def shown_trace(found: Trace, areas: Mapping[Any, str], names: Mapping[Any, str]) -> dict[str, Any]:
    """Return a trace as the API shows it; `areas` are codes by id, `names` people."""
    code = found.field.code
    return {
        "area_code": found.area.code,
        "indicator": code,
        "value": found.value,
        "source": found.source,
        "mixed": found.unit.mixed.get(code, {}),
        "parts": [
            {
                "disaster_id": each.disaster_id, "value": each.unit.values.get(code),
                "source": each.unit.source.get(code, REPORT),
                "mixed": each.unit.mixed.get(code, {}),
            }
            for each in found.parts
        ],
        "rule": _shown_rule(found.rule, areas, names) if found.rule else None,
        "said": [
            {
                "source": each.source, "value": each.value, "as_of": each.as_of,
                "received_at": each.received_at, "note": each.note, "claim_id": each.claim_id,
                "filed_by": names.get(each.author_id, ""), "counts": each.counts,
                "carried": each.carried,
            }
            for each in found.voices
        ],
        "below": [
            {
                "area_code": each.node.code, "value": each.values.get(code),
                "source": each.source.get(code, REPORT), "mixed": each.mixed.get(code, {}),
            }
            for each in found.below
        ],
    }  # fmt: skip


def _shown_rule(
    rule: ChoiceRule, areas: Mapping[Any, str], names: Mapping[Any, str]
) -> dict[str, Any]:
    return {
        "id": rule.id,
        "area_code": areas.get(rule.area),
        "indicator": rule.indicator or None,
        "group": rule.group or None,
        "only_here": rule.only_here,
        "sources": rule.order,
        "reason": rule.reason,
        "set_by": names.get(rule.actor_id, ""),
        "set_from": rule.set_from,
    }
