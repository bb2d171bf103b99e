"""The administrators' pages of accounts: list, form, one-time links, tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import clock, geo, plugins, receipts, web
from relief_ops.admin import queries, schemas, services
from relief_ops.admin.account import role_title
from relief_ops.auth import accounts, reach, require, viewer
from relief_ops.auth import services as access
from relief_ops.auth.viewers import roles
from relief_ops.db import reading, transaction
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.web import security

blueprint = APIBlueprint("users", __name__, enable_openapi=False, url_prefix="/admin")
EMPTY_ROWS = 2
TOKEN_DAYS = 30
TAKEN = "-"  # what is typed to take an address away; an empty field leaves it as it is


def may(permission: str) -> bool:
    """Whether the viewer could do this somewhere, so that a page offers it."""
    who = viewer()
    return who is not None and who.may(permission, None, geo.cached_tree())


@blueprint.get("")
def front() -> ResponseReturnValue:
    """Show what there is to look after."""
    require("user.read")
    return web.page("admin/front.html", may=may)


@blueprint.get("/users")
def listed() -> ResponseReturnValue:
    """List the accounts of the viewer's areas."""
    require("user.read")
    asked = {key: request.args.get(key, "").strip() for key in ("q", "role")}
    page = max(1, request.args.get("page", 1, type=int) or 1)
    with reading() as session:
        found = queries.find_users(session, text=asked["q"], role=asked["role"], page=page)
        held = queries.grants_of(session, [row.id for row in found.rows])
        tree = geo.tree(session)
    return web.page(
        "admin/users.html", found=found, held=held, tree=tree, asked=asked, may=may,
        all_roles=all_roles(), role_title=role_title, link=_link(asked),
    )  # fmt: skip


def _link(asked: dict[str, str]) -> Any:
    return lambda **changes: "?" + urlencode({k: v for k, v in (asked | changes).items() if v})


def all_roles() -> list[tuple[str, str]]:
    """Return every role's code and name."""
    return [(code, role_title(code)) for code in roles()]


@blueprint.get("/users/new")
def new() -> ResponseReturnValue:
    """Show an empty form."""
    require("user.write")
    typed = {"revision": "", "login": "", "name": "", "grants": [], "reach": {}, "reached": {}}
    return _form(uuid6.uuid7(), typed)


@blueprint.get("/users/<uuid:user_id>")
def one(user_id: UUID) -> ResponseReturnValue:
    """Show one account: what it holds, its tokens, and the way to a link."""
    require("user.read")
    return _one(user_id)


def _one(
    user_id: UUID, *, secret: str = "", token: str = "", error: ReliefError | None = None
) -> ResponseReturnValue:
    with reading() as session:
        user = queries.user(session, user_id)
        held = queries.grants_of(session, [user_id])[user_id]
        tokens = queries.tokens_of(session, user_id)
        tree = geo.tree(session)
    who = viewer()
    shown = web.page(
        "admin/user.html", user=user, held=held, tokens=tokens, tree=tree, may=may, token=token,
        url=f"{security.settings().public_url}/sign-in/{secret}" if secret else "", error=error,
        role_title=role_title, own=bool(who and who.id == user_id), new_id=uuid6.uuid7(),
    )  # fmt: skip
    return shown, error.status if error else 200


@blueprint.get("/users/<uuid:user_id>/edit")
def edit(user_id: UUID) -> ResponseReturnValue:
    """Show the form of one account."""
    require("user.write")
    with reading() as session:
        user = queries.user(session, user_id)
        held = queries.grants_of(session, [user_id])[user_id]
        tree = geo.tree(session)
        grants = [
            {"role": each.role, "area": tree.node(each.area_id).code, "programme": each.programme}
            for each in held
        ]
        reached = reach.shown(user)
    typed = {
        "revision": user.revision, "login": user.login, "name": user.name, "grants": grants,
        "reach": {}, "reached": reached,
    }  # fmt: skip
    return _form(user_id, typed)


def _form(
    user_id: UUID, typed: dict[str, Any], error: ReliefError | None = None
) -> ResponseReturnValue:
    with reading() as session:
        tree = geo.tree(session)
        who = viewer()
        areas = [
            node
            for level in ("city", "county", "township")
            for node in tree.at_level(level)
            if who is not None and who.sees(node.id, tree)
        ]
    rows = [*typed["grants"], *({} for _row in range(EMPTY_ROWS))]
    errors = list(getattr(error, "errors", ())) if error else []
    if error and not errors:
        errors = [FieldError("login", error.code, str(error))]
    shown = web.page(
        "admin/user_form.html", user_id=user_id, typed=typed, rows=rows, errors=errors,
        areas=areas, all_roles=all_roles(), programmes=_programmes(),
    )  # fmt: skip
    return shown, error.status if error else 200


def _programmes() -> list[tuple[str, str]]:
    return [(each.code, _(each.title)) for each in plugins.contributed("programmes")]


@blueprint.post("/users/<uuid:user_id>")
def save(user_id: UUID) -> ResponseReturnValue:
    """Create or change an account."""
    require("user.write")
    typed = _typed()
    try:
        order = web.check(schemas.PutUser, _order(typed))
        revision = str(typed["revision"])
        attempt = receipts.Attempt(
            id=user_id, base=revision, digest=web.body_digest(personal=True),
            edit=bool(revision), mutable=True,
        )  # fmt: skip
        with transaction() as session:
            services.put_user(session, attempt, order)
    except ReliefError as error:
        if error.status not in (409, 412, 422, 428):
            raise
        return _form(user_id, typed, error)
    return web.see_other("users.one", user_id=user_id)


def _typed() -> dict[str, Any]:
    form = request.form
    rows = zip(form.getlist("role"), form.getlist("area"), form.getlist("programme"), strict=False)
    return {
        "revision": form.get("revision", ""),
        "login": form.get("login", "").strip(),
        "name": form.get("name", "").strip(),
        "grants": [
            {"role": role, "area": area.strip()[:12], "programme": programme}
            for role, area, programme in rows
            if role
        ],
        "reach": {name: form.get(name, "").strip() for name in reach.FIELDS},
        "reached": {},
    }


def _order(typed: dict[str, Any]) -> dict[str, Any]:
    grants = [
        {"role": each["role"], "area_code": each["area"], "programme": each["programme"]}
        for each in typed["grants"]
    ]
    told = {name: "" if each == TAKEN else each for name, each in typed["reach"].items() if each}
    return {"login": typed["login"], "name": typed["name"], "grants": grants, "reach": told}


@blueprint.post("/users/<uuid:user_id>/state")
def put_state(user_id: UUID) -> ResponseReturnValue:
    """Disable an account, which ends its web sessions, or open it again."""
    require("user.disable")
    disabled = request.form.get("disabled") == "1"
    return _act(
        user_id, "user.disable",
        lambda session, actor_id: accounts.set_disabled(
            session, user_id, disabled=disabled, actor_id=actor_id
        ),
    )  # fmt: skip


@blueprint.post("/users/<uuid:user_id>/link")
def make_link(user_id: UUID) -> ResponseReturnValue:
    """Make a one-time sign-in link and show it once."""
    require("user.write")
    without = request.form.get("without_second_factor") == "1"
    made: list[str] = []
    answer = _act(
        user_id, "user.write",
        lambda session, actor_id: made.append(
            accounts.issue_link(
                session, user_id, without_second_factor=without, actor_id=actor_id
            )
        ),
    )  # fmt: skip
    return _one(user_id, secret=made[0]) if made else answer


@blueprint.post("/users/<uuid:user_id>/tokens")
def make_token(user_id: UUID) -> ResponseReturnValue:
    """Issue a bearer token and show it once."""
    require("token.write")
    days = min(max(request.form.get("days", TOKEN_DAYS, type=int) or TOKEN_DAYS, 1), 366)
    made: list[str] = []
    answer = _act(
        user_id, "token.write",
        lambda session, actor_id: made.append(
            access.issue_token(
                session, uuid6.uuid7(), user_id=user_id, actor_id=actor_id,
                expires_at=clock.now() + timedelta(days=days),
            )
        ),
    )  # fmt: skip
    return _one(user_id, token=made[0]) if made else answer


@blueprint.post("/users/<uuid:user_id>/tokens/<uuid:token_id>/revocation")
def revoke_token(user_id: UUID, token_id: UUID) -> ResponseReturnValue:
    """Revoke a token."""
    require("token.write")
    with transaction() as session:
        services.revoke_token(session, user_id, token_id)
    return web.see_other("users.one", user_id=user_id)


def _act(user_id: UUID, permission: str, work: Any) -> ResponseReturnValue:
    """Do something to another's account and show it, or say why not."""
    try:
        with transaction() as session:
            work(session, services.over_other(session, user_id, permission))
    except Invalid as error:
        return _one(user_id, error=error)
    return web.see_other("users.one", user_id=user_id)
