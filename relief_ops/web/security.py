"""Who is asking, whether they mean it, and the headers every answer carries."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, g, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from relief_ops import db, events, plugins
from relief_ops.auth import idle, look_as, lookup, viewer
from relief_ops.auth.passwords import new_secret, same
from relief_ops.config import Settings
from relief_ops.errors import Busy, Forbidden, Unauthenticated
from relief_ops.i18n import gettext as _

log = logging.getLogger(__name__)
V = TypeVar("V", bound=Callable[..., Any])
SAFE = {"GET", "HEAD", "OPTIONS"}
SECOND_FACTOR_PAGES = {
    "account.second_factor",
    "account.confirm_second_factor",
    "account.show_second_factor",
}
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self'; font-src 'self'; manifest-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
    "X-Frame-Options": "DENY",
}


class SecondFactorDue(Forbidden):
    """Signed in, but the role asks for a second factor before anything else."""


def settings() -> Settings:
    """Return the settings the application was built with."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def cookie_name(name: str) -> str:
    """Return the cookie's name, host-bound when the connection is encrypted."""
    return f"__Host-{name}" if settings().secure else name


def identify(session: Session) -> None:
    """Find out who is asking: a bearer token, or a signed-in browser."""
    header = request.headers.get("Authorization", "")
    g.bearer = header.lower().startswith("bearer ")
    if g.bearer:
        who = lookup.viewer_of_token(session, header[7:].strip())
        if who is None:
            raise Unauthenticated(_("This token is unknown, expired or revoked."))
        look_as(who)
        return
    secret = request.cookies.get(cookie_name("session"), "")
    if secret:
        look_as(lookup.viewer_of_session(session, secret))
        if viewer() and not request.path.startswith("/api/"):
            g.log_position = events.position(session)
    if viewer() is None and _is_for_errands():
        look_as(lookup.viewer_of_errand(session, request.cookies.get(cookie_name("errand"), "")))


def on_errand(view: V) -> V:
    """Mark a view as open to devices that took an errand; every other view does not know them."""
    view.on_errand = True  # type: ignore[attr-defined]
    return view


def _is_for_errands() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "on_errand", False) and cookie_name("errand") in request.cookies


def note_use() -> None:
    """Write down, once in a while, that the web session is in use; busy is no reason to fail."""
    who = viewer()
    if who is None or not who.to_note or who.session_hash is None:
        return
    try:
        with db.transaction() as session:
            under_way = idle.WALL in who.role_codes and any(
                each(session) for each in plugins.contributed("emergency")
            )
            idle.note_use(session, who.session_hash, keep=under_way)
    except (Busy, DBAPIError):
        log.warning("the use of a web session could not be written down", exc_info=True)


def public(view: V) -> V:
    """Mark a view as open to everyone; all others ask for a sign-in before anything else."""
    view.public = True  # type: ignore[attr-defined]
    return view


def check_signed_in() -> None:
    """Raise Unauthenticated for a stranger, unless the view is marked public."""
    view = current_app.view_functions.get(request.endpoint or "")
    is_open = view is None or getattr(view, "public", False) or request.endpoint == "openapi.spec"
    if not is_open and viewer() is None:
        raise Unauthenticated(_("Please sign in."))
    if not is_open and second_factor_due() and request.endpoint not in SECOND_FACTOR_PAGES:
        raise SecondFactorDue(_("Your role needs a second factor. Give it or set it up first."))


def second_factor_due() -> bool:
    """Whether the viewer's role demands a second factor this web session has not given."""
    who = viewer()
    return bool(who and who.second_factor_due and settings().second_factor)


def csrf_token() -> str:
    """Return the token a form of this browser must send back."""
    return hmac.new(settings().secret_key, _browser().encode(), hashlib.sha256).hexdigest()


def _browser() -> str:
    """Return what identifies this browser: its web session, its errand, or an anonymous cookie."""
    who = viewer()
    secret = request.cookies.get(cookie_name("errand" if who and who.errand else "session"))
    if secret and who:
        return secret
    known = request.cookies.get(cookie_name("visitor")) or g.get("visitor")
    if not known:
        known = g.visitor = new_secret()
        g.new_visitor = True
    return str(known)


def check_origin() -> None:
    """Refuse a changing request of a browser that did not come from our own pages."""
    if request.method in SAFE or g.get("bearer"):
        return
    if request.path.startswith("/api/") and viewer() is None:
        return
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not same(sent, csrf_token()):
        raise Forbidden(_("This form is too old. Reload the page; what you typed is kept."))


def set_cookie(answer: Response, name: str, value: str, *, seconds: int) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send."""
    secure = settings().secure
    answer.set_cookie(
        cookie_name(name), value, max_age=seconds, secure=secure, httponly=True,
        samesite="Lax", path="/",
    )  # fmt: skip


def forget_cookie(answer: Response, name: str) -> None:
    """Take a cookie back; a host-bound one is believed only if it says all it was set with."""
    secure = settings().secure
    answer.delete_cookie(cookie_name(name), path="/", secure=secure, httponly=True, samesite="Lax")


def set_headers(answer: Response) -> Response:
    """Put the security headers on any answer, errors and static files included."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if settings().secure:
        year = "max-age=31536000; includeSubDomains"
        answer.headers.setdefault("Strict-Transport-Security", year)
    if request.path.startswith("/static/"):
        answer.headers["Cache-Control"] = "public, max-age=3600"
    else:
        answer.headers.setdefault("Cache-Control", "no-store")
    if g.get("new_visitor"):
        set_cookie(answer, "visitor", g.visitor, seconds=86400)
    return answer


def client_address() -> str:
    """Return the caller's address, through as many proxies as are configured."""
    trusted = settings().trusted_proxies
    chain: list[Any] = [*request.access_route] if trusted else []
    if trusted and len(chain) >= trusted:
        return str(chain[-trusted])
    return request.remote_addr or "unknown"
