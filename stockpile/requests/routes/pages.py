"""The pages of requests to the level above: all of them, one with its answer, on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import sheets, web
from relief_ops.auth import lookup, require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.geo import cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.web.pages import here, id_again, may
from stockpile.queries import register
from stockpile.requests import queries, schemas, services
from stockpile.requests.routes import api
from stockpile.requests.routes.wording import SHAPES, STAGES, STATES
from stockpile.requests.rules import RequestState
from stockpile.routes.pages import may as may_anywhere
from stockpile.routes.pages import viewer_id

blueprint = APIBlueprint(
    "supply_request_pages", __name__, template_folder="../templates", enable_openapi=False,
    url_prefix="/stock",
)  # fmt: skip
CORRECTABLE = (403, 409, 412, 422)
ROWS = 6  # lines in the form


def _shown(template: str, **context: Any) -> str:
    return web.page(
        f"requests/{template}", tab="needs", name_of=items.name_of, unit_of=items.unit_of,
        may=may_anywhere, states=STATES, stages=STAGES, shapes=SHAPES, **context,
    )  # fmt: skip


@blueprint.get("/requests")
def page_list() -> ResponseReturnValue:
    """Show what was asked of the level above, and the form that asks."""
    require("stock.read")
    return _list(None)


def _list(error: ReliefError | None) -> ResponseReturnValue:
    with reading() as session:
        seen = look(session)
        state = request.args.get("state", "")
        state = state if state in list(RequestState) else ""
        filled = web.form_fields() if error else {}
        page = _shown(
            "list.html", seen=seen, tree=cached_tree(), state=state, error=error, filled=filled,
            found=queries.requests(session, seen.view, states=[state] if state else ()),
            depots=register.depots(session, seen.view), catalogue=items.items(session),
            rows=_typed_rows(filled), form_id=id_again(request.form.get("id"), error),
            asks=may(api.PLAN, seen.area.id, cached_tree()),
        )  # fmt: skip
    return page, error.status if error else 200


def _typed_rows(filled: dict[str, Any]) -> list[dict[str, Any]]:
    typed = _rows(filled.get("lines"))
    return [*typed, *({} for _each in range(max(1, ROWS - len(typed))))]


def _rows(lines: Any) -> list[dict[str, Any]]:
    """Return the lines of a form that say anything, in order."""
    numbered = lines.items() if isinstance(lines, dict) else ()
    found = [each for _number, each in sorted(numbered) if isinstance(each, dict)]
    return [each for each in found if any(value != "" for value in each.values())]


@blueprint.post("/requests")
def save() -> ResponseReturnValue:
    """Ask the level above from the form."""
    require(api.PLAN)
    try:
        fields = web.form_fields()
        request_id = web.form_id(fields)
        fields["lines"] = _rows(fields.get("lines"))
        if "due_at" in fields:
            fields["due_at"] = web.local_instant(fields["due_at"])
        order = web.check(schemas.PutRequest, fields)
        api.asked(web.attempt(request_id, revised=True), order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _list(error)
    return web.see_other("supply_request_pages.page_one", request_id=request_id, **here())


@blueprint.get("/requests/<uuid:request_id>")
def page_one(request_id: UUID) -> ResponseReturnValue:
    """Show one request, its answer and how far it is met."""
    require("stock.read")
    return _one(request_id, None)


def _one(request_id: UUID, error: ReliefError | None) -> ResponseReturnValue:
    with reading() as session:
        seen = look(session)
        found, tree = queries.one(session, request_id), cached_tree()
        row = found.row
        page = _shown(
            "one.html", seen=seen, found=found, row=row, error=error,
            typed=request.form if error else {},
            area=queries.name_in(tree, row.area_id), above=queries.name_in(tree, row.asked_of),
            names=lookup.names(session, [row.asked_by, row.answered_by]),
            around=queries.around(session, found),
            disaster=disasters.disaster(session, row.disaster_id),
            own=row.asked_by == viewer_id(), answers=may(api.PLAN, row.asked_of, tree),
            withdraws=may(api.PLAN, row.area_id, tree),
        )  # fmt: skip
    return page, error.status if error else 200


@blueprint.get("/requests/<uuid:request_id>/print")
def page_print(request_id: UUID) -> ResponseReturnValue:
    """Show a request as it is printed, to be signed."""
    require("stock.read")
    with reading() as session:
        look(session)
        found, tree = queries.one(session, request_id), cached_tree()
        row = found.row
        return _shown(
            "print.html", found=found, row=row, area=queries.name_in(tree, row.area_id),
            above=queries.name_in(tree, row.asked_of), names=lookup.names(session, [row.asked_by]),
            disaster=disasters.disaster(session, row.disaster_id),
            printed_at=register.now_in(session, row.drill_id),
        )  # fmt: skip


@blueprint.post("/requests/<uuid:request_id>/grant")
def grant(request_id: UUID) -> ResponseReturnValue:
    """Grant a request from its page: every item has its figure, 0 for none of it."""
    require(api.PLAN)
    fields = web.form_fields()
    lines = fields.get("granted")
    said = lines if isinstance(lines, dict) else {}
    with reading() as session:
        asked = [each.item_code for each in queries.lines(session, request_id)]
    if missing := [code for code in asked if code not in said]:
        words = _("Say of every item how much of it is granted; 0 is none.")
        return _one(request_id, Invalid(words, [
            FieldError(f"granted.{code}", "missing", words) for code in missing
        ]))  # fmt: skip
    body = {
        "lines": [{"item": item, "quantity": quantity} for item, quantity in said.items()],
        "answer": fields.get("answer", ""),
    } | ({"priority": fields["priority"]} if "priority" in fields else {})
    return _act(request_id, "grant", schemas.PutGrant, body, services.grant)


@blueprint.post("/requests/<uuid:request_id>/refusal")
def refuse(request_id: UUID) -> ResponseReturnValue:
    """Refuse a request from its page."""
    return _act(request_id, "refusal", schemas.PutRefusal, web.form_fields(), services.refuse)


@blueprint.post("/requests/<uuid:request_id>/withdrawal")
def withdraw(request_id: UUID) -> ResponseReturnValue:
    """Withdraw a request from its page."""
    fields = web.form_fields()
    return _act(request_id, "withdrawal", schemas.PutWithdrawal, fields, services.withdraw)


def _act(
    request_id: UUID, name: str, shape: Any, body: dict[str, Any], service: api.Act
) -> ResponseReturnValue:
    require(api.PLAN)
    try:
        api.act(request_id, name, web.check(shape, body), service)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _one(request_id, error)
    return web.see_other("supply_request_pages.page_one", request_id=request_id, **here())


@blueprint.get("/requests/export")
def export() -> ResponseReturnValue:
    """Hand out the requests as a workbook, a row for each item."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        rows = [
            _cells(each, part) for each in queries.requests(session, seen.view)
            for part in each.parts
        ]  # fmt: skip
        drill = _("DRILL") if seen.drill else ""
        title = f"{drill} {seen.area.name} {_('Requests to the level above')}".strip()
    sheet = sheets.Sheet(
        name=_("Requests to the level above"), rows=rows, note=title,
        headings=[_("Asked at"), _("For depot"), _("Item"), _("Unit"), _("Asked"), _("Granted"),
                  _("Promised"), _("Come so far"), _("State"), _("Class"), _("Due"), _("Reason"),
                  _("Answer")],
    )  # fmt: skip
    return web.attachment(lambda: sheets.write_workbook([sheet]), sheets.XLSX, f"{title}.xlsx")


def _cells(found: queries.Asked, part: queries.Part) -> list[Any]:
    row, need = found.row, part.need
    return [
        row.asked_at, found.depot_name, items.name_of(part.item), items.unit_of(part.item),
        part.line.quantity, part.line.granted, need.promised if need else None,
        need.received if need else None, str(STAGES[found.stage]), row.priority,
        row.due_at, row.reason, row.answer,
    ]  # fmt: skip
