"""The board: who is not safe yet, where they are stuck, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, sheets, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from shelters.evacuation import queries
from shelters.evacuation.models import EvacuationOrder
from shelters.evacuation.queries import Board, Line, Stand
from shelters.evacuation.routes import drawing
from shelters.evacuation.routes.blueprint import blueprint, may, order_of, seen, wanted
from shelters.evacuation.routes.orders_api import read_board
from shelters.evacuation.routes.turns import TOLD, turns
from shelters.evacuation.routes.units import sheet_of, units_of
from shelters.evacuation.routes.words import PART_WORDS, WORDS

KEPT = (
    "disaster",
    "area",
    "order",
    "kind",
    "risk",
    "group",
    "state",
    "cadre",
    "scale",
    "open",
    "village",
)
MOST = 120
SAME_DAY = timedelta(hours=20)


@blueprint.get("/evacuation")
@blueprint.doc(hide=True)
def page_board() -> ResponseReturnValue:
    """Show the board of an order, or what there is to do while none was given."""
    require("evacuation.read")
    with reading() as session:
        found = seen(session, "evacuation.read")
        order = order_of(session, found)
        mine = {"may_order": may("evacuation.order", found.area.id),
                "may_write": may("evacuation.write", found.area.id),
                "may_look_up": may("evacuation.look_up", found.area.id),
                "may_record": may("evacuation.record", found.area.id)}  # fmt: skip
        if order is None:
            listed = queries.page_of(session, wanted(found)) if found.disaster else None
            return web.page("evacuation/none.html", seen=found, listed=listed, **mine)
        return web.page("evacuation/board.html", **_board(session, found, order), **mine, **WORDS)


def _board(session: Session, found: disasters.Looking, order: EvacuationOrder) -> dict[str, Any]:
    opened = _node(found, "open")
    board = read_board(session, found, order, opened=opened.id if opened else None)
    spot = _node(found, "village") or found.area
    before = board.now - queries.hours_of_doubt(session, found.view)
    asked = replace(wanted(found, order_id=order.id, before=before), area_id=spot.id)
    stands, total = queries.stands(session, order, asked, most=MOST)
    biggest = max((each.tally.total for each in (*board.lines, *board.opened)), default=0)
    absolute = request.args.get("scale") == "people"
    late = [each for each in board.lines if each.shape == "act"]
    return {
        "seen": found, "order": order, "board": board, "opened": opened, "spot": spot,
        "spot_line": _line_of(session, found, order, spot, board),
        "stands": stands, "total": total, "curve": drawing.curve(board), "late": late,
        "orders": queries.orders_for(session, order.disaster_id, found.area.id, found.tree),
        "segments": lambda line: drawing.segments(
            line.tally, biggest if absolute else line.tally.total),
        "whole_segments": lambda line: drawing.segments(line.tally, line.tally.total),
        "whole_segments_of": lambda tally: drawing.segments(tally, tally.total),
        "counts": drawing.counts, "mark": drawing.mark, "absolute": absolute,
        "at": partial(_at, board.now),
        "asked": asked, "link": _link, "left": _left(order.deadline_at, board.now),
        "told": TOLD[request.args["told"]]() if request.args.get("told") in TOLD else "",
        "new_id": uuid6.uuid7(), "turn": turns(session, found, [order])[0],
        "cadres_here": _cadres(session, found),
        "units": units_of(session, found, order),
        "kinds_here": queries.kinds(session, order, wanted(found)),
        **_names(session, stands),
    }  # fmt: skip


def _line_of(
    session: Session, found: disasters.Looking, order: EvacuationOrder, spot: AreaNode,
    board: Board,
) -> Line:  # fmt: skip
    """Return the line of the area the panel shows."""
    if spot.id == board.area.id:
        return board.whole
    known = {each.area.id: each for each in (*board.lines, *board.opened)}
    if spot.id in known:
        return known[spot.id]
    inside = replace(wanted(found), area_id=spot.id)
    share = queries.alarm(session, found.view.on, spot.id)
    return queries.board(session, order, inside, found.tree, now=board.now, alarm=share).whole


def _node(found: disasters.Looking, name: str) -> AreaNode | None:
    """Return an area of the address that lies in the area looked at, or None."""
    try:
        node = found.tree.by_code(request.args.get(name, ""))
    except KeyError:
        return None
    return node if node.id in found.tree.within(found.area.id) else None


def _names(session: Session, stands: list[Stand]) -> dict[str, Any]:
    rows = [each.row for each in stands]
    return {
        "masked": queries.masked,
        "cadres": queries.named(session, (row.cadre_id for row in rows)),
        "shelters": queries.shelter_names(session, (row.shelter_id for row in rows)),
        "risk_of": queries.risk_kinds(session, (row.risk_id for row in rows)),
    }


def _cadres(session: Session, found: disasters.Looking) -> list[tuple[UUID, str]]:
    rows = queries.cadres(session, found.tree.within(found.area.id))
    return [(each.id, queries.lists.contact(each)["name"]) for each in rows[:200]]


def _at(now: datetime, moment: datetime) -> str:
    """Return the hour of a moment near now, with its day when that is not plain."""
    near = abs(moment - now) < SAME_DAY
    return f"{clock.local(moment):{'%H:%M' if near else '%m-%d %H:%M'}}"


def _left(by: datetime, now: datetime) -> str:
    """Return the time left as hours and minutes, with a minus once it is past."""
    minutes = round((by - now).total_seconds() / 60)
    sign = "−" if minutes < 0 else ""
    return f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"


def _link(**changes: Any) -> str:
    """Return the board's address with some of what is asked for changed."""
    kept = {key: request.args[key] for key in KEPT if request.args.get(key)} | changes
    return "/evacuation?" + urlencode({key: value for key, value in kept.items() if value})


@blueprint.get("/evacuation/export")
@blueprint.doc(hide=True)
def export_board() -> ResponseReturnValue:
    """Send the board as a workbook: counts only, nobody's name."""
    require("evacuation.read")
    with reading() as session:
        found = seen(session, "evacuation.read")
        order = order_of(session, found)
        if order is None:
            return web.see_other("evacuation.page_board")
        board = read_board(session, found, order)
        units, _total = units_of(session, found, order)
    drill = _("DRILL") if found.drill else ""
    note = f"{drill} {order.number} {clock.local(board.now):%Y-%m-%d %H:%M}".strip()
    headings = [
        _("Area code"), _("Area"), _("Should move"), *(str(each) for each in PART_WORDS.values()),
        _("Not safe yet"), _("Done at the earliest"), _("Expected all safe"),
        _("Done at the latest"),
    ]  # fmt: skip
    rows = [_cells(each) for each in (*board.lines, board.whole)]
    book = [sheets.Sheet(name=_("Evacuation"), headings=headings, rows=rows, note=note)]
    if units:
        book.append(sheet_of(units, found.tree, note=note))
    return web.attachment(lambda: sheets.write_workbook(book), sheets.XLSX, "evacuation.xlsx")


def _cells(line: Line) -> list[Any]:
    ahead = line.ahead
    return [
        line.area.code, line.area.name, line.tally.total, *drawing.counts(line.tally).values(),
        line.tally.left, ahead.low, ahead.middle, ahead.high,
    ]  # fmt: skip
