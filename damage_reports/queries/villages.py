"""What the villages of a township filed for a round: beside its own figure, never in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from damage_reports.models import Report, ReportValue
from damage_reports.queries.form import Field
from damage_reports.rules import unscaled
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode, AreaTree, Level


@dataclass
class Villages:
    """The villages' part of one round: `filed` of `of`, and of each figure how many know it."""

    of: int
    filed: int
    sums: dict[str, Decimal] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)


def villages(
    session: Session, disaster: Disaster, area: AreaNode, tree: AreaTree,
    form: Mapping[str, Field], *, rounds: Sequence[str],
) -> dict[str, Villages]:  # fmt: skip
    """Return by round what counts of a township's villages; no round in which none filed."""
    below = [each.id for each in tree.children(area.id)] if area.level == Level.TOWNSHIP else []
    counting = (
        Report.disaster_id == disaster.id, Report.round.in_(rounds), Report.area_id.in_(below),
        Report.counted_from.is_not(None), Report.counted_to.is_(None),
    )  # fmt: skip
    filed = select(Report.round, func.count()).where(*counting).group_by(Report.round)
    found = {code: Villages(len(below), count) for code, count in session.execute(filed)}
    fields = {each.id: each for each in form.values()}
    rows = select(Report.round, *SUM).join(ReportValue, ReportValue.report_id == Report.id)
    rows = rows.where(*counting, ReportValue.value.is_not(None))
    grouped = rows.group_by(Report.round, ReportValue.indicator_id)
    for code, indicator, total, largest, known in session.execute(grouped):
        if code in found and indicator in fields:
            _fill(found[code], fields[indicator], int(total or 0), int(largest or 0), known)
    return found


SUM = (
    ReportValue.indicator_id,
    func.sum(ReportValue.value),
    func.max(ReportValue.value),
    func.count(),
)


def _fill(found: Villages, asked: Field, total: int, largest: int, known: int) -> None:
    """Add up as totals do: some figures count as one as soon as any village has them."""
    value = int(largest > 0) if asked.roll_up == "any_then_sum" else total
    found.sums[asked.code] = unscaled(value, scale=asked.scale)
    found.known[asked.code] = known


def shown_villages(found: Villages | None) -> dict[str, Any] | None:
    """Return the villages' part of a round as the phone keeps it: figure → [sum, known]."""
    if found is None:
        return None
    sums = {code: [value, found.known[code]] for code, value in found.sums.items()}
    return {"of": found.of, "filed": found.filed, "sums": sums}
