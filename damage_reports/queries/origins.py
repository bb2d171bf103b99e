"""Which reports a total is made of: every figure leads to who filed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from damage_reports.queries.totals import Asked
from damage_reports.queries.units import Counted
from damage_reports.rules import REPORT, mark_on, unscaled
from relief_ops.geo import AreaNode, Level


@dataclass(frozen=True)
class Origin:
    """One figure of a total: of which area, in which report, counted in which disaster.

    `judged` is a figure the level above set beside the report's own. What another source said
    instead is in no report. `carried` is where the report took it over from.
    """

    disaster_id: UUID
    report_id: UUID | None
    node: AreaNode
    value: Decimal
    as_of: datetime
    judged: bool = False
    source: str = REPORT
    claim_id: UUID | None = None
    carried: Mapping[str, Any] | None = None


def origins(asked: Asked) -> list[Origin]:
    """Return the figures that one indicator's total of an area is made of, by area.

    A township that filed the figure itself stands for its villages, as in the total, and what
    another source said that counts stands for all that was reported in its area.
    """
    found = [origin for each in asked.parts() for origin in _of(each)]
    return sorted(found, key=lambda each: (each.node.code, str(each.disaster_id)))


def _of(asked: Asked) -> list[Origin]:
    reported = list(_reported(asked))
    if asked.area.level == Level.VILLAGE:
        return reported
    found = [*reported, *_claimed(asked, asked.counted(asked.filed()))]
    above = {each.node.id for each in found if each.claim_id}
    return [each for each in found if not _is_below(asked, each, above)]


def _is_below(asked: Asked, origin: Origin, claimed: set[UUID]) -> bool:
    """Whether a claim stands for this figure: one of an area above, or a report's of its own."""
    chain = {each.id for each in asked.tree.ancestors(origin.node.id)}
    return bool(claimed & (chain - ({origin.node.id} if origin.claim_id else set())))


def _claimed(asked: Asked, counted: Counted) -> Iterator[Origin]:
    code = asked.only or ""
    for area_id in counted.choices.claims:
        node = asked.tree.node(area_id)
        source = counted.chosen(node).source.get(code)
        claim = counted.choices.said(node, code)[source] if source else None
        if source and claim and claim.value is not None:
            yield Origin(
                asked.disaster_id, None, node, claim.value, claim.as_of, source=source,
                claim_id=claim.id,
            )  # fmt: skip


def _reported(asked: Asked) -> Iterable[Origin]:
    assert asked.only is not None
    field = asked.form[asked.only]
    rows = asked.run(
        " SELECT l.id, l.area_id, l.as_of, v.value, r.carried FROM latest l JOIN report r ON "
        "r.id = l.id LEFT JOIN report_value v ON v.report_id = l.id AND v.indicator_id = "
        ":indicator",
        *("id", "area_id", "as_of", "carried"),
        indicator=field.id,
    ).all()
    judged = asked.accepted_own({area_id: as_of for _id, area_id, as_of, *_rest in rows})
    figures = {
        area_id: Origin(
            asked.disaster_id, report_id, asked.tree.node(area_id),
            unscaled(int(judged.get((area_id, field.id), value)), scale=field.scale), as_of,
            (area_id, field.id) in judged, carried=mark_on(field.code, marked),
        )
        for report_id, area_id, as_of, value, marked in rows
        if area_id in asked.tree and judged.get((area_id, field.id), value) is not None
    }  # fmt: skip
    townships = {key for key, each in figures.items() if each.node.level == Level.TOWNSHIP}
    return [each for each in figures.values() if each.node.parent_id not in townships]
