"""The form, at a desk or on a phone: what is proposed stands beside each figure, unticked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries as reports
from damage_reports.relief_work import queries, schemas
from damage_reports.relief_work.queries.totals import counties_of
from damage_reports.relief_work.routes.api import file_form
from damage_reports.relief_work.routes.blueprint import blueprint, may_file
from damage_reports.relief_work.routes.pages import groups
from damage_reports.relief_work.routes.words import WORDS
from damage_reports.routes.api import disaster_of
from damage_reports.routes.form_pages import as_instant, suggested_round
from damage_reports.routes.words import group_words
from damage_reports.rules import Nature
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, StaleBase
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _


@blueprint.get("/relief-work/new")
@blueprint.doc(hide=True)
def page_new() -> ResponseReturnValue:
    """Show the form of a county for a round, with what is proposed for each figure."""
    require("report.submit")
    with reading() as session:
        found = look(session)
        county = _county(found)
        require("report.submit", county.id)
        opened = reports.rounds(session, disaster_of(found))
        round_ = request.args.get("round") or suggested_round(found, opened)
        return web.page("relief_work/form.html", **_context(session, found, county, round_))


def _county(found: disasters.Looking) -> AreaNode:
    """Return the county to file for: the one looked at or above it, or the first below."""
    own = found.tree.ancestor_at(found.area.id, Level.COUNTY)
    below = counties_of(found.tree, found.area)
    if own is None and not below:
        raise Invalid(_("Counties file this form; others add up."))
    return own or below[0]


def _context(
    session: Session, found: disasters.Looking, county: AreaNode, round_: str, *,
    given: Mapping[str, Any] | None = None, error: Invalid | StaleBase | None = None,
) -> dict[str, Any]:  # fmt: skip
    disaster = disaster_of(found)
    fields = queries.fields_of(session, disaster)
    standing = queries.current_on_grain(
        session, disaster_id=disaster.id, area_id=county.id, round_=round_
    )
    before = standing or queries.latest_before(
        session, disaster_id=disaster.id, area_id=county.id, other_than=round_
    )
    previous = queries.values_of(session, before.id, fields) if before else {}
    proposed = queries.proposals(session, disaster, county.id, fields, at=found.view.now)
    kept = previous if standing else {k: v for k, v in previous.items() if k not in proposed}
    return {
        "seen": found, "county": county, "round": round_, "standing": standing, "before": before,
        "fields": fields, "groups": groups(fields), "group_words": group_words(),
        "previous": previous, "proposed": proposed, "Nature": Nature,
        "typed": given.get("values", {}) if given else _boxes(kept, fields),
        "unknown": given.get("unknown", {}) if given else {c for c, v in kept.items() if v is None},
        "taken": given.get("taken", {}) if given else {},
        "reasons": given.get("reasons", {}) if given else (standing.reasons if standing else {}),
        "as_of": given.get("as_of", "") if given else "",
        "form_id": (given or {}).get("id") or str(uuid6.uuid7()),
        "rounds": reports.rounds(session, disaster),
        "counties": [each for each in found.tree.at_level(Level.COUNTY) if may_file(each)],
        "error": error, "wrong": _wrong(error), "box": box, "sent": sent_as,
        **WORDS,
    }  # fmt: skip


def _boxes(values: Mapping[str, Any], fields: Mapping[str, reports.Field]) -> dict[str, str]:
    return {code: box(fields[code], each) for code, each in values.items() if each is not None}


def box(field: reports.Field, value: Any) -> str:
    """Return a figure as a box for typing holds it: an instant in local time, to the minute."""
    told = field.told(value)
    if field.nature == Nature.INSTANT:
        return str(told).replace(" ", "T")
    return str(value)


def sent_as(field: reports.Field, value: Any) -> str:
    """Return a figure as the form sends it when it is taken over."""
    plain = field.plain(value)
    return plain.isoformat() if isinstance(plain, datetime) else str(plain)


def _wrong(error: Invalid | StaleBase | None) -> dict[str, str]:
    problems = error.errors if isinstance(error, Invalid) else ()
    return {each.field.rpartition(".")[2]: each.message for each in problems}


@blueprint.post("/relief-work/new")
@blueprint.doc(hide=True)
def file_page() -> ResponseReturnValue:
    """Take the form of a browser; every field error goes back beside its field."""
    require("report.submit")
    given = web.form_fields()
    try:
        order = web.check(schemas.PutForm, _order(given))
        form_id = _form_id(given)
        with transaction() as session:
            file_form(session, form_id, order)
    except (Invalid, StaleBase) as error:
        return _again(given, error)
    return web.see_other("relief_work.page_one", form_id=form_id)


def _form_id(given: Mapping[str, Any]) -> UUID:
    try:
        return UUID(str(given.get("id")))
    except ValueError:
        lost = _("The form lost its id. Reload the page.")
        raise Invalid(lost, [FieldError("content", "id", lost)]) from None


def _order(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed and ticked; a box ticked as not yet known is null."""
    order = {key: value for key, value in given.items() if key not in ("id", "unknown")}
    unknown = _part(given, "unknown")
    if isinstance(given.get("values", {}), dict):
        typed = {code: _with_zone(str(each)) for code, each in _part(given, "values").items()}
        _refuse_two_answers(typed, unknown)
        order["values"] = typed | dict.fromkeys(unknown)
    if "as_of" in given:
        order["as_of"] = as_instant(str(given["as_of"]))
    return order


def _with_zone(text: str) -> str:
    """Return a figure as it was typed; a local time, as only a field of time gives it, zoned."""
    return as_instant(text) if "T" in text else text


def _refuse_two_answers(typed: Mapping[str, Any], unknown: Mapping[str, Any]) -> None:
    """Refuse two proposals ticked for one figure, or a figure that is said to be unknown too."""
    both = _("There is a figure here, and it is marked as not yet known. Choose one.")
    problems = [FieldError(f"values.{code}", "either", both) for code in typed if code in unknown]
    problems += [
        FieldError(key, "either", _("Take one of what is proposed, not two."))
        for key in request.form
        if len(request.form.getlist(key)) > 1
    ]
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def _part(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the fields under a name, or none where a tampered form has one field of it."""
    found = given.get(name, {})
    return dict(found) if isinstance(found, dict) else {}


def _again(given: dict[str, Any], error: Invalid | StaleBase) -> ResponseReturnValue:
    """Show the form once more with all that was typed, or say what is wrong with its address."""
    with reading() as session:
        try:
            found = disasters.looking(
                session, disaster_id=UUID(str(given.get("disaster_id"))),
                area_code=str(given.get("area_code", "")),
            )  # fmt: skip
        except ValueError:
            raise error from None
        county = _county(found)
        require("report.submit", county.id)
        told = given | {name: _part(given, name)
                        for name in ("values", "taken", "unknown", "reasons")}  # fmt: skip
        context = _context(
            session, found, county, str(given.get("round", "")), given=told, error=error
        )
        return web.page("relief_work/form.html", **context), error.status
