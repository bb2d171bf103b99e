"""The page of the board: one round, every township of an area, and what waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from pydantic import Field

from damage_reports import queries, schemas, services
from damage_reports.routes.rounds import board_of
from damage_reports.rules import IN, TO_JUDGE, RoundKind, Standing, round_words
from relief_ops import clock, web
from relief_ops.auth import require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.i18n import gettext as _

blueprint = APIBlueprint(
    "report_board", __name__, template_folder="../templates", enable_openapi=False
)
SHAPES = {
    Standing.ACCEPTED: "ok",
    Standing.RECEIVED: "ok hollow",
    Standing.RESENT: "watch hollow",
    Standing.TWO_VERSIONS: "watch half",
    Standing.RETURNED: "watch",
    Standing.OVERDUE: "act",
    Standing.AWAITED: "wait",
}
SHOWN = {
    "all": frozenset(Standing),
    "missing": frozenset(Standing) - IN,
    "waiting": TO_JUDGE,
}
LocalTime = Annotated[str, Field(pattern=r"^(19|20)\d\d-\d\d-\d\dT\d\d:\d\d$")]
LADDER = ("township", "county", "city", "province")


@blueprint.get("/reports/board")
def show() -> ResponseReturnValue:
    """Show who has reported in a round, who is late, and what waits to be judged."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        found = board_of(session, seen, request.args.get("round"))
        return web.page("reports/rounds.html", **_context(seen, found, queries.rounds(
            session, seen.disaster)))  # fmt: skip


def _context(
    seen: disasters.Looking, found: queries.Board | None, rounds: Sequence[queries.Round]
) -> dict[str, Any]:
    shown = request.args.get("show", "all")
    who = viewer()
    city = seen.disaster.area_id if seen.disaster else seen.area.id
    return {
        "seen": seen,
        "board": found,
        "rounds": rounds,
        "shown": shown if shown in SHOWN else "all",
        "filters": SHOWN,
        "shapes": SHAPES,
        "standings": standing_words(),
        "ladder": _ladder(found) if found else [],
        "round_words": round_words,
        "may_open": who is not None and who.may("round.open", city, seen.tree),
        "opening": _opening(seen),
    }


def _opening(seen: disasters.Looking, **given: Any) -> dict[str, Any]:
    """Return what the form for a new round begins with: figures of the present full hour."""
    local = clock.local(seen.view.now).replace(minute=0, second=0, microsecond=0)
    first = {"id": str(uuid6.uuid7()), "kind": RoundKind.UPDATE, "daily": False}
    return first | {"as_of": f"{local:%Y-%m-%dT%H:%M}"} | given


def standing_words() -> dict[Standing, str]:
    """Return how an area stands, in words."""
    return {
        Standing.ACCEPTED: _("accepted"),
        Standing.RECEIVED: _("to be judged"),
        Standing.RESENT: _("sent again"),
        Standing.TWO_VERSIONS: _("two versions"),
        Standing.RETURNED: _("sent back"),
        Standing.OVERDUE: _("report overdue"),
        Standing.AWAITED: _("not due yet"),
    }


def _ladder(found: queries.Board) -> list[dict[str, Any]]:
    """Return who owes whom when, and how far that is."""
    titles = {
        "township": _("Townships to county"), "county": _("Counties to city"),
        "city": _("City to province"), "province": _("Province to ministry"),
    }  # fmt: skip
    due = [(level, found.round.due[level]) for level in LADDER if level in found.round.due]
    following = next((level for level, at in due if at > found.now), None)
    return [
        {
            "title": titles[level],
            "at": at,
            "minutes": int((at - found.now).total_seconds() // 60),
            "current": level == following,
        }
        for level, at in due
    ]


class _OpenRound(schemas.Strict):
    """The form for a new round; its time is local, as the field of a browser gives it."""

    id: UUID
    disaster_id: UUID
    kind: RoundKind
    daily: bool = False
    as_of: LocalTime


@blueprint.post("/reports/rounds")
def open_round() -> ResponseReturnValue:
    """Open a round from the board; its code is the local time its figures go up to."""
    given = web.check(_OpenRound, web.form_fields())
    moment = datetime.fromisoformat(given.as_of).replace(tzinfo=clock.LOCAL)
    order = schemas.PutRound(
        disaster_id=given.disaster_id, code=given.as_of, kind=given.kind, daily=given.daily,
        as_of=moment,
    )  # fmt: skip
    with transaction() as session:
        disaster = disasters.disaster(session, order.disaster_id)
        actor_id = require("round.open", disaster.area_id)
        services.put_round(
            session, web.attempt(given.id), order, disaster=disaster, actor_id=actor_id
        )
    return web.see_other("report_board.show", disaster=order.disaster_id, round=order.code)
