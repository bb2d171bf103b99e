"""The workbook of many areas' figures: empty to fill in, or with what is filed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import queries
from damage_reports.routes.quick_reports import drill_mark, short
from damage_reports.rules import Table, unscaled
from damage_reports.rules.tables import (
    AREA_CODE,
    AREA_NAME,
    INDICATOR,
    REASONS,
    TAGS,
    VALUE,
    Column,
)
from relief_ops import i18n, sheets
from relief_ops.auth import viewer
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _


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
    session: Session,
    seen: disasters.Looking,
    disaster: Disaster,
    *,
    round_: str,
    filled: bool,
    tall: bool = False,
) -> Callable[[], bytes]:
    """Return what makes the workbook for a round; `filled` with the figures that stand.

    `tall` has a row for each figure of an area instead of one for each area.
    """
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
    reasons = queries.reasons_of_many(session, standing.values())
    filled_in = (
        _Filled(each, figures.get(known, {}), reasons.get(known, {}))
        if (known := standing.get(each.id))
        else _Filled(each, {}, {})
        for each in areas
    )
    head = title(seen, disaster)
    if tall:
        return partial(written_tall, table, filled_in, title=head, round_=round_)
    rows = (_row(each, table) for each in filled_in)
    return partial(written, table, rows, title=head, mark=(_("Round"), round_))


def claim_template(
    session: Session, seen: disasters.Looking, disaster: Disaster, source: str, *, filled: bool
) -> Callable[[], bytes]:
    """Return what makes the workbook of what a source says; `filled` with what it says now."""
    form = queries.form_of(session, disaster.form_version)
    areas = _claimed(seen)
    standing = queries.claims_standing(
        session, disaster_id=disaster.id, source=source, area_ids=[each.id for each in areas]
    )
    by_id, said = {each.id: each for each in form.values()}, defaultdict[UUID, Any](dict)
    for (area_id, indicator_id), row in standing.items() if filled else ():
        if field := by_id.get(indicator_id):
            known = None if row.value is None else unscaled(row.value, scale=field.scale)
            said[area_id][field.code] = known
    table = queries.table_of(session, disaster.form_version)
    rows = (
        _row(_Filled(each, said[each.id], {}), table)
        for each in areas
        if each.id in said or not filled
    )
    head, mark = title(seen, disaster), (_("Figures of source"), source)
    return partial(written, table, rows, title=head, mark=mark, how=claim_rules_in_words())


def _claimed(seen: disasters.Looking) -> list[AreaNode]:
    """Return the counties and townships the reader may file a source's figures of."""
    own = [each for each in (seen.area,) if each.level in queries.CLAIMED]
    below = [each for level in queries.CLAIMED for each in seen.tree.at_level(level, seen.area.id)]
    who = viewer()
    mine = {each.id: each for each in [*own, *below] if not each.pseudo
            and who is not None and who.may("figure_claim.file", each.id, seen.tree)}  # fmt: skip
    return sorted(mine.values(), key=lambda node: node.code)


@dataclass(frozen=True)
class _Filled:
    """An area with the figures that stand for it and the reasons given."""

    area: AreaNode
    figures: Mapping[str, Decimal | None]
    reasons: Mapping[str, str]


def title(seen: disasters.Looking, disaster: Disaster) -> str:
    """Return what stands over the table; of a drill it says so."""
    mark = drill_mark(disaster.drill_id is not None)
    what = _("Figures of many areas")
    return f"{mark}{disaster.name} {seen.area.name} · {what}"


def written(
    table: Table, rows: Iterable[Sequence[Any]], *, title: str, mark: tuple[str, str],
    how: Sequence[str] = (),
) -> bytes:  # fmt: skip
    """Return the workbook of these rows with its marks, headings and hashtags."""
    above = [[title], [_("Template version"), table.version, *mark]]
    headings = [_("Area code"), _("Area"), *(heading(each) for each in table.columns), _("Reasons")]
    under = [TAGS[AREA_CODE], TAGS[AREA_NAME], *(x.tag for x in table.columns), TAGS[REASONS]]
    data = sheets.Sheet(name=_("Data"), above=above, headings=headings, under=under, rows=rows)
    told = sheets.Sheet(name=_("How to fill it in"), headings=[_("How to fill it in")],
                        rows=[[line] for line in how or rules_in_words()])  # fmt: skip
    return sheets.write_workbook([data, told])


def heading(column: Column) -> str:
    """Return a column's heading in the reader's language."""
    second = i18n.language() != "zh"
    return f"{column.names[second]} ({column.units[second]})"


def written_tall(table: Table, filled: Iterable[_Filled], *, title: str, round_: str) -> bytes:
    """Return the workbook with a row for each figure."""
    above = [[title], [_("Template version"), table.version, _("Round"), round_]]
    headings = [_("Area code"), _("Area"), _("Figure"), _("Value"), _("Reasons")]
    rows = (
        [each.area.code, each.area.name, column.code, cell, each.reasons.get(column.code)]
        for each in filled
        for column in table.columns
        if (cell := _cell(each, column)) is not None
    )
    under = [TAGS[each] for each in (AREA_CODE, AREA_NAME, INDICATOR, VALUE, REASONS)]
    return sheets.write_workbook(
        [sheets.Sheet(name=_("Data"), above=above, headings=headings, under=under, rows=rows)]
    )


def _row(filled: _Filled, table: Table) -> list[Any]:
    cells = [_cell(filled, each) for each in table.columns]
    reasons = "; ".join(dict.fromkeys(filled.reasons.values()))
    return [filled.area.code, filled.area.name, *cells, reasons or None]


def _cell(filled: _Filled, column: Column) -> Any:
    if column.code not in filled.figures:
        return None
    value = filled.figures[column.code]
    return _("not yet known") if value is None else short(value)


def claim_rules_in_words() -> list[str]:
    """Return how the table of what a source says is filled in, one rule a line."""
    return [
        _("One row for each county or township the source speaks of. A county's figure stands "
          "for the whole county and is not added to its townships."),
        *rules_in_words()[1:-1],
        _("What goes with a figure, such as how it was measured, stands in the last column."),
    ]  # fmt: skip


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
