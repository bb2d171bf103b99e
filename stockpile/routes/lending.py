"""What is lent out now: the page, its workbook and the API."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from relief_ops import sheets, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.routes import look
from relief_ops.i18n import gettext as _
from relief_ops.web.pages import here
from stockpile.queries import loans
from stockpile.routes import api
from stockpile.routes.pages import blueprint, shown


@api.blueprint.get("/api/v1/stock/loans")
def list_loans() -> ResponseReturnValue:
    """List what is lent out and not brought back, the oldest first; ?depot= filters."""
    require("stock.read")
    with reading() as session:
        found = loans.open_loans(session, look(session).view, place_id=api.asked_id("depot"))
        return {"loans": [loans.shown(each) for each in found]}


@blueprint.get("/loans")
def loan_list() -> ResponseReturnValue:
    """Show what is lent out now, by loan: who, since when, how much."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        return shown(
            "loans.html", "move", found=loans.open_loans(session, seen.view), seen=seen,
            view_now=seen.view.now, here=here(),
        )  # fmt: skip


@blueprint.get("/loans.xlsx")
def loan_export() -> ResponseReturnValue:
    """Hand out what is lent out now as a workbook."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        rows = [
            [each.movement.reason, items.name_of(each.item), each.lot.label, each.place_name,
             items.unit_of(each.item), each.movement.quantity, each.left, each.movement.at,
             each.movement.document]
            for each in loans.open_loans(session, seen.view)
        ]  # fmt: skip
    headings = [
        _("Who borrowed it"), _("Item"), _("Lot"), _("Lent by"), _("Unit"), _("Lent"),
        _("Still out"), _("Lent since"), _("Paper number"),
    ]  # fmt: skip
    sheet = sheets.Sheet(name=_("On loan now"), headings=headings, rows=rows)
    return web.attachment(lambda: sheets.write_workbook([sheet]), sheets.XLSX, "loans.xlsx")
