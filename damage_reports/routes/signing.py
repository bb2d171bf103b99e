"""The pages of tables for the level above: who has sent theirs, one table, its signatures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import uuid6
from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas, services
from damage_reports.routes.pages import blueprint
from damage_reports.routes.rounds import round_asked
from damage_reports.rules import Signatures, SignRole, Stage, round_words, state_words
from relief_ops import sheets, web
from relief_ops.auth import lookup, require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.routes import look
from relief_ops.errors import IllegalTransition, Invalid, StaleBase
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict

SHAPES = {Stage.SIGNED: "ok", Stage.BY_TELEPHONE: "ok hollow", Stage.PREPARED: "watch hollow"}


class Own(Strict):
    """The id a page gave its form."""

    id: UUID


def stage_words() -> dict[Stage, str]:
    """Return how far a table is, in words."""
    return {
        Stage.PREPARED: _("prepared, not sent"),
        Stage.BY_TELEPHONE: _("sent by telephone, signature due"),
        Stage.SIGNED: _("signed and sent"),
    }


def role_words() -> dict[SignRole, str]:
    """Return who signs, in words."""
    return {
        SignRole.STATISTICS_HEAD: _("Statistics head"),
        SignRole.UNIT_HEAD: _("Unit head"),
    }


def signing_words(session: Session, found: Signatures, prepared_by: UUID) -> dict[str, Any]:
    """Return what the panel of signatures of a table or a form says."""
    ids = {prepared_by, *(each.actor_id for each in found.given)}
    return {
        "given": found.given,
        "outstanding": found.outstanding,
        "noted": found.roles(by_telephone=True),
        "stage": found.stage,
        "stages": stage_words(),
        "shapes": SHAPES,
        "roles": role_words(),
        "people": lookup.names(session, ids),
        "by": queries.signed_by(session, found, prepared_by),
        "new_id": str(uuid6.uuid7()),
    }


@blueprint.get("/reports/summaries")
def summaries() -> ResponseReturnValue:
    """Show who has sent the table of a round up, below an area and for it."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        context = _overview(session, seen, seen.disaster, request.args.get("round"))
    return web.page("reports/summaries.html", **context)


def _overview(
    session: Session, seen: disasters.Looking, disaster: Disaster, code: str | None,
    error: Invalid | StaleBase | IllegalTransition | None = None,
) -> dict[str, Any]:  # fmt: skip
    rounds = queries.rounds(session, disaster)
    chosen = round_asked(rounds, code, now=seen.view.now)
    found = (
        queries.summaries(session, disaster, seen.tree, seen.area, chosen.code) if chosen else {}
    )
    return {
        "seen": seen,
        "rounds": rounds,
        "chosen": chosen,
        "found": found,
        "changed": {
            area_id: len(queries.deltas_of(session, each, disaster, seen.tree))
            for area_id, each in found.items()
        },
        "outdated": {
            area_id
            for area_id, each in found.items()
            if queries.is_outdated(session, disaster, seen.tree, each)
        },
        "below": [node for node in seen.tree.children(seen.area.id) if not node.pseudo],
        "stages": stage_words(),
        "shapes": SHAPES,
        "roles": role_words(),
        "may_prepare": _may("report.prepare", seen.area.id, seen),
        "new_id": str(uuid6.uuid7()),
        "error": error,
    }


def _may(permission: str, area_id: UUID, seen: disasters.Looking) -> bool:
    who = viewer()
    return who is not None and who.may(permission, area_id, seen.tree)


@blueprint.post("/reports/summaries")
def prepare_summary() -> ResponseReturnValue:
    """Freeze the table of a round from the page; what hinders it is said there."""
    given = web.form_fields()
    own = web.check(Own, {"id": given.pop("id", None)})
    order = web.check(schemas.PutSummary, {key: value for key, value in given.items() if value})
    try:
        with transaction() as session:
            disaster = disasters.disaster(session, order.disaster_id)
            area = disasters.area_by_code(session, order.area_code, disaster)
            actor_id = require("report.prepare", area.id)
            attempt = web.attempt(own.id, base=order.base, revised=True)
            services.put_summary(
                session, attempt, order, area=area, disaster=disaster, actor_id=actor_id
            )
    except (Invalid, StaleBase, IllegalTransition) as error:
        return _again(order, error)
    return web.see_other("report_pages.summary", summary_id=own.id)


def _again(
    order: schemas.PutSummary, error: Invalid | StaleBase | IllegalTransition
) -> ResponseReturnValue:
    with reading() as session:
        seen = disasters.looking(session, disaster_id=order.disaster_id, area_code=order.area_code)
        disaster = disasters.disaster(session, order.disaster_id)
        context = _overview(session, seen, disaster, order.round, error)
        return web.page("reports/summaries.html", **context), error.status


@blueprint.get("/reports/summaries/<uuid:summary_id>")
def summary(summary_id: UUID) -> ResponseReturnValue:
    """Show a table as it was signed, what became of its figures, and who signed."""
    require("report.read")
    with reading() as session:
        context = _table(session, summary_id)
    return web.page("reports/summary.html", **context)


def _table(session: Session, summary_id: UUID) -> dict[str, Any]:
    row = queries.summary(session, summary_id)
    disaster = disasters.disaster(session, row.disaster_id)
    seen = disasters.looking(session, disaster_id=disaster.id, area_code=None)
    found = queries.signed(session, row, seen.tree)
    form = queries.form_of(session, disaster.form_version)
    asked = {code for line in found.lines for code in line.values}
    deltas = queries.deltas_of(session, found, disaster, seen.tree)
    asked |= {each.indicator for each in deltas}
    return {
        "seen": seen,
        "disaster": disaster,
        "found": found,
        "row": row,
        "fields": [field for code, field in form.items() if code in asked],
        "areas": {line.area: seen.tree.by_code(line.area).name for line in found.lines},
        "deltas": {(each.area, each.indicator): each for each in deltas},
        "corrections": [
            {"report": each, "area": seen.tree.node(each.area_id)}
            for each in queries.corrections(session, found, seen.tree)
        ],
        "sourced": _sourced(session, seen, found, form),
        "names": queries.source_names(session),
        "mark_words": queries.mark_words,
        "round_words": round_words,
        "report_states": state_words(),
        "signing": _signing(session, found, seen),
    }


def _signing(session: Session, found: queries.Signed, seen: disasters.Looking) -> dict[str, Any]:
    """Return who signed a table, and what the reader may do about it."""
    row, who = found.row, viewer()
    mine = who is not None and who.id == row.prepared_by
    return signing_words(session, found.signed, row.prepared_by) | {
        "address": url_for("report_pages.sign_summary", summary_id=row.id),
        "open": row.current,
        "may_note": _may("report.prepare", row.area_id, seen),
        "may_sign": {
            SignRole.UNIT_HEAD: not mine and _may("report.sign", row.area_id, seen),
            SignRole.STATISTICS_HEAD: not mine and _may("report.countersign", row.area_id, seen),
        },
    }


def _sourced(
    session: Session, seen: disasters.Looking, found: queries.Signed,
    form: Mapping[str, queries.Field],
) -> list[dict[str, Any]]:  # fmt: skip
    """Return what other sources said, and which rules were set, after a table was prepared."""
    since, area = found.row.known_at, found.area
    fields = {each.id: each for each in form.values()}
    names = queries.source_names(session)
    claims = queries.claimed_since(session, found.row.disaster_id, seen.tree, area, since)
    said = [
        {"at": each.received_at, "area": seen.tree.node(each.area_id),
         "what": f"{names.get(each.source, '')} {fields[each.indicator_id].name}"}
        for each in claims
        if each.indicator_id in fields
    ]  # fmt: skip
    rules = queries.rules_set(session, found.row.disaster_id, seen.tree, area)
    set_ = [
        {"at": each.set_from, "area": seen.tree.node(each.area_id), "what": _("Rules of choice")}
        for each in rules
        if each.set_from > since
    ]
    return sorted([*said, *set_], key=_moment, reverse=True)


def _moment(each: dict[str, Any]) -> datetime:
    at: datetime = each["at"]
    return at


@blueprint.post("/reports/summaries/<uuid:summary_id>/signatures")
def sign_summary(summary_id: UUID) -> ResponseReturnValue:
    """Sign from the page, or note a word by telephone."""
    given = web.form_fields()
    own = web.check(Own, {"id": given.pop("id", None)})
    order = web.check(schemas.PutSignature, given)
    with transaction() as session:
        row = queries.summary(session, summary_id, lock=True)
        disaster = disasters.disaster(session, row.disaster_id)
        area = disasters.division_tree(session, disaster).node(row.area_id)
        actor_id = require(services.signing_permission(order), area.id)
        services.put_signature(
            session, web.attempt(own.id, revised=True), order, summary=row,
            disaster=disaster, area=area, actor_id=actor_id,
        )  # fmt: skip
    return web.see_other("report_pages.summary", summary_id=summary_id)


@blueprint.get("/reports/summaries/<uuid:summary_id>/export")
def export_summary(summary_id: UUID) -> ResponseReturnValue:
    """Give a table as it was signed as a workbook, its corrections on a second sheet."""
    require("report.read")
    with reading() as session:
        context = _table(session, summary_id)
    found, fields, names = context["found"], context["fields"], context["areas"]
    drill = _("DRILL") + " " if context["disaster"].drill_id else ""
    title = f"{drill}{context['disaster'].name} {found.area.name} {round_words(found.row.round)}"
    head = [_("Area"), _("Code"), _("Reported")]
    rows = [
        [names[line.area], line.area, f"{line.reported}/{line.expected}",
         *(line.values.get(field.code) for field in fields)]
        for line in found.lines
    ]  # fmt: skip
    signed = sheets.Sheet(
        name=_("As signed"), note=f"{title} {found.row.sha256[:12]}", rows=rows,
        headings=head + [f"{field.name} ({field.unit})" for field in fields],
    )  # fmt: skip
    by_code = {field.code: field.name for field in fields}
    changes = sheets.Sheet(
        name=_("Corrected since"),
        note=title,
        headings=[_("Area"), _("Figure"), _("As signed"), _("Now"), _("Change")],
        rows=[
            [names.get(each.area, each.area), by_code[each.indicator], each.signed, each.now,
             each.change]
            for each in context["deltas"].values()
        ],
    )  # fmt: skip
    make = partial(sheets.write_workbook, [signed, changes])
    return web.attachment(make, sheets.XLSX, f"{title}.xlsx")
