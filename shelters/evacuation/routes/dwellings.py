"""Who is away and can go home: what was found at the dwellings, household by household."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import looking_at, require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import NotFound, ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Receipt
from shelters.evacuation import queries, schemas, services
from shelters.evacuation.queries import Away
from shelters.evacuation.queries.dwellings import ROWS
from shelters.evacuation.routes.blueprint import (
    blueprint,
    form_id,
    may,
    order_of,
    seen,
    wanted,
    wrong_fields,
)
from shelters.evacuation.routes.words import DWELLINGS, WORDS

CORRECTABLE = (400, 409, 412, 422)
SHOWN = ("waiting", "homeless", "habitable")


@blueprint.put("/api/v1/evacuation/findings/<uuid:act_id>")
@web.takes(schemas.PutDwelling, limit=64 * 1024)
def put_finding(act_id: UUID, order: schemas.PutDwelling) -> ResponseReturnValue:
    """Say of one or more households what was found at their dwelling: all of them, or none."""
    with transaction() as session:
        receipt = _write(session, act_id, order)
    return receipt.json(), receipt.status


def _write(session: Session, act_id: UUID, act: schemas.PutDwelling) -> Receipt:
    """Ask for the permission in each household's village, and keep the findings."""
    actor_id = require("evacuation.record")
    disaster = disasters.disaster(session, act.disaster_id)
    looking_at(session, disaster.drill_id)
    rows = services.held_rows(session, disaster, act.households)
    for area_id in {row.area_id for row in rows}:
        require("evacuation.record", area_id)
    attempt = web.attempt(act_id, revised=True, personal=True)
    return services.judge(session, attempt, act, disaster=disaster, rows=rows, actor_id=actor_id)


@blueprint.get("/api/v1/evacuation/away")
def list_away() -> ResponseReturnValue:
    """List who is away under an order, and what was found at home (?show=homeless, waiting)."""
    require("evacuation.read")
    with reading() as session:
        found = seen(session, "evacuation.read")
        order = order_of(session, found)
        if order is None:
            raise NotFound(_("No evacuation order concerns this area."))
        rows, total = queries.away(session, order, wanted(found), show=_show())
        return {"total": total, "households": [_shown(each) for each in rows]}


def _show() -> str:
    asked = request.args.get("show", "")
    return asked if asked in SHOWN else ""


def _shown(away: Away) -> dict[str, Any]:
    return {
        "id": away.row.id,
        "people": away.row.people,
        "state": away.state,
        "found": away.finding.found if away.finding else None,
        "found_at": away.finding.at if away.finding else None,
    }


@blueprint.get("/evacuation/dwellings")
@blueprint.doc(hide=True)
def page_dwellings() -> ResponseReturnValue:
    """Show who is away, who cannot go home, and whose dwelling nobody looked at."""
    return _page()


@blueprint.post("/evacuation/dwellings")
@blueprint.doc(hide=True)
def keep_findings() -> ResponseReturnValue:
    """Keep one finding for the households that are ticked."""
    require("evacuation.record")
    given = web.form_fields()
    given["households"] = request.form.getlist("households")
    try:
        act_id = form_id(given)
        act = web.check(schemas.PutDwelling, {key: given[key] for key in given if key != "id"})
        with transaction() as session:
            _write(session, act_id, act)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _page(error=error, typed=given)
    kept = {key: request.args[key] for key in ("disaster", "area", "order", "show")
            if request.args.get(key)}  # fmt: skip
    return web.see_other("evacuation.page_dwellings", **kept, done=act.found)


def _page(
    *, error: ReliefError | None = None, typed: dict[str, Any] | None = None
) -> ResponseReturnValue:
    require("evacuation.read")
    with reading() as session:
        found = seen(session, "evacuation.read")
        order = order_of(session, found)
        asked, total, count = wanted(found), 0, None
        rows: list[Away] = []
        if order is not None:
            rows, total = queries.away(session, order, asked, show=_show())
            count = queries.counted(session, order, asked)
        done = request.args.get("done", "")
        shown = web.page(
            "evacuation/dwellings.html", seen=found, order=order, rows=rows, total=total,
            count=count, page=asked.page, pages=max(1, -(-total // ROWS)), show=_show(),
            error=error, wrong=wrong_fields(error), typed=typed or {},
            done=done if done in set(DWELLINGS) else "", new_id=str(uuid6.uuid7()),
            masked=queries.masked, may_record=may("evacuation.record", found.area.id),
            names=lambda each: found.tree.node(each.row.area_id).name,
            dwellings=DWELLINGS, **WORDS,
        )  # fmt: skip
    return shown, error.status if error else 200
