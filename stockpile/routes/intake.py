"""Taking goods in from a workbook: a template, a dry run that names every bad cell, one booking."""

from __future__ import annotations

import hashlib
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import sheets, web
from relief_ops.auth import passwords, require
from relief_ops.db import reading, transaction
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.queries import Looking
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt
from relief_ops.web.pages import here, id_again
from relief_ops.web.pages import may as may_write
from stockpile import schemas, services
from stockpile.queries import figures, papers, register
from stockpile.routes import intake_rows
from stockpile.routes.intake_rows import Known
from stockpile.routes.pages import blueprint, shown

WRITE = "stock.receive"
MOST_ROWS, MOST_WRONG = 500, 50
LIMITS = sheets.Limits(rows=5000, columns=60)
REFUSED = (400, 403, 404, 409, 413, 415, 422)
FILES = UUID("6f0c3a52-6a0e-5b1e-9a51-0d2b4f6a8c10")  # what the ids of files are made from
Rows = list[tuple[str, schemas.PutMovement]]


@dataclass(frozen=True)
class File:
    """What was sent: what it says, what it is known by; `before` where it was booked already."""

    rows: Rows
    attempt: Attempt
    before: datetime | None = None


@blueprint.get("/receive/import")
def intake_form() -> ResponseReturnValue:
    """Show how to take goods in from a workbook."""
    require(WRITE)
    return _page()


def _page(error: ReliefError | None = None, found: File | None = None) -> str:
    with reading() as session:
        seen = look(session)
        wrong = error.errors if isinstance(error, Invalid) else []
        of_file = next((each.message for each in wrong if each.field == "file"), "")
        again = _("Put it right in the file and send the file again.") if wrong else str(error)
        return shown(
            "intake.html", "receive", error=error, wrong=wrong[:MOST_WRONG],
            more=len(wrong) - MOST_WRONG, most=MOST_ROWS, here=here(), found=found,
            sums=_sums(session, seen, found), said=of_file or again, form_id=id_again(None, None),
            booked=request.args.get("booked", None, int) if request.method == "GET" else None,
        )  # fmt: skip


def _sums(session: Session, seen: Looking, found: File | None) -> list[tuple[str, Any, int, int]]:
    """Return (depot, item, rows, quantity) of what a file brings, for a person to look over."""
    depots = {each.id: each.name for each in register.depots(session, seen.view)}
    catalogue_of = {each.code: each for each in items.items(session)}
    sums: dict[tuple[UUID | None, str | None], list[int]] = {}
    for _where, order in found.rows if found else []:
        kept = sums.setdefault((order.to, order.item), [0, 0])
        kept[0] += 1
        kept[1] += order.quantity or 0
    return [
        (depots.get(depot, ""), catalogue_of[code], rows, quantity)
        for (depot, code), (rows, quantity) in sums.items()
        if depot and code
    ]


@blueprint.post("/receive/import")
def intake() -> ResponseReturnValue:
    """Book the rows of a workbook, or only check them."""
    require(WRITE)
    try:
        found = _read()
        if request.form.get("check") or found.before:
            return _page(found=found)
        count = _book(found)
    except ReliefError as error:
        if error.status not in REFUSED:
            raise
        return _page(error), error.status
    return web.see_other("stock.intake_form", booked=count, **here())


def _read() -> File:
    """Return what the file sent says. Raises Invalid with every cell that is wrong."""
    sent = request.files.get("file")
    if sent is not None:
        sent.stream.seek(0)  # a lost race runs this again
    data = sent.read() if sent else b""
    if sent is None or not data:
        words = _("Choose a file first.")
        raise Invalid(words, [FieldError("file", "missing", words)])
    context = copy_context()
    grids = passwords.off_loop(lambda: context.run(sheets.read_grids, data, limits=LIMITS))
    digest = hashlib.sha256(data).hexdigest()
    paper = (sent.filename or "")[:70].strip() or digest[:8]  # saved again, it is the same paper
    with reading() as session:
        seen = look(session)
        attempt = Attempt(id=uuid5(FILES, f"{seen.view.drill_id}:{digest}"), base="", digest=digest)
        if before := papers.booked_at(session, services.row_id(attempt.id, 0)):
            return File([], attempt, before)
        rows = _rows(grids, _known(session, seen, paper))
        _check_papers(session, rows)
    return File([(where, order) for where, _paper, order in rows], attempt)


def _known(session: Session, seen: Looking, paper: str) -> Known:
    """Return what the rows may name: depots where the reader may take goods in, every item."""
    depots: dict[str, UUID | None] = {}
    for each in _mine(session, seen):
        depots[each.name] = None if each.name in depots else each.id
        depots[str(each.id)] = each.id
    goods: dict[str, str | None] = {}
    known = [each for each in items.items(session) if not each.merged_into]
    for item in known:
        for name in {item.name_zh, item.name_en}:
            goods[name] = None if goods.get(name, item.code) != item.code else item.code
    goods |= {item.code: item.code for item in known}
    return Known(depots=depots, items=goods, today=figures.today(seen.view), paper=paper)


def _mine(session: Session, seen: Looking) -> list[Any]:
    found = register.depots(session, seen.view)
    return [each for each in found if may_write(WRITE, each.area_id)]


def _rows(grids: list[sheets.Grid], known: Known) -> list[tuple[str, str, schemas.PutMovement]]:
    """Return where each row and its paper stand, and its order. Raises Invalid with all faults."""
    found: list[tuple[str, str, schemas.PutMovement]] = []
    wrong: list[FieldError] = []
    count = 0
    for table in intake_rows.tables(grids):
        for number, values in table.rows():
            count += 1
            if count > MOST_ROWS:
                break
            order = intake_rows.order(table, number, values, known)
            if order is not None:
                places = table.where(number, "to"), table.where(number, "document")
                found.append((*places, order))
        wrong += table.wrong
    if count > MOST_ROWS or not count:
        words = _("Send 1 to %(most)d rows under the headings of the template; a longer file in "
                  "parts.", most=MOST_ROWS)  # fmt: skip
        raise Invalid(words, [FieldError("file", "rows", words), *wrong])
    if wrong:
        raise Invalid(_("Nothing was booked: %(n)d cells are wrong.", n=len(wrong)), wrong)
    return found


def _check_papers(session: Session, rows: list[tuple[str, str, schemas.PutMovement]]) -> None:
    """Raise Invalid for rows that stand in the book under the same paper: a file sent again."""
    booked = papers.booked(session, [order.document for _row, _paper, order in rows])
    words = _("The same goods of this paper are in the book already. Take the row out, or give it "
              "the number of its own paper.")  # fmt: skip
    wrong = [
        FieldError(paper, "booked", words)
        for _row, paper, order in rows
        if (order.to, order.item, order.quantity, order.document) in booked
    ]
    if wrong:
        raise Invalid(_("Nothing was booked: %(n)d cells are wrong.", n=len(wrong)), wrong)


def _book(found: File) -> int:
    """Book every row in one transaction; return how many there were, none the second time."""
    with transaction() as session:
        seen = look(session)
        places = {order.to for _where, order in found.rows}
        actor_id = register.may_touch(session, places, WRITE)
        return services.book_file(
            session, found.attempt, found.rows, area_id=_area(session, places, seen),
            actor_id=actor_id,
        )  # fmt: skip


def _area(session: Session, places: set[UUID | None], seen: Looking) -> UUID:
    """Return the area a file is of: its depots' where they share one, or the one looked at."""
    areas = {register.place(session, each).area_id for each in places if each}
    return areas.pop() if len(areas) == 1 else seen.area.id


@blueprint.get("/receive/template")
def intake_template() -> ResponseReturnValue:
    """Hand out the template: the table to fill in, what may stand in it, depots and items."""
    require(WRITE)
    with reading() as session:
        seen = look(session)
        depots = [[each.name, str(each.id)] for each in _mine(session, seen)]
        goods = [
            [item.code, items.name_of(item), items.unit_of(item), item.pack_size]
            for item in items.items(session)
            if not item.merged_into
        ]
    made = [
        sheets.Sheet(name=_("Goods taken in"), headings=intake_rows.headings(), rows=[],
                     note=intake_rows.mark()),
        sheets.Sheet(name=_("How to fill it in"), headings=[_("Rules of the template")],
                     rows=[[each] for each in _rules()]),
        sheets.Sheet(name=_("Depots to choose"), headings=[_("Name of the depot"), _("Its id")],
                     rows=depots),
        sheets.Sheet(name=_("Items to choose"), headings=[
            _("Code of the item"), _("Name of the item"), _("Its unit"), _("Units in a pack"),
        ], rows=goods),
    ]  # fmt: skip
    name = _("Goods taken in") + ".xlsx"
    return web.attachment(lambda: sheets.write_workbook(made), sheets.XLSX, name)


def _rules() -> list[str]:
    return [
        _("One row is one kind of goods that came into one depot. The first three columns must be "
          "filled in."),
        _("Leave every column where it is, the empty ones too. No formulas, no merged cells."),
        _("The quantity is in whole pieces of the item's unit; it need not be whole packs."),
        _("A day is written as 2026-11-30. Without the day it expires, the shelf life gives it."),
        _("With the name of who gave it, a row is a donation; otherwise it was bought."),
        _("At most %(most)d rows at once. All rows are booked, or none.", most=MOST_ROWS),
    ]  # fmt: skip
