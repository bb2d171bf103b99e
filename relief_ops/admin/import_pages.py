"""Importing areas over pages: check first, see every wrong row, then all or nothing."""

from __future__ import annotations

import hashlib
import re
import time
from datetime import date
from pathlib import Path
from typing import Any

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import geo, web
from relief_ops.admin import importing
from relief_ops.auth import passwords, require
from relief_ops.db import reading, transaction
from relief_ops.errors import Invalid, ReliefError
from relief_ops.geo.frames import System
from relief_ops.i18n import gettext as _
from relief_ops.web import security

blueprint = APIBlueprint("area_import", __name__, enable_openapi=False, url_prefix="/areas/import")
SHA = re.compile(r"[0-9a-f]{64}")
KEPT_SECONDS = 86_400


@blueprint.get("")
def form() -> ResponseReturnValue:
    """Show what can be imported and how the files look."""
    require("area.write", geo.cached_tree().root.id)
    return _page(_asked({}))


def _page(asked: importing.Asked, error: ReliefError | None = None, **more: Any) -> tuple[str, int]:
    given = {"made": None, "kept": "", "imported": None} | more
    shown = web.page(
        "admin/import.html", asked=asked, error=error, systems=list(System), kinds=importing.KINDS,
        **given,
    )  # fmt: skip
    wrong = given["made"] is not None and given["made"].problems
    return shown, error.status if error else 422 if wrong else 200


def _asked(form: Any) -> importing.Asked:
    try:
        valid_from = date.fromisoformat(form.get("valid_from") or "2000-01-01")
        system = System(form.get("system") or System.WGS84)
    except ValueError:
        raise Invalid(_("This is not a valid id, date or time.")) from None
    return importing.Asked(kind=form.get("kind", "divisions"), system=system, valid_from=valid_from)


@blueprint.post("")
def take() -> ResponseReturnValue:
    """Check a file, or import the one just checked."""
    actor_id = require("area.write", geo.cached_tree().root.id)
    asked = _asked({})
    try:
        asked = _asked(request.form)
        if kept := request.form.get("kept", ""):
            path = _path(kept)
            count = _carry_out(path.read_bytes(), asked, actor_id)
            path.unlink(missing_ok=True)
            return _page(asked, imported=count)
        data = _sent()
        with reading() as session:
            made = passwords.off_loop(lambda: importing.plan(session, data, asked))
        return _page(asked, made=made, kept="" if made.problems else _keep(data))
    except ReliefError as error:
        if error.status not in (400, 413, 415, 422):
            raise
        return _page(asked, error)


def _carry_out(data: bytes, asked: importing.Asked, actor_id: Any) -> int:
    """Check once more and write, in one transaction."""
    with reading() as session:
        passwords.off_loop(lambda: importing.plan(session, data, asked))
    with transaction() as session:
        return _write(session, data, asked, actor_id)


def _write(session: Session, data: bytes, asked: importing.Asked, actor_id: Any) -> int:
    return importing.carry_out(
        session, importing.plan(session, data, asked), asked, actor_id=actor_id
    )


def _sent() -> bytes:
    sent = request.files.get("file")
    data = sent.read() if sent else b""
    if not data:
        raise Invalid(_("Choose a file."))
    return data


def _folder() -> Path:
    folder = security.settings().data_dir / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _keep(data: bytes) -> str:
    """Keep a checked file for a day, under the hash of what it holds."""
    for old in _folder().iterdir():
        if old.stat().st_mtime < time.time() - KEPT_SECONDS:
            old.unlink(missing_ok=True)
    name = hashlib.sha256(data).hexdigest()
    (_folder() / name).write_bytes(data)
    return name


def _path(kept: str) -> Path:
    path = _folder() / kept
    if not SHA.fullmatch(kept) or not path.is_file():
        raise Invalid(_("The checked file is no longer here. Send it again."))
    return path
