"""Accounts, tokens and areas over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, receipts, web
from relief_ops.admin import schemas
from relief_ops.admin.events import AreaMoved
from relief_ops.auth import Grant, require, services
from relief_ops.auth.models import RoleGrant, User
from relief_ops.db import reading, transaction
from relief_ops.errors import Invalid, NotFound
from relief_ops.events import Code, record
from relief_ops.geo.importing import set_point, touch
from relief_ops.i18n import gettext as _

blueprint = APIBlueprint("admin", __name__, template_folder="templates")


@blueprint.get("/api/v1/users")
def list_users() -> ResponseReturnValue:
    """List the accounts that hold something in the viewer's areas."""
    require("user.write")
    with reading() as session:
        return {"users": [_shown(session, each) for each in session.scalars(select(User))]}


def _shown(session: Session, user: User) -> dict[str, Any]:
    tree = geo.tree(session)
    held = session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id))
    return {
        "id": user.id,
        "login": user.login,
        "name": user.name,
        "disabled": user.disabled,
        "revision": user.revision,
        "grants": [
            {"role": each.role, "area_code": tree.node(each.area_id).code} for each in held
        ],
    }


@blueprint.put("/api/v1/users/<uuid:user_id>")
@web.takes(schemas.PutUser)
def put_user(user_id: UUID, order: schemas.PutUser) -> ResponseReturnValue:
    """Create or change an account and what it holds. Nobody changes their own."""
    attempt = web.attempt(user_id, personal=True)
    with transaction() as session:
        grants = [_grant(session, each) for each in order.grants]
        for grant in grants:
            actor_id = require("user.write", grant.area_id)
        actor_id = require("user.write")
        if receipt := receipts.replay(session, attempt):
            return receipt.json(), receipt.status
        if user_id == actor_id:
            raise Invalid(_("Nobody changes their own account. Ask another administrator."))
        known = session.get(User, user_id, with_for_update=True)
        receipts.next_revision(attempt, known.revision if known else None)
        user = services.put_user(
            session, user_id, login=order.login, name=order.name, grants=grants,
            actor_id=actor_id, drill_id=order.drill_id,
        )  # fmt: skip
        receipt = receipts.keep(session, attempt, revision=user.revision)
    return receipt.json(), receipt.status


def _grant(session: Session, held: schemas.HeldRole) -> Grant:
    try:
        area = geo.tree(session).by_code(held.area_code)
    except KeyError:
        raise Invalid(_("There is no area with the code %(code)s.", code=held.area_code)) from None
    return Grant(held.role, area.id, held.programme)


@blueprint.put("/api/v1/users/<uuid:user_id>/tokens/<uuid:token_id>")
@web.takes(schemas.PutToken)
def put_token(user_id: UUID, token_id: UUID, order: schemas.PutToken) -> ResponseReturnValue:
    """Issue a bearer token; it is shown once and cannot be read again."""
    expires_at = order.expires_at or clock.now() + timedelta(days=30)
    with transaction() as session:
        actor_id = _over(session, user_id)
        secret = services.issue_token(
            session, token_id, user_id=user_id, expires_at=expires_at, actor_id=actor_id
        )
    return {"id": token_id, "token": secret, "expires_at": expires_at}, 201


@blueprint.delete("/api/v1/users/<uuid:user_id>/tokens/<uuid:token_id>")
def delete_token(user_id: UUID, token_id: UUID) -> ResponseReturnValue:
    """Revoke a token."""
    with transaction() as session:
        services.revoke_token(session, token_id, actor_id=_over(session, user_id))
    return "", 204


def _over(session: Session, user_id: UUID) -> UUID:
    """Return the actor if they administer every area the account holds."""
    held = session.scalars(select(RoleGrant.area_id).where(RoleGrant.user_id == user_id)).all()
    for area_id in held:
        require("token.write", area_id)
    actor_id = require("token.write")
    if session.get(User, user_id) is None:
        raise NotFound(_("There is no such account."))
    return actor_id


@blueprint.get("/api/v1/areas")
def list_areas() -> ResponseReturnValue:
    """List the areas below ?parent=, or the top."""
    require("area.read")
    with reading() as session:
        tree = geo.tree(session)
        parent = request.args.get("parent")
        found = tree.children(_node(tree, parent).id) if parent else tree.roots
        return {"areas": [shown_area(each) for each in found]}


@blueprint.get("/api/v1/areas/<string:code>")
def show_area(code: str) -> ResponseReturnValue:
    """Show one area."""
    require("area.read")
    with reading() as session:
        return shown_area(_node(geo.tree(session), code))


@blueprint.put("/api/v1/areas/<string:code>/point")
@web.takes(schemas.PutPoint)
def put_point(code: str, order: schemas.PutPoint) -> ResponseReturnValue:
    """Put an area's point right (drag it on the map)."""
    with transaction() as session:
        node = _node(geo.tree(session), code)
        actor_id = require("area.write", node.id)
        set_point(
            session, node.id, (order.lon, order.lat), approximate=order.approximate, source="user"
        )
        touch(session)
        event = AreaMoved(Code(node.code), order.approximate)
        record(session, event, actor_id=actor_id, subject=node.id, areas=[node.id])
    return {"code": code, "point": [order.lon, order.lat], "approximate": order.approximate}


def _node(tree: geo.AreaTree, code: str) -> geo.AreaNode:
    try:
        return tree.by_code(code)
    except KeyError:
        raise NotFound(_("There is no area with the code %(code)s.", code=code)) from None


def shown_area(node: geo.AreaNode) -> dict[str, Any]:
    """Return an area as the API shows it."""
    return {
        "code": node.code,
        "name": node.name,
        "level": node.level,
        "valid_from": node.valid_from,
        "valid_to": node.valid_to,
        "point": node.point,
        "approximate": node.approximate,
        "pseudo": node.pseudo,
        "population": node.population,
    }
