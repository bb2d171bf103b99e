"""Pages: the shell, filled by `app` from the plug-ins' slots."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid5

import uuid6
from flask import Flask, Response, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from relief_ops import clock, db, geo, i18n, plugins
from relief_ops.auth import passwords, viewer
from relief_ops.errors import ReliefError
from relief_ops.web import modules, security

THEMES = ("light", "dark", "night")
_fillers: list[Callable[[Session], dict[str, Any]]] = []


def register(app: Flask) -> None:
    """Give the templates what every page needs."""
    app.jinja_env.globals.update(
        _=i18n.gettext, csrf_token=security.csrf_token, preload=modules.preload, may=may
    )
    app.jinja_env.filters["local"] = _local
    app.jinja_env.filters["number"] = _number
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def may(permission: str, area_id: UUID | None = None, tree: geo.AreaTree | None = None) -> bool:
    """Whether the reader holds a permission for an area, or anywhere: what a page may offer."""
    who = viewer()
    return who is not None and who.may(permission, area_id, tree or geo.cached_tree())


def id_again(form_id: Any, error: ReliefError | None) -> str:
    """Return the id of a form that is shown again: a fresh one where the old was used up."""
    used = error is None or error.code == "body_differs"
    return str(uuid6.uuid7()) if used or not form_id else str(form_id)


def here() -> dict[str, str]:
    """Return what the address says of the disaster and the area looked at: a form keeps it."""
    return {key: request.args[key] for key in ("disaster", "area") if request.args.get(key)}


def step_id(thing_id: UUID, name: str) -> UUID:
    """Return the id of a step there is only once of a thing: it follows from it and who does it.

    So a second try gets the receipt of the first, and nobody that of another person.
    """
    who = viewer()
    return uuid5(thing_id, f"{name}:{who.id if who else ''}")


def local_instant(text: Any) -> str:
    """Return what a date-and-time field says as an instant: it speaks local time.

    What is none comes back as it is, for its shape to refuse.
    """
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=clock.LOCAL).isoformat()
    except ValueError:
        return str(text)


def fill_shell(fillers: list[Callable[[Session], dict[str, Any]]]) -> None:
    """Call these for every page; what they return joins its context (the `view`, say)."""
    _fillers[:] = fillers


def page(template: str, **context: Any) -> str:
    """Render a page in the shell, in the reader's language and theme."""
    return render_template(template, **shell_context(), **context)


def shell_context() -> dict[str, Any]:
    """Return what the shell shows: who looks at what, where they may go, in which words."""
    who = viewer()
    theme = request.cookies.get("theme", "light")
    context: dict[str, Any] = {
        "viewer": who,
        "view": None,
        "nav": [],
        "lang": i18n.language(),
        "theme": theme if theme in THEMES else "light",
        "words": i18n.catalogue(scripts=True) if i18n.language() == "zh" else {},
        "now": clock.now(),
        "fragment": "HX-Request" in request.headers,
        "log_position": g.get("log_position", {}),
    }
    if who is not None:
        context["nav"] = navigation()
        with db.reading() as session:
            for fill in _fillers:
                context |= fill(session)
    return context


def navigation() -> list[plugins.NavEntry]:
    """Return the rail's entries this person may see, in order."""
    who = viewer()
    entries = sorted(plugins.contributed("nav"), key=lambda each: each.order)
    if who is None:
        return []
    tree = geo.cached_tree()
    return [each for each in entries if who.may(each.permission, None, tree)]


def see_other(endpoint: str, **values: Any) -> Response:
    """Send the browser to another page of ours after a form."""
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[return-value]


def attachment(make: bytes | Callable[[], bytes], kind: str, name: str) -> Response:
    """Send bytes as a download; the name may be Chinese (RFC 6266).

    What is still to be made is made beside the loop, in the context of this request but with
    nothing of its database session: a workbook of thousands of rows must not hold up the rest.
    """
    context = copy_context()
    data = passwords.off_loop(lambda: context.run(make)) if callable(make) else make
    plain = name.encode("ascii", "replace").decode().replace('"', "").replace("?", "_")
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(data, content_type=kind, headers={"Content-Disposition": disposition})


def own_path(target: str | None) -> str:
    """Return a path of ours from a `next` parameter, or the front page."""
    target = target or "/"
    if "\\" in target or target.startswith("//") or not target.isprintable():
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    ours = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return target if ours else "/"


def _local(instant: Any, form: str = "%m-%d %H:%M") -> str:
    return clock.local(instant).strftime(form) if instant else "—"


def _number(value: Any) -> str:
    """Return a figure with thousands separators; None is a dash."""
    return "—" if value is None else f"{value:,}".replace("-", "−")
