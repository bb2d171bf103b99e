"""Reading what follows from the figures of a report for each item."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from damage_reports import queries as reports
from damage_reports.goods import rules
from damage_reports.models import Report
from relief_ops import clock, parameters
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.items.queries import items, name_of, thousandths, unit_of
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs.models import Need
from relief_ops.disasters.needs.queries import (
    for_itself,
    own_place_id,
    really_asked,
    stood_in_at,
)

DAYS = "ration.days"


@dataclass(frozen=True)
class Line:
    """One item: what the report's people take, what stands asked for, what is missing."""

    item: Item
    wanted: int
    asked: int

    @property
    def missing(self) -> int:
        """Return what is still to be asked for."""
        return rules.missing(self.wanted, self.asked)

    def shown(self) -> dict[str, Any]:
        """Return it as the API shows it."""
        return {
            "item": self.item.code,
            "name": name_of(self.item),
            "unit": unit_of(self.item),
            "wanted": self.wanted,
            "asked": self.asked,
            "missing": self.missing,
        }


@dataclass(frozen=True)
class Goods:
    """What a report's figures come to: for whom, for how many days, item by item."""

    in_want: dict[str, int | None]
    days: int
    lines: list[Line]

    @property
    def people(self) -> int:
        """Return how many people are in want, as far as known."""
        return sum(count or 0 for count in self.in_want.values())


def goods(
    session: Session, report: Report, disaster: Disaster, *, days: int | None = None
) -> Goods:
    """Return every item worked out by heads, or asked for at the report's area before."""
    on = clock.local_date(disasters.now_of(session, disaster))
    form = reports.form_of(session, report.form_version)
    people = rules.in_want(reports.values_of(session, report.id, form))
    if days is None:
        days = int(parameters.value(session, DAYS, on=on, area_id=report.area_id).value)
    catalogue = items(session)
    once = _once(session, catalogue, on, report)
    asked = _asked(session, report, disaster)
    found = Goods(people, days, [])
    for item in catalogue:
        ration = thousandths(item.ration_milli)
        if item.merged_into and item.code not in asked:
            continue
        if ration or once.get(item.code) or item.code in asked:
            each = rules.wanted(found.people, days=days, ration=ration, once=once.get(item.code))
            found.lines.append(Line(item, each, asked.get(item.code, 0)))
    return found


def _once(
    session: Session, catalogue: list[Item], on: Any, report: Report
) -> dict[str, Decimal]:  # fmt: skip
    keys = {f"issue.everyone.{item.code}": item.code for item in catalogue}
    held = parameters.values(session, list(keys), on=on, area_id=report.area_id)
    return {keys[key]: each.value for key, each in held.items()}


def _asked(session: Session, report: Report, disaster: Disaster) -> dict[str, int]:
    """Return by item what was ever asked for at the area's own place and not withdrawn."""
    place_id = own_place_id(report.area_id, disaster)
    rows = session.execute(
        select(Need.item_code, func.sum(really_asked()))
        .where(
            Need.place_id == place_id,
            Need.disaster_id == disaster.id,
            Need.withdrawn_at.is_(None),
            for_itself(),
        )
        .group_by(Need.item_code)
        .execution_options(any_drill=True)
    )
    asked = Counter({code: int(quantity) for code, quantity in rows})
    for each in stood_in_at(session, disaster.id, [place_id], sent=True):
        asked[each.item] += each.holds
    return asked
