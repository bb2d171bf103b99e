"""The page of rows that may be one, for a person to decide."""

from __future__ import annotations

from typing import Any

import uuid6
from flask import request
from flask.typing import ResponseReturnValue

from damage_reports.rosters import queries, schemas
from damage_reports.rosters.routes.api import decide
from damage_reports.rosters.routes.blueprint import (
    blueprint,
    form_id,
    may,
    roster_of,
    seen,
    wanted,
)
from damage_reports.rosters.routes.pages import SHOWN
from damage_reports.rosters.routes.words import WORDS
from damage_reports.rosters.rules import Roster
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.errors import Invalid, StaleBase


@blueprint.get("/rosters/<string:roster>/duplicates")
@blueprint.doc(hide=True)
def page_duplicates(roster: str) -> ResponseReturnValue:
    """Show the pairs that look the same, and why; nothing is merged by itself."""
    return _page(roster_of(roster))


def _page(kind: Roster, error: Invalid | StaleBase | None = None) -> ResponseReturnValue:
    require("roster.read")
    with reading() as session:
        found = seen(session, "roster.read")
        pairs: list[Any] = []
        try:
            pairs = queries.candidates(session, wanted(found, kind))
        except Invalid as problem:
            error = problem
        shown = web.page(
            "rosters/duplicates.html", seen=found, roster=kind, error=error,
            columns_shown=SHOWN[kind], may_settle=may("roster.settle", found.area.id),
            pairs=[
                {
                    "rows": [queries.shown(each, found.tree) for each in (pair.left, pair.right)],
                    "why": pair.why,
                    "id": str(uuid6.uuid7()),
                }
                for pair in pairs
            ],
            **WORDS,
        )  # fmt: skip
    return shown, error.status if error else 200


@blueprint.post("/rosters/<string:roster>/duplicates")
@blueprint.doc(hide=True)
def decide_pair(roster: str) -> ResponseReturnValue:
    """Take a decision about two rows, from the list of pairs or from the page of one of them."""
    require("roster.settle")
    kind, given = roster_of(roster), web.form_fields()
    verdict = given.pop("verdict", "")
    given |= {"same": verdict != "different"} | (
        {"keep": verdict} if verdict != "different" else {}
    )
    try:
        match_id = form_id(given, "id")
        row_id = form_id(given, "back") if given.get("back") else None
        said = {key: given[key] for key in given if key not in ("id", "back")}
        order = web.check(schemas.PutMatch, said)
        with transaction() as session:
            decide(session, match_id, order)
    except (Invalid, StaleBase) as problem:
        return _page(kind, problem)
    if row_id:
        return web.see_other("rosters.page_row", row_id=row_id)
    looked_at = {key: request.args[key] for key in ("disaster", "area") if key in request.args}
    return web.see_other("rosters.page_duplicates", roster=kind.value, **looked_at)
