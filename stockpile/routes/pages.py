"""The stockpile's pages: they work without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from relief_ops import clock, sheets, web
from relief_ops.auth import require, viewer
from relief_ops.auth.home import own_root
from relief_ops.db import reading
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.needs import queries as needs
from relief_ops.disasters.needs.rules import OPEN_STATES, Basis, is_old
from relief_ops.disasters.routes import look
from relief_ops.errors import ReliefError
from relief_ops.geo import cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.plugins import OrderedBy
from relief_ops.web.pages import here, id_again
from relief_ops.web.pages import may as may_write
from stockpile.queries import (
    authority,
    balances,
    figures,
    listing,
    papers,
    proposals,
    register,
    road,
    stand_ins,
    taking_back,
)
from stockpile.routes import value
from stockpile.routes.api import asked_id
from stockpile.routes.wording import BASES, BOOKS, CLASSES, MOVES, NEED_STATES, SHIPMENT_STATES
from stockpile.rules import expiry_state

blueprint = APIBlueprint(
    "stock", __name__, template_folder="../templates", enable_openapi=False, url_prefix="/stock"
)
PAGE = 50
NEAR_DAYS, WARN_DAYS = 60, 90


def shown(template: str, tab: str, **context: Any) -> str:
    """Render a page of the stockpile with its tabs and words."""
    return web.page(
        f"stockpile/{template}", tab=tab, name_of=items.name_of, unit_of=items.unit_of,
        need_states=NEED_STATES, bases=BASES, shipment_states=SHIPMENT_STATES, move_words=MOVES,
        may=may, is_old=is_old, **context,
    )  # fmt: skip


def may(permission: str) -> bool:
    """Whether the reader holds a permission anywhere: whether to offer the button."""
    someone = viewer()
    return someone is not None and someone.may(permission, None, cached_tree())


def viewer_id() -> UUID | None:
    """Return who is reading."""
    someone = viewer()
    return someone.id if someone else None


@blueprint.get("")
def what_is_where() -> ResponseReturnValue:
    """Show what lies where, by lot, filtered and sorted, page by page."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        wanted = replace(_wanted(), emptied=seen.view.at is not None)
        today = figures.today(seen.view)
        covered = listing.shelves(session, seen.view, wanted)
        count = covered.count
        page = min(max(1, request.args.get("page", 1, int)), -(-count // PAGE) + 1)
        rows = listing.page(session, covered, first=(page - 1) * PAGE, most=PAGE)
        return shown(
            "balances.html", "stock", at=seen.view.at,
            held=balances.held_at(session, rows, seen.view.at) if seen.view.at else {},
            rows=rows, **_links(rows), count=count, page_number=page, pages=-(-count // PAGE),
            sort=_sort(), today=today, classes=CLASSES, books=BOOKS, expires_by=expires_by(),
            depots=covered.depots.values(), catalogue=covered.catalogue.values(),
            value=value.panel(session, seen) if "value" in request.args else None,
            shortfalls=figures.shortfalls(session, seen.view, covered.depots.values()),
            state_of=lambda row: expiry_state(
                row.lot.expires_on, today, near=NEAR_DAYS, warn=WARN_DAYS
            ),
        )  # fmt: skip


def _links(rows: list[balances.Row]) -> dict[str, Any]:
    """Return what many rows share, once: (name, unit, page) of each item, the depots' pages."""
    named = {row.item.code: row.item for row in rows}
    return {
        "goods": {
            code: (items.name_of(each), items.unit_of(each), url_for("stock.item_page", code=code))
            for code, each in named.items()
        },
        "depot_pages": {
            each: url_for("stock.depot_page", depot_id=each)
            for each in {row.place_id for row in rows}
        },
    }


def _sort() -> tuple[str, bool]:
    """Return the wanted column and whether it falls; anything else is the catalogue's order."""
    text = request.args.get("sort", "item")
    column = text.removeprefix("-")
    return (column if column in listing.COLUMNS else "item"), text.startswith("-")


def expires_by() -> date | None:
    """Return the day by which the lots wanted expire, if the address names one."""
    try:
        return date.fromisoformat(request.args.get("expires_by", ""))
    except ValueError:
        return None


def _wanted() -> listing.Wanted:
    """Return what the address asks the list to show."""
    sort, falling = _sort()
    return listing.Wanted(
        depot_id=asked_id("depot"), item=request.args.get("item", ""),
        item_class=request.args.get("item_class", ""), expires_by=expires_by(),
        sort=sort, falling=falling,
    )  # fmt: skip


@blueprint.get("/balances.xlsx")
def export() -> ResponseReturnValue:
    """Hand out what the list shows as a workbook."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        rows = listing.whole(session, listing.shelves(session, seen.view, _wanted()))
        cells = [_cells(each) for each in rows]
        worth = value.sheet(value.panel(session, seen))
    sheet = sheets.Sheet(name=_("Stock"), headings=_headings(), rows=cells)
    return web.attachment(lambda: sheets.write_workbook([sheet, worth]), sheets.XLSX, "stock.xlsx")


def _headings() -> list[str]:
    return [
        _("Item"), _("Depot"), _("Lot"), _("Expires"), _("Unit"), _("On hand"), _("Promised"),
        _("Free"),
    ]  # fmt: skip


def _cells(row: balances.Row) -> list[Any]:
    return [
        items.name_of(row.item), row.place_name, row.lot.label, row.lot.expires_on,
        items.unit_of(row.item), row.balance.on_hand, row.balance.promised, row.balance.free,
    ]  # fmt: skip


@blueprint.get("/needs")
def need_list() -> ResponseReturnValue:
    """Show the needs, the most urgent first."""
    require("need.read")
    with reading() as session:
        seen = look(session)
        states = () if request.args.get("all") else OPEN_STATES
        basis = _basis()
        found = needs.needs(
            session,
            seen.view,
            states=states,
            item=request.args.get("item"),
            basis=[basis] if basis else (),
        )
        return shown(
            "needs.html", "needs", lines=found, basis=basis, tree=seen.tree, view_now=seen.view.now,
            level=lambda line: needs.level(line.need, seen.view.now),
        )  # fmt: skip


@blueprint.get("/needs/print")
def need_print() -> ResponseReturnValue:
    """Show what an area still lacks as a request on paper (物资需求申请单), to be signed."""
    require("need.read")
    with reading() as session:
        seen = look(session)
        found = needs.needs(
            session,
            seen.view,
            states=OPEN_STATES,
            item=request.args.get("item"),
            basis=[basis] if (basis := _basis()) else (),
        )
        return shown(
            "needs_print.html", "needs", seen=seen, printed_at=seen.view.now,
            lines=[each for each in found if each.need.outstanding],
        )  # fmt: skip


def _basis() -> Basis | None:
    """Return which needs are wanted: asked for, forecast, or both."""
    text = request.args.get("basis", "")
    return Basis(text) if text in set(Basis) else None


@blueprint.get("/needs/<uuid:need_id>")
def need_page(need_id: UUID) -> ResponseReturnValue:
    """Show one need, what is promised to it, what would be drawn for it, what may stand in."""
    require("need.read")
    return shown_need(need_id)


def shown_need(
    need_id: UUID, filled: dict[str, Any] | None = None, error: ReliefError | None = None,
    form: str = "stand_in",
) -> str:  # fmt: skip
    """Render the page of a need; `form` says which form came back, if one did."""
    with reading() as session:
        seen = look(session)
        line = needs.line(session, need_id)
        offer = may("stock.reserve") and line.need.outstanding > 0
        again = bool(filled) and form == "stand_in"
        promised = proposals.promised(session, need_id)
        return shown(
            "need.html", "needs", line=line, tree=seen.tree, offer=offer,
            proposal=proposals.nearest(session, line) if offer else [],
            promised=promised, ordered=_ordered(session, promised),
            new_id=new_id(), second_id=new_id(),
            level=needs.level(line.need, seen.view.now), error=error, **_came_back(filled, form),
            choices=proposals.choices(session, line) if offer else ({}, {}),
            others=stand_ins.stand_ins(session, line.need, anyway=again)
            if offer or again else [],
            substitutions=needs.substitutions(session, need_id),
            first=needs.line(session, line.stands_in_for) if line.stands_in_for else None,
            form_id=id_again((filled or {}).get("id"), error),
        )  # fmt: skip


def _came_back(filled: dict[str, Any] | None, form: str) -> dict[str, Any]:
    """Return what was typed, under the name of the form of the page of a need it came with."""
    names = {"stand_in": "filled", "promise": "promising", "change": "changing"}
    return {name: (filled or {}) if each == form else {} for each, name in names.items()}


def _ordered(session: Session, lines: Iterable[Any]) -> dict[UUID, OrderedBy]:
    """Return under which plan and order the first of each row was promised."""
    return papers.ordered_by(session, {each[0].reservation_id for each in lines})


def new_id() -> str:
    """Return an id for a form: it is the id of the write, however often it is sent."""
    return str(uuid6.uuid7())


@blueprint.get("/shipments")
def shipment_list() -> ResponseReturnValue:
    """Show what is on the road, and what was."""
    require("stock.read")
    return shown_shipments()


def shown_shipments(
    filled: MultiDict[str, str] | None = None, error: ReliefError | None = None
) -> str:
    """Render the page of the road, with the form of a load that came back if one did."""
    with reading() as session:
        seen = look(session)
        found = road.shipments(session, seen.view)
        loads = road.loads(session, [each.shipment.id for each in found])
        return shown(
            "shipments.html", "road", found=found, loads=loads, view_now=seen.view.now,
            waiting=(waiting := road.to_ship(session, seen.view)), new_id=new_id,
            ordered=_ordered(session, [(each.line,) for each in waiting]), filled=filled,
            error=error, here=here(),
        )  # fmt: skip


@blueprint.get("/shipments/<uuid:shipment_id>")
def shipment_page(shipment_id: UUID) -> ResponseReturnValue:
    """Show one shipment with the form to count it."""
    require("stock.read")
    return shown_shipment(shipment_id)


def shown_shipment(
    shipment_id: UUID, filled: MultiDict[str, str] | None = None, error: ReliefError | None = None
) -> str:
    """Render the page of a shipment, with a form that came back if one did."""
    with reading() as session:
        seen = look(session)
        found = road.on_the_road(session, shipment_id)
        load = road.loads(session, [shipment_id]).get(shipment_id, [])
        lots: dict[UUID, tuple[Any, Any, int]] = {}
        for line, item, lot in load:
            quantity = lots[lot.id][2] if lot.id in lots else 0
            lots[lot.id] = (item, lot, quantity + line.quantity)
        return shown(
            "shipment.html", "road", road=found, load=load, lots=list(lots.values()),
            view_now=seen.view.now, filled=filled or MultiDict(), error=error,
        )  # fmt: skip


@blueprint.get("/shipments/<uuid:shipment_id>/papers")
def shipment_papers(shipment_id: UUID) -> ResponseReturnValue:
    """Show a shipment's three papers as they are printed: outbound, handover, receipt."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        found = road.on_the_road(session, shipment_id)
        load = road.loads(session, [shipment_id]).get(shipment_id, [])
        made = clock.local(found.shipment.dispatched_at)
        _orders, ships = authority.authorities(session, made.date(), found.shipment.from_area)
        return shown(
            "papers.html", "road", road=found, load=load, ships=ships,
            orders=sorted(
                {each for each in _ordered(session, load).values() if each.signed_at},
                key=lambda each: (each.signed_at, each.number),
            ),
            drill=found.shipment.drill_id is not None,
            number=f"{made:%Y}-{found.shipment.number:04d}", printed_at=seen.view.now,
        )  # fmt: skip


@blueprint.get("/depots/<uuid:depot_id>")
def depot_page(depot_id: UUID) -> ResponseReturnValue:
    """Show one depot: what lies there, what is to be shipped, what happened."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        found = register.depot(session, depot_id)
        today = figures.today(seen.view)
        entries = register.movements(session, depot_id, limit=PAGE)
        return shown(
            "depot.html", "stock", depot=found, tree=seen.tree, today=today,
            rows=balances.at_place(session, depot_id), entries=entries,
            names=proposals.account_names(session, entries),
            catalogue={each.code: each for each in items.items(session)},
            waiting=(waiting := road.to_ship(session, seen.view, depot_id=depot_id)),
            ordered=_ordered(session, [(each.line,) for each in waiting]),
            least=register.minimums(session, [depot_id]), new_id=new_id,
            takeable=taking_back.takeable(session, entries), here=here(),
        )  # fmt: skip


@blueprint.get("/items/<string:code>")
def item_page(code: str) -> ResponseReturnValue:
    """Show one item: where it lies by lot, and who needs it."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        today = figures.today(seen.view)
        return shown(
            "item.html", "stock", item=items.item(session, code), tree=seen.tree, today=today,
            here=here(),
            others=items.stand_ins(session).get(code, ()),
            writes=may_write("item.write", own_root(cached_tree()).id),
            parts=items.recipes(session).get(code, ()), thousandths=items.thousandths,
            catalogue={each.code: each for each in items.items(session)},
            rows=listing.balances(session, seen.view, item=code),
            lines=needs.needs(session, seen.view, states=OPEN_STATES, item=code),
            state_of=lambda row: expiry_state(
                row.lot.expires_on, today, near=NEAR_DAYS, warn=WARN_DAYS
            ),
        )  # fmt: skip
