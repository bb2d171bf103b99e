"""Where the sources of a figure differ more than they may, and what was decided about it.

Worked out on read from what stands now: a difference is there once, and gone with its cause.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.models import GapSettlement
from damage_reports.queries import live
from damage_reports.queries.choices import Said
from damage_reports.queries.form import Field, form_of
from damage_reports.queries.totals import Asked
from damage_reports.queries.units import Counted, Unit
from damage_reports.rules import REPORT, Basis, Gap, Limits
from relief_ops import clock, parameters
from relief_ops.auth import viewer
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention

PERCENT, FLOOR = "figures.gap_percent", "figures.gap_floor"
# What holds where no version of the parameter is in force.
DEFAULTS = {PERCENT: Decimal(20), FLOOR: Decimal(5)}
SHOWN = 4


@dataclass(frozen=True)
class Difference:
    """One figure of an area whose sources differ too much; `settled` as long as it holds."""

    node: AreaNode
    county: AreaNode | None
    field: Field
    figures: Mapping[str, Decimal]
    gap: Gap
    counts: str | None
    order: tuple[str, ...]
    said: Said
    reported: Unit
    settled: GapSettlement | None

    @property
    def since(self) -> datetime:
        """Return when the last of its figures came."""
        moments = [self.said[name].received_at for name in self.figures if name in self.said]
        return max(filter(None, [*moments, self.reported.newest_as_of]))


def differences(
    session: Session, disaster: Disaster, tree: AreaTree, within: AreaNode
) -> list[Difference]:
    """Return what differs in an area, in so far as the viewer sees it, the widest first."""
    counted = live.present(_asked(session, disaster, tree, within)).counted
    here = [each for each in counted.choices.claims if each in tree.within(within.id)]
    who = viewer()
    seen = [tree.node(each) for each in here if who is not None and who.sees(each, tree)]
    found = _found(session, disaster, counted, seen)
    return sorted(found, key=lambda each: (-each.gap.percent, -each.gap.size, each.node.code))


def difference(
    session: Session, disaster: Disaster, tree: AreaTree, node: AreaNode, code: str
) -> Difference | None:
    """Return how the sources of one figure of an area differ, from the tables; None if not."""
    asked = _asked(session, disaster, tree, node)
    counted = asked.counted(asked.filed(), whole=True)
    said = [node] if node.id in counted.choices.claims else []
    found = _found(session, disaster, counted, said)
    return next((each for each in found if each.field.code == code), None)


def _asked(session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode) -> Asked:
    """Return the question what an area reports now: differences are of what is said, not chosen."""
    form = form_of(session, disaster.form_version)
    return Asked(
        session, disaster.id, area, tree, form, Basis.REPORTED, at=None, known_at=None, only=None
    )


def _found(
    session: Session, disaster: Disaster, counted: Counted, areas: Collection[AreaNode]
) -> list[Difference]:
    if not areas:
        return []
    codes = {code for each in areas for code in counted.choices.claims[each.id]}
    limits, settled = _limits(session, disaster, codes), _settled(session, disaster.id)
    return [each for node in areas for each in _of_area(node, counted, limits, settled)]


def _of_area(
    node: AreaNode, counted: Counted, limits: Mapping[str, Limits],
    settled: Mapping[tuple[UUID, int], GapSettlement],
) -> Iterator[Difference]:  # fmt: skip
    form = counted.choices.form
    unit = counted.reported(node)
    county = counted.tree.ancestor_at(node.id, Level.COUNTY)
    for code, said in counted.choices.claims[node.id].items():
        figures = {name: each.value for name, each in said.items() if each.value is not None}
        if code in unit.values:
            figures = {REPORT: unit.values[code]} | figures
        found = rules.gap(figures, limits[code])
        order = counted.choices.order(node, code) if found else ()
        counts = rules.choose(order, figures)
        if found:
            decided = settled.get((node.id, form[code].id))
            holds = decided if decided and seen_then(decided) == figures else None
            yield Difference(
                node, county, form[code], figures, found, counts, order, said, unit, holds
            )


def seen_then(settlement: GapSettlement) -> dict[str, Decimal]:
    """Return the figures somebody had before them when they decided."""
    return {name: Decimal(value) for name, value in settlement.figures.items()}


def _limits(session: Session, disaster: Disaster, codes: Collection[str]) -> dict[str, Limits]:
    """Return what each figure may differ by: a number of its own, else the one for all."""
    keys = [*DEFAULTS, *(f"{key}.{code}" for key in DEFAULTS for code in codes)]
    on = clock.local_date(disaster.started_at)
    held = parameters.values(session, keys, on=on, area_id=disaster.area_id)

    def number(key: str, code: str) -> Decimal:
        found = held.get(f"{key}.{code}") or held.get(key)
        return found.value if found else DEFAULTS[key]

    return {code: Limits(number(PERCENT, code), number(FLOOR, code)) for code in codes}


def _settled(session: Session, disaster_id: UUID) -> dict[tuple[UUID, int], GapSettlement]:
    rows = session.scalars(
        select(GapSettlement)
        .where(GapSettlement.disaster_id == disaster_id)
        .order_by(GapSettlement.at, GapSettlement.id)
    )
    return {(row.area_id, row.indicator_id): row for row in rows}


def settlements(
    session: Session, disaster_id: UUID, area_id: UUID, indicator_id: int
) -> list[GapSettlement]:
    """Return what was ever decided about a figure of an area, the latest first."""
    return list(
        session.scalars(
            select(GapSettlement)
            .where(
                GapSettlement.disaster_id == disaster_id,
                GapSettlement.area_id == area_id,
                GapSettlement.indicator_id == indicator_id,
            )
            .order_by(GapSettlement.at.desc(), GapSettlement.id.desc())
        )
    )


def waiting(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode
) -> list[Attention]:
    """Return what nobody has looked at yet, in one line; a new one brings the line back."""
    found = [each for each in differences(session, disaster, tree, area) if not each.settled]
    if not found:
        return []
    shown = [f"{each.node.name} {each.field.name}" for each in found[:SHOWN]]
    return [
        Attention(
            key=f"gaps:{disaster.id}:{area.code}",
            state="watch",
            kind="gaps",
            title=_("%(count)d figures differ between their sources", count=len(found)),
            detail="、".join(shown),
            area_id=area.id,
            since=max(each.since for each in found),
            href=f"/reports/sources?disaster={disaster.id}&area={area.code}",
        )
    ]


def shown_difference(each: Difference, names: Mapping[Any, str]) -> dict[str, Any]:
    """Return a difference as the API shows it."""
    return {
        "area_code": each.node.code,
        "indicator": each.field.code,
        "values": dict(each.figures),
        "difference": each.gap.size,
        "percent": each.gap.percent.quantize(Decimal("0.1")),
        "counts": each.counts,
        "since": each.since,
        "settled": shown_settlement(each.settled, names) if each.settled else None,
    }


def shown_settlement(row: GapSettlement, names: Mapping[Any, str]) -> dict[str, Any]:
    """Return a decision as the API shows it."""
    return {
        "id": row.id,
        "values": seen_then(row),
        "source": row.source,
        "kept": row.kept,
        "reason": row.reason,
        "settled_by": names.get(row.actor_id, ""),
        "at": row.at,
    }
