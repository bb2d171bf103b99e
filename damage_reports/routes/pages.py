"""The pages of reports: the totals table, the form, one report. The board has its own file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas, services
from damage_reports.models import Report
from damage_reports.queries import Field
from damage_reports.routes.api import checked, whole_tree
from damage_reports.routes.shown_parts import grouped_of
from damage_reports.routes.shown_photos import gallery_of
from damage_reports.routes.words import level_words, means_words
from damage_reports.rules import (
    Basis,
    ReportState,
    mark_on,
    may_become,
    round_words,
    state_words,
)
from relief_ops import plugins, sheets, web
from relief_ops.auth import lookup, require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.routes import look
from relief_ops.errors import IllegalTransition, Invalid, ReliefError
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.i18n import gettext as _
from relief_ops.plugins import NavEntry

blueprint = APIBlueprint(
    "report_pages", __name__, template_folder="../templates", enable_openapi=False
)


@blueprint.get("/reports")
def totals() -> ResponseReturnValue:
    """Show the totals of an area, drilled down level by level, and what waits for a person."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        form = queries.form_of(session, seen.disaster.form_version)
        found = queries.rollup(
            session,
            disaster_id=seen.disaster.id,
            area=seen.area,
            tree=seen.tree,
            form=form,
            basis=queries.basis_of(seen.view),
            at=seen.view.at,
            known_at=seen.view.known_at,
        )
        process = queries.process_of(session, seen.disaster, seen.tree)
        waiting = [
            {"report": each, "area": seen.tree.node(each.area_id)}
            for each in queries.rivals(session, process)
        ]
        shown = [field for field in form.values() if field.code in found.area.values or field.core]
        latest = latest_reports(session, seen)
        units = (found.area, *found.children, *(each.unit for each in found.parts))
        names = queries.names_for(session, units)
        grouped = grouped_of(session, seen, seen.disaster)
    return web.page(
        "reports/totals.html",
        report_states=state_words(),
        round_words=round_words,
        seen=seen,
        rollup=found,
        names=names,
        mark_words=queries.mark_words,
        fields=shown,
        waiting=waiting,
        basis=queries.basis_of(seen.view),
        Basis=Basis,
        latest=latest,
        links=links_for(seen),
        may_file=_may("report.submit", seen),
        **grouped,
    )


@blueprint.get("/reports/export")
def export() -> ResponseReturnValue:
    """Give the totals of an area and those below it (?below=all: every one) as a workbook."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            raise Invalid(_("There is no disaster to report on."))
        form = queries.form_of(session, seen.disaster.form_version)
        found = queries.rollup(
            session, disaster_id=seen.disaster.id, area=seen.area, tree=seen.tree, form=form,
            basis=queries.basis_of(seen.view), at=seen.view.at, known_at=seen.view.known_at,
            every=whole_tree(),
        )  # fmt: skip
        units = (found.area, *found.children, *(each.unit for each in found.parts))
        names = queries.names_for(session, units)
        parts = {
            each.disaster_id: disasters.name_of(session, each.disaster_id) for each in found.parts
        }
    head = [_("Area"), _("Code"), _("Level"), _("Reported"), _("Latest figures of")]
    head += [f"{field.name} ({field.unit})" for field in form.values()]
    head += [_("Not from the report")] if names else []
    drill = _("DRILL") + " " if seen.drill else ""
    title = f"{drill}{seen.disaster.name} {seen.area.name}"
    rows = [_row(unit, form, names) for unit in (found.area, *found.children)]
    rows[1:1] = [[f"{_('of which')} {parts[each.disaster_id]}", *_row(each.unit, form, names)[1:]]
                 for each in found.parts]  # fmt: skip
    sheet = sheets.Sheet(name=_("Totals"), headings=head, rows=rows, note=title)
    return web.attachment(lambda: sheets.write_workbook([sheet]), sheets.XLSX, f"{title}.xlsx")


def _row(unit: queries.Unit, form: Mapping[str, Field], names: Mapping[str, str]) -> list[Any]:
    values = [unit.values.get(code) for code in form]
    stamp = unit.newest_as_of.isoformat() if unit.newest_as_of else ""
    said = [_whose(unit.marks(), form, names)] if names else []
    reported = f"{unit.reported}/{unit.expected}"
    level = level_words().get(unit.node.level, "")
    return [unit.node.name, unit.node.code, level, reported, stamp, *values, *said]


def _whose(marks: Mapping[str, str], form: Mapping[str, Field], names: Mapping[str, str]) -> str:
    """Return in words which figures are no report's, and whose they are."""
    return "; ".join(
        f"{form[code].name}: {queries.mark_words(mark, names)}"
        for code, mark in marks.items()
        if code in form
    )


def latest_reports(session: Session, seen: disasters.Looking) -> list[Any]:
    """Return the last forty revisions received in the area, with their places."""
    if seen.disaster is None:
        return []
    process = queries.process_of(session, seen.disaster, seen.tree)
    rows = queries.received(session, process, within=seen.tree.within(seen.area.id))
    return [{"report": each, "area": seen.tree.node(each.area_id)} for each in rows]


def links_for(seen: disasters.Looking) -> list[NavEntry]:
    """Return what other packages put beside the figures, as far as the reader may see it."""
    found: list[NavEntry] = list(plugins.contributed("report_links"))
    return sorted((each for each in found if _may(each.permission, seen)), key=_place)


def _place(entry: NavEntry) -> int:
    return entry.order


def _may(permission: str, seen: disasters.Looking) -> bool:
    who = viewer()
    return who is not None and who.may(permission, seen.area.id, seen.tree)


def groups_of(form: Mapping[str, Field]) -> dict[str, list[Field]]:
    """Return the figures of the form by their groups."""
    groups: dict[str, list[Field]] = {}
    for field in form.values():
        groups.setdefault(field.group, []).append(field)
    return groups


@blueprint.get("/reports/<uuid:report_id>")
def show(report_id: UUID) -> ResponseReturnValue:
    """Show one revision beside the one before it, its verdicts and its history."""
    return report_page(report_id)


def may_withdraw_others(report: Report, tree: AreaTree) -> bool:
    """Whether the viewer reports for the township a report is of, or lies in.

    Whoever may enter reports of a whole county does not: a level above returns, with a reason.
    """
    who, township = viewer(), tree.ancestor_at(report.area_id, Level.TOWNSHIP)
    if who is None or township is None or not who.may("report.submit", township.id, tree):
        return False
    return not (township.parent_id and who.may("report.submit", township.parent_id, tree))


def _may_withdraw(session: Session, report: Report, disaster: Disaster, tree: AreaTree) -> bool:
    who = viewer()
    if who is None or not who.may("report.submit", report.area_id, tree):
        return False
    state = ReportState(report.state)
    return (
        (who.id == report.author_id or may_withdraw_others(report, tree))
        and disaster.state != "closed"
        and may_become(state, ReportState.WITHDRAWN)
        and (state == ReportState.RIVAL or not queries.accepted_on_grain(session, report))
    )


def report_page(report_id: UUID, error: ReliefError | None = None, typed: str = "") -> str:
    """Show one revision; `error` says why what was typed of it was not taken."""
    require("report.read")
    with reading() as session:
        report = queries.report(session, report_id)
        disaster = disasters.disaster(session, report.disaster_id)
        tree = disasters.division_tree(session, disaster)
        form = queries.form_of(session, report.form_version)
        history = queries.revisions(session, report)
        before = queries.latest_before(
            session, disaster_id=disaster.id, area_id=report.area_id, as_of=report.as_of,
            other_than=report.round,
        )  # fmt: skip
        compared = report.base_id or (before.id if before else None)
        area = tree.node(report.area_id)
        who = viewer()
        doubted = queries.doubts_of(session, report, disaster, tree)
        verdicts = queries.verdicts(session, report.id)
        standing = next((each for each in history if each.current), None)
        return web.page(
            "reports/report.html",
            report_states=state_words(),
            round_words=round_words,
            mark_on=mark_on,
            means=means_words(),
            said=_said(session, report, disaster, area, form),
            report=report,
            area=area,
            disaster=disaster,
            groups=groups_of(form),
            values=queries.values_of(session, report.id, form),
            before=queries.values_of(session, compared, form) if compared else {},
            findings=queries.told(
                queries.findings(session, checked(session, report, disaster, tree, form)), form
            )
            + queries.told_doubts(doubted),
            history=history,
            standing=standing,
            stands=queries.values_of(session, standing.id, form) if standing else {},
            verdicts=verdicts,
            held=queries.holds(session, disaster.id, report.round).get(area.id),
            own=queries.own_figures(session, report, form),
            may_answer=who is not None and who.may("report.submit", area.id, tree),
            me=who.id if who else None,
            unique_id=lambda: str(uuid6.uuid7()),
            may_judge=who is not None
            and who.may("report.review", area.parent_id, tree)
            and report.author_id != who.id
            and (disaster.state != "closed" or error is not None),
            verdict_id=str(uuid6.uuid7()),
            error=error,
            typed=typed,
            may_withdraw=_may_withdraw(session, report, disaster, tree),
            names=lookup.names(session, {each.actor_id for each in verdicts}),
            **gallery_of(session, report, disaster, tree),
        )


def _said(
    session: Session, report: Report, disaster: Disaster, area: AreaNode,
    form: Mapping[str, Field],
) -> list[dict[str, str]]:  # fmt: skip
    """Return the groups in which the report can be read out; none where it cannot."""
    values = queries.values_of(session, report.id, form)
    digits = queries.digits_of(
        session, disaster, area, round_=report.round, as_of=report.as_of, values=values
    )
    return queries.said_groups(digits or "")


@blueprint.post("/reports/<uuid:report_id>/verdict")
def judge(report_id: UUID) -> ResponseReturnValue:
    """Take a verdict from the report's page."""
    given = {k: v for k, v in web.form_fields().items() if k != "next"}
    if given.get("action") == "own":
        given["values"] = {given.pop("indicator", ""): given.pop("value", "")}
    try:
        order = web.check(schemas.PutVerdict, given)
        _judge(report_id, order)
    except (IllegalTransition, Invalid) as error:
        return report_page(report_id, error, str(given.get("reason", ""))), error.status
    return web.see_other("report_pages.show", report_id=report_id)


def _judge(report_id: UUID, order: schemas.PutVerdict) -> None:
    with transaction() as session:
        report = queries.report(session, report_id, lock=True)
        disaster = disasters.disaster(session, report.disaster_id)
        node = disasters.division_tree(session, disaster).node(report.area_id)
        actor_id = require("report.review", node.parent_id or node.id)
        attempt = web.attempt(order.id, revised=True)
        services.put_verdict(
            session, attempt, order, report=report, disaster=disaster, actor_id=actor_id
        )


@blueprint.post("/reports/<uuid:report_id>/settlement")
def settle(report_id: UUID) -> ResponseReturnValue:
    """Take the decision which of two rival reports counts."""
    given = web.form_fields()
    try:
        _settle(report_id, web.check(schemas.PutSettlement, given))
    except (IllegalTransition, Invalid) as error:
        return report_page(report_id, error, str(given.get("reason", ""))), error.status
    return web.see_other("report_pages.show", report_id=report_id)


def _settle(report_id: UUID, order: schemas.PutSettlement) -> None:
    with transaction() as session:
        report = queries.report(session, report_id, lock=True)
        disaster = disasters.disaster(session, report.disaster_id)
        node = disasters.division_tree(session, disaster).node(report.area_id)
        actor_id = require("report.settle", node.parent_id or node.id)
        attempt = web.attempt(order.id, revised=True)
        services.put_settlement(
            session, attempt, order, report=report, disaster=disaster, actor_id=actor_id
        )
