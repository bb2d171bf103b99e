"""The figures of a round worth a second look: over the API, and the reviewers' list."""

from __future__ import annotations

from typing import Any

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries
from damage_reports.queries import Doubt, Round
from damage_reports.routes.api import disaster_of
from damage_reports.routes.pages import blueprint as pages
from damage_reports.routes.rounds import round_asked
from relief_ops import web
from relief_ops.auth import require, viewer
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.geo import AreaNode, Level

blueprint = APIBlueprint("outliers", __name__)
MOST = 200


@blueprint.get("/api/v1/outliers")
def list_outliers() -> ResponseReturnValue:
    """List the figures of ?round= (or the present one) worth a second look, the rarest first.

    With ?looked_at=1 also those somebody vouched for.
    """
    require("report.read")
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        chosen, _rounds, found = _asked(session, seen)
        return {
            "round": chosen.code if chosen else None,
            "outliers": [queries.shown_doubt(each) for each in found],
        }


def _asked(
    session: Session, seen: disasters.Looking
) -> tuple[Round | None, list[Round], list[Doubt]]:
    """Return the round asked for, all rounds, and what is doubtful in it."""
    disaster = disaster_of(seen)
    rounds = queries.rounds(session, disaster)
    chosen = round_asked(rounds, request.args.get("round"), now=seen.view.now)
    if chosen is None:
        return None, rounds, []
    found = queries.doubts(
        session, disaster, seen.tree, chosen, within=seen.area.id, looked_at=_looked_at()
    )
    return chosen, rounds, found


def _looked_at() -> bool:
    return request.args.get("looked_at") == "1"


@pages.get("/reports/outliers")
def outliers_page() -> ResponseReturnValue:
    """Show what a reviewer should look at twice in a round, the rarest first."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        chosen, rounds, found = _asked(session, seen)
        context = _context(seen, chosen, rounds, found)
    return web.page("reports/outliers.html", **context)


def _context(
    seen: disasters.Looking, chosen: Round | None, rounds: list[Round], found: list[Doubt]
) -> dict[str, Any]:
    only, who = request.args.get("indicator", ""), viewer()
    fields = {each.field.code: each.field for each in found}
    shown = [each for each in found if only in ("", each.field.code)]
    return {
        "seen": seen,
        "chosen": chosen,
        "rounds": rounds,
        "looked_at": _looked_at(),
        "me": who.id if who else None,
        "may_vouch": {
            each.node.id
            for each in shown
            if who and who.may("report.review", each.node.parent_id or each.node.id, seen.tree)
        },
        "new_id": uuid6.uuid7,
        "back": request.query_string.decode(),
        "only": only if only in fields else "",
        "fields": sorted(fields.values(), key=lambda each: each.position),
        "counties": counties(seen),
        "found": shown[:MOST],
        "more": len(shown) - MOST,
        "why": queries.why,
        "span": queries.span,
        "plain": queries.plain,
    }


def counties(seen: disasters.Looking) -> list[AreaNode]:
    """Return the area itself and, above the counties, every one of them to choose from."""
    below = [each for each in seen.tree.at_level(Level.COUNTY, seen.area.id) if not each.pseudo]
    whole, who = seen.tree.ancestors(seen.area.id)[-1], viewer()
    found = {each.id: each for each in (seen.area, whole, *below)}.values()
    return [each for each in found if who is not None and who.sees(each.id, seen.tree)]
