"""The forms that change a risk point, or somebody who answers for households."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import looking_at, require
from relief_ops.db import reading, transaction
from relief_ops.errors import NotFound, ReliefError
from relief_ops.i18n import gettext as _
from shelters.evacuation import queries, rules, schemas
from shelters.evacuation.models import Cadre, RiskPoint
from shelters.evacuation.routes import outlines
from shelters.evacuation.routes.api import write_cadre, write_risk_point
from shelters.evacuation.routes.blueprint import blueprint, tree_for
from shelters.evacuation.routes.entering import (
    CORRECTABLE,
    choices_near,
    form_context,
    looking_around,
)
from shelters.evacuation.routes.words import WORDS

RISK_PLAIN = ("name", "kind", "level", "trigger", "households", "people")


@blueprint.get("/evacuation/risk-points/<uuid:risk_id>/change")
@blueprint.doc(hide=True)
def page_change_risk(risk_id: UUID) -> ResponseReturnValue:
    """Show the form of a risk point as it stands."""
    return _risk_form(risk_id, {}, None)


def _risk_form(
    risk_id: UUID, typed: dict[str, Any], error: ReliefError | None
) -> ResponseReturnValue:
    require("evacuation.write")
    with reading() as session:
        row = _risk(session, risk_id)
        held = {name: getattr(row, name) for name in RISK_PLAIN}
        held["outline"] = "" if typed else rules.typed(row.outline)
        return _form(session, "evacuation/risk_form.html", row, held | typed, error)


def _risk(session: Session, risk_id: UUID) -> RiskPoint:
    row = queries.risk_point(session, risk_id)
    if row is None:
        raise NotFound(_("There is no such thing, or not in your areas."))
    require("evacuation.write", row.area_id)
    return row


def _form(
    session: Session, template: str, row: RiskPoint | Cadre, typed: dict[str, Any],
    error: ReliefError | None,
) -> ResponseReturnValue:  # fmt: skip
    looking_at(session, row.drill_id)
    found = looking_around(session, row.area_id, row.drill_id)
    here = {"area_code": tree_for(session, row.drill_id).node(row.area_id).code}
    context = form_context(found, here | typed, error) | choices_near(session, found)
    shown = web.page(template, row=row, **context, **WORDS)
    return shown, error.status if error else 200


@blueprint.post("/evacuation/risk-points/<uuid:risk_id>/change")
@blueprint.doc(hide=True)
def change_risk(risk_id: UUID) -> ResponseReturnValue:
    """Take a change of a risk point; its point stays where it is while it lies in the outline."""
    require("evacuation.write")

    def write(session: Session, said: dict[str, Any], base: str) -> str:
        row = _risk(session, risk_id)
        tree = tree_for(session, row.drill_id)
        shown = queries.shown_risk(session, row, tree)
        drawn = {name: shown[name] for name in ("point", "outline")}
        order = web.check(schemas.PutRiskPoint, outlines.read(said, drawn) | _drill(row))
        write_risk_point(session, risk_id, order, base=base)
        return tree.node(row.area_id).code

    return _changed(write, lambda given, error: _risk_form(risk_id, given, error))


def _drill(row: RiskPoint | Cadre) -> dict[str, Any]:
    return {"drill_id": str(row.drill_id) if row.drill_id else None}


def _changed(
    write: Callable[[Session, dict[str, Any], str], str],
    again: Callable[[dict[str, Any], ReliefError], ResponseReturnValue],
) -> ResponseReturnValue:
    """Write what a form says on the revision it was shown with, or show it again."""
    given = web.form_fields()
    said = {key: given[key] for key in given if key not in ("id", "base")}
    try:
        with transaction() as session:
            area = write(session, said, str(given.get("base", "")))
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return again(given, error)
    return web.see_other("evacuation.page_places", area=area)


@blueprint.get("/evacuation/cadres/<uuid:cadre_id>/change")
@blueprint.doc(hide=True)
def page_change_cadre(cadre_id: UUID) -> ResponseReturnValue:
    """Show the form of somebody who answers for households as it stands."""
    return _cadre_form(cadre_id, {}, None)


def _cadre_form(
    cadre_id: UUID, typed: dict[str, Any], error: ReliefError | None
) -> ResponseReturnValue:
    require("evacuation.write")
    with reading() as session:
        row = _cadre(session, cadre_id)
        held = queries.lists.contact(row) | {
            "deputy_id": row.deputy_id or "",
            "login": queries.lists.login_of(session, row.user_id),
        }
        return _form(session, "evacuation/cadre_form.html", row, held | typed, error)


def _cadre(session: Session, cadre_id: UUID) -> Cadre:
    row = queries.cadre(session, cadre_id)
    if row is None:
        raise NotFound(_("There is no such thing, or not in your areas."))
    require("evacuation.write", row.area_id)
    return row


@blueprint.post("/evacuation/cadres/<uuid:cadre_id>/change")
@blueprint.doc(hide=True)
def change_cadre(cadre_id: UUID) -> ResponseReturnValue:
    """Take a change of somebody who answers for households."""
    require("evacuation.write")

    def write(session: Session, said: dict[str, Any], base: str) -> str:
        row = _cadre(session, cadre_id)
        write_cadre(session, cadre_id, web.check(schemas.PutCadre, said | _drill(row)), base=base)
        return tree_for(session, row.drill_id).node(row.area_id).code

    return _changed(write, lambda given, error: _cadre_form(cadre_id, given, error))
