"""Reports, verdicts, totals and indicators over the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas, services
from damage_reports.models import Report
from damage_reports.rules import WORK
from relief_ops import geo, receipts, web
from relief_ops.auth import require
from relief_ops.auth.home import own_root
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _

blueprint = APIBlueprint("reports", __name__)
EDITION_CODE = 16  # letters; an edition of relief work stands beside one of damage
REPORT_LIMIT = 8 * 1024
BELOW = ("next", "all")


@blueprint.put("/api/v1/reports/<uuid:report_id>")
@web.takes(schemas.PutReport, limit=REPORT_LIMIT)
def put_report(report_id: UUID, order: schemas.PutReport) -> ResponseReturnValue:
    """File a revision of an area's figures for one round."""
    with transaction() as session:
        disaster = disasters.disaster(session, order.disaster_id)
        area = disasters.area_by_code(session, order.area_code, disaster)
        actor_id = require("report.submit", area.id)
        attempt = web.attempt(report_id, base=order.base, revised=True)
        receipt = services.put_report(
            session, attempt, order, area=area, disaster=disaster, actor_id=actor_id
        )
    return receipt.json(), receipt.status


@blueprint.get("/api/v1/reports/<uuid:report_id>")
def show_report(report_id: UUID) -> ResponseReturnValue:
    """Show one revision with its figures and what was said of it."""
    require("report.read")
    with reading() as session:
        report = queries.report(session, report_id)
        disaster = disasters.disaster(session, report.disaster_id)
        form = queries.form_of(session, report.form_version)
        tree = disasters.division_tree(session, disaster)
        found = queries.findings(session, checked(session, report, disaster, tree, form))
        shown = queries.shown(session, report, form, tree)
        return shown | {"findings": queries.told(found, form)}


def checked(
    session: Session, report: Report, disaster: Disaster, tree: geo.AreaTree,
    form: Mapping[str, queries.Field],
) -> queries.Checked:  # fmt: skip
    """Return a filed revision as the rules see it."""
    return queries.Checked(
        disaster=disaster,
        area=tree.node(report.area_id),
        form=form,
        values=queries.values_of(session, report.id, form),
        round=report.round,
        as_of=report.as_of,
        kind=report.kind,
        no_change=report.no_change,
        reasons=report.reasons,
        base_id=report.base_id,
        received_at=report.received_at,
    )


@blueprint.put("/api/v1/reports/<uuid:report_id>/verdict")
@web.takes(schemas.PutVerdict)
def put_verdict(report_id: UUID, order: schemas.PutVerdict) -> ResponseReturnValue:
    """Accept, return with a reason, or answer with one's own figures."""
    with transaction() as session:
        report, disaster, actor_id = above(session, report_id, "report.review")
        attempt = web.attempt(order.id, revised=True)
        receipt = services.put_verdict(
            session, attempt, order, report=report, disaster=disaster, actor_id=actor_id
        )
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/reports/<uuid:report_id>/settlement")
@web.takes(schemas.PutSettlement)
def put_settlement(report_id: UUID, order: schemas.PutSettlement) -> ResponseReturnValue:
    """Decide which of two rival reports counts."""
    with transaction() as session:
        report, disaster, actor_id = above(session, report_id, "report.settle")
        attempt = web.attempt(order.id, revised=True)
        receipt = services.put_settlement(
            session, attempt, order, report=report, disaster=disaster, actor_id=actor_id
        )
    return receipt.json(), receipt.status


def above(session: Session, report_id: UUID, permission: str) -> tuple[Report, Disaster, UUID]:
    """Return a report for somebody who judges it from the level above its area."""
    report = queries.report(session, report_id, lock=True)
    disaster = disasters.disaster(session, report.disaster_id)
    node = disasters.division_tree(session, disaster).node(report.area_id)
    require("report.read", node.id)
    return report, disaster, require(permission, node.parent_id or node.id)


@blueprint.get("/api/v1/rollup")
def rollup() -> ResponseReturnValue:
    """Add up an area: values valid at ?at=, as known at ?known_at=, on a ?basis=.

    ?below=all gives every area below it down to the townships instead of the next level only.
    """
    require("report.read")
    with reading() as session:
        seen = look(session)
        disaster = disaster_of(seen)
        require("report.read", seen.area.id)
        found = queries.rollup(
            session,
            disaster_id=disaster.id,
            area=seen.area,
            tree=seen.tree,
            form=queries.form_of(session, disaster.form_version),
            basis=queries.basis_of(seen.view),
            at=seen.view.at,
            known_at=seen.view.known_at,
            every=whole_tree(),
        )
        parts = shown_parts(session, found)
    children = [shown_unit(child) for child in found.children]
    return shown_unit(found.area) | {"children": children, "parts": parts}


def whole_tree() -> bool:
    """Whether ?below=all asks for every area below. Raises Invalid for another word."""
    asked = request.args.get("below", "next")
    if asked not in BELOW:
        wrong = FieldError("below", "query", _("This is not one of the choices: %(choices)s.",
                                               choices=", ".join(BELOW)))  # fmt: skip
        raise Invalid(_("The address has a bad value: %(name)s.", name="below"), [wrong])
    return asked == "all"


def shown_parts(session: Session, found: queries.Rollup) -> list[dict[str, Any]]:
    """Return what the disaster itself and each of its parts hold of a total."""
    return [
        {"disaster_id": each.disaster_id, "disaster": disasters.name_of(session, each.disaster_id)}
        | shown_unit(each.unit)
        for each in found.parts
    ]


@blueprint.get("/api/v1/rollup/trace")
def trace() -> ResponseReturnValue:
    """List the reports an area's total of one ?indicator= (people affected) is made of."""
    require("report.read")
    with reading() as session:
        asked = asked_of_one(session)
        return {
            "area_code": asked.area.code,
            "indicator": asked.only,
            "sources": [
                {
                    "report_id": each.report_id,
                    "disaster_id": each.disaster_id,
                    "area_code": each.node.code,
                    "name": each.node.name,
                    "value": each.value,
                    "as_of": each.as_of,
                    "judged": each.judged,
                    "source": each.source,
                    "claim_id": each.claim_id,
                    "carried": each.carried,
                }
                for each in queries.origins(asked)
            ],
        }


def asked_of_one(session: Session) -> queries.Asked:
    """Return the question the address asks about one indicator, by default people affected."""
    seen = look(session)
    disaster, view = disaster_of(seen), seen.view
    require("report.read", seen.area.id)
    form = queries.form_of(session, disaster.form_version)
    code = view.settings.get("indicator", "affected")
    if code not in form:
        wrong = FieldError("indicator", "query", _("This form does not ask for that."))
        raise Invalid(_("The address has a bad value: %(name)s.", name="indicator"), [wrong])
    return queries.Asked(
        session, disaster.id, seen.area, seen.tree, form, queries.basis_of(view), view.at,
        view.known_at, code,
    )  # fmt: skip


def disaster_of(seen: disasters.Looking) -> Disaster:
    """Return the disaster looked at. Raises Invalid without one."""
    if seen.disaster is None:
        wrong = FieldError("disaster", "missing", _("Say which disaster."))
        raise Invalid(_("The address has a bad value: %(name)s.", name="disaster"), [wrong])
    return seen.disaster


def shown_unit(unit: queries.Unit) -> dict[str, Any]:
    """Return an area's totals as the API gives them.

    `sources` names the figures that are another source's claim, `mixed` counts those in a sum.
    """
    return {
        "area_code": unit.node.code,
        "name": unit.node.name,
        "level": unit.node.level,
        "oldest_as_of": unit.oldest_as_of,
        "newest_as_of": unit.newest_as_of,
        "expected": unit.expected,
        "reported": unit.reported,
        "values": unit.values,
        "known": unit.known,
        "sources": unit.source,
        "mixed": unit.mixed,
    }


@blueprint.get("/api/v1/indicators")
def list_indicators() -> ResponseReturnValue:
    """List the indicators of the disaster's edition of the form, or all of them."""
    require("report.read")
    with reading() as session:
        seen = look(session)
        form = (
            queries.form_of(session, seen.disaster.form_version)
            if seen.disaster
            else queries.indicators(session)
        )
    return {"indicators": [field.json() for field in form.values()]}


@blueprint.put("/api/v1/form-versions/<string:code>")
@web.takes(schemas.PutFormVersion)
def put_form_version(code: str, order: schemas.PutFormVersion) -> ResponseReturnValue:
    """Add an edition of the form, with the indicators of another to begin with."""
    receipt = write_edition(web.attempt(edition_id(code)), code, order)
    return receipt.json(), receipt.status


def edition_id(code: str) -> UUID:
    """Return the id under which the adding of an edition of the form is kept."""
    return uuid5(NAMESPACE_URL, f"form-version:{code}")


def write_edition(
    attempt: receipts.Attempt, code: str, order: schemas.PutFormVersion
) -> receipts.Receipt:
    """Add an edition of the form as whoever is looking."""
    _check_code(code, most=EDITION_CODE - (0 if code.startswith(WORK) else len(WORK)))
    with transaction() as session:
        actor_id = require("indicator.write", own_root(geo.tree(session)).id)
        return services.put_version(session, attempt, code, order, actor_id=actor_id)


def _check_code(code: str, *, most: int) -> None:
    plain = code.isascii() and code.replace("_", "").isalnum() and code == code.lower()
    if not plain or len(code) > most:
        wrong = FieldError("code", "pattern", _("A code has small letters, digits and _ only."))
        raise Invalid(_("Some fields need another look."), [wrong])


@blueprint.put("/api/v1/indicators/<string:code>")
@web.takes(schemas.PutIndicator)
def put_indicator(code: str, order: schemas.PutIndicator) -> ResponseReturnValue:
    """Add an indicator to the form, or change it."""
    receipt = write_indicator(web.attempt(indicator_id(code)), code, order)
    return receipt.json(), receipt.status


def indicator_id(code: str) -> UUID:
    """Return the id under which the writing of an indicator is kept."""
    return uuid5(NAMESPACE_URL, f"indicator:{code}")


def write_indicator(
    attempt: receipts.Attempt, code: str, order: schemas.PutIndicator
) -> receipts.Receipt:
    """Add or change an indicator as whoever is looking."""
    _check_code(code, most=40)
    with transaction() as session:
        actor_id = require("indicator.write", own_root(geo.tree(session)).id)
        return services.put_indicator(session, attempt, code, order, actor_id=actor_id)
