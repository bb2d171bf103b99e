"""The quick report as a file: workbook, Word, or CSV with HXL hashtags."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from damage_reports import queries
from damage_reports.queries import AreaColumn, QuickReport
from damage_reports.routes.pages import blueprint
from damage_reports.routes.rounds import round_asked
from damage_reports.routes.signing import stage_words
from damage_reports.routes.words import group_words, level_words
from damage_reports.rules import WORK, Basis, Column, SignRole
from relief_ops import clock, papers, sheets, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import kind_words, look
from relief_ops.errors import FieldError, Invalid
from relief_ops.geo import Level
from relief_ops.i18n import gettext as _

PAPER = Path(__file__).parents[1] / "templates" / "reports" / "quick_report.docx"
LEVELS = {Level.CITY: "#adm2", Level.COUNTY: "#adm3", Level.TOWNSHIP: "#adm4",
          Level.VILLAGE: "#adm5"}  # fmt: skip
BESIDE = 8  # areas side by side on one sheet of paper


@blueprint.get("/reports/quick-report")
def quick_report() -> ResponseReturnValue:
    """Give the quick report of an area, of ?round= or as it is now, as ?format= says."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            raise Invalid(_("There is no disaster to report on."))
        code = request.args.get("round")
        opened = queries.rounds(session, seen.disaster)
        chosen = round_asked(opened, code, now=seen.view.now) if code else None
        found = queries.quick_report(
            session, seen, seen.disaster, basis=queries.basis_of(seen.view), round_=chosen
        )
    return sent(found)


@blueprint.get("/reports/summaries/<uuid:summary_id>/quick-report")
def quick_report_signed(summary_id: UUID) -> ResponseReturnValue:
    """Give the quick report as it was frozen for the level above."""
    require("report.read")
    with reading() as session:
        row = queries.summary(session, summary_id)
        disaster = disasters.disaster(session, row.disaster_id)
        tree = disasters.division_tree(session, disaster)
        found = queries.signed_quick_report(session, queries.signed(session, row, tree), disaster)
    return sent(found)


def sent(found: QuickReport) -> ResponseReturnValue:
    """Give a form as the file ?format= asks for."""
    wanted = request.args.get("format", "xlsx")
    kinds: dict[str, tuple[Callable[[QuickReport], bytes], str]] = {
        "xlsx": (workbook, sheets.XLSX),
        "csv": (hxl, "text/csv; charset=utf-8"),
        "docx": (paper, papers.DOCX),
    }
    if wanted not in kinds:
        wrong = FieldError("format", "query", _("This is not one of the choices: %(choices)s.",
                                                choices=", ".join(kinds)))  # fmt: skip
        raise Invalid(_("The address has a bad value: %(name)s.", name="format"), [wrong])
    make, kind = kinds[wanted]
    short_title = found.titles[1] if found.titles else _("quick report")
    parts = (found.disaster.name, found.area.name, found.round, short_title)
    name = drill_mark(found.drill) + " ".join(each for each in parts if each).replace(":", "")
    return web.attachment(lambda: make(found), kind, f"{name}.{wanted}")


def drill_mark(drill: bool) -> str:
    """Return what stands before the title of whatever belongs to a drill."""
    word = _("DRILL")
    return f"【{word}】" if drill else ""


def title_of(found: QuickReport) -> str:
    """Return the official title."""
    title = found.titles[0] if found.titles else _("Quick report of losses in a natural disaster")
    return drill_mark(found.drill) + title


def workbook(found: QuickReport) -> bytes:
    """Return the official form, and on a second sheet the same figures as a plain table."""
    form = sheets.Form(
        name=_("Quick report"), title=title_of(found), corner=_corner(found), head=_head(found),
        headings=[_("Group"), _("Figure"), _("Unit"), *_headings(found.columns)],
        rows=_lines(found, found.columns), foot=_foot(found, "________"), notes=_notes(found),
    )  # fmt: skip
    headings, tags, rows = _table(found)
    return sheets.write_form(
        form, sheets.Sheet(name=_("Data"), headings=headings, under=tags, rows=rows)
    )


def hxl(found: QuickReport) -> bytes:
    """Return the areas as rows under headings and HXL hashtags."""
    headings, tags, rows = _table(found)
    return sheets.write_csv(headings, [tags, *rows])


def paper(found: QuickReport) -> bytes:
    """Return the official form as a Word file, some areas side by side at a time."""
    own, below = found.columns[0], found.columns[1:]
    parts = [below[n : n + BESIDE] for n in range(0, len(below), BESIDE)] or [()]
    tables = [_paper_table(found, (own, *part)) for part in parts]
    context = {
        "title": title_of(found), "corner": _corner(found), "head": _head(found),
        "tables": tables, "notes": _notes(found), "foot": "      ".join(_foot(found)),
        "group": _("Group"), "figure": _("Figure"), "unit": _("Unit"),
    }  # fmt: skip
    return papers.fill_paper(PAPER, context)


def _paper_table(found: QuickReport, columns: Sequence[AreaColumn]) -> dict[str, Any]:
    rows = [
        {"labels": cells[:3], "cells": [_printed(each) for each in cells[3:]]}
        for cells in _lines(found, columns)
    ]
    return {"headings": _headings(columns), "rows": rows}


def _printed(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int | Decimal) else str(value)


def _corner(found: QuickReport) -> list[str]:
    lines = [
        (_("Table no."), found.head["number"]),
        (_("Made by"), found.head["authority"]),
        (_("Edition"), found.edition.removeprefix(WORK)),
    ]
    return [f"{label}：{value}" for label, value in lines if value]


def _head(found: QuickReport) -> list[tuple[str, str]]:
    basis = _("accepted figures") if found.basis == Basis.ACCEPTED else _(
        "as reported, not yet judged")  # fmt: skip
    own = found.columns[0]
    head = [
        (_("Reporting unit (seal)"), f"{found.area.name} {found.area.code}"),
        (
            _("Disaster"),
            f"{found.disaster.name}（{kind_words()[found.disaster.kind]}）",
        ),
        (_("Began at"), _instant(found.disaster.started_at)),
        (_("Drawn up at"), _instant(found.drawn_at)),
        (_("Round"), found.round or _("as it is now")),
        (_("Basis"), basis),
    ]
    if own.newest_as_of:
        span = f"{_instant(own.oldest_as_of)} – {_instant(own.newest_as_of)}"
        head.append((_("Figures of"), span))
    return head


def _instant(moment: datetime | None) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}" if moment else "—"


def _notes(found: QuickReport) -> list[str]:
    unknown = _("not yet known")
    notes = [_("“%(unknown)s” means that nobody knows the figure yet; it is not 0.",
               unknown=unknown)]  # fmt: skip
    if found.columns[0].known is not None:
        notes.append(_("A figure with n/m beside it is known to n of m units only."))
    notes += [
        f"{column.node.name} {each.name}: {queries.mark_words(mark, found.names)}"
        for column in found.columns
        for each in found.fields
        if (mark := column.sources.get(each.code))
    ]
    if found.signed:
        notes.append(f"{stage_words()[found.signed.stage]} · {found.signed.row.sha256[:12]}")
    return notes


def _foot(found: QuickReport, blank: str = "") -> list[str]:
    """Return who signs, with the name of whoever has; `blank` is room to sign by hand."""
    labels = {
        SignRole.UNIT_HEAD: _("Head of the unit"),
        SignRole.STATISTICS_HEAD: _("Head of statistics"),
        "prepared": _("Filled in by"),
        "sent": _("Reported on"),
    }
    return [f"{label}：{found.foot.get(role) or blank}" for role, label in labels.items()]


def _headings(columns: Sequence[AreaColumn]) -> list[str]:
    return [f"{each.node.name} {each.reported}/{each.expected}" for each in columns]


def _lines(found: QuickReport, columns: Sequence[AreaColumn]) -> list[list[Any]]:
    """Return a row for each figure: its group (once), name, unit, and each area's cell."""
    words, before, lines = group_words(), "", []
    for field in found.fields:
        group = "" if field.group == before else words.get(field.group, field.group)
        before = field.group
        lines.append([group, field.name, field.unit, *(_cell(each, field) for each in columns)])
    return lines


def _cell(column: AreaColumn, field: queries.Field) -> Any:
    """Return a figure; in words where it is not known, or known only to some."""
    value = column.values.get(field.code)
    if value is None:
        return _("not yet known") if column.expected else "—"
    known = column.known.get(field.code, 0) if column.known is not None else column.expected
    figure = short(field.told(value))
    return f"{_printed(figure)} ({known}/{column.expected})" if known < column.expected else figure


class _Beside(NamedTuple):
    """Which figures have a column for who knows them, and which one for another source."""

    partly: Collection[str]
    taken: Collection[str]


def _table(found: QuickReport) -> tuple[list[str], list[str], list[list[Any]]]:
    """Return headings, hashtags and rows of the areas; an area's names are those of its parents.

    A figure known only to some stands bare, and how many know it is in a column of its own
    where that is not everybody.
    """
    levels = _levels(found)
    partly = [f.code for f in found.fields if any(_partly(each, f.code) for each in found.columns)]
    taken = {code for each in found.columns for code in each.sources}
    headings, tags = [], []
    for level, tag in levels.items():
        words = level_words()[level]
        headings += [_("%(level)s code", level=words), words]
        tags += [f"{tag}+code", f"{tag}+name"]
    headings += [_("Reported"), _("Expected")]
    tags += ["#meta+reported+num", "#meta+expected+num"]
    for field in found.fields:
        tag = _tag(field)
        headings.append(f"{field.name} ({field.unit})")
        tags.append(tag)
        if field.code in partly:
            headings.append(_("%(figure)s: known to", figure=field.name))
            tags.append(f"#meta+known+num+{field.code}")
        if field.code in taken:
            headings.append(_("%(figure)s: not from the report", figure=field.name))
            tags.append(f"#meta+source+{field.code}")
    if found.drill:
        headings.append(_("Kind of figures"))
        tags.append("#meta+exercise")
    asked = _Beside(partly, taken)
    return headings, tags, [_area_row(found, each, levels, asked) for each in found.columns]


def _bare(column: AreaColumn, field: queries.Field) -> Any:
    value = column.values.get(field.code)
    if value is None:
        return _("not yet known") if column.expected else None
    plain = field.plain(value)
    return plain.isoformat() if isinstance(plain, datetime) else short(plain)


def short(value: Decimal | str) -> Decimal | int | str:
    """Return a figure without the noughts behind its point, so that 3.50 is 3.5 in any format."""
    if isinstance(value, str):
        return value
    return int(value) if value == value.to_integral_value() else value.normalize()


def _tag(field: queries.Field) -> str:
    return Column(field.code, ("", ""), ("", ""), field.scale).tag


def _partly(column: AreaColumn, code: str) -> bool:
    known = column.known
    return known is not None and code in column.values and known.get(code, 0) < column.expected


def _levels(found: QuickReport) -> dict[str, str]:
    held = {each.node.level for each in found.columns}
    above = {node.level for node in found.tree.ancestors(found.area.id)}
    return {level: tag for level, tag in LEVELS.items() if level in held | above}


def _area_row(
    found: QuickReport, column: AreaColumn, levels: dict[str, str], beside: _Beside
) -> list[Any]:
    chain = {node.level: node for node in found.tree.ancestors(column.node.id)}
    row: list[Any] = []
    for level in levels:
        node = chain.get(level)
        row += [node.code, node.name] if node else [None, None]
    row += [column.reported, column.expected]
    for field in found.fields:
        row.append(_bare(column, field))
        if field.code in beside.partly:
            row.append(column.known.get(field.code, 0) if column.known is not None else None)
        if field.code in beside.taken:
            mark = column.sources.get(field.code)
            row.append(queries.mark_words(mark, found.names) if mark else None)
    return [*row, _("DRILL")] if found.drill else row
