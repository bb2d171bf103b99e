"""Sources of figures over the API: what each says, which one counts and why, what differs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas, services
from damage_reports.queries import Difference, Field, Trace
from damage_reports.queries.totals import Asked
from damage_reports.routes.api import disaster_of
from relief_ops import geo, web
from relief_ops.auth import lookup, require
from relief_ops.auth.home import own_root
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

blueprint = APIBlueprint("sources", __name__)


@blueprint.get("/api/v1/sources")
def list_sources() -> ResponseReturnValue:
    """List who may say a figure."""
    require("report.read")
    with reading() as session:
        return {"sources": [each.json() for each in queries.sources(session).values()]}


@blueprint.put("/api/v1/sources/<string:code>")
@web.takes(schemas.PutSource)
def put_source(code: str, order: schemas.PutSource) -> ResponseReturnValue:
    """Add a source, or change it."""
    receipt = write_source(web.attempt(source_id(code)), code, order)
    return receipt.json(), receipt.status


def source_id(code: str) -> UUID:
    """Return what the writes of a source go by in the log of receipts."""
    return uuid5(NAMESPACE_URL, f"source:{code}")


def write_source(attempt: Attempt, code: str, order: schemas.PutSource) -> Receipt:
    """Add or change a source, for whoever may. Raises Invalid for a code that is none."""
    plain = code.isascii() and code.replace("_", "").isalnum() and code == code.lower()
    if not plain or len(code) > 24:
        wrong = FieldError("code", "pattern", _("A code has small letters, digits and _ only."))
        raise Invalid(_("Some fields need another look."), [wrong])
    with transaction() as session:
        actor_id = require("source.write", own_root(geo.tree(session)).id)
        return services.put_source(session, attempt, code, order, actor_id=actor_id)


@blueprint.get("/api/v1/figure-claims")
def list_claims() -> ResponseReturnValue:
    """List what other sources say now in an area and below it."""
    require("report.read")
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        rows = queries.current_claims(session, disaster_of(seen).id, seen.tree, seen.area)
        return {"claims": queries.shown_claims(session, rows, seen.tree)}


@blueprint.get("/api/v1/figure-claims/<uuid:claim_id>")
def show_claim(claim_id: UUID) -> ResponseReturnValue:
    """Show one revision of what a source says."""
    require("report.read")
    with reading() as session:
        row = queries.figure_claim(session, claim_id)
        disaster = disasters.disaster(session, row.disaster_id)
        return queries.shown_claim(session, row, disasters.division_tree(session, disaster))


@blueprint.put("/api/v1/figure-claims/<uuid:claim_id>")
@web.takes(schemas.PutClaim)
def put_claim(claim_id: UUID, order: schemas.PutClaim) -> ResponseReturnValue:
    """Keep what a source says of a figure of an area."""
    with transaction() as session:
        receipt = file_claim(session, claim_id, order)
    return receipt.json(), receipt.status


def file_claim(session: Session, claim_id: UUID, order: schemas.PutClaim) -> Receipt:
    """Keep a claim, for whoever may file it."""
    disaster, area = _at(session, order.disaster_id, order.area_code)
    actor_id = require("figure_claim.file", area.id)
    attempt = web.attempt(claim_id, base=order.base, revised=True)
    return services.put_claim(
        session, attempt, order, area=area, disaster=disaster, actor_id=actor_id
    )


def _at(session: Session, disaster_id: UUID, area_code: str) -> tuple[Disaster, AreaNode]:
    disaster = disasters.disaster(session, disaster_id)
    return disaster, disasters.area_by_code(session, area_code, disaster)


@blueprint.get("/api/v1/source-rules")
def list_rules() -> ResponseReturnValue:
    """List every revision of the rules that bear on an area or below it, the latest first."""
    require("report.read")
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        rows = queries.rules_set(session, disaster_of(seen).id, seen.tree, seen.area)
        names = lookup.names(session, {row.actor_id for row in rows})
        return {"rules": [queries.shown_rule(row, seen.tree, names) for row in rows]}


@blueprint.put("/api/v1/source-rules/<uuid:rule_id>")
@web.takes(schemas.PutSourceRule)
def put_rule(rule_id: UUID, order: schemas.PutSourceRule) -> ResponseReturnValue:
    """Set which sources count for an area, and in which order."""
    receipt = set_rule(rule_id, order)
    return receipt.json(), receipt.status


def set_rule(rule_id: UUID, order: schemas.PutSourceRule) -> Receipt:
    """Set a rule, for whoever may."""
    with transaction() as session:
        disaster, area = _at(session, order.disaster_id, order.area_code)
        actor_id = require("source_rule.set", area.id)
        attempt = web.attempt(rule_id, base=order.base, revised=True)
        return services.put_source_rule(
            session, attempt, order, area=area, disaster=disaster, actor_id=actor_id
        )


@blueprint.get("/api/v1/figure-gaps")
def list_gaps() -> ResponseReturnValue:
    """List the figures whose sources differ too much; ?indicator= for one, ?settled=1 for all."""
    require("report.read")
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        every = queries.differences(session, disaster_of(seen), seen.tree, seen.area)
        settled = request.args.get("settled") == "1"
        only = request.args.get("indicator", "")
        found = [
            each for each in every
            if (settled or not each.settled) and only in ("", each.field.code)
        ]  # fmt: skip
        names = settlers(session, found)
        return {"gaps": [queries.shown_difference(each, names) for each in found]}


def settlers(session: Session, found: Iterable[Difference]) -> dict[UUID | None, str]:
    """Return who decided about some differences."""
    return lookup.names(session, {each.settled.actor_id for each in found if each.settled})


@blueprint.put("/api/v1/gap-settlements/<uuid:settlement_id>")
@web.takes(schemas.PutGapSettlement)
def put_settlement(settlement_id: UUID, order: schemas.PutGapSettlement) -> ResponseReturnValue:
    """Decide about figures that differ."""
    receipt = settle(settlement_id, order)
    return receipt.json(), receipt.status


def settle(settlement_id: UUID, order: schemas.PutGapSettlement) -> Receipt:
    """Decide, for somebody above the area."""
    with transaction() as session:
        disaster, area = _at(session, order.disaster_id, order.area_code)
        require("report.read", area.id)
        actor_id = require("figure_gap.settle", area.parent_id or area.id)
        attempt = web.attempt(settlement_id, revised=True)
        return services.put_gap_settlement(
            session, attempt, order, area=area, disaster=disaster, actor_id=actor_id
        )


@blueprint.get("/api/v1/figure-trace")
def show_trace() -> ResponseReturnValue:
    """Show where ?indicator= of an area comes from: its sources, the rule, what was decided."""
    require("report.read")
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        found = traced(session, seen, indicator_asked(session, seen))
        decided = queries.settlements(session, disaster_of(seen).id, seen.area.id, found.field.id)
        people = found.people | {each.actor_id for each in decided}
        names = lookup.names(session, people)
        areas: dict[Any, str] = {each.id: each.code for each in seen.tree.ancestors(seen.area.id)}
        return queries.shown_trace(found, areas, names) | {
            "settlements": [queries.shown_settlement(each, names) for each in decided]
        }


def indicator_asked(session: Session, seen: disasters.Looking, *, usual: str = "") -> Field:
    """Return the figure the address names. Raises Invalid for none of the form's."""
    form = queries.form_of(session, disaster_of(seen).form_version)
    field = form.get(seen.view.settings.get("indicator", usual))
    if field is None:
        wrong = FieldError("indicator", "query", _("This form does not ask for that."))
        raise Invalid(_("The address has a bad value: %(name)s.", name="indicator"), [wrong])
    return field


def traced(session: Session, seen: disasters.Looking, field: Field) -> Trace:
    """Return where a figure of what is looked at comes from, at the view's two times."""
    disaster = disaster_of(seen)
    form = queries.form_of(session, disaster.form_version)
    asked = Asked(
        session, disaster.id, seen.area, seen.tree, form, queries.basis_of(seen.view),
        seen.view.at, seen.view.known_at, field.code,
    )  # fmt: skip
    return queries.trace(asked, field, queries.sources(session))
