"""Rosters over the API: rows masked, one in full on record, decisions, figures beside counts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports.rosters import queries, schemas, services
from damage_reports.rosters.models import RosterMatch
from damage_reports.rosters.routes.blueprint import (
    blueprint,
    disaster_of,
    of_row,
    read_purpose,
    roster_of,
    seen,
    wanted,
)
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Receipt

LIMIT = 16 * 1024


@blueprint.put("/api/v1/roster-rows/<uuid:row_id>")
@web.takes(schemas.PutRow, limit=LIMIT)
def put_row(row_id: UUID, order: schemas.PutRow) -> ResponseReturnValue:
    """Add a row to a roster, or correct or remove the one it is based on."""
    with transaction() as session:
        receipt = write_row(session, row_id, order)
    return receipt.json(), receipt.status


def write_row(session: Session, row_id: UUID, order: schemas.PutRow) -> Receipt:
    """Ask for the permission in the row's areas, and keep the revision."""
    require("roster.write")
    disaster = disasters.disaster(session, order.disaster_id)
    area = disasters.area_by_code(session, order.area_code, disaster)
    actor_id = require("roster.write", area.id)
    base = queries.row(session, order.base, lock=True) if order.base else None
    if base is not None:
        require("roster.write", base.area_id)
    attempt = web.attempt(row_id, base=order.base, revised=True, personal=True)
    return services.put_row(
        session, attempt, order, area=area, disaster=disaster, base=base, actor_id=actor_id
    )


@blueprint.get("/api/v1/roster-rows/<uuid:row_id>")
def show_row(row_id: UUID) -> ResponseReturnValue:
    """Show one revision of a row, its personal fields masked."""
    require("roster.read")
    with reading() as session:
        row = queries.row(session, row_id)
        _disaster, tree = of_row(session, row)
        require("roster.read", row.area_id)
        return queries.shown(row, tree)


@blueprint.get("/api/v1/roster-rows/<uuid:row_id>/full")
def read_row(row_id: UUID) -> ResponseReturnValue:
    """Show one revision in full; the reading and its ?purpose= are recorded."""
    require("roster.read_full")
    purpose = read_purpose(request.args.get("purpose", ""))
    with transaction() as session:
        row = queries.row(session, row_id)
        _disaster, tree = of_row(session, row)
        actor_id = require("roster.read_full", row.area_id)
        return services.read_row(session, row, tree, purpose=purpose, actor_id=actor_id)


@blueprint.get("/api/v1/rosters/<string:roster>")
def list_rows(roster: str) -> ResponseReturnValue:
    """List the rows of a roster of an area and those below it, masked, with their sums."""
    with reading() as session:
        found = seen(session, "roster.read")
        page = queries.page_of(session, wanted(found, roster_of(roster)))
        return {
            "rows": [queries.shown(each, found.tree) for each in page.rows],
            "total": page.total,
            "page": page.page,
            "pages": page.pages,
            "sums": page.sums,
        }


@blueprint.get("/api/v1/reconciliation")
def show_reconciliation() -> ResponseReturnValue:
    """Show the reported figures of an area beside its rosters, and of those below it."""
    with reading() as session:
        found = seen(session, "roster.read")
        both = queries.reconciliation(
            session, disaster=disaster_of(found), area=found.area, tree=found.tree,
            now=found.view.now,
        )  # fmt: skip
        below = [shown_area(each) for each in both.children]
        return shown_area(both.area) | {"children": below}


def shown_area(found: queries.Reconciled) -> dict[str, Any]:
    """Return an area's figures beside its counts as the API gives them."""
    return {
        "area_code": found.area.code,
        "name": found.area.name,
        "as_of": found.as_of,
        "differing": len(found.open),
        "lines": [
            {
                "indicator": each.indicator,
                "rule": each.rule,
                "reported": each.reported,
                "counted": each.counted,
                "difference": each.difference,
                "state": each.state,
                "reason": each.reason,
            }
            for each in found.lines
        ],
    }


@blueprint.get("/api/v1/rosters/<string:roster>/duplicates")
def list_candidates(roster: str) -> ResponseReturnValue:
    """List the pairs of rows that may be one, and why; nobody has decided about them yet."""
    with reading() as session:
        found = seen(session, "roster.read")
        pairs = queries.candidates(session, wanted(found, roster_of(roster)))
        return {
            "pairs": [
                {
                    "left": queries.shown(each.left, found.tree),
                    "right": queries.shown(each.right, found.tree),
                    "why": list(each.why),
                }
                for each in pairs
            ]
        }


@blueprint.put("/api/v1/roster-matches/<uuid:match_id>")
@web.takes(schemas.PutMatch)
def put_match(match_id: UUID, order: schemas.PutMatch) -> ResponseReturnValue:
    """Decide whether two rows are one."""
    with transaction() as session:
        receipt = decide(session, match_id, order)
    return receipt.json(), receipt.status


def decide(session: Session, match_id: UUID, order: schemas.PutMatch) -> Receipt:
    """Ask for the permission in both rows' areas, and keep the decision."""
    require("roster.settle")
    rows = [
        queries.standing(session, each, lock=True) for each in sorted((order.left, order.right))
    ]
    left, right = rows
    if left is None or right is None:
        raise NotFound(_("There is no such row, or not in your areas."))
    disaster, _tree = of_row(session, left)
    require("roster.settle", right.area_id)
    actor_id = require("roster.settle", left.area_id)
    attempt = web.attempt(match_id, base=order.base, revised=True)
    return services.put_match(
        session, attempt, order, left=left, right=right, disaster=disaster, actor_id=actor_id
    )


@blueprint.get("/api/v1/roster-matches/<uuid:match_id>")
def show_match(match_id: UUID) -> ResponseReturnValue:
    """Show one decision about two rows."""
    require("roster.read")
    with reading() as session:
        return shown_match(queries.match(session, match_id))


def shown_match(found: RosterMatch) -> dict[str, Any]:
    """Return a decision as the API shows it."""
    return {
        "id": found.id,
        "left": found.left_id,
        "right": found.right_id,
        "same": found.same,
        "keep": found.kept_id,
        "revision": found.revision,
        "base": found.base_id,
        "current": found.current,
        "at": found.at,
    }
