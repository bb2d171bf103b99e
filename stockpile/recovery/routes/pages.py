"""The pages of goods that come back: what is out, what waits, one collection, a workbook."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import sheets, web
from relief_ops.auth import lookup, require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.routes import look
from relief_ops.errors import Malformed, NotFound, ReliefError
from relief_ops.geo import cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.web.pages import id_again, may
from stockpile.queries import register
from stockpile.recovery import queries, schemas
from stockpile.recovery.routes import api
from stockpile.recovery.rules import RecoveryState, StepKind
from stockpile.routes.pages import may as may_anywhere
from stockpile.routes.pages import viewer_id

blueprint = APIBlueprint(
    "recoveries", __name__, template_folder="../templates", enable_openapi=False,
    url_prefix="/stock",
)  # fmt: skip
CORRECTABLE = (403, 409, 422)
STATES = {
    RecoveryState.TO_GRADE: lazy("to be graded"),
    RecoveryState.WASHING: lazy("in the wash"),
    RecoveryState.TO_APPROVE: lazy("to be scrapped: waits for a second person"),
    RecoveryState.DONE: lazy("settled"),
}
SHAPES = {
    RecoveryState.TO_GRADE: "watch",
    RecoveryState.WASHING: "half",
    RecoveryState.TO_APPROVE: "watch",
    RecoveryState.DONE: "ok",
}
STEPS = {
    StepKind.GRADED: lazy("graded"),
    StepKind.SCRAPPED: lazy("scrapped by two people"),
    StepKind.KEPT: lazy("not scrapped: to be graded again"),
}


def _shown(template: str, **context: Any) -> str:
    return web.page(
        f"recovery/{template}", tab="recovery", name_of=items.name_of, unit_of=items.unit_of,
        may=may_anywhere, states=STATES, shapes=SHAPES, step_words=STEPS,
        new_id=lambda: str(uuid6.uuid7()), **context,
    )  # fmt: skip


@blueprint.get("/recovery")
def page_list() -> ResponseReturnValue:
    """Show what is still out, what came back and waits, and the sums of the disaster."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        state = request.args.get("state", "")
        state = state if state in list(RecoveryState) else ""
        rows = queries.listed(session, seen.view, state=state)
        return _shown(
            "list.html", seen=seen, state=state, rows=rows,
            out=queries.out(session, seen.view), sums=queries.sums(session, seen.view),
            depots=register.depots(session, seen.view),
        )  # fmt: skip


@blueprint.get("/recovery/new")
def page_new() -> ResponseReturnValue:
    """Show the form that brings goods back."""
    require(api.TAKE)
    return _form({"place": request.args.get("place", ""), "lot": request.args.get("lot", "")})


def _form(filled: dict[str, Any], error: ReliefError | None = None) -> str:
    with reading() as session:
        seen = look(session)
        if filled.get("disaster_id"):
            seen = disasters.looking(
                session, disaster_id=_id(filled, "disaster_id"), area_code=request.args.get("area")
            )
        out = queries.out(session, seen.view)
        return _shown(
            "form.html", seen=seen, filled=filled, error=error, out=out,
            depots=register.depots(session, seen.view), form_id=id_again(filled.get("id"), error),
            households=queries.households(session, seen.view),
        )  # fmt: skip


def _id(filled: dict[str, Any], field: str) -> UUID:
    try:
        return UUID(str(filled[field]))
    except ValueError:
        raise Malformed(
            _("This form is too old. Reload the page; what you typed is kept.")
        ) from None


@blueprint.post("/recovery")
def collect() -> ResponseReturnValue:
    """Bring back what the form says, or show it again with what is wrong."""
    require(api.TAKE)
    filled = web.form_fields()
    said = dict(filled)
    try:
        recovery_id = web.form_id(said)
        # One choice names the place and the lot that lies there.
        if "what" in said:
            place, _colon, said["lot"] = str(said.pop("what")).partition(":")
            said |= {"place": place} if place else {}
        api.collected(recovery_id, web.check(schemas.PutRecovery, said))
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _form(filled, error), error.status
    return web.see_other("recoveries.page_one", recovery_id=recovery_id)


@blueprint.get("/recoveries/<uuid:recovery_id>")
def page_one(recovery_id: UUID) -> ResponseReturnValue:
    """Show one collection, what was done with it, and what may be done."""
    require("stock.read")
    return _one(recovery_id)


def _one(recovery_id: UUID, error: ReliefError | None = None) -> str:
    with reading() as session:
        look(session)
        found = queries.recovery(session, recovery_id)
        (row,) = queries.recoveries(session, [found.id])
        steps = queries.steps(session, found.id)
        ids = [found.collected_by, found.proposed_by, *(each.actor_id for each in steps)]
        tree = cached_tree()
        return _shown(
            "one.html", row=row, steps=steps, error=error, typed=request.form,
            form_id=id_again(request.form.get("id"), error),
            names=lookup.names(session, ids), own=found.proposed_by == viewer_id(),
            grades=may(api.TAKE, found.area_id, tree), scraps=may(api.SCRAP, found.area_id, tree),
        )  # fmt: skip


@blueprint.post("/recoveries/<uuid:recovery_id>/gradings")
def grade(recovery_id: UUID) -> ResponseReturnValue:
    """Grade what came back."""
    return _act(recovery_id, api.TAKE, schemas.PutGrading, api.graded)


@blueprint.post("/recoveries/<uuid:recovery_id>/scrappings")
def judge(recovery_id: UUID) -> ResponseReturnValue:
    """Agree to scrap, or have it graded again."""
    return _act(recovery_id, api.SCRAP, schemas.PutScrapping, api.judged)


def _act(recovery_id: UUID, permission: str, shape: Any, act: Any) -> ResponseReturnValue:
    require(permission)
    with reading() as session:
        require(permission, queries.recovery(session, recovery_id).area_id)
    filled = web.form_fields()
    try:
        act_id = web.form_id(filled)
        act(recovery_id, act_id, web.check(shape, filled))
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _one(recovery_id, error), error.status
    return web.see_other("recoveries.page_one", recovery_id=recovery_id)


@blueprint.get("/recovery/export")
def export() -> ResponseReturnValue:
    """Hand out the collections and the sums as a workbook."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        if seen.disaster is None:
            raise NotFound(_("There is no disaster here to show."))
        rows = [_cells(each) for each in queries.listed(session, seen.view)]
        sums = [
            [items.name_of(each.item), items.unit_of(each.item), each.sent, each.collected,
             each.restocked, each.scrapped, each.grading, each.washing]
            for each in queries.sums(session, seen.view)
        ]  # fmt: skip
        drill = _("DRILL") if seen.drill else ""
        title = f"{drill} {seen.disaster.name} {_('Recovery')}".strip()
    book = [
        sheets.Sheet(name=_("Recovery"), headings=_headings(), rows=rows, note=title),
        sheets.Sheet(
            name=_("By item"), rows=sums, note=title,
            headings=[_("Item"), _("Unit"), _("Sent"), _("Collected"), _("Back in stock"),
                      _("Scrapped"), _("To be graded"), _("In the wash")],
        ),
    ]  # fmt: skip
    return web.attachment(lambda: sheets.write_workbook(book), sheets.XLSX, f"{title}.xlsx")


def _headings() -> list[str]:
    return [
        _("Item"), _("Lot"), _("Collected from"), _("Depot"), _("Collected at"), _("Unit"),
        _("Collected"), _("Back in stock"), _("Scrapped"), _("To be graded"), _("In the wash"),
        _("State"),
    ]  # fmt: skip


def _cells(row: queries.Row) -> list[Any]:
    found, tally = row.recovery, row.recovery.tally
    return [
        items.name_of(row.item), row.lot.label, row.place_name or _("households"), row.depot_name,
        found.collected_at, items.unit_of(row.item), tally.quantity, tally.restocked,
        tally.scrapped, tally.waiting + tally.proposed, tally.washing, str(STATES[tally.state]),
    ]  # fmt: skip
