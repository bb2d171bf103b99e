"""Reports on paper: over the API, their queue, and the form beside the picture."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID, uuid5

import uuid6
from apiflask import APIBlueprint
from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas, services
from damage_reports.routes.form_pages import form_context, suggested_round
from damage_reports.routes.gallery import PICTURE_HEADERS, SHOWN_AGAIN
from damage_reports.routes.pages import blueprint as pages
from damage_reports.rules import PaperState, round_words
from relief_ops import web
from relief_ops.auth import require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.files import queries as files
from relief_ops.files import services as taking
from relief_ops.geo import Level
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

blueprint = APIBlueprint("report_papers", __name__)


@blueprint.get("/api/v1/report-papers/<uuid:paper_id>")
def show_paper(paper_id: UUID) -> ResponseReturnValue:
    """Show what is known of a paper, and what became of it."""
    require("report.read")
    with reading() as session:
        row = queries.paper(session, paper_id)
        disaster = disasters.disaster(session, row.disaster_id)
        tree = disasters.division_tree(session, disaster)
        return queries.shown_paper(queries.with_people(session, tree, [row])[0])


@blueprint.get("/api/v1/report-papers")
def list_papers() -> ResponseReturnValue:
    """List the papers of an area that wait to be typed, the oldest first; ?settled=1 the others."""
    require("report.read")
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        return {"papers": [queries.shown_paper(each) for each in _papers(session, seen)]}


def _papers(session: Session, seen: disasters.Looking) -> list[queries.Paper]:
    if seen.disaster is None:
        return []
    waiting = request.args.get("settled") != "1"
    return queries.papers(session, seen.disaster.id, seen.tree, seen.area, waiting=waiting)


@blueprint.put("/api/v1/report-papers/<uuid:paper_id>")
@web.takes(schemas.PutPaper)
def put_paper(paper_id: UUID, order: schemas.PutPaper) -> ResponseReturnValue:
    """Put the picture of a paper, a file sent before, into the queue."""
    with transaction() as session:
        receipt = attach(session, web.attempt(paper_id, revised=True), order)
    return receipt.json(), receipt.status


def attach(session: Session, attempt: Attempt, order: schemas.PutPaper) -> Receipt:
    """Attach a paper, if whoever is here may report for its area."""
    disaster = disasters.disaster(session, order.disaster_id)
    area = disasters.area_by_code(session, order.area_code, disaster)
    actor_id = require("report.submit", area.id)
    return services.put_paper(
        session, attempt, order, area=area, disaster=disaster, actor_id=actor_id
    )


@blueprint.put("/api/v1/report-papers/<uuid:paper_id>/withdrawal")
@web.takes(schemas.PutPaperWithdrawal)
def put_withdrawal(paper_id: UUID, order: schemas.PutPaperWithdrawal) -> ResponseReturnValue:
    """Take a paper out of the queue, with the reason."""
    receipt = _withdraw(paper_id, order)
    return receipt.json(), receipt.status


def _withdraw(paper_id: UUID, order: schemas.PutPaperWithdrawal) -> Receipt:
    require("report.submit")
    with transaction() as session:
        row = queries.paper(session, paper_id, lock=True)
        actor_id = require("report.submit", row.area_id)
        disaster = disasters.disaster(session, row.disaster_id)
        attempt = web.attempt(order.id, revised=True)
        return services.withdraw_paper(
            session, attempt, order, row=row, disaster=disaster, actor_id=actor_id
        )


@pages.get("/reports/papers")
def papers() -> ResponseReturnValue:
    """Show the papers that wait to be typed, and the way to attach one."""
    return _queue()


def _queue(
    error: ReliefError | None = None, typed: dict[str, Any] | None = None
) -> ResponseReturnValue:
    require("report.read")
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        opened = queries.rounds(session, seen.disaster)
        who = viewer()
        below = [seen.area, *(node for level in (Level.TOWNSHIP, Level.VILLAGE)
                              for node in seen.tree.at_level(level, seen.area.id))]  # fmt: skip
        mine = [each for each in below if each.level in (Level.TOWNSHIP, Level.VILLAGE)
                and who is not None and who.may("report.submit", each.id, seen.tree)]  # fmt: skip
        shown = web.page(
            "reports/papers.html", seen=seen, papers=_papers(session, seen), error=error,
            settled=request.args.get("settled") == "1", typed=typed or {}, rounds=opened,
            round=suggested_round(seen, opened), places=mine, paper_id=uuid6.uuid7(),
            round_words=round_words,
        )  # fmt: skip
    return shown, error.status if error else 200


@pages.post("/reports/papers")
def add_paper() -> ResponseReturnValue:
    """Take the picture of a paper from a computer or a phone."""
    actor_id = require("report.submit")
    given = web.form_fields()
    try:
        paper_id = UUID(str(given.pop("id", "")) or str(uuid6.uuid7()))
        sent = request.files.get("paper")
        if sent is None or not sent.filename:
            words = _("Choose the picture of the paper.")
            raise Invalid(words, [FieldError("paper", "missing", words)])
        _take(paper_id, given, sent, actor_id)
    except (ReliefError, ValueError) as error:
        problem = error if isinstance(error, ReliefError) else Invalid(_("This id is no id."))
        if problem.status not in SHOWN_AGAIN:
            raise
        return _queue(problem, given)
    return web.see_other(
        "report_pages.papers", disaster=given["disaster_id"], area=given["area_code"]
    )


def _take(paper_id: UUID, given: dict[str, Any], sent: Any, actor_id: UUID) -> None:
    data, name = sent.read(), (sent.filename or "")[:120]
    whole = taking.keep_whole(data)
    file_id = uuid5(paper_id, whole.sha256)
    order = web.check(schemas.PutPaper, given | {"file_id": str(file_id)})
    digest = hashlib.sha256(order.model_dump_json().encode()).hexdigest()
    with transaction() as session:
        disaster = disasters.disaster(session, order.disaster_id)
        require("report.submit", disasters.area_by_code(session, order.area_code, disaster).id)
        if not files.is_known(session, file_id):
            taking.take_whole(session, file_id, whole, name=name, owner_id=actor_id)
            session.flush()
        attach(session, Attempt(id=paper_id, base="", digest=digest), order)


@pages.get("/reports/papers/<uuid:paper_id>")
def paper(paper_id: UUID) -> ResponseReturnValue:
    """Show a paper: who sent it, what became of it, the way to type or to withdraw it."""
    require("report.read")
    return _about(paper_id)


def _about(
    paper_id: UUID, error: ReliefError | None = None, typed: str = ""
) -> ResponseReturnValue:
    with reading() as session:
        row = queries.paper(session, paper_id)
        disaster = disasters.disaster(session, row.disaster_id)
        tree = disasters.division_tree(session, disaster)
        who, area = viewer(), tree.node(row.area_id)
        shown = web.page(
            "reports/paper.html", paper=queries.with_people(session, tree, [row])[0],
            area=area, disaster=disaster, error=error, typed=typed,
            may_type=row.state == PaperState.WAITING
            and who is not None and who.may("report.submit", area.id, tree),
            withdrawal_id=uuid6.uuid7(), round_words=round_words,
        )  # fmt: skip
    return shown, error.status if error else 200


@pages.get("/reports/papers/<uuid:paper_id>/form")
def type_paper(paper_id: UUID) -> ResponseReturnValue:
    """Show the form beside the picture; its boxes are empty, so that only what is read counts."""
    require("report.submit")
    with reading() as session:
        row = queries.paper(session, paper_id)
        disaster = disasters.disaster(session, row.disaster_id)
        area = disasters.division_tree(session, disaster).node(row.area_id)
        require("report.submit", area.id)
        seen = disasters.looking(session, disaster_id=disaster.id, area_code=area.code)
        context = form_context(session, seen, area, values={}, errors={}, round_=row.round)
        return web.page("reports/form.html", **context | {"paper": row, "values": {}}, partial=True)


@pages.post("/reports/papers/<uuid:paper_id>/withdrawal")
def withdraw_paper(paper_id: UUID) -> ResponseReturnValue:
    """Take a paper out of the queue from its page."""
    given = web.form_fields()
    try:
        _withdraw(paper_id, web.check(schemas.PutPaperWithdrawal, given))
    except Invalid as error:
        return _about(paper_id, error, str(given.get("reason", "")))
    return web.see_other("report_pages.paper", paper_id=paper_id)


@pages.get("/reports/papers/<uuid:paper_id>/view.jpg")
def paper_picture(paper_id: UUID) -> ResponseReturnValue:
    """Give the picture, drawn afresh."""
    require("report.read")
    with reading() as session:
        sha256 = queries.paper(session, paper_id).sha256
    if request.if_none_match.contains(sha256):
        answer = Response(status=304)
    else:
        answer = web.attachment(files.copy(sha256, "view"), "image/jpeg", f"{paper_id}.jpg")
    answer.set_etag(sha256)
    answer.headers.update(PICTURE_HEADERS)
    return answer
