"""Errors: one border where they become a problem document or a page. Never a stack trace."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import Any

import orjson
from flask import Flask, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException

from relief_ops import db, errors
from relief_ops.auth import services, viewer
from relief_ops.errors import ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.web import security
from relief_ops.web.pages import page

log = logging.getLogger(__name__)
DENIALS = {401, 403, 404}
TITLES = {
    400: lazy("This cannot be read"),
    401: lazy("Please sign in"),
    403: lazy("Not allowed"),
    404: lazy("Not found"),
    405: lazy("Not possible here"),
    409: lazy("This contradicts what is stored"),
    410: lazy("Too old"),
    412: lazy("Somebody was faster"),
    413: lazy("Too large"),
    415: lazy("Unknown format"),
    422: lazy("Something is not right yet"),
    428: lazy("Say what you changed"),
    429: lazy("Too many requests"),
    500: lazy("Something broke on our side"),
    503: lazy("Busy"),
    507: lazy("Storage is full"),
}


def register(app: Flask) -> None:
    """Answer every kind of error in the reader's language."""
    app.register_error_handler(ReliefError, answer)
    app.register_error_handler(HTTPException, _from_werkzeug)
    app.register_error_handler(db.Unfit, _unfit)
    app.register_error_handler(DBAPIError, _from_database)
    app.register_error_handler(TimeoutError, _from_database)
    app.register_error_handler(Exception, _unexpected)


def answer(error: ReliefError) -> ResponseReturnValue:
    """Turn an error into problem+json under /api, into a page elsewhere."""
    if error.status in DENIALS:
        _note_denial(error)
    wait = (
        {"Retry-After": str(error.extra()["retry_after"])} if "retry_after" in error.extra() else {}
    )
    if request.path.startswith("/api/") or request.headers.get("Accept") == "application/json":
        return problem(error.status, error.code, str(error), error.extra(), wait)
    if isinstance(error, security.SecondFactorDue):
        return redirect("/account/second-factor", 303)
    if error.status == 401 and request.method == "GET":
        return redirect(f"/sign-in?next={request.full_path.rstrip('?')}")
    shown = page(
        "error.html", status=error.status, title=str(TITLES.get(error.status, "")), error=error
    )
    return shown, error.status, wait


def problem(
    status: int, code: str, detail: str, extra: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    """Return an RFC 9457 problem document."""
    body = {
        "type": f"/problems/{code}",
        "title": str(TITLES.get(status, code)),
        "status": status,
        "code": code,
        "detail": detail,
    } | (extra or {})
    data = orjson.dumps(body, default=plain)
    return Response(data, status, headers, content_type="application/problem+json")


def plain(value: Any) -> Any:
    """Return what JSON cannot hold as it can: Decimals as numbers, the rest as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def _from_werkzeug(error: HTTPException) -> ResponseReturnValue:
    kinds = {each.status: each for each in ReliefError.__subclasses__()}
    status = error.code or 500
    if status < 400:
        return error
    kind = kinds.get(status)
    if kind is None:
        return problem(status, "error", error.description or "")
    raised = kind(_said(status, error))
    made = answer(raised)
    if status == 405 and isinstance(made, Response) and hasattr(error, "valid_methods"):
        made.headers["Allow"] = ", ".join(error.valid_methods or [])
    return made


def _said(status: int, error: HTTPException) -> str:
    """Return what the framework refused, in words that say what to do where we know it."""
    most = request.max_content_length
    if status == 413 and most:
        return _("At most %(mb)d MB can be sent at once. Nothing was saved.", mb=most // 1024**2)
    return str(TITLES.get(status, error.name))


def _from_database(error: Exception) -> ResponseReturnValue:
    """Say plainly that the database is busy, full or away; nothing was written."""
    text = str(error).lower()
    log.warning("database: %s", type(error).__name__, exc_info=not isinstance(error, TimeoutError))
    if "full" in text or "no space" in text or "53100" in text:
        return answer(
            errors.StorageFull(_("The disk is full. Nothing was saved; tell the operator."))
        )
    if isinstance(error, OperationalError | TimeoutError):
        return answer(
            errors.Busy(
                _("The database does not answer. Nothing was saved; try again soon."), retry_after=5
            )
        )
    return _unexpected(error)


def _unfit(error: Exception) -> ResponseReturnValue:
    """Tell the operator what the machine lacks, and the caller only that it is not ready."""
    log.critical("not ready: %s", error)
    detail = _("The database does not answer. Nothing was saved; try again soon.")
    if request.path.startswith("/api/"):
        return problem(503, "busy", detail, {"retry_after": 60}, {"Retry-After": "60"})
    return Response(detail, 503, {"Retry-After": "60"}, content_type="text/plain; charset=utf-8")


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.error("unexpected error", exc_info=error)
    detail = _("This is our fault, not yours. Nothing half-written was kept.")
    if request.path.startswith("/api/"):
        return problem(500, "error", detail)
    try:
        return page("error.html", status=500, title=str(TITLES[500]), error=detail), 500
    except Exception:
        log.exception("the error page itself failed")
        return Response(detail, 500, content_type="text/plain; charset=utf-8")


def _note_denial(error: ReliefError) -> None:
    who = viewer()
    if g.get("denial_noted") or (error.status == 404 and request.endpoint is None):
        return
    g.denial_noted = True
    try:
        with db.transaction() as session:
            services.note_denial(
                session,
                actor_id=who.id if who else None,
                code=error.code,
                endpoint=request.endpoint or "",
                address=security.client_address(),
            )
    except Exception:
        log.warning("a denial could not be noted", exc_info=True)
