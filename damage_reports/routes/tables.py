"""The workbook of many areas' figures: empty to fill in, or with what is filed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import queries
from damage_reports.models import Report
from damage_reports.routes.quick_reports import drill_mark, short
from damage_reports.rules import Table
from damage_reports.rules.tables import AREA_CODE, AREA_NAME, REASONS, TAGS, Column
from relief_ops import i18n, sheets
from relief_ops.auth import viewer
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _

MOST_FILLED = 10_000


def areas_to_fill(seen: disasters.Looking) -> list[AreaNode]:
    """Return the townships and villages the reader may report for, below what they look at."""
    who = viewer()
    below = [each for level in (Level.TOWNSHIP, Level.VILLAGE)
             for each in seen.tree.at_level(level, seen.area.id)]  # fmt: skip
    own = [seen.area] if seen.area.level in (Level.TOWNSHIP, Level.VILLAGE) else []
    mine = {each.id: each for each in [*own, *below]
            if who is not None and who.may("report.submit", each.id, seen.tree)}  # fmt: skip
    return sorted(mine.values(), key=lambda node: node.code)


def template(
    session: Session, seen: disasters.Looking, disaster: Disaster, *, round_: str, filled: bool
) -> bytes:
    """Return the workbook for a round; `filled` with the figures that stand, else empty."""
    table, areas = queries.table_of(session, disaster.form_version), areas_to_fill(seen)
    standing: dict[UUID, UUID] = {}
    if filled:
        standing = queries.current_of_many(
            session, disaster_id=disaster.id, area_ids=[each.id for each in areas], round_=round_
        )
        areas = [each for each in areas if each.id in standing]
    figures = queries.values_of_many(
        session, standing.values(), queries.form_of(session, disaster.form_version)
    )
    reasons = {report_id: _reasons(session, report_id) for report_id in figures}
    rows = (
        _row(each, table, figures.get(standing.get(each.id, each.id), {}),
             reasons.get(standing.get(each.id, each.id), ""))
        for each in areas
    )  # fmt: skip
    return written(table, rows, title=title(seen, disaster), round_=round_)


def title(seen: disasters.Looking, disaster: Disaster) -> str:
    """Return what stands over the table; of a drill it says so."""
    mark = drill_mark(disaster.drill_id is not None)
    what = _("Figures of many areas")
    return f"{mark}{disaster.name} {seen.area.name} · {what}"


def written(table: Table, rows: Iterable[Sequence[Any]], *, title: str, round_: str) -> bytes:
    """Return the workbook of these rows with its marks, headings and hashtags."""
    above = [[title], [_("Template version"), table.version, _("Round"), round_]]
    headings = [_("Area code"), _("Area"), *(heading(each) for each in table.columns), _("Reasons")]
    under = [TAGS[AREA_CODE], TAGS[AREA_NAME], *(x.tag for x in table.columns), TAGS[REASONS]]
    data = sheets.Sheet(name=_("Data"), above=above, headings=headings, under=under, rows=rows)
    how = sheets.Sheet(name=_("How to fill it in"), headings=[_("How to fill it in")],
                       rows=[[line] for line in rules_in_words()])  # fmt: skip
    return sheets.write_workbook([data, how])


def heading(column: Column) -> str:
    """Return a column's heading in the reader's language."""
    second = i18n.language() != "zh"
    return f"{column.names[second]} ({column.units[second]})"


def _row(area: AreaNode, table: Table, figures: Mapping[str, Any], reasons: str) -> list[Any]:
    cells = [
        None if each.code not in figures
        else _("not yet known") if figures[each.code] is None else short(figures[each.code])
        for each in table.columns
    ]  # fmt: skip
    return [area.code, area.name, *cells, reasons or None]


def _reasons(session: Session, report_id: UUID) -> str:
    given = session.get_one(Report, report_id).reasons
    return "; ".join(dict.fromkeys(given.values()))


def rules_in_words() -> list[str]:
    """Return how the table is filled in, one rule a line."""
    return [
        _("One row for each township or village. Take out rows you have nothing for, or leave "
          "them empty."),
        _("An empty cell says nothing. Write 0 only where it is known to be nought."),
        _("Where nobody knows yet, write: %(unknown)s", unknown=_("not yet known")),
        _("Digits only, no units in the cell. Do not merge cells and do not add columns."),
        _("A formula counts as the value saved with it."),
        _("Where a figure falls or looks unlikely and is right so, write why in the last column."),
    ]  # fmt: skip
