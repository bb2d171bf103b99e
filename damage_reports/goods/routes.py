"""Goods by a report: over the API, and as a page that asks for what is missing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from damage_reports import queries as reports
from damage_reports.goods import queries, schemas, services
from damage_reports.models import Report
from damage_reports.rules import round_words
from relief_ops import web
from relief_ops.auth import require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items.queries import name_of, unit_of
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from relief_ops.web.parsing import check, form_fields

blueprint = APIBlueprint("report_goods", __name__, template_folder="templates")


@blueprint.get("/api/v1/reports/<uuid:report_id>/goods")
def show_goods(report_id: UUID) -> ResponseReturnValue:
    """Show what those in want by a report take, what is asked for, and what is missing."""
    require("report.read")
    with reading() as session:
        report = reports.report(session, report_id)
        require("report.read", report.area_id)
        disaster = disasters.disaster(session, report.disaster_id)
        found = queries.goods(session, report, disaster, days=web.days_asked())
        return {
            "report_id": report.id,
            "disaster_id": disaster.id,
            "in_want": found.in_want,
            "people": found.people,
            "days": found.days,
            "items": [each.shown() for each in found.lines],
        }


@blueprint.put("/api/v1/reports/<uuid:report_id>/goods-orders/<uuid:order_id>")
@web.takes(schemas.PutOrder)
def put_order(report_id: UUID, order_id: UUID, order: schemas.PutOrder) -> ResponseReturnValue:
    """Ask for goods by a report: a need of its area for each item, all of them or none."""
    receipt = _ask(web.attempt(order_id), report_id, order)
    return receipt.json(), receipt.status


def _ask(attempt: Attempt, report_id: UUID, order: schemas.PutOrder) -> Receipt:
    with transaction() as session:
        require("need.open")
        report = reports.report(session, report_id)
        actor_id = require("need.open", report.area_id)
        disaster = disasters.disaster(session, report.disaster_id)
        return services.put_order(
            session, attempt, report, order, disaster=disaster, actor_id=actor_id
        )


@blueprint.get("/reports/<uuid:report_id>/goods")
@blueprint.doc(hide=True)
def page_goods(report_id: UUID) -> ResponseReturnValue:
    """Show what those in want take, with a form that asks for what is missing."""
    return _page(report_id)


def _page(report_id: UUID, error: ReliefError | None = None) -> ResponseReturnValue:
    require("report.read")
    with reading() as session:
        report = reports.report(session, report_id)
        require("report.read", report.area_id)
        disaster = disasters.disaster(session, report.disaster_id)
        try:
            days = web.days_asked()
        except Invalid as wrong:
            error, days = error or wrong, None
        found = queries.goods(session, report, disaster, days=days)
        tree = disasters.division_tree(session, disaster)
        form = reports.form_of(session, report.form_version)
        who = viewer()
        may_ask = who is not None and who.may("need.open", report.area_id, tree)
    shown = web.page(
        "goods/goods.html", report=report, area=tree.node(report.area_id), goods=found, form=form,
        error=error, done=request.args.get("done", ""), new_id=str(uuid6.uuid7()),
        name_of=name_of, unit_of=unit_of, round_words=round_words,
        may_ask=may_ask and _counts(report), typed=request.form if error else {},
    )  # fmt: skip
    return shown, error.status if error else 200


def _counts(report: Report) -> bool:
    return report.current and report.counted_to is None


@blueprint.post("/reports/<uuid:report_id>/goods")
@blueprint.doc(hide=True)
def form_order(report_id: UUID) -> ResponseReturnValue:
    """Ask for what the form says; an item left empty or at nought is not asked for."""
    try:
        fields = form_fields()
        order_id = web.form_id(fields)
        fields["items"] = _filled(fields.get("items"))
        _ask(web.attempt(order_id), report_id, check(schemas.PutOrder, fields))
    except ReliefError as error:
        if error.status not in (409, 422):
            raise
        return _page(report_id, error)
    return web.see_other("report_goods.page_goods", report_id=report_id, done="asked")


def _filled(given: Any) -> dict[str, Any]:
    """Return the items with a quantity. Raises Invalid when nothing is asked for."""
    asked = given if isinstance(given, dict) else {}
    found = {code: value for code, value in asked.items() if str(value).strip() not in ("", "0")}
    if not found:
        words = _("Nothing is asked for: every quantity is empty or nought.")
        raise Invalid(words, [FieldError("items", "missing", words)])
    return found
