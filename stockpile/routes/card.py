"""The stock card of one item at one place: the page, on paper, as a workbook, over the API."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, geo, sheets, web
from relief_ops.auth import lookup, require
from relief_ops.db import reading
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View
from relief_ops.web.pages import here
from stockpile.queries import card, proposals, register, taking_back
from stockpile.queries.card import Line, Wanted
from stockpile.routes import api
from stockpile.routes.pages import PAGE, blueprint, shown
from stockpile.routes.wording import MOVES

API_PAGE, ON_PAPER = 500, 2000
YEARS = range(1900, 3000)


@api.blueprint.get("/api/v1/stock/card")
def show_card() -> ResponseReturnValue:
    """Show the stock card of ?item= at ?depot=, in order: ?from= and ?to= are days, ?page=."""
    require("stock.read")
    place_id, code = api.asked_id("depot"), request.args.get("item", "")
    if place_id is None or not code:
        raise Invalid(_("Say which depot (?depot=) and which item (?item=)."))
    with reading() as session:
        place = _place(session, place_id)
        item = items.item(session, code)
        wanted = _wanted(place.id, code)
        found, number = card.sums(session, wanted), _page_number()
        lines = card.lines(session, wanted, first=(number - 1) * API_PAGE, most=API_PAGE)
        return {
            "depot": place.id, "depot_name": place.name, "item": code,
            "item_name": items.name_of(item), "unit": items.unit_of(item), "from": wanted.start,
            "to": wanted.end, "opening": found.opening, "received": found.received,
            "given": found.given, "closing": found.closing, "count": found.count, "page": number,
            "pages": _pages(found.count, API_PAGE), "lines": [card.shown(each) for each in lines],
        }  # fmt: skip


def _place(session: Session, place_id: UUID) -> geo.Place:
    """Return a place whose stock the reader may see. Raises NotFound."""
    found = register.place(session, place_id)
    require("stock.read", found.area_id)
    return found


def _wanted(place_id: UUID, code: str, start: date | None = None) -> Wanted:
    """Return which days the address asks for; `start` where it says nothing of the first."""
    since = _day("from") if "from" in request.args else start
    return Wanted(place_id=place_id, item=code, start=since, end=_day("to"))


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    try:
        found = date.fromisoformat(text) if text else None
        outside = found is not None and found.year not in YEARS
    except ValueError:
        outside = True
    if outside:
        wrong = FieldError(name, "query", _("This value cannot be taken."))
        raise Invalid(_("The address has a bad value: %(name)s.", name=name), [wrong])
    return found


def _page_number() -> int:
    return max(1, min(request.args.get("page", 1, int), 10**6))


def _pages(count: int, size: int) -> int:
    return max(1, -(-count // size))


@blueprint.get("/depots/<uuid:depot_id>/items/<string:code>")
def card_page(depot_id: UUID, code: str) -> ResponseReturnValue:
    """Show a stock card, page by page; without a first day from the beginning of the year."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        place = _place(session, depot_id)
        wanted = _wanted(place.id, code, _new_year(seen.view))
        found = card.sums(session, wanted)
        pages = _pages(found.count, PAGE)
        number = min(_page_number() if "page" in request.args else pages, pages)
        lines = card.lines(session, wanted, first=(number - 1) * PAGE, most=PAGE)
        return shown(
            "card.html", "stock", page_number=number, pages=pages, **_parts(session, place, wanted),
            lines=lines, sums=found, takeable=_takeable(session, lines), **_said(session, lines),
        )  # fmt: skip


def _new_year(view: View) -> date:
    return clock.local_date(view.now).replace(month=1, day=1)


def _parts(session: Session, place: geo.Place, wanted: Wanted) -> dict[str, Any]:
    """Return what every form of a card says at its head."""
    return {
        "place": place, "item": items.item(session, wanted.item), "wanted": wanted,
        "here": here(), "days": _days(wanted),
    }  # fmt: skip


def _days(wanted: Wanted) -> dict[str, str]:
    """Return the card's days as an address has them."""
    return {
        "from": wanted.start.isoformat() if wanted.start else "",
        "to": wanted.end.isoformat() if wanted.end else "",
    }


def _takeable(session: Session, lines: list[Line]) -> set[UUID]:
    return taking_back.takeable(session, [each.movement for each in lines])


def _said(session: Session, lines: list[Line]) -> dict[str, Any]:
    """Return what the ends of these movements, and those who booked them, are called."""
    moves = [each.movement for each in lines]
    return {
        "names": proposals.account_names(session, moves),
        "people": lookup.names(session, {each.actor_id for each in moves}),
    }


@blueprint.get("/depots/<uuid:depot_id>/items/<string:code>/print")
def card_print(depot_id: UUID, code: str) -> ResponseReturnValue:
    """Show a stock card as it is printed: the whole period, up to a limit."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        place = _place(session, depot_id)
        wanted = _wanted(place.id, code, _new_year(seen.view))
        lines = card.lines(session, wanted, most=ON_PAPER)
        return shown(
            "card_print.html", "stock", **_parts(session, place, wanted), lines=lines,
            sums=card.sums(session, wanted), most=ON_PAPER, printed_at=seen.view.now,
            drill=place.drill_id is not None, **_said(session, lines),
        )  # fmt: skip


@blueprint.get("/depots/<uuid:depot_id>/items/<string:code>/card.xlsx")
def card_export(depot_id: UUID, code: str) -> ResponseReturnValue:
    """Hand out a stock card as a workbook: the whole period."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        place = _place(session, depot_id)
        wanted = _wanted(place.id, code, _new_year(seen.view))
        item, lines = items.item(session, code), card.lines(session, wanted)
        said, found = _said(session, lines), card.sums(session, wanted)
        rows = [[None, _("Opening balance"), *[None] * 6, found.opening]]
        rows += [_cells(each, **said) for each in lines]
        rows.append([None, _("Total of the period"), *[None] * 4, found.received, found.given,
                     found.closing])  # fmt: skip
        drill = _("DRILL") if place.drill_id else ""
        title = f"{drill} {_('Stock card')} {place.name} {items.name_of(item)}".strip()
        note = f"{title} ({items.unit_of(item)}) {_span(wanted)}"
    sheet = sheets.Sheet(name=_("Stock card"), headings=_headings(), rows=rows, note=note)
    return web.attachment(lambda: sheets.write_workbook([sheet]), sheets.XLSX, f"{title}.xlsx")


def _span(wanted: Wanted) -> str:
    days = _days(wanted)
    return f"{days['from'] or '…'} – {days['to'] or '…'}"


def _headings() -> list[str]:
    return [
        _("When"), _("What"), _("Other end"), _("Lot"), _("Reason"), _("Paper number"),
        _("Taken in"), _("Went out"), _("Balance"), _("Number"), _("Booked by"), _("Booked"),
    ]  # fmt: skip


def _cells(line: Line, *, names: dict[UUID, str], people: dict[UUID | None, str]) -> list[Any]:
    move = line.movement
    other = move.from_account if line.change > 0 else move.to_account
    return [
        move.at, str(MOVES[move.kind]), names[other], line.lot.label, move.reason, move.document,
        line.change if line.change > 0 else None, -line.change if line.change < 0 else None,
        line.balance, move.seq, people.get(move.actor_id, ""), move.booked_at,
    ]  # fmt: skip


@blueprint.get("/lots/<uuid:lot_id>")
def lot_page(lot_id: UUID) -> ResponseReturnValue:
    """Show one lot: where it lies now and every movement of it, in the reader's areas."""
    require("stock.read")
    with reading() as session:
        found, pages = proposals.lot_card(session, lot_id, page=_page_number())
        return shown(
            "lot.html", "stock", card=found, tree=look(session).tree, here=here(), pages=pages,
            page_number=min(_page_number(), pages),
            takeable=taking_back.takeable(session, found.entries),
        )  # fmt: skip
