"""The page of the sources themselves: which there are, of what kind, and which are in use."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas
from damage_reports.routes.rule_pages import kind_words
from damage_reports.routes.sources import source_id, write_source
from damage_reports.rules import REPORT, SourceKind
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.errors import BaseRequired, BodyDiffers, FieldError, Invalid, StaleBase
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt

blueprint = APIBlueprint("source_list", __name__)  # an entry of its own in the left rail
LAST = 900  # where a source stands in the lists unless it is said


class _Form(schemas.PutSource):
    """The form of a source: its code, and the revision it shows of one that is there."""

    code: str
    revision: int | None = None


@blueprint.get("/reports/sources/list")
@blueprint.doc(hide=True)
def page_list() -> ResponseReturnValue:
    """Show every source with the form to add one; ?change= fills it in with one that is there."""
    require("source.write")
    with reading() as session:
        context = _context(session, request.args.get("change", ""))
    return web.page("reports/source_list.html", **context)


def _context(
    session: Session, change: str, typed: dict[str, Any] | None = None,
    error: Invalid | StaleBase | None = None,
) -> dict[str, Any]:  # fmt: skip
    every = queries.sources(session)
    changing = every.get(change) if change != REPORT else None
    kinds = kind_words()
    empty = {"code": "", "kind": SourceKind.BUREAU, "name_zh": "", "name_en": "",
             "position": LAST, "active": True, "revision": None}  # fmt: skip
    return {
        "sources": every,
        "kinds": kinds,
        "choices": {code: name for code, name in kinds.items() if code != SourceKind.REPORT},
        "changing": changing,
        "asked": typed or (changing.json() if changing else empty),
        "REPORT": REPORT,
        "saved": request.args.get("saved", ""),
        "error": error,
    }


@blueprint.post("/reports/sources/list")
@blueprint.doc(hide=True)
def write() -> ResponseReturnValue:
    """Add or change a source from the page; what hinders it is said there."""
    require("source.write")
    given = web.form_fields()
    typed = {"active": False, "code": "", "position": LAST} | given
    try:
        form = web.check(_Form, typed)
        base = "" if form.revision is None else str(form.revision)
        attempt = Attempt(
            id=source_id(form.code), base=base, digest=web.body_digest(), edit=bool(base),
            mutable=True,
        )  # fmt: skip
        order = schemas.PutSource(**form.model_dump(exclude={"code", "revision"}))
        write_source(attempt, form.code, order)
    except (BaseRequired, BodyDiffers):
        there = _("There is a source with this code already.")
        taken = FieldError("code", "taken", there)
        return _again(typed, Invalid(_("Some fields need another look."), [taken]))
    except (Invalid, StaleBase) as error:
        return _again(typed, error)
    return web.see_other("source_list.page_list", saved=form.code)


def _again(typed: dict[str, Any], error: Invalid | StaleBase) -> ResponseReturnValue:
    change = str(typed["code"]) if typed.get("revision") else ""
    with reading() as session:
        context = _context(session, change, typed, error)
    return web.page("reports/source_list.html", **context), error.status
