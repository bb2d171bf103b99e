"""The pages of sources: what differs, where one figure comes from, and deciding about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas
from damage_reports.queries import Difference, Field, Trace
from damage_reports.routes.api import disaster_of
from damage_reports.routes.outliers import counties
from damage_reports.routes.pages import blueprint
from damage_reports.routes.quick_reports import drill_mark, short
from damage_reports.routes.sources import indicator_asked, settle, settlers, traced
from damage_reports.routes.words import group_words
from damage_reports.rules import REPORT, Basis, ChoiceRule, round_words
from relief_ops import clock, sheets, web
from relief_ops.auth import lookup, require, viewer
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import Forbidden, IllegalTransition, Invalid, StaleBase
from relief_ops.geo import Level
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict

MOST = 200
CSV = "text/csv; charset=utf-8"
Refusal = Invalid | StaleBase | Forbidden | IllegalTransition
ORDERS: dict[str, Callable[[Difference], Any]] = {
    "percent": lambda each: -each.gap.percent,
    "size": lambda each: -each.gap.size,
    "since": lambda each: -each.since.timestamp(),
    "area": lambda each: each.node.code,
}
SHOWN: dict[str, Callable[[Difference], bool]] = {
    "open": lambda each: each.settled is None,
    "settled": lambda each: each.settled is not None,
    "all": lambda _each: True,
}


@blueprint.get("/reports/sources")
def sources_page() -> ResponseReturnValue:
    """Show the figures whose sources differ too much, for somebody to look at."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        every = queries.differences(session, seen.disaster, seen.tree, seen.area)
        context = _queue(session, seen, every)
    return web.page("reports/sources.html", **context)


def _queue(
    session: Session, seen: disasters.Looking, every: Sequence[Difference]
) -> dict[str, Any]:
    found = _asked(every)
    fields = {each.field.code: each.field for each in every}
    return {
        "seen": seen,
        "found": found[:MOST],
        "more": len(found) - MOST,
        "every": every,
        "fields": sorted(fields.values(), key=lambda each: each.position),
        "only": request.args.get("indicator", ""),
        "show": _choice("show", SHOWN, "open"),
        "order": _choice("sort", ORDERS, "percent"),
        "counties": counties(seen),
        "names": queries.source_names(session),
        "people": settlers(session, found),
        "may_rule": _may("source_rule.set", seen.area.id, seen),
        "may_file": _may("figure_claim.file", seen.area.id, seen),
    }


def _asked(every: Sequence[Difference]) -> list[Difference]:
    """Return the differences the address asks for, in its order."""
    only = request.args.get("indicator", "")
    shown, key = SHOWN[_choice("show", SHOWN, "open")], ORDERS[_choice("sort", ORDERS, "percent")]
    return sorted((x for x in every if shown(x) and only in ("", x.field.code)), key=key)


def _choice(name: str, choices: dict[str, Any], usual: str) -> str:
    given = request.args.get(name, usual)
    return given if given in choices else usual


def _may(permission: str, area_id: UUID, seen: disasters.Looking) -> bool:
    who = viewer()
    return who is not None and who.may(permission, area_id, seen.tree)


@blueprint.get("/reports/sources/export")
def export_sources() -> ResponseReturnValue:
    """Give the differences as a table (会商纪要): each source's figure, what counts, and why."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        disaster = disaster_of(seen)
        found = _asked(queries.differences(session, disaster, seen.tree, seen.area))
        names, people = queries.source_names(session), settlers(session, found)
    title = f"{drill_mark(bool(seen.drill))}{disaster.name} {seen.area.name} "
    title += _("Figures that differ by source")
    said = [code for code in names if any(code in each.figures for each in found)]
    headings = _headings([names[each] for each in said], drill=bool(seen.drill))
    rows = [_row(each, said, names, people, drill=bool(seen.drill)) for each in found]
    if request.args.get("format") == "csv":
        return web.attachment(sheets.write_csv(headings, rows), CSV, f"{title}.csv")
    sheet = sheets.Sheet(
        name=_("Differences between sources"), headings=headings, rows=rows, note=title
    )
    return web.attachment(sheets.write_workbook([sheet]), sheets.XLSX, f"{title}.xlsx")


def _headings(said: list[str], *, drill: bool) -> list[str]:
    head = [_("Area"), _("Code"), _("County"), _("Figure"), _("Unit"), *said]
    head += [_("Difference"), _("Difference in %"), _("Counts now"), _("Decided"), _("Reason")]
    return [*head, _("Decided by"), _("At"), *([_("Kind of figures")] if drill else [])]


def _row(
    each: Difference, said: list[str], names: dict[str, str], people: dict[UUID | None, str], *,
    drill: bool,
) -> list[Any]:  # fmt: skip
    figures = [short(each.figures[code]) if code in each.figures else None for code in said]
    row = [each.node.name, each.node.code, each.county.name if each.county else "",
           each.field.name, each.field.unit, *figures, short(each.gap.size),
           round(each.gap.percent, 1), names.get(each.counts or "", "")]  # fmt: skip
    done = each.settled
    if done is None:
        row += [_("to look at"), "", "", ""]
    else:
        at = f"{clock.local(done.at):%Y-%m-%d %H:%M}"
        row += [names.get(done.source, ""), done.reason, people.get(done.actor_id, ""), at]
    return [*row, _("DRILL")] if drill else row


@blueprint.get("/reports/sources/figure")
def figure_page() -> ResponseReturnValue:
    """Show where one figure of an area comes from, and what may be decided about it."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        context = _figure(session, seen)
    return web.page("reports/figure.html", **context)


def _figure(
    session: Session, seen: disasters.Looking, error: Refusal | None = None
) -> dict[str, Any]:
    field = indicator_asked(session, seen, usual="affected")
    found, disaster = traced(session, seen, field), disaster_of(seen)
    past = seen.view.at or seen.view.known_at
    gap = None if past else queries.difference(
        session, disaster, seen.tree, seen.area, field.code
    )  # fmt: skip
    decided = queries.settlements(session, disaster.id, seen.area.id, field.id)
    ever = queries.claims_ever(session, disaster.id, seen.area.id, field.id)
    people = found.people | {x.actor_id for x in decided} | {x.author_id for x in ever}
    above = seen.area.parent_id or seen.area.id
    return {
        "seen": seen,
        "found": found,
        "field": field,
        "gap": gap,
        "decided": decided,
        "ever": queries.shown_claims(session, ever, seen.tree),
        "authors": {row.id: row.author_id for row in ever},
        "names": queries.source_names(session),
        "people": lookup.names(session, people),
        "named": {
            each.disaster_id: disasters.name_of(session, each.disaster_id) for each in found.parts
        },
        "rule_words": rule_words(seen, found.rule, field) if found.rule else "",
        "mark": queries.mark_words,
        "basis": queries.basis_of(seen.view),
        "Basis": Basis,
        "past": past,
        "REPORT": REPORT,
        "round_words": round_words,
        "may_settle": bool(gap) and _may("figure_gap.settle", above, seen),
        "may_file": _files(seen) and _may("figure_claim.file", seen.area.id, seen),
        "mine": _mine(found),
        "new_id": str(uuid6.uuid7()),
        "error": error,
        "typed": request.form.get("reason", ""),
    }


def _files(seen: disasters.Looking) -> bool:
    return seen.area.level in (Level.TOWNSHIP, Level.COUNTY)


def _mine(found: Trace) -> set[str]:
    """Return the sources whose figure the reader filed: somebody else chooses those."""
    who = viewer()
    return {each.source for each in found.voices if who and each.author_id == who.id}


def rule_words(seen: disasters.Looking, rule: ChoiceRule, field: Field) -> str:
    """Return for which figures of which area a rule for a figure is."""
    figures = figures_words(rule.indicator, rule.group, {field.code: field.name})
    return f"{_area_of(seen, rule)} · {figures}"


def _area_of(seen: disasters.Looking, rule: ChoiceRule) -> str:
    name = next(n.name for n in seen.tree.ancestors(seen.area.id) if n.id == rule.area)
    return _("%(area)s alone", area=name) if rule.only_here else name


def figures_words(indicator: str, group: str, named: Mapping[str, str]) -> str:
    """Return which figures a rule is for; one figure by its name in `named`."""
    if indicator:
        return named.get(indicator, indicator)
    return group_words().get(group, group) if group else _("all figures")


@blueprint.post("/reports/sources/settle")
def settle_form() -> ResponseReturnValue:
    """Decide from the page of a figure; what hinders it is said there."""
    given = web.form_fields()
    own = web.check(_Own, {"id": given.pop("id", None)})
    order = web.check(_Given, given)
    try:
        settle(own.id, web.check(schemas.PutGapSettlement, given))
    except (Invalid, StaleBase, Forbidden, IllegalTransition) as error:
        return _again(order, error)
    return web.see_other(
        "report_pages.figure_page", disaster=order.disaster_id, area=order.area_code,
        indicator=order.indicator,
    )  # fmt: skip


class _Own(Strict):
    """The id a page gave its form."""

    id: UUID


class _Given(schemas.PutGapSettlement):
    """What a form surely has; what it may lack is said beside it."""

    source: str = ""
    reason: str = ""


def _again(order: _Given, error: Refusal) -> ResponseReturnValue:
    with reading() as session:
        seen = disasters.looking(
            session, disaster_id=order.disaster_id, area_code=order.area_code,
            settings={"indicator": order.indicator},
        )  # fmt: skip
        require("report.read", seen.area.id)
        context = _figure(session, seen, error)
    return web.page("reports/figure.html", **context), error.status
