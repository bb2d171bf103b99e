"""The page on which another source's figures are entered: one figure, an area a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from pydantic import Field as Limited
from pydantic import NaiveDatetime
from sqlalchemy.orm import Session

from damage_reports import queries, schemas
from damage_reports.queries import Field
from damage_reports.queries.choices import Claim
from damage_reports.queries.totals import Asked
from damage_reports.routes.api import disaster_of
from damage_reports.routes.outliers import counties
from damage_reports.routes.pages import blueprint, groups_of
from damage_reports.routes.sources import file_claim
from damage_reports.routes.words import group_words
from damage_reports.rules import REPORT, Basis
from relief_ops import clock, web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, StaleBase
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict


class _Line(Strict):
    """One area of the form: its figure, if one was entered, and what stood there before."""

    id: UUID
    base: UUID | None = None
    value: str = ""


class _Sheet(Strict):
    """The form of a source's figures; its time is local."""

    disaster_id: UUID
    area_code: schemas.AreaCode
    indicator: schemas.IndicatorCode
    source: schemas.SourceCode
    as_of: NaiveDatetime
    note: schemas.Reason = ""
    lines: dict[schemas.AreaCode, _Line] = Limited(max_length=400)


@dataclass(frozen=True)
class Row:
    """An area with what it reports and what the source said last."""

    node: AreaNode
    reported: Decimal | None
    said: Claim | None
    id: str


@blueprint.get("/reports/sources/claims")
def claims_page() -> ResponseReturnValue:
    """Show what a source says of a figure, area by area, with a field for what it says now."""
    with reading() as session:
        seen = look(session)
        require("figure_claim.file", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        context = _context(
            session, seen, source=request.args.get("source", ""),
            indicator=request.args.get("indicator", ""),
        )  # fmt: skip
    return web.page("reports/claims.html", **context)


def _context(
    session: Session, seen: disasters.Looking, *, source: str, indicator: str,
    sheet: _Sheet | None = None, error: Invalid | StaleBase | None = None,
) -> dict[str, Any]:  # fmt: skip
    form = queries.form_of(session, disaster_of(seen).form_version)
    usable = {code: x for code, x in queries.sources(session).items() if x.active}
    usable.pop(REPORT, None)
    chosen = usable.get(source) or next(iter(usable.values()), None)
    field = form.get(indicator) or form.get("loss_total") or next(iter(form.values()))
    return {
        "seen": seen,
        "sources": usable,
        "chosen": chosen,
        "field": field,
        "groups": groups_of(form),
        "group_words": group_words(),
        "counties": counties(seen),
        "rows": _rows(session, seen, form, field, chosen.code) if chosen else [],
        "as_of": f"{sheet.as_of if sheet else clock.local(seen.view.now):%Y-%m-%dT%H:%M}",
        "note": sheet.note if sheet else "",
        "typed": {code: line.value for code, line in sheet.lines.items()} if sheet else {},
        "saved": request.args.get("saved", ""),
        "error": error,
    }


def _rows(
    session: Session, seen: disasters.Looking, form: Mapping[str, Field], field: Field, source: str
) -> list[Row]:
    asked = Asked(
        session, disaster_of(seen).id, seen.area, seen.tree, form, Basis.REPORTED, at=None,
        known_at=None, only=field.code,
    )  # fmt: skip
    counted = asked.counted(asked.filed(), whole=True)
    return [
        Row(
            node,
            counted.reported(node).values.get(field.code),
            counted.choices.said(node, field.code).get(source),
            str(uuid6.uuid7()),
        )
        for node in _claimed(seen)
    ]


def _claimed(seen: disasters.Looking) -> list[AreaNode]:
    """Return the areas other sources speak of: counties of a city, townships of a county."""
    if seen.area.level == Level.CITY:
        return [each for each in seen.tree.children(seen.area.id) if each.level == Level.COUNTY]
    township = seen.tree.ancestor_at(seen.area.id, Level.TOWNSHIP)
    if township:
        return [township]
    return [seen.area, *seen.tree.children(seen.area.id)]


@blueprint.post("/reports/sources/claims")
def file_claims() -> ResponseReturnValue:
    """Keep every figure that was entered; an empty field says nothing, all or none are kept."""
    sheet = web.check(_Sheet, web.form_fields())
    try:
        with transaction() as session:
            kept = _file_all(session, sheet)
    except (Invalid, StaleBase) as error:
        return _again(sheet, error)
    return web.see_other(
        "report_pages.claims_page", disaster=sheet.disaster_id, area=sheet.area_code,
        source=sheet.source, indicator=sheet.indicator, saved=kept,
    )  # fmt: skip


def _file_all(session: Session, sheet: _Sheet) -> int:
    require("figure_claim.file")
    entered = {code: line for code, line in sheet.lines.items() if line.value.strip()}
    if not entered:
        wrong = FieldError("lines", "missing", _("Enter at least one figure."))
        raise Invalid(_("Some fields need another look."), [wrong])
    as_of = sheet.as_of.replace(tzinfo=clock.LOCAL)
    for code, line in entered.items():
        _file_one(session, sheet, code, line, as_of)
    return len(entered)


def _file_one(session: Session, sheet: _Sheet, code: str, line: _Line, as_of: datetime) -> None:
    order = schemas.PutClaim(
        disaster_id=sheet.disaster_id, area_code=code, indicator=sheet.indicator,
        source=sheet.source, value=line.value.strip(), as_of=as_of, note=sheet.note,
        base=line.base,
    )  # fmt: skip
    try:
        file_claim(session, line.id, order)
    except Invalid as error:
        at = {"value": f"value-{code}", "area_code": f"value-{code}"}
        problems = [FieldError(at.get(x.field, x.field), x.code, x.message) for x in error.errors]
        raise Invalid(str(error), problems) from error


def _again(sheet: _Sheet, error: Invalid | StaleBase) -> ResponseReturnValue:
    with reading() as session:
        seen = disasters.looking(session, disaster_id=sheet.disaster_id, area_code=sheet.area_code)
        require("figure_claim.file", seen.area.id)
        context = _context(
            session, seen, source=sheet.source, indicator=sheet.indicator, sheet=sheet,
            error=error,
        )  # fmt: skip
    return web.page("reports/claims.html", **context), error.status
