"""Signing in and out."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, g, make_response, redirect, request
from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.admin.schemas import SignIn
from relief_ops.auth import passwords, services, viewer
from relief_ops.db import reading, transaction
from relief_ops.errors import ReliefError, Unauthenticated
from relief_ops.i18n import LANGUAGES
from relief_ops.i18n import gettext as _
from relief_ops.web import security
from relief_ops.web.pages import THEMES, own_path

blueprint = APIBlueprint("sign_in", __name__, enable_openapi=False)


@blueprint.get("/sign-in")
@web.public
def form() -> ResponseReturnValue:
    """Show the sign-in form."""
    return web.page("sign_in.html", next=own_path(request.args.get("next")), error=None)


@blueprint.post("/sign-in")
@web.public
def sign_in() -> ResponseReturnValue:
    """Check name, password and second factor; set the cookie."""
    order = web.parse(SignIn)
    address = security.client_address()
    try:
        secret = _checked(order, address)
    except ReliefError as error:
        shown = web.page("sign_in.html", next=own_path(order.next), error=str(error))
        return shown, error.status
    return _enter(secret, own_path(order.next))


def _checked(order: SignIn, address: str) -> str:
    with reading() as session:
        services.check_not_locked(session, login=order.login, address=address)
        stored = services.password_hash_of(session, order.login)
        setup_due = services.needs_second_factor(session, order.login)
    fits = passwords.matches(stored, order.password)
    try:
        _check(fits, setup_due=setup_due)
        with transaction() as session:
            return services.sign_in(session, login=order.login, code=order.code)
    except Unauthenticated:
        with transaction() as session:
            services.count_failure(session, login=order.login, address=address)
        raise


def _check(fits: bool, *, setup_due: bool) -> None:
    if not fits:
        raise Unauthenticated(_("The name or the password is wrong."))
    if setup_due and security.settings().second_factor:
        raise Unauthenticated(_("Your role needs a second factor. Ask for a set-up link."))


@blueprint.get("/sign-in/<string:secret>")
@web.public
def link(secret: str) -> ResponseReturnValue:
    """Ask before a one-time link is used up (a preview must not use it)."""
    return web.page("sign_in_link.html", secret=secret)


@blueprint.post("/sign-in/<string:secret>")
@web.public
def use_link(secret: str) -> ResponseReturnValue:
    """Use up a one-time link."""
    with transaction() as session:
        cookie = services.sign_in_by_link(session, secret)
    return _enter(cookie, "/")


@blueprint.post("/sign-out")
@web.public
def sign_out() -> ResponseReturnValue:
    """End the web session."""
    who = viewer()
    if who and who.session_hash:
        with transaction() as session:
            services.sign_out(session, who)
    answer = make_response(redirect("/sign-in", 303))
    security.forget_cookie(answer, "session")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@blueprint.post("/preferences")
@web.public
def preferences() -> ResponseReturnValue:
    """Remember language and theme in cookies, and go back."""
    answer = make_response(redirect(own_path(request.form.get("next")), 303))
    for name, choices in (("lang", LANGUAGES), ("theme", THEMES)):
        if request.form.get(name) in choices:
            secure = security.settings().secure
            value = request.form[name]
            answer.set_cookie(name, value, max_age=31_536_000, samesite="Lax", secure=secure)
    return answer


def _enter(secret: str, target: str) -> Response:
    g.pop("new_visitor", None)
    answer = make_response(redirect(target, 303))
    security.set_cookie(answer, "session", secret, seconds=14 * 86400)
    return answer
