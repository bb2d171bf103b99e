"""The person's own page: what they hold, web sessions, password, second factor."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pyotp
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import geo, web
from relief_ops.auth import Viewer, accounts, passwords, services, viewer
from relief_ops.auth.models import User
from relief_ops.auth.viewers import roles
from relief_ops.db import reading, transaction
from relief_ops.errors import FieldError, Invalid, ReliefError, Unauthenticated
from relief_ops.i18n import gettext as _
from relief_ops.i18n import language
from relief_ops.web import security

blueprint = APIBlueprint("account", __name__, enable_openapi=False)


def me() -> Viewer:
    """Return who is signed in in this browser. Raises Unauthenticated, also for a bare token."""
    who = viewer()
    if who is None or who.id is None or who.session_hash is None:
        raise Unauthenticated(_("Please sign in."))
    return who


@blueprint.get("/account")
def show() -> ResponseReturnValue:
    """Show who I am, what I hold and where I am signed in."""
    return _page(me())


def _page(who: Viewer, error: ReliefError | None = None) -> ResponseReturnValue:
    with reading() as session:
        context = _context(session, who)
    errors = list(getattr(error, "errors", ())) if error else []
    if error and not errors:
        errors = [FieldError("old", error.code, str(error))]
    shown = web.page(
        "admin/account.html", errors=errors, done=request.args.get("done", ""), **context
    )
    return shown, error.status if error else 200


def _context(session: Session, who: Viewer) -> dict[str, Any]:
    user = session.get_one(User, _id(who))
    return {
        "user": user,
        "held": held(session, who),
        "sessions": [
            {
                "key": row.id_hash[: accounts.SHOWN],
                "row": row,
                "mine": row.id_hash == who.session_hash,
            }
            for row in accounts.sessions_of(session, user.id)
        ],
        "by_link": accounts.came_by_link(session, who),
        "complex": security.settings().password_profile == "mlps3",  # noqa: S105
        "second_factor_off": not security.settings().second_factor,
    }


def held(session: Session, who: Viewer) -> list[dict[str, str]]:
    """Return the roles somebody holds with their areas, in the reader's words."""
    tree = geo.tree(session)
    return [
        {
            "role": role_title(grant.role),
            "area": tree.node(grant.area_id).name if grant.area_id in tree else "",
            "programme": grant.programme,
        }
        for grant in who.grants
    ]


def role_title(code: str) -> str:
    """Return a role's name in the reader's language."""
    return str(roles().get(code, {}).get(language(), code))


@blueprint.post("/account/sessions/end")
def end_sessions() -> ResponseReturnValue:
    """End one web session of mine, or all but this one."""
    who = me()
    with transaction() as session:
        accounts.end_sessions(session, who, only=request.form.get("key") or None)
    return web.see_other("account.show", done="sessions")


@blueprint.post("/account/password")
def put_password() -> ResponseReturnValue:
    """Set or change my password; every other web session of mine ends."""
    who = me()
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        _check_old(who, old)
        _check_new(who, new, request.form.get("again", ""))
    except ReliefError as error:
        return _page(who, error)
    stored = passwords.hash_password(new)
    with transaction() as session:
        accounts.set_password(session, who, stored=stored)
    return web.see_other("account.show", done="password")


def _check_old(who: Viewer, old: str) -> None:
    """Compare the present password, counting failures, unless a fresh link brought them."""
    address = security.client_address()
    with reading() as session:
        if accounts.came_by_link(session, who):
            return
        services.check_not_locked(session, login=who.login, address=address)
        stored = services.password_hash_of(session, who.login)
    if passwords.matches(stored, old):
        return
    with transaction() as session:
        services.count_failure(session, login=who.login, address=address)
    message = _("That is not your present password.")
    raise Invalid(message, [FieldError("old", "password", message)])


def _check_new(who: Viewer, new: str, again: str) -> None:
    profile = security.settings().password_profile
    weak = accounts.weaknesses(new, login=who.login, profile=profile)
    problems = [FieldError("new", "password", each) for each in weak]
    if new != again:
        problems.append(FieldError("again", "password", _("The two passwords differ.")))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


@blueprint.get("/account/second-factor")
def second_factor() -> ResponseReturnValue:
    """Ask for the second factor, or offer a new one to set up (shown this once)."""
    return _second_factor(me())


def _second_factor(who: Viewer, error: ReliefError | None = None) -> ResponseReturnValue:
    with reading() as session:
        user = session.get_one(User, _id(who))
        ask = user.totp_sealed is not None and not accounts.shown_second_factor(session, who)
    if ask:
        shown = web.page("admin/second_factor.html", error=error, ask=True)
        return shown, error.status if error else 200
    sealed = request.form.get("sealed", "")
    secret = accounts.offered_secret(user.id, sealed) if sealed else ""
    if not secret:
        secret, sealed = accounts.new_second_factor(user.id)
    shown = web.page(
        "admin/second_factor.html", error=error, ask=False, secret=secret, sealed=sealed,
        picture=picture(secret, user.login), replaces=user.totp_sealed is not None,
    )  # fmt: skip
    return shown, error.status if error else 200


def picture(secret: str, login: str) -> str:
    """Return the QR code of a TOTP secret as a data: address."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_("Relief operations"))
    import segno

    return segno.make(address, error="m").svg_data_uri(scale=5, light="#fff")


@blueprint.post("/account/second-factor")
def confirm_second_factor() -> ResponseReturnValue:
    """Let the second factor count, once a code of it was typed."""
    who = me()
    sealed, code = request.form.get("sealed", ""), request.form.get("code", "")
    try:
        _guarded(who, lambda session: accounts.confirm_second_factor(
            session, who, sealed=sealed, code=code
        ))  # fmt: skip
    except ReliefError as error:
        return _second_factor(who, error)
    return web.see_other("account.show", done="second_factor")


@blueprint.post("/account/second-factor/code")
def show_second_factor() -> ResponseReturnValue:
    """Take the code of the second factor I have."""
    who = me()
    code = request.form.get("code", "")
    try:
        _guarded(who, lambda session: accounts.show_second_factor(session, who, code=code))
    except ReliefError as error:
        return _second_factor(who, error)
    return web.see_other("account.show")


def _guarded(who: Viewer, work: Any) -> None:
    """Do something that compares a code; wrong codes count like wrong passwords."""
    address = security.client_address()
    with reading() as session:
        services.check_not_locked(session, login=who.login, address=address)
    try:
        with transaction() as session:
            work(session)
    except Unauthenticated:
        with transaction() as session:
            services.count_failure(session, login=who.login, address=address)
        raise


def _id(who: Viewer) -> UUID:
    if who.id is None:
        raise Unauthenticated(_("Please sign in."))
    return who.id
