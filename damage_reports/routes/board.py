"""The page of the board: one round, every township of an area, and what waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from pydantic import NaiveDatetime
from sqlalchemy.orm import Session

from damage_reports import queries, schemas, services
from damage_reports.routes import follow_up
from damage_reports.routes.pages import blueprint
from damage_reports.routes.rounds import board_of
from damage_reports.rules import IN, TO_JUDGE, RoundKind, Sending, Standing
from relief_ops import clock, web
from relief_ops.auth import require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict

AROUND = 2
SHAPES = {
    Standing.ACCEPTED: "ok",
    Standing.RECEIVED: "ok hollow",
    Standing.RESENT: "watch hollow",
    Standing.TWO_VERSIONS: "watch half",
    Standing.RETURNED: "watch",
    Standing.OVERDUE: "act",
    Standing.OUT_OF_CONTACT: "blind",
    Standing.AWAITED: "wait",
    Standing.EXCUSED: "dash",
}
SHOWN = {
    "all": frozenset(Standing),
    "missing": frozenset(Standing) - IN - {Standing.EXCUSED},
    "waiting": TO_JUDGE,
}
SENDING_SHAPES = {
    Sending.SIGNED: "ok",
    Sending.BY_TELEPHONE: "ok hollow",
    Sending.AWAITED: "wait",
    Sending.OVERDUE: "act",
    Sending.EXCUSED: "dash",
}
LADDER = ("township", "county", "city", "province")


@blueprint.get("/reports/board")
def board() -> ResponseReturnValue:
    """Show who has reported in a round, who is late, and what waits to be judged."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        found = board_of(session, seen, request.args.get("round"))
        owed = follow_up.owed(session, seen, found) if found else {}
        photos = _photos(session, seen, found)
        doubts = _doubts(session, seen, found)
    return web.page(
        "reports/board.html", **(_context(seen, found) | owed), photos=photos,
        doubts=doubts,
    )  # fmt: skip


def _photos(
    session: Session, seen: disasters.Looking, found: queries.Board | None
) -> dict[UUID, queries.Wanted]:
    """Return the townships that have reported this round with fewer photos than are wanted."""
    if found is None or seen.disaster is None:
        return {}
    filed = [row.node for row in found.rows if row.cell.report_id]
    held = queries.wanted(
        session, seen.disaster, filed, seen.tree, round_=found.round.code, now=found.now
    )
    return {area_id: each for area_id, each in held.items() if each.missing}


def _doubts(session: Session, seen: disasters.Looking, found: queries.Board | None) -> int:
    """Return how many figures of the round are worth a second look."""
    if found is None or seen.disaster is None:
        return 0
    return queries.count_doubts(session, seen.disaster, seen.tree, found.round, within=seen.area.id)


def _context(seen: disasters.Looking, found: queries.Board | None) -> dict[str, Any]:
    shown = request.args.get("show", "all")
    who = viewer()
    city = seen.disaster.area_id if seen.disaster else seen.area.id
    return {
        "seen": seen,
        "board": found,
        "rounds": _near(found.rounds, found.round) if found else [],
        "shown": shown if shown in SHOWN else "all",
        "filters": SHOWN,
        "shapes": SHAPES,
        "sendings": sending_words(),
        "sending_shapes": SENDING_SHAPES,
        "standings": standing_words(),
        "ladder": _ladder(found) if found else [],
        "may_open": who is not None and who.may("round.open", city, seen.tree),
        "opening": _opening(seen),
        "one_day": timedelta(days=1),
        "reminded": [],
    }


def _near(rounds: Sequence[queries.Round], chosen: queries.Round) -> list[queries.Round]:
    """Return the first round, those around the chosen one, and the last: the way to every other."""
    place = rounds.index(chosen)
    near = [rounds[0], *rounds[max(0, place - AROUND) : place + AROUND + 1], rounds[-1]]
    return list({each.code: each for each in near}.values())


def _opening(seen: disasters.Looking) -> dict[str, Any]:
    """Return what the form for a new round begins with: figures of the present full hour."""
    local = clock.local(seen.view.now).replace(minute=0, second=0, microsecond=0)
    return {"id": str(uuid6.uuid7()), "as_of": f"{local:%Y-%m-%dT%H:%M}"}


def standing_words() -> dict[Standing, str]:
    """Return how an area stands, in words."""
    return {
        Standing.ACCEPTED: _("accepted"),
        Standing.RECEIVED: _("to be judged"),
        Standing.RESENT: _("sent again"),
        Standing.TWO_VERSIONS: _("two versions"),
        Standing.RETURNED: _("sent back"),
        Standing.OVERDUE: _("report overdue"),
        Standing.OUT_OF_CONTACT: _("out of contact"),
        Standing.AWAITED: _("not due yet"),
        Standing.EXCUSED: _("stable, nothing owed"),
    }


def sending_words() -> dict[Sending, str]:
    """Return how a table stands with the level above, in words."""
    return {
        Sending.SIGNED: _("sent up, signed"),
        Sending.BY_TELEPHONE: _("sent up on a word by telephone"),
        Sending.AWAITED: _("not due yet"),
        Sending.OVERDUE: _("not sent up, overdue"),
        Sending.EXCUSED: _("stable, nothing owed"),
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
            "level": level,
            "title": titles[level],
            "at": at,
            "minutes": int((at - found.now).total_seconds() // 60),
            "current": level == following,
        }
        for level, at in due
    ]


class _OpenRound(Strict):
    """The form for a new round; its time is local, as the field of a browser gives it."""

    id: UUID
    disaster_id: UUID
    kind: RoundKind
    daily: bool = False
    as_of: NaiveDatetime


@blueprint.post("/reports/rounds")
def open_round() -> ResponseReturnValue:
    """Open a round from the board; its code is the local time its figures go up to."""
    given = web.check(_OpenRound, web.form_fields())
    order = schemas.PutRound(
        disaster_id=given.disaster_id, code=f"{given.as_of:%Y-%m-%dT%H:%M}", kind=given.kind,
        daily=given.daily, as_of=given.as_of.replace(tzinfo=clock.LOCAL),
    )  # fmt: skip
    with transaction() as session:
        disaster = disasters.disaster(session, order.disaster_id)
        actor_id = require("round.open", disaster.area_id)
        services.put_round(
            session, web.attempt(given.id), order, disaster=disaster, actor_id=actor_id
        )
    return web.see_other("report_pages.board", disaster=order.disaster_id, round=order.code)
