"""年报: the year's figures of an area, summed from the final tables that were signed and sent up.

Source of the rule: 应急〔2020〕19号, tables 3 and 4. Real-time figures are no part of a year: only
what was counted from the beginning of a disaster to its end is added. What nobody has verified
is named and left out, and what is real is never added to a drill. A disaster that is part of
another counts there, and a table counts no longer once figures of its area joined or left it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports.queries.form import Field, form_of
from damage_reports.queries.rounds import rounds
from damage_reports.queries.summaries import Signed, is_outdated, summaries
from damage_reports.rules import RoundKind
from relief_ops import clock
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts import queries as regrouped


@dataclass(frozen=True)
class Entry:
    """One disaster of a year and the final table of the area; None while none was sent up.

    `whole` is the disaster in which it counts; `outdated` a table from before a join or split.
    """

    disaster: Disaster
    table: Signed | None
    values: dict[str, Decimal]
    whole: Disaster | None = None
    outdated: bool = False


@dataclass(frozen=True)
class Year:
    """A year of an area: its disasters, the figures anybody knows, and their sums."""

    year: int
    entries: tuple[Entry, ...]
    fields: tuple[Field, ...]

    @property
    def verified(self) -> list[Entry]:
        """Return the disasters that count."""
        return [each for each in self.entries if each.table]

    @property
    def sums(self) -> dict[str, Decimal]:
        """Return each figure over all verified disasters; absent where none knows it."""
        found: dict[str, Decimal] = {}
        for each in self.verified:
            for code, value in each.values.items():
                found[code] = found.get(code, Decimal(0)) + value
        return found

    def known(self, code: str) -> int:
        """Return how many of the verified disasters know a figure."""
        return sum(code in each.values for each in self.verified)


def years(session: Session, drill_id: UUID | None) -> list[int]:
    """Return the years in which disasters began, the latest first."""
    found = {clock.local(each.started_at).year for each in _of(session, drill_id)}
    return sorted(found, reverse=True)


def annual(session: Session, area_code: str, year: int, *, drill_id: UUID | None) -> Year:
    """Return a year of an area by its code as it was valid in each disaster."""
    of_year = [each for each in _of(session, drill_id) if clock.local(each.started_at).year == year]
    entries = tuple(_entry(session, each, area_code) for each in reversed(of_year))
    known = {code for each in entries for code in each.values}
    return Year(year, entries, tuple(_fields(session, of_year, known)))


def _of(session: Session, drill_id: UUID | None) -> Sequence[Disaster]:
    return [each for each in disasters.disasters(session) if each.drill_id == drill_id]


def _entry(session: Session, disaster: Disaster, area_code: str) -> Entry:
    known = regrouped.grouping(session)
    if disaster.id in known.wholes:
        return Entry(disaster, None, {}, whole=session.get(Disaster, known.top(disaster.id)))
    table = _final(session, disaster, area_code)
    tree = disasters.division_tree(session, disaster)
    if table and is_outdated(session, disaster, tree, table):
        return Entry(disaster, None, {}, outdated=True)
    lines = table.lines if table else ()
    own = next((line for line in lines if line.area == area_code), None)
    summed = _summed(session, disaster)
    values = {code: v for code, v in own.values.items() if code in summed} if own else {}
    return Entry(disaster, table, values)


def _final(session: Session, disaster: Disaster, area_code: str) -> Signed | None:
    """Return the area's table of the last final round, once it has gone up."""
    tree = disasters.division_tree(session, disaster)
    try:
        area = tree.by_code(area_code)
    except KeyError:
        return None
    final = [each for each in rounds(session, disaster) if each.kind == RoundKind.FINAL]
    for each in reversed(final):
        table = summaries(session, disaster, tree, area, each.code).get(area.id)
        if table and table.sent_at:
            return table
    return None


def _summed(session: Session, disaster: Disaster) -> dict[str, Field]:
    """Return the figures of a form that a year adds up: not what is so at one moment only."""
    form = form_of(session, disaster.form_version)
    return {code: field for code, field in form.items() if field.nature != "rt"}


def _fields(session: Session, found: Iterable[Disaster], known: set[str]) -> list[Field]:
    """Return the known figures in the order of the forms they came from."""
    fields: dict[str, Field] = {}
    for each in found:
        fields |= {code: f for code, f in _summed(session, each).items() if code in known}
    return sorted(fields.values(), key=lambda field: field.position)


def shown_year(found: Year) -> dict[str, Any]:
    """Return a year as the API shows it."""
    return {
        "year": found.year,
        "values": found.sums,
        "known": {field.code: found.known(field.code) for field in found.fields},
        "disasters": [
            {
                "id": each.disaster.id,
                "name": each.disaster.name,
                "drill": each.disaster.drill_id is not None,
                "summary": each.table.row.id if each.table else None,
                "counted_in": each.whole.id if each.whole else None,
                "outdated": each.outdated,
                "values": each.values,
            }
            for each in found.entries
        ],
    }
