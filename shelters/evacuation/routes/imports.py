"""Importing a workbook of who must move: look first, then take it in."""

from __future__ import annotations

from contextvars import copy_context
from typing import Any
from uuid import UUID, uuid5

import uuid6
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import geo, receipts, sheets, vault, web
from relief_ops.auth import looking_at, passwords, require
from relief_ops.db import reading, transaction
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.evacuation import queries
from shelters.evacuation.models import EvacuationImport
from shelters.evacuation.routes.blueprint import blueprint, seen, tree_for
from shelters.evacuation.routes.rows import parsed_rows, raw_rows, template
from shelters.evacuation.schemas import PutApplication
from shelters.evacuation.services import imports

SHOWN = 200
CORRECTABLE = (400, 409, 413, 415, 422)


@blueprint.put("/api/v1/evacuation/imports/<uuid:import_id>")
def put_import(import_id: UUID) -> ResponseReturnValue:
    """Read and check a workbook (multipart `file`, or the body); nothing is written yet."""
    require("evacuation.write")
    receipt, found = _check_in(import_id)
    return receipt.json() | _shown(found), receipt.status


@blueprint.get("/api/v1/evacuation/imports/<uuid:import_id>")
def show_import(import_id: UUID) -> ResponseReturnValue:
    """Show what is in a checked workbook: how many rows, and which cells are wrong."""
    actor_id = require("evacuation.write")
    with reading() as session:
        return _shown(imports.checked(session, import_id, actor_id=actor_id))


@blueprint.put("/api/v1/evacuation/imports/<uuid:import_id>/application")
@web.takes(PutApplication)
def put_application(import_id: UUID, order: PutApplication) -> ResponseReturnValue:
    """Take a checked workbook into the list."""
    receipt, written = _apply(import_id, order)
    return receipt.json() | {"written": written}, receipt.status


def _check_in(import_id: UUID) -> tuple[Receipt, EvacuationImport]:
    actor_id = require("evacuation.write")
    data, source = _file()
    drill_id = _drill_id()
    digest = vault.keyed_digest(data + f"|{drill_id}".encode())
    context = copy_context()
    rows = passwords.off_loop(lambda: context.run(raw_rows, data))
    with reading() as session:
        looking_at(session, drill_id)
        known = queries.known_things(session)
        parsed = parsed_rows(rows, tree_for(session, drill_id), drill_id=drill_id, known=known)
    with transaction() as session:
        looking_at(session, drill_id)
        attempt = Attempt(id=import_id, base="", digest=digest)
        receipt = imports.check_in(
            session, attempt, parsed, source=source, drill_id=drill_id, numbers=known.numbers,
            actor_id=actor_id,
        )  # fmt: skip
        session.flush()
        found = imports.checked(session, import_id, actor_id=actor_id)
    return receipt, found


def _file() -> tuple[bytes, str]:
    """Return the bytes sent and what the file is called."""
    sent = request.files.get("file")
    if sent is not None:
        return sent.read(), (sent.filename or "")[:120]
    if request.mimetype == "multipart/form-data":
        wrong = FieldError("file", "missing", _("This is required."))
        raise Invalid(_("Choose a file first."), [wrong])
    return request.get_data(), ""


def _drill_id() -> UUID | None:
    text = request.values.get("drill_id")
    try:
        return UUID(text) if text else None
    except ValueError:
        wrong = FieldError("drill_id", "uuid", _("This is not a valid id, date or time."))
        raise Invalid(_("Some fields need another look."), [wrong]) from None


def _apply(import_id: UUID, order: PutApplication) -> tuple[Receipt, int]:
    """Write the rows in batches; the same request again finds what is written and goes on."""
    actor_id = require("evacuation.write")
    attempt = web.attempt(uuid5(import_id, "application"), revised=True)
    with reading() as session:
        found = imports.checked(session, import_id, actor_id=actor_id)
        again = receipts.replay(session, attempt)
        rows = [] if again else imports.wanted_rows(found, order)
    if again:
        return again, 0
    for start in range(0, len(rows), imports.BATCH):
        batch = rows[start : start + imports.BATCH]
        with transaction() as session:
            looking_at(session, found.drill_id)
            geo.tree(session)
            for area_id in {row["area_id"] for row in batch}:
                require("evacuation.write", UUID(area_id))
            imports.apply_rows(session, import_id, batch, actor_id=actor_id)
    with transaction() as session:
        receipt = imports.finish(session, attempt, import_id, written=len(rows), actor_id=actor_id)
    return receipt, len(rows)


def _shown(found: EvacuationImport) -> dict[str, Any]:
    errors = [error for row in imports.rows_of(found) for error in row["errors"]]
    return {
        "source": found.source,
        "rows": found.total,
        "wrong": found.wrong,
        "errors": errors[:SHOWN],
        "applied_at": found.applied_at,
    }


@blueprint.get("/evacuation/import")
@blueprint.doc(hide=True)
def page_import() -> ResponseReturnValue:
    """Show the form that takes a workbook."""
    require("evacuation.write")
    return _page(None)


def _page(error: ReliefError | None) -> ResponseReturnValue:
    with reading() as session:
        found = seen(session, "evacuation.write")
        shown = web.page(
            "evacuation/import.html", error=error, import_id=uuid6.uuid7(), seen=found, found=None
        )
    return shown, error.status if error else 200


@blueprint.get("/evacuation/import/template")
@blueprint.doc(hide=True)
def import_template() -> ResponseReturnValue:
    """Send the empty workbook to fill in."""
    require("evacuation.write")
    return web.attachment(template, sheets.XLSX, "evacuation-template.xlsx")


@blueprint.post("/evacuation/import")
@blueprint.doc(hide=True)
def form_import() -> ResponseReturnValue:
    """Check a workbook in and show what is in it."""
    require("evacuation.write")
    try:
        import_id = UUID(request.form.get("id", ""))
        _check_in(import_id)
    except ValueError:
        return _page(Invalid(_("The form lost its id. Reload the page.")))
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _page(error)
    return web.see_other("evacuation.page_checked", import_id=import_id)


@blueprint.get("/evacuation/import/<uuid:import_id>")
@blueprint.doc(hide=True)
def page_checked(import_id: UUID) -> ResponseReturnValue:
    """Show a checked workbook: how many rows, and the cells that are wrong."""
    return _checked(import_id, None)


def _checked(import_id: UUID, error: ReliefError | None) -> ResponseReturnValue:
    actor_id = require("evacuation.write")
    with reading() as session:
        found = _shown(imports.checked(session, import_id, actor_id=actor_id))
    shown = web.page(
        "evacuation/import.html", error=error, import_id=import_id, found=found, seen=None
    )
    return shown, error.status if error else 200


@blueprint.post("/evacuation/import/<uuid:import_id>/apply")
@blueprint.doc(hide=True)
def form_apply(import_id: UUID) -> ResponseReturnValue:
    """Take a checked workbook into the list."""
    require("evacuation.write")
    try:
        _apply(import_id, web.check(PutApplication, web.form_fields()))
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _checked(import_id, error)
    return web.see_other("evacuation.page_checked", import_id=import_id)
