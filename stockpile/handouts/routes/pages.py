"""The list of handouts of a place: page by page, as a workbook, and on paper (发放花名册)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, geo, sheets, web
from relief_ops.auth import require, viewer
from relief_ops.cases.routes.words import PURPOSES
from relief_ops.cases.rules.states import Purpose
from relief_ops.db import reading, transaction
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.queries import Looking
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, NotFound
from relief_ops.i18n import gettext as _
from stockpile.handouts import services
from stockpile.handouts.queries import listing, stock
from stockpile.handouts.queries.listing import Row, Wanted
from stockpile.handouts.routes.api import MAY, blueprint, desk
from stockpile.handouts.routes.words import SIGNED, STATES, WORDS
from stockpile.handouts.rules import HandoutState, Signed
from stockpile.routes.api import asked_id
from stockpile.routes.pages import may

PAGE = 50
FULL = "person.read_full"


def shown(template: str, **context: Any) -> str:
    """Render a page of handouts with the stockpile's tabs and its words."""
    return web.page(
        f"handouts/{template}", tab="handouts", may=may, name_of=items.name_of,
        unit_of=items.unit_of, **WORDS, **context,
    )  # fmt: skip


def place_of(session: Session, seen: Looking, asked: UUID | None) -> geo.Place | None:
    """Return the place asked for, else the first of the view that ever held stock, if any."""
    if asked is not None:
        return desk(session, asked)[0]
    return next(iter(stock.desks(session, seen.view)), None)


@blueprint.get("/stock/handouts")
@blueprint.doc(hide=True)
def page_list() -> ResponseReturnValue:
    """Show the handouts of a place, the latest first."""
    require(MAY)
    return _list("")


@blueprint.post("/stock/handouts/search")
@blueprint.doc(hide=True)
def search() -> ResponseReturnValue:
    """Show the handouts to a name, or the one of a number; a name stands in no address."""
    require(MAY)
    try:
        return _list(request.form.get("find", "").strip()[:60])
    except Invalid as problem:
        return _list("", problem), problem.status


def _list(find: str, problem: Invalid | None = None) -> str:
    with reading() as session:
        seen = look(session)
        place = place_of(session, seen, asked_id("place"))
        wanted = _wanted(seen, place, find)
        count = listing.counted(session, wanted) if wanted else 0
        page = min(max(1, request.args.get("page", 1, int)), -(-count // PAGE) + 1)
        first = (page - 1) * PAGE
        rows = listing.listed(session, wanted, first=first, most=PAGE) if wanted else []
        return shown(
            "list.html", seen=seen, place=place, desks=stock.desks(session, seen.view), rows=rows,
            count=count, page_number=page, pages=-(-count // PAGE), find=find, error=problem,
            state=wanted.state if wanted else "", purposes=PURPOSES,
            may_read=place is not None and _reads_names(seen, place),
        )  # fmt: skip


def _reads_names(seen: Looking, place: geo.Place) -> bool:
    who = viewer()
    return who is not None and who.may(FULL, place.area_id, seen.tree)


def _wanted(seen: Looking, place: geo.Place | None, find: str = "") -> Wanted | None:
    if seen.disaster is None or place is None:
        return None
    state = request.args.get("state", "")
    return Wanted(
        disaster_id=seen.disaster.id, place_id=place.id, find=find,
        state=state if state in list(HandoutState) else "",
    )  # fmt: skip


def _whole(session: Session) -> tuple[Looking, geo.Place, Wanted]:
    """Return what a whole list is asked of. Raises NotFound where there is nothing to list."""
    seen = look(session)
    place = place_of(session, seen, asked_id("place"))
    wanted = _wanted(seen, place)
    if place is None or wanted is None:
        raise NotFound(_("There is no such place, or not in your areas."))
    return seen, place, wanted


@blueprint.get("/stock/handouts/export")
@blueprint.doc(hide=True)
def export() -> ResponseReturnValue:
    """Hand out the list as a workbook, names masked."""
    require(MAY)
    with reading() as session:
        seen, place, wanted = _whole(session)
        rows = listing.listed(session, wanted)
        return _workbook(seen, place, rows, full=False)


@blueprint.get("/stock/handouts/print")
@blueprint.doc(hide=True)
def page_print() -> ResponseReturnValue:
    """Show the list as it is printed and signed on, names masked."""
    require(MAY)
    with reading() as session:
        seen, place, wanted = _whole(session)
        rows = listing.listed(session, wanted)
        return _paper(seen, place, rows, full=False)


@blueprint.post("/stock/handouts/full")
@blueprint.doc(hide=True)
def in_full() -> ResponseReturnValue:
    """Give the list with whole names, on paper or as a workbook; the reading is recorded before."""
    require(MAY)
    require(FULL)
    try:
        purpose = _purpose()
    except Invalid as problem:
        return _list("", problem), problem.status
    with transaction() as session:
        seen, place, wanted = _whole(session)
        actor_id = require(FULL, place.area_id)
        rows = services.in_full(session, wanted, place=place, purpose=purpose, actor_id=actor_id)
    if request.form.get("format") == "xlsx":
        return _workbook(seen, place, rows, full=True)
    return _paper(seen, place, rows, full=True)


def _purpose() -> Purpose:
    try:
        return Purpose(request.form.get("purpose", ""))
    except ValueError:
        message = _("Say why you need these people in full.")
        raise Invalid(message, [FieldError("purpose", "missing", message)]) from None


def _paper(seen: Looking, place: geo.Place, rows: Sequence[Row], *, full: bool) -> str:
    standing = [each for each in rows if each.handout.state != HandoutState.TAKEN_BACK]
    return shown(
        "print.html", seen=seen, place=place, rows=list(reversed(standing)), full=full,
        drawing_of=lambda row: listing.opened(row.handout, "signature"),
    )  # fmt: skip


def _workbook(
    seen: Looking, place: geo.Place, rows: Sequence[Row], *, full: bool
) -> ResponseReturnValue:
    who = viewer()
    taken = f"{who.login if who else ''} {clock.local(clock.now()):%Y-%m-%d %H:%M}"
    drill = _("DRILL") if seen.drill else ""
    name = seen.disaster.name if seen.disaster else ""
    title = f"{drill} {name} {place.name} {_('Handouts')}".strip()
    cells = [line for row in rows for line in _cells(row, full=full)]
    sheet = sheets.Sheet(
        name=_("Handouts"), headings=_headings(), rows=cells, note=f"{title} · {taken}"
    )
    return web.attachment(lambda: sheets.write_workbook([sheet]), sheets.XLSX, f"{title}.xlsx")


def _headings() -> list[str]:
    return [
        _("No."), _("Full name"), _("Identity number"), _("Number of people"), _("Item"),
        _("Quantity"), _("Unit"), _("Handed out at"), _("Signature"), _("State"),
    ]  # fmt: skip


def _cells(row: Row, *, full: bool) -> list[list[Any]]:
    """Return a line for each item, so that a column of quantities can be summed."""
    found = row.handout
    return [
        [
            found.number, row.name if full else row.masked, row.number(full=full),
            found.people, items.name_of(item), line.quantity, items.unit_of(item),
            found.handed_over_at, str(SIGNED[Signed(found.signed)]),
            str(STATES[HandoutState(found.state)]),
        ]
        for line, item in row.lines
    ]  # fmt: skip
