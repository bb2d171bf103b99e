"""Importing a workbook or a file of points: look first, decide what is new, then take it in."""

from __future__ import annotations

import hashlib
from contextvars import copy_context
from typing import Any
from uuid import UUID, uuid5

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, geo, receipts, sheets, web
from relief_ops.auth import looking_at, passwords, require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.geo.frames import System
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters import queries
from shelters.models import ShelterImport
from shelters.routes.blueprint import blueprint, look
from shelters.routes.rows import RawRow, is_of_shapes, parsed_rows, raw_rows, template
from shelters.routes.wording import likeness_words
from shelters.schemas import PutApplication
from shelters.services import imports

SHOWN = 400


@blueprint.put("/api/v1/shelter-imports/<uuid:import_id>")
def put_import(import_id: UUID) -> ResponseReturnValue:
    """Read and check a file (multipart `file`, or the body itself); nothing is written yet.

    `coordinates` says the system of its points: wgs84, cgcs2000, gcj02, or file for what a
    GeoPackage or shapefile says itself; `layer` which layer of a GeoPackage is meant.
    """
    require("shelter.write")
    receipt, found = _check_in(import_id)
    return receipt.json() | _shown(found), receipt.status


@blueprint.get("/api/v1/shelter-imports/<uuid:import_id>")
def show_import(import_id: UUID) -> ResponseReturnValue:
    """Show what is in a checked file: wrong cells and shelters it may hold again."""
    actor_id = require("shelter.write")
    with reading() as session:
        return _shown(imports.checked(session, import_id, actor_id=actor_id))


@blueprint.put("/api/v1/shelter-imports/<uuid:import_id>/application")
@web.takes(PutApplication, limit=512 * 1024)
def put_application(import_id: UUID, order: PutApplication) -> ResponseReturnValue:
    """Take a checked file into the register."""
    receipt, written = _apply(import_id, order)
    return receipt.json() | {"written": written}, receipt.status


def _check_in(import_id: UUID) -> tuple[Receipt, ShelterImport]:
    actor_id = require("shelter.write")
    data, source = _file()
    system, layer, drill_id = _system(), request.values.get("layer", "").strip()[:120], _drill_id()
    rows = _raw_rows(data, system, layer)
    digest = hashlib.sha256(data + f"|{system}|{drill_id}|{layer}".encode()).hexdigest()
    with reading() as session:
        tree = disasters.division_tree(session, _disaster_of(session, drill_id))
        parsed = parsed_rows(rows, tree, system=system, drill_id=drill_id)
    with transaction() as session:
        looking_at(session, drill_id)
        attempt = Attempt(id=import_id, base="", digest=digest)
        receipt = imports.check_in(
            session, attempt, parsed, source=source, coordinates=system, drill_id=drill_id,
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


def _system() -> System:
    """Return the coordinate system the user named; it is asked for, never guessed."""
    text = request.values.get("coordinates", "")
    if text not in set(System):
        words = _("Say which coordinates the file has: WGS-84, CGCS2000 or GCJ-02.")
        raise Invalid(words, [FieldError("coordinates", "missing", words)])
    return System(text)


def _raw_rows(data: bytes, system: System, layer: str) -> list[RawRow]:
    """Read a file beside the loop; one of shapes goes to a process of its own, which waits."""
    if is_of_shapes(data):
        return raw_rows(data, system=system, layer=layer)
    context = copy_context()
    return passwords.off_loop(lambda: context.run(raw_rows, data, system=system))


def _drill_id() -> UUID | None:
    text = request.values.get("drill_id")
    try:
        return UUID(text) if text else None
    except ValueError:
        wrong = FieldError("drill_id", "uuid", _("This is not a valid id, date or time."))
        raise Invalid(_("Some fields need another look."), [wrong]) from None


def _disaster_of(session: Session, drill_id: UUID | None) -> Disaster | None:
    fitting = (each for each in disasters.disasters(session) if each.drill_id == drill_id)
    return next(fitting, None) if drill_id else None


def _apply(import_id: UUID, order: PutApplication) -> tuple[Receipt, int]:
    """Write the rows in batches; the same request again finds what is written and goes on."""
    actor_id = require("shelter.write")
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
            for area_id in _areas(session, batch):
                require("shelter.write", area_id)
            imports.apply_rows(session, import_id, batch, actor_id=actor_id)
    with transaction() as session:
        receipt = imports.finish(session, attempt, import_id, written=len(rows), actor_id=actor_id)
    return receipt, len(rows)


def _areas(session: Session, rows: list[dict[str, Any]]) -> set[UUID]:
    """Return the areas a batch writes in: the rows' own, and those of the shelters they change."""
    stored = [UUID(row["target"]["id"]) for row in rows if row["target"]]
    found = {area for each in stored if (area := queries.area_of(session, each))}
    return found | {UUID(row["area_id"]) for row in rows}


def _shown(found: ShelterImport) -> dict[str, Any]:
    rows = imports.rows_of(found)
    errors = [error for row in rows for error in row["errors"]]
    duplicates = [_proposed(row) for row in rows if row["duplicate"]]
    return {
        "source": found.source,
        "coordinates": found.coordinates,
        "rows": found.total,
        "wrong": found.wrong,
        "errors": errors[:SHOWN],
        "duplicates": duplicates[:SHOWN],
        "undecided": len(duplicates),
        "without_point": sum(1 for row in rows if row["order"] and "lon" not in row["order"]),
        "applied_at": found.applied_at,
    }


def _proposed(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row that may be there already, with the shelters it may be."""
    said = row["order"]
    return {
        "row": row["row"],
        "name": said["name"],
        "sheet": row["sheet"],
        "number": row["number"],
        "capacity_max": said["capacity_max"],
        "address": said.get("address", ""),
        "duplicate": row["duplicate"],
        "candidates": row["duplicates"],
    }


@blueprint.get("/shelters/import")
@blueprint.doc(hide=True)
def page_import() -> ResponseReturnValue:
    """Show the form that takes a file."""
    require("shelter.write")
    return _page_import(None)


def _page_import(error: ReliefError | None) -> ResponseReturnValue:
    with reading() as session:
        drill_id = look(session).view.drill_id
    shown = web.page(
        "shelters/import.html", error=error, import_id=uuid6.uuid7(), drill_id=drill_id or "",
        systems=System, found=None,
    )  # fmt: skip
    return shown, error.status if error else 200


@blueprint.get("/shelters/import/template")
@blueprint.doc(hide=True)
def import_template() -> ResponseReturnValue:
    """Send the empty workbook to fill in."""
    require("shelter.write")
    return web.attachment(template, sheets.XLSX, "shelters-template.xlsx")


@blueprint.post("/shelters/import")
@blueprint.doc(hide=True)
def form_import() -> ResponseReturnValue:
    """Check a file in and show what is in it."""
    require("shelter.write")
    try:
        import_id = UUID(request.form.get("id", ""))
        _check_in(import_id)
    except ValueError:
        return _page_import(Invalid(_("The form lost its id. Reload the page.")))
    except ReliefError as error:
        if error.status not in (400, 409, 413, 415, 422):
            raise
        return _page_import(error)
    return web.see_other("shelters.page_checked", import_id=import_id)


@blueprint.get("/shelters/import/<uuid:import_id>")
@blueprint.doc(hide=True)
def page_checked(import_id: UUID) -> ResponseReturnValue:
    """Show a checked file: the cells that are wrong, the shelters it may hold again."""
    return _page_checked(import_id, None)


def _page_checked(import_id: UUID, error: ReliefError | None) -> ResponseReturnValue:
    actor_id = require("shelter.write")
    with reading() as session:
        found = _shown(imports.checked(session, import_id, actor_id=actor_id))
    shown = web.page(
        "shelters/import.html", error=error, import_id=import_id, found=found, systems=System,
        likeness_words=likeness_words, typed=request.form,
        applied=clock.local(found["applied_at"]) if found["applied_at"] else "",
    )  # fmt: skip
    return shown, error.status if error else 200


@blueprint.post("/shelters/import/<uuid:import_id>/application")
@blueprint.doc(hide=True)
def form_application(import_id: UUID) -> ResponseReturnValue:
    """Take a checked file into the register."""
    require("shelter.write")
    try:
        _apply(import_id, web.check(PutApplication, web.form_fields()))
    except ReliefError as error:
        if error.status not in (409, 412, 422):
            raise
        return _page_checked(import_id, error)
    return web.see_other("shelters.page_checked", import_id=import_id)
