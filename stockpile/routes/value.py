"""What the stock is worth: over the API, and for the page of the stock and its workbook."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, sheets
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.queries import Looking
from relief_ops.disasters.routes import look
from relief_ops.i18n import gettext as _
from stockpile.queries import valuation
from stockpile.queries.valuation import Valuation
from stockpile.routes import api
from stockpile.routes.wording import BOOKS


@api.blueprint.get("/api/v1/stock/value")
def show_value() -> ResponseReturnValue:
    """Show what lies in the depots of ?area= is worth, by item; ?at= asks for a past moment."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        found = valuation.valuation(session, seen.view, at=seen.view.at)
        return {
            "area_code": seen.area.code,
            "at": seen.view.at or seen.view.now,
            "items": [
                {"item": item.code, "item_name": items.name_of(item), "unit": items.unit_of(item)}
                | valuation.shown(value)
                for item, value in found.rows
            ],
            "books": [
                {"book": book, "book_name": str(BOOKS[book])} | valuation.shown(value)
                for book, value in found.books
            ],
            "total": valuation.shown(found.total),
        }


def panel(session: Session, seen: Looking) -> Valuation:
    """Return the value as of the moment or, as a form has it, the day the address asks for."""
    return valuation.valuation(session, seen.view, at=seen.view.at or _end_of_day(seen))


def _end_of_day(seen: Looking) -> datetime | None:
    """Return the last moment of ?day= if that is past; the day itself is the reader's."""
    try:
        day = datetime.fromisoformat(request.args.get("day", "")).date()
    except ValueError:
        return None
    end = datetime.combine(day, time.max, tzinfo=clock.LOCAL)
    return end if end < seen.view.now else None


def sheet(found: Valuation) -> sheets.Sheet:
    """Return the value of each item as a sheet, with a total."""
    rows: list[list[Any]] = [
        [items.name_of(item), items.unit_of(item), value.quantity, value.yuan, value.unpriced]
        for item, value in found.rows
    ]
    rows += [[str(BOOKS[book]), "", "", each.yuan, each.unpriced] for book, each in found.books]
    rows.append([_("Total"), "", "", found.total.yuan, found.total.unpriced])
    when = clock.local(found.at).strftime("%Y-%m-%d %H:%M") if found.at else ""
    headings = [
        _("Item"), _("Unit"), _("On hand"), _("Value, in yuan"), _("Without a known price"),
    ]  # fmt: skip
    return sheets.Sheet(
        name=_("Value of the stock"), headings=headings, rows=rows,
        note=_("as of %(when)s", when=when) if when else "",
    )  # fmt: skip
