"""Which reports a total is made of: every figure leads to who filed it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from damage_reports.queries.totals import Asked
from damage_reports.rules import unscaled
from relief_ops.geo import AreaNode, Level


@dataclass(frozen=True)
class Source:
    """One figure of a total: of which area, in which report, counted in which disaster.

    `judged` is a figure the level above set beside the report's own.
    """

    disaster_id: UUID
    report_id: UUID
    node: AreaNode
    value: Decimal
    as_of: datetime
    judged: bool


def trace(asked: Asked) -> list[Source]:
    """Return the figures that one indicator's total of an area is made of, by area.

    A township that filed the figure itself stands for its villages, as in the total.
    """
    found = [source for each in asked.parts() for source in _of(each)]
    return sorted(found, key=lambda each: (each.node.code, str(each.disaster_id)))


def _of(asked: Asked) -> Iterable[Source]:
    assert asked.only is not None
    field = asked.form[asked.only]
    rows = asked.run(
        " SELECT l.id, l.area_id, l.as_of, v.value FROM latest l LEFT JOIN report_value v "
        "ON v.report_id = l.id AND v.indicator_id = :indicator",
        *("id", "area_id", "as_of"),
        indicator=field.id,
    ).all()
    judged = asked.accepted_own({area_id: as_of for _id, area_id, as_of, _value in rows})
    figures = {
        area_id: Source(
            asked.disaster_id, report_id, asked.tree.node(area_id),
            unscaled(int(judged.get((area_id, field.id), value)), scale=field.scale), as_of,
            (area_id, field.id) in judged,
        )
        for report_id, area_id, as_of, value in rows
        if area_id in asked.tree and judged.get((area_id, field.id), value) is not None
    }  # fmt: skip
    townships = {key for key, each in figures.items() if each.node.level == Level.TOWNSHIP}
    return [each for each in figures.values() if each.node.parent_id not in townships]
