"""Around a judgement: who has a report in hand, and answers to figures of the level above."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl
from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import Field

from damage_reports import queries, schemas, services
from damage_reports.routes.api import above
from damage_reports.routes.pages import blueprint as pages
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.receipts import Receipt

blueprint = APIBlueprint("report_judging", __name__)
ASKED = ("disaster", "area", "round", "indicator", "looked_at")


@blueprint.put("/api/v1/reports/<uuid:report_id>/hold")
@web.takes(schemas.PutHold)
def put_hold(report_id: UUID, order: schemas.PutHold) -> ResponseReturnValue:
    """Take a report in hand to judge it, or let go of it."""
    receipt = _hold(report_id, order)
    return receipt.json(), receipt.status


def _hold(report_id: UUID, order: schemas.PutHold) -> Receipt:
    with transaction() as session:
        report, disaster, actor_id = above(session, report_id, "report.review")
        attempt = web.attempt(order.id, revised=True)
        return services.put_hold(
            session, attempt, order, report=report, disaster=disaster, actor_id=actor_id
        )


@pages.post("/reports/<uuid:report_id>/hold")
def hold_form(report_id: UUID) -> ResponseReturnValue:
    """Take a report in hand from its page, or let go of it."""
    _hold(report_id, web.check(schemas.PutHold, web.form_fields()))
    return web.see_other("report_pages.show", report_id=report_id)


@blueprint.put("/api/v1/reports/<uuid:report_id>/vouchers")
@web.takes(schemas.PutVoucher)
def put_voucher(report_id: UUID, order: schemas.PutVoucher) -> ResponseReturnValue:
    """Say of a figure that stands out: looked at, it is right."""
    receipt = _vouch(report_id, order)
    return receipt.json(), receipt.status


def _vouch(report_id: UUID, order: schemas.PutVoucher) -> Receipt:
    with transaction() as session:
        report, disaster, actor_id = above(session, report_id, "report.review")
        attempt = web.attempt(order.id, revised=True)
        return services.put_voucher(
            session, attempt, order, report=report, disaster=disaster, actor_id=actor_id
        )


class _Vouching(schemas.PutVoucher):
    """The form in the list; `back` is the question the list answered."""

    back: Annotated[str, Field(max_length=400)] = ""


@pages.post("/reports/<uuid:report_id>/vouchers")
def vouch_form(report_id: UUID) -> ResponseReturnValue:
    """Vouch for a figure from the list of those worth a second look."""
    given = web.check(_Vouching, web.form_fields())
    order = schemas.PutVoucher(id=given.id, indicator=given.indicator, reason=given.reason)
    _vouch(report_id, order)
    back = {key: value for key, value in parse_qsl(given.back) if key in ASKED}
    return web.see_other("report_pages.outliers_page", **back)


@blueprint.get("/api/v1/reports/<uuid:report_id>/own-figures")
def list_own_figures(report_id: UUID) -> ResponseReturnValue:
    """List the figures the level above set beside a report's, with the latest answers."""
    require("report.read")
    with reading() as session:
        report = queries.report(session, report_id)
        form = queries.form_of(session, report.form_version)
        found = queries.own_figures(session, report, form)
        return {"own_figures": [queries.shown_own(each) for each in found]}


@blueprint.put("/api/v1/own-figures/<uuid:figure_id>/answers/<uuid:answer_id>")
@web.takes(schemas.PutOwnAnswer)
def put_own_answer(
    figure_id: UUID, answer_id: UUID, order: schemas.PutOwnAnswer
) -> ResponseReturnValue:
    """Confirm a figure of the level above, or dispute it with a reason."""
    receipt = _answer(figure_id, answer_id, order)
    return receipt.json(), receipt.status


def _answer(figure_id: UUID, answer_id: UUID, order: schemas.PutOwnAnswer) -> Receipt:
    require("report.read")
    with transaction() as session:
        figure = queries.own_figure(session, figure_id)
        disaster = disasters.disaster(session, figure.disaster_id)
        actor_id = require("report.submit", figure.area_id)
        attempt = web.attempt(answer_id, revised=True)
        return services.put_own_answer(
            session, attempt, order, figure=figure, disaster=disaster, actor_id=actor_id
        )


class _Answered(schemas.PutOwnAnswer):
    """The form beside a figure."""

    id: UUID


@pages.post("/reports/<uuid:report_id>/own-figures/<uuid:figure_id>")
def answer_form(report_id: UUID, figure_id: UUID) -> ResponseReturnValue:
    """Confirm or dispute from the report's page."""
    given = web.check(_Answered, web.form_fields())
    order = schemas.PutOwnAnswer(answer=given.answer, reason=given.reason)
    _answer(figure_id, given.id, order)
    return web.see_other("report_pages.show", report_id=report_id)
