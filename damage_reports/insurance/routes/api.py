"""Policies and claims over the API."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports.insurance import queries, schemas, services
from damage_reports.insurance.routes.blueprint import blueprint
from damage_reports.insurance.rules import State
from relief_ops import geo, web
from relief_ops.auth import looking_at, require
from relief_ops.auth.home import own_root
from relief_ops.cases import queries as cases
from relief_ops.db import reading, transaction
from relief_ops.errors import Invalid
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

PAGE_MOST = 500


@blueprint.get("/api/v1/policies")
def list_policies() -> ResponseReturnValue:
    """List policy periods with their tiers and what is used of their limits."""
    require("claim.read")
    with reading() as session:
        looking_at(session, _drill())
        found = queries.policies(session)
        return {"policies": [queries.shown_policy(session, each) for each in found]}


@blueprint.get("/api/v1/policies/<uuid:policy_id>")
def show_policy(policy_id: UUID) -> ResponseReturnValue:
    """Show one policy period."""
    require("claim.read")
    with reading() as session:
        return queries.shown_policy(session, queries.policy(session, policy_id))


@blueprint.put("/api/v1/policies/<uuid:policy_id>")
@web.takes(schemas.PutPolicy)
def put_policy(policy_id: UUID, order: schemas.PutPolicy) -> ResponseReturnValue:
    """Enter a policy period, or correct it (If-Match)."""
    with transaction() as session:
        actor_id = require("policy.write", own_root(geo.tree(session)).id)
        receipt = services.put_policy(session, web.attempt(policy_id), order, actor_id=actor_id)
    return receipt.json(), receipt.status


@blueprint.get("/api/v1/claims")
def list_claims() -> ResponseReturnValue:
    """List the claims of a policy, the latest first; filters: policy, state, drill."""
    require("claim.read")
    policy_id = _uuid("policy")
    offset = request.args.get("offset", 0, type=int)
    with reading() as session:
        looking_at(session, _drill())
        found = queries.claims(
            session,
            policy_id or UUID(int=0),
            state=request.args.get("state"),
            limit=min(web.view_args().limit, PAGE_MOST),
            offset=max(offset, 0),
        )
        return {"claims": [queries.shown_claim(session, each) for each in found]}


def _drill() -> UUID | None:
    return _uuid("drill")


def _uuid(name: str) -> UUID | None:
    text = request.args.get(name)
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid(_("The address has a bad value: %(name)s.", name=name)) from None


@blueprint.get("/api/v1/claims/<uuid:claim_id>")
def show_claim(claim_id: UUID) -> ResponseReturnValue:
    """Show one claim."""
    require("claim.read")
    with reading() as session:
        return queries.shown_claim(session, queries.claim(session, claim_id))


@blueprint.put("/api/v1/claims/<uuid:claim_id>")
@web.takes(schemas.PutClaim)
def put_claim(claim_id: UUID, order: schemas.PutClaim) -> ResponseReturnValue:
    """Register a household's claim, or survey it (If-Match)."""
    with transaction() as session:
        receipt = write_claim(session, claim_id, order)
    return receipt.json(), receipt.status


def write_claim(
    session: Session, claim_id: UUID, order: schemas.PutClaim, *, revision: str = ""
) -> Receipt:
    """Ask for the permission the write needs, and write; a form sends its `revision`."""
    attempt = tried(claim_id, revision)
    permission = "claim.survey" if attempt.edit else "claim.register"
    require(permission)
    actor_id = require(permission, cases.household(session, order.household_id).area_id)
    return services.put_claim(session, attempt, order, actor_id=actor_id)


@blueprint.put("/api/v1/claims/<uuid:claim_id>/state")
@web.takes(schemas.PutState)
def put_state(claim_id: UUID, order: schemas.PutState) -> ResponseReturnValue:
    """Take a claim one stage further (If-Match)."""
    with transaction() as session:
        receipt = move(session, claim_id, order)
    return receipt.json(), receipt.status


def move(
    session: Session, claim_id: UUID, order: schemas.PutState, *, revision: str = ""
) -> Receipt:
    """Ask for the permission the step needs, and take it; a form sends its `revision`."""
    permission = "claim.register" if order.state is State.ON_NOTICE else "claim.approve"
    require(permission)
    actor_id = require(permission, queries.claim(session, claim_id).area_id)
    return services.put_state(session, tried(claim_id, revision), order, actor_id=actor_id)


def tried(claim_id: UUID, revision: str) -> Attempt:
    """Return this request as a try; a form's revision stands for If-Match."""
    attempt = web.attempt(claim_id, personal=True)
    return replace(attempt, base=revision, edit=True) if revision else attempt
