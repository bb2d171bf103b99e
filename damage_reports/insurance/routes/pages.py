"""The insurance page: policy, tiers, limits used, claims, and a new claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports.insurance import queries, rules, schemas
from damage_reports.insurance.models import InsuranceClaim, InsurancePolicy
from damage_reports.insurance.routes.api import move, write_claim
from damage_reports.insurance.routes.blueprint import blueprint
from damage_reports.insurance.routes.words import SECTIONS, SHAPES, STATES, STEPS, tier_words
from damage_reports.insurance.rules import State
from relief_ops import clock, geo, web
from relief_ops.auth import require, viewer
from relief_ops.cases import queries as cases
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _

ROWS = 50


@blueprint.get("/insurance")
def insurance_page() -> ResponseReturnValue:
    """Show the policy in force, what is used of it, and its claims."""
    require("claim.read")
    with reading() as session:
        return _page(session, errors=(), said={})


def _page(session: Session, *, errors: Sequence[FieldError], said: dict[str, Any]) -> str:
    args = web.view_args()
    seen = disasters.looking(session, disaster_id=args.disaster_id, area_code=args.area_code)
    policies = queries.policies(session)
    chosen = _chosen(policies, request.args.get("policy"))
    state = request.args.get("state", "")
    claims = queries.claims(session, chosen.id, state=state or None, limit=ROWS) if chosen else []
    names = cases.heads(session, [each.household_id for each in claims])
    return web.page(
        "insurance/insurance.html",
        policies=policies,
        policy=queries.shown_policy(session, chosen) if chosen else None,
        claims=[_row(session, each, names) for each in claims],
        counted=queries.counts(session, chosen.id) if chosen else {},
        state=state,
        disaster=seen.disaster,
        claim_id=str(said.get("id") or uuid6.uuid7()),
        said=said,
        errors=errors,
        wrong={each.field: each.message for each in errors},
        may_register=_may("claim.register", None),
        may_see_cases=_may("case.read", None),
        suits=bool(chosen and chosen.drill_id == seen.view.drill_id),
        tier_words=tier_words,
        states=STATES,
        steps=STEPS,
        shapes=SHAPES,
        section_words=SECTIONS,
    )


def _chosen(policies: Sequence[InsurancePolicy], wanted: str | None) -> InsurancePolicy | None:
    by_id = {str(each.id): each for each in policies}
    return by_id.get(wanted or "") or next(iter(policies), None)


def _row(session: Session, claim: InsuranceClaim, names: dict[UUID, str]) -> dict[str, Any]:
    return queries.shown_claim(session, claim) | {
        "head": names.get(claim.household_id, ""),
        "area": geo.tree(session).node(claim.area_id).name,
        "following": _following(claim),
    }


def _following(claim: InsuranceClaim) -> list[State]:
    """Return the steps this person may take with a claim."""
    who = viewer()
    allowed = []
    for state in STEPS:
        permission = {State.SURVEYED: "claim.survey", State.ON_NOTICE: "claim.register"}.get(
            state, "claim.approve"
        )
        own = state is State.APPROVED and who is not None and who.id == claim.registered_by
        follows = rules.may_follow(State(claim.state), state)
        if follows and not own and _may(permission, claim.area_id):
            allowed.append(state)
    return allowed


def _may(permission: str, area_id: UUID | None) -> bool:
    who = viewer()
    return who is not None and who.may(permission, area_id, geo.cached_tree())


@blueprint.post("/insurance/claims")
def register_claim() -> ResponseReturnValue:
    """Register a claim for the household of a person, by identity number."""
    require("claim.register")
    said = web.form_fields()
    try:
        _register(dict(said))
    except Invalid as problem:
        with reading() as session:
            errors = problem.errors or (FieldError("id_number", "invalid", str(problem)),)
            return _page(session, errors=errors, said=said), 422
    return web.see_other("insurance.insurance_page", **request.args.to_dict())


def _register(said: dict[str, Any]) -> None:
    claim_id = _read_id(said.pop("id", ""))
    number = str(said.pop("id_number", ""))
    with transaction() as session:
        today = clock.local_date(clock.now())
        household_id = cases.household_of_number(session, number, today=today)
        if household_id is None:
            message = _("Nobody with this identity number is registered in your areas.")
            raise Invalid(message, [FieldError("id_number", "unknown", message)])
        order = web.check(schemas.PutClaim, said | {"household_id": str(household_id)})
        write_claim(session, claim_id, order)


def _read_id(text: Any) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        message = _("The form lost its id. Reload the page.")
        raise Invalid(message, [FieldError("id_number", "id", message)]) from None


@blueprint.post("/insurance/claims/<uuid:claim_id>/survey")
def survey_claim(claim_id: UUID) -> ResponseReturnValue:
    """Note the depth measured in a household's dwelling."""
    require("claim.survey")
    fields = web.form_fields()
    revision = str(fields.pop("revision", ""))
    with transaction() as session:
        row = queries.claim(session, claim_id)
        known = {
            "policy_id": str(row.policy_id),
            "household_id": str(row.household_id),
            "disaster_id": str(row.disaster_id),
        }
        order = web.check(schemas.PutClaim, fields | known)
        write_claim(session, claim_id, order, revision=revision)
    return web.see_other("insurance.insurance_page", **request.args.to_dict())


@blueprint.post("/insurance/claims/<uuid:claim_id>/state")
def take_step(claim_id: UUID) -> ResponseReturnValue:
    """Take a claim one stage further, from the page."""
    fields = web.form_fields()
    revision = str(fields.pop("revision", ""))
    order = web.check(schemas.PutState, fields)
    with transaction() as session:
        move(session, claim_id, order, revision=revision)
    return web.see_other("insurance.insurance_page", **request.args.to_dict())
