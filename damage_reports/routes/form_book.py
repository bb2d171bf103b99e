"""The page of the form itself: its indicators with their definitions, and its editions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas
from damage_reports.queries import Field
from damage_reports.routes.api import edition_id, indicator_id, write_edition, write_indicator
from damage_reports.routes.words import group_words, nature_words, roll_up_words
from damage_reports.rules import WORK, Nature, RollUp
from relief_ops import clock, geo, sheets, web
from relief_ops.auth import require, viewer
from relief_ops.auth.home import own_root
from relief_ops.db import reading
from relief_ops.disasters.routes.words import kind_words
from relief_ops.errors import (
    BaseRequired,
    BodyDiffers,
    FieldError,
    IllegalTransition,
    Invalid,
    ReliefError,
    StaleBase,
)
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt

blueprint = APIBlueprint("form_book", __name__)  # an entry of its own in the left rail
LAST = 9000  # where an indicator stands in the form unless it is said


class _Indicator(schemas.PutIndicator):
    """The form of an indicator: its code, and the revision it shows of one that is there."""

    code: str
    revision: int | None = None


class _Edition(schemas.PutFormVersion):
    """The form of a new edition: its code beside what it is."""

    code: str


@blueprint.get("/reports/indicators")
@blueprint.doc(hide=True)
def page_list() -> ResponseReturnValue:
    """Show the indicators of an edition, by their groups; ?change= fills the form in with one."""
    require(_to_look())
    with reading() as session:
        context = _context(session)
    return web.page("reports/form_book.html", **context)


def _context(
    session: Session, typed: dict[str, Any] | None = None, edition: dict[str, Any] | None = None,
    error: ReliefError | None = None,
) -> dict[str, Any]:  # fmt: skip
    every = queries.indicators(session)
    books = queries.books(session)
    asked = queries.asked_by(session)
    shown = _chosen(request.args.get("edition", ""), books)
    found = _sought(every, asked, shown)
    changing = every.get(str(typed["code"]) if typed else request.args.get("change", ""))
    return {
        "groups": found,
        "count": sum(map(len, found.values())),
        "books": books,
        "shown": shown,
        "asked": asked,
        "q": request.args.get("q", "").strip(),
        "names": {code: each.name for code, each in every.items()},
        "group_words": group_words(),
        "natures": nature_words(),
        "roll_ups": roll_up_words(),
        "kinds": kind_words(),
        "changing": changing,
        "given": typed or _given(changing, asked, shown),
        "edition": edition
        or {"valid_from": clock.local(clock.now()).date().isoformat(), "copy_of": shown},
        "may_write": _may_write(session),
        "saved": request.args.get("saved", ""),
        "error": error,
    }


def _to_look() -> str:
    """Return the permission that lets in: who keeps the form need not read the reports."""
    who = viewer()
    keeps = who is not None and who.may("indicator.write", None, geo.cached_tree())
    return "indicator.write" if keeps else "report.read"


def _may_write(session: Session) -> bool:
    who = viewer()
    root = own_root(geo.tree(session)).id
    return who is not None and who.may("indicator.write", root, geo.cached_tree())


def _chosen(edition: str, books: dict[str, Any]) -> str:
    """Return the edition asked for, else the newest of the damage form."""
    newest = [code for code in books if not code.startswith(WORK)]
    return edition if edition in books else max(newest, key=lambda code: books[code].valid_from)


def _sought(
    every: dict[str, Field], asked: dict[str, set[str]], shown: str
) -> dict[str, list[Field]]:
    """Return what an edition asks and what was typed is in the name or the code of, by groups."""
    q = request.args.get("q", "").strip().lower()
    found: dict[str, list[Field]] = {}
    for code, field in every.items():
        words = f"{code} {field.name_zh} {field.name_en}".lower()
        if shown in asked.get(code, ()) and q in words:
            found.setdefault(field.group, []).append(field)
    return found


def _given(changing: Field | None, asked: dict[str, set[str]], shown: str) -> dict[str, Any]:
    if changing is not None:
        return changing.json() | {"versions": sorted(asked.get(changing.code, ()))}
    return {
        "code": "", "group": "people", "scale": 0, "nature": Nature.CUM, "roll_up": RollUp.SUM,
        "position": LAST, "versions": [shown], "only_for": [], "not_for": [], "revision": None,
    }  # fmt: skip


@blueprint.post("/reports/indicators")
@blueprint.doc(hide=True)
def write() -> ResponseReturnValue:
    """Add or change an indicator from the page; what hinders it is said there."""
    given = web.form_fields()
    typed = {"code": "", "core": False, "versions": [], "position": LAST} | {
        key.removesuffix("[]"): value for key, value in given.items()
    }
    return _written(typed, lambda: _write_indicator(typed), field="typed")


def _write_indicator(typed: dict[str, Any]) -> str:
    form = web.check(_Indicator, typed)
    base = "" if form.revision is None else str(form.revision)
    attempt = Attempt(
        id=indicator_id(form.code), base=base, digest=web.body_digest(), edit=bool(base),
        mutable=True,
    )  # fmt: skip
    order = schemas.PutIndicator(**form.model_dump(exclude={"code", "revision"}))
    write_indicator(attempt, form.code, order)
    return form.code


@blueprint.post("/reports/indicators/editions")
@blueprint.doc(hide=True)
def add_edition() -> ResponseReturnValue:
    """Add an edition of the form from the page; it begins as a copy of another."""
    typed = {"code": "", **web.form_fields()}
    return _written(typed, lambda: _write_edition(typed), field="edition")


def _write_edition(typed: dict[str, Any]) -> str:
    form = web.check(_Edition, typed)
    attempt = Attempt(id=edition_id(form.code), base="", digest=web.body_digest())
    order = schemas.PutFormVersion(**form.model_dump(exclude={"code"}))
    write_edition(attempt, form.code, order)
    return form.code


def _written(typed: dict[str, Any], act: Any, *, field: str) -> ResponseReturnValue:
    require("indicator.write")
    try:
        saved = act()
    except (BaseRequired, BodyDiffers):
        there = _("This code is taken.")
        taken = FieldError("code", "taken", there)
        return _again(typed, Invalid(_("Some fields need another look."), [taken]), field)
    except (Invalid, IllegalTransition, StaleBase) as error:
        return _again(typed, error, field)
    return web.see_other("form_book.page_list", saved=saved, edition=request.args.get("edition"))


def _again(typed: dict[str, Any], error: Any, field: str) -> ResponseReturnValue:
    if field == "edition" and isinstance(error, Invalid):  # the page has two codes
        error.errors = tuple(
            replace(each, field="edition-code") if each.field == "code" else each
            for each in error.errors
        )
    with reading() as session:
        context = _context(session, **{field: typed}, error=error)
    return web.page("reports/form_book.html", **context), error.status


@blueprint.get("/reports/indicators/export")
@blueprint.doc(hide=True)
def export() -> ResponseReturnValue:
    """Send the indicators of an edition with their definitions and sources as a workbook."""
    require(_to_look())
    with reading() as session:
        context = _context(session)
    words = context["group_words"], context["natures"], context["roll_ups"], context["kinds"]
    rows = [_row(each, context["names"], words) for mine in context["groups"].values()
            for each in mine]  # fmt: skip
    title = _("Indicators of the form, edition %(edition)s", edition=context["shown"])
    headings = [
        _("Part of the form"), _("Figure"), _("Code"), _("Unit"), _("Decimals"), _("What it is"),
        _("In a total"), _("Part of which figure"), _("Kind of disaster"), _("Definition"),
        _("Source"), _("Confidence"),
    ]  # fmt: skip
    sheet = sheets.Sheet(name=_("Indicators"), headings=headings, rows=rows, note=title)
    return web.attachment(sheets.write_workbook([sheet]), sheets.XLSX, f"{title}.xlsx")


def _row(each: Field, names: dict[str, str], words: Any) -> list[Any]:
    groups, natures, roll_ups, kinds = words
    return [
        groups.get(each.group, each.group), each.name, each.code, each.unit, each.scale,
        natures[each.nature], roll_ups[each.roll_up], names.get(each.part_of, ""),
        asked_words(each, kinds), each.help, each.source, each.confidence,
    ]  # fmt: skip


def asked_words(each: Field, kinds: dict[str, str]) -> str:
    """Say for which kinds of disaster an indicator is asked."""
    mark = _(", ")
    if each.only_for:
        return _("only: %(kinds)s", kinds=mark.join(kinds[one] for one in each.only_for.split()))
    if each.not_for:
        return _("not: %(kinds)s", kinds=mark.join(kinds[one] for one in each.not_for.split()))
    return ""
