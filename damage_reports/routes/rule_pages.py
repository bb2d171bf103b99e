"""The page of the rules of choice (取数规则): which hold, who set them, what held before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas
from damage_reports.models import SourceRule
from damage_reports.queries import Source
from damage_reports.routes.api import disaster_of
from damage_reports.routes.outliers import counties
from damage_reports.routes.pages import blueprint, groups_of
from damage_reports.routes.source_pages import figures_words
from damage_reports.routes.sources import set_rule
from damage_reports.routes.words import group_words
from damage_reports.rules import REPORT, SourceKind
from relief_ops import web
from relief_ops.auth import lookup, require, viewer
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, StaleBase
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict

PLACES = 5  # sources one order may name on the page


class _Rule(Strict):
    """The form of a rule; `figures` is empty for all, `group:…` for a group, else one figure."""

    id: UUID
    disaster_id: UUID
    area_code: schemas.AreaCode
    figures: str = ""
    only_here: bool = False
    sources: dict[str, schemas.SourceCode] = {}
    reason: str = ""
    base: UUID | None = None
    end: bool = False

    def order(self) -> dict[str, Any]:
        """Return what is asked as the API takes it."""
        kind, _sign, group = self.figures.partition(":")
        return {
            "disaster_id": str(self.disaster_id),
            "area_code": self.area_code,
            "indicator": "" if group else kind,
            "group": group,
            "only_here": self.only_here,
            "sources": [] if self.end else [code for _at, code in sorted(self.sources.items())],
            "base": str(self.base) if self.base else None,
        } | ({"reason": self.reason} if self.reason else {})


@blueprint.get("/reports/sources/rules")
def rules_page() -> ResponseReturnValue:
    """Show which rules hold in an area, with the form to set another; ?change= fills it in."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        context = _context(session, seen)
    return web.page("reports/source_rules.html", **context)


def _context(
    session: Session, seen: disasters.Looking, typed: _Rule | None = None,
    error: Invalid | StaleBase | None = None,
) -> dict[str, Any]:  # fmt: skip
    disaster = disaster_of(seen)
    form = queries.form_of(session, disaster.form_version)
    rows = queries.rules_set(session, disaster.id, seen.tree, seen.area)
    sources = queries.sources(session)
    named = {code: field.name for code, field in form.items()}
    changing = next((row for row in rows if str(row.id) == request.args.get("change")), None)
    return {
        "seen": seen,
        "standing": [row for row in rows if row.set_to is None and row.sources],
        "history": rows,
        "areas": {row.id: seen.tree.node(row.area_id) for row in rows},
        "figures": {row.id: figures_words(row.indicator, row.group_code, named) for row in rows},
        "names": {code: each.name for code, each in sources.items()},
        "people": lookup.names(session, {row.actor_id for row in rows}),
        "sources": sources,
        "kinds": kind_words(),
        "groups": groups_of(form),
        "group_words": group_words(),
        "places": range(PLACES),
        "counties": [each for each in counties(seen) if _may(seen, each.id)],
        "asked": _asked(typed, changing, seen, sources),
        "may_set": _may(seen, seen.area.id),
        "new_id": str(uuid6.uuid7()),
        "error": error,
    }


def _asked(
    typed: _Rule | None, changing: SourceRule | None, seen: disasters.Looking,
    sources: Mapping[str, Source],
) -> dict[str, Any]:  # fmt: skip
    """Return what the form holds: what was typed, a rule to change, or nothing yet."""
    if typed:
        return typed.order() | {"reason": typed.reason, "figures": typed.figures}
    if changing:
        group = f"group:{changing.group_code}" if changing.group_code else ""
        return {
            "area_code": seen.tree.node(changing.area_id).code, "only_here": changing.only_here,
            "figures": changing.indicator or group, "sources": changing.sources,
            "base": changing.id, "reason": "",
        }  # fmt: skip
    given = request.args.get("indicator", "")
    return {
        "area_code": seen.area.code, "only_here": False, "figures": given, "base": None,
        "sources": [REPORT] if sources else [], "reason": "",
    }  # fmt: skip


def _may(seen: disasters.Looking, area_id: UUID) -> bool:
    who = viewer()
    return who is not None and who.may("source_rule.set", area_id, seen.tree)


def kind_words() -> dict[str, str]:
    """Return the kinds of sources in words."""
    return {
        SourceKind.REPORT: _("Report"),
        SourceKind.BUREAU: _("Bureau"),
        SourceKind.INSURER: _("Insurer"),
        SourceKind.SATELLITE: _("Satellite"),
        SourceKind.MODEL: _("Model"),
    }


@blueprint.post("/reports/sources/rules")
def set_rule_form() -> ResponseReturnValue:
    """Set a rule from the page; what hinders it is said there."""
    given = web.check(_Rule, web.form_fields())
    try:
        set_rule(given.id, _order(given))
    except (Invalid, StaleBase) as error:
        return _again(given, error)
    return web.see_other(
        "report_pages.rules_page", disaster=given.disaster_id, area=given.area_code
    )


def _order(given: _Rule) -> schemas.PutSourceRule:
    if not (given.sources or given.end):
        wrong = FieldError("sources", "missing", _("Name at least one source."))
        raise Invalid(_("Some fields need another look."), [wrong])
    return web.check(schemas.PutSourceRule, given.order())


def _again(given: _Rule, error: Invalid | StaleBase) -> ResponseReturnValue:
    with reading() as session:
        seen = disasters.looking(session, disaster_id=given.disaster_id, area_code=given.area_code)
        require("report.read", seen.area.id)
        context = _context(session, seen, given, error)
    return web.page("reports/source_rules.html", **context), error.status
