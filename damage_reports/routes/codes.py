"""Reports read out as digits: what they say, and filing them for who has no network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas, services
from damage_reports.routes.pages import blueprint as pages
from damage_reports.routes.words import spoken_means
from damage_reports.rules import CodeError, round_words, spoken
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters.routes import look
from relief_ops.errors import IllegalTransition, Invalid, NotFound

blueprint = APIBlueprint("report_codes", __name__)
TYPED = 1000


@blueprint.get("/api/v1/report-codes/<string:digits>")
def show_code(digits: str) -> ResponseReturnValue:
    """Say which report some digits are, as read out over radio or sent as a text message."""
    require("report.submit")
    with reading() as session:
        return queries.shown_code(_told(session, digits))


@blueprint.put("/api/v1/report-codes/<string:digits>")
@web.takes(schemas.PutCode)
def put_code(digits: str, order: schemas.PutCode) -> ResponseReturnValue:
    """File the report some digits are, for whoever read them out; the same digits file once."""
    actor_id = require("report.submit")
    with transaction() as session:
        told = _told(session, digits)
        receipt = services.put_code(session, told, order, actor_id=actor_id)
    return receipt.json(), receipt.status


def _told(session: Session, digits: str) -> queries.Told:
    told = queries.read_code(session, digits[:TYPED])
    require("report.submit", told.area.id)
    return told


@pages.get("/reports/code")
def read_out() -> ResponseReturnValue:
    """Show one field for the digits, and what they say once they are typed."""
    with reading() as session:
        look(session)
        require("report.submit")
        return _page(session, request.args.get("digits", ""))


@pages.post("/reports/code")
def file_code() -> ResponseReturnValue:
    """File what was read out; what is wrong goes back beside it."""
    actor_id = require("report.submit")
    given = web.form_fields()
    digits = str(given.pop("digits", ""))
    try:
        order = web.check(schemas.PutCode, given)
        with transaction() as session:
            told = _told(session, digits)
            services.put_code(session, told, order, actor_id=actor_id)
    except (Invalid, IllegalTransition) as error:
        with reading() as session:
            return _page(session, digits, given, error), error.status
    return web.see_other("report_pages.show", report_id=told.report_id)


def _page(
    session: Session, digits: str, given: Mapping[str, Any] | None = None,
    refused: Invalid | IllegalTransition | None = None,
) -> str:  # fmt: skip
    told, problem, form = None, None, {}
    if digits.strip():
        try:
            told = _told(session, digits)
            form = queries.form_of(session, told.disaster.form_version)
        except (Invalid, NotFound) as error:
            problem = error
    return web.page(
        "reports/code.html",
        digits=digits, told=told, problem=problem, refused=refused,
        message=str(refused or ""), given=given or {},
        form=form, groups=_groups(digits), round_words=round_words, means=spoken_means(),
        problems=getattr(problem, "errors", ()),
        reasons=[
            each for each in getattr(refused, "errors", ())
            if "values." in each.field or each.field == "as_of"
        ],
    )  # fmt: skip


def _groups(digits: str) -> list[dict[str, Any]]:
    """Return the groups typed so far, each with its words and whether it fits."""
    try:
        typed = spoken.digits_in(digits[:TYPED])
    except CodeError:
        return []
    said = queries.said_groups(typed)
    former = spoken.is_former(typed)
    wrong = () if former else spoken.wrong_groups([each["digits"] for each in said])
    return [each | {"wrong": number in wrong} for number, each in enumerate(said, start=1)]
