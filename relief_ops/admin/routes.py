"""Accounts, tokens and areas over HTTP."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, web
from relief_ops.admin import queries, schemas, services
from relief_ops.auth import reach, require
from relief_ops.auth import services as access
from relief_ops.auth.models import RoleGrant, User
from relief_ops.db import reading, transaction
from relief_ops.errors import Invalid, NotFound
from relief_ops.i18n import gettext as _

blueprint = APIBlueprint("admin", __name__, template_folder="templates")


@blueprint.get("/api/v1/users")
def list_users() -> ResponseReturnValue:
    """List the accounts that hold something in the viewer's areas."""
    require("user.write")
    with reading() as session:
        found = session.scalars(queries.users(session)).all()
        return {"users": [_shown(session, each) for each in found]}


def _shown(session: Session, user: User) -> dict[str, Any]:
    tree = geo.tree(session)
    held = session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id))
    return {
        "id": user.id,
        "login": user.login,
        "name": user.name,
        "disabled": user.disabled,
        "revision": user.revision,
        "reach": reach.shown(user),
        "grants": [{"role": each.role, "area_code": tree.node(each.area_id).code} for each in held],
    }


@blueprint.put("/api/v1/users/<uuid:user_id>")
@web.takes(schemas.PutUser)
def put_user(user_id: UUID, order: schemas.PutUser) -> ResponseReturnValue:
    """Create or change an account and what it holds. Nobody changes their own."""
    attempt = web.attempt(user_id, personal=True)
    with transaction() as session:
        require("user.write")
        receipt = services.put_user(session, attempt, order)
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/users/<uuid:user_id>/tokens/<uuid:token_id>")
@web.takes(schemas.PutToken)
def put_token(user_id: UUID, token_id: UUID, order: schemas.PutToken) -> ResponseReturnValue:
    """Issue a bearer token; it is shown once and cannot be read again."""
    expires_at = order.expires_at or clock.now() + timedelta(days=30)
    with transaction() as session:
        require("token.write")
        actor_id = services.over(session, user_id, "token.write")
        secret = access.issue_token(
            session, token_id, user_id=user_id, expires_at=expires_at, actor_id=actor_id
        )
    return {"id": token_id, "token": secret, "expires_at": expires_at}, 201


@blueprint.delete("/api/v1/users/<uuid:user_id>/tokens/<uuid:token_id>")
def delete_token(user_id: UUID, token_id: UUID) -> ResponseReturnValue:
    """Revoke a token."""
    with transaction() as session:
        require("token.write")
        services.revoke_token(session, user_id, token_id)
    return "", 204


@blueprint.get("/api/v1/areas")
def list_areas() -> ResponseReturnValue:
    """List the areas below ?parent=, or the top, as of the day ?on= (today)."""
    require("area.read")
    with reading() as session:
        tree = geo.tree(session, asked_day())
        parent = request.args.get("parent")
        found = tree.children(node_of(tree, parent).id) if parent else tree.roots
        return {"areas": [shown_area(each) for each in found]}


@blueprint.get("/api/v1/areas/<string:code>")
def show_area(code: str) -> ResponseReturnValue:
    """Show the area that has this code on the day ?on= (today)."""
    require("area.read")
    with reading() as session:
        return shown_area(node_of(geo.tree(session, asked_day()), code))


def asked_day() -> date | None:
    """Return the day of ?on=, whose codes and names are meant; None is today. Raises Invalid."""
    text = request.args.get("on")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(_("This is not a valid id, date or time.")) from None


@blueprint.put("/api/v1/areas/<string:code>/point")
@web.takes(schemas.PutPoint)
def put_point(code: str, order: schemas.PutPoint) -> ResponseReturnValue:
    """Put an area's point right (drag it on the map)."""
    with transaction() as session:
        node = node_of(geo.tree(session), code)
        actor_id = require("area.write", node.id)
        services.put_point(session, node, order, actor_id=actor_id)
    return {"code": code, "point": [order.lon, order.lat], "approximate": order.approximate}


def node_of(tree: geo.AreaTree, code: str) -> geo.AreaNode:
    """Return the area with this code on the tree's day. Raises NotFound."""
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
