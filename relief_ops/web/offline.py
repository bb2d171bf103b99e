"""The installable app: its worker, its manifest, and the token a sender takes before it sends.

The worker's version is made from the content of everything it keeps, so a deploy replaces it.
What it keeps is the same for everybody: pages without data, scripts, styles, icons.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Flask, Response, render_template, request

from relief_ops import events, i18n, plugins
from relief_ops.auth import require, viewer
from relief_ops.config import ROOT
from relief_ops.db import reading
from relief_ops.errors import Forbidden, NotFound
from relief_ops.i18n import gettext as _
from relief_ops.web import modules, security

SCRIPTS = ROOT / "static" / "js"
WORKER = SCRIPTS / "outbox" / "worker.js"
# What a worker that is woken by the browser has beside: it sends (background sync).
SENDING = "outbox/background.js"
# The frame of the app, whatever is in it.
FILES = (
    "/static/img/app-192.png",
    "/static/img/app-512.png",
    "/static/img/mark.svg",
    "/static/vendor/icons.svg",
)


def register(app: Flask) -> None:
    """Add /sw.js, /manifest.webmanifest and /outbox/token."""
    app.add_url_rule("/sw.js", "service_worker", _worker)
    app.add_url_rule("/manifest.webmanifest", "manifest", _manifest)
    app.add_url_rule("/outbox/token", "outbox_token", _token)


def offline_page(path: str) -> str:
    """Render the page that opens without a network: the same for everybody, in every language."""
    found = next(each for each in plugins.contributed("offline") if path in _paths(each))
    parts = _parts(found)
    texts = i18n.chinese(text for part in parts for text in part.texts())
    return render_template(
        found.template,
        modules=_modules(found),
        sheets=found.sheets,
        parts={part.name: part.data() for part in parts},
        words=i18n.catalogue(scripts=True) | texts,
    )


def enter(app: str, permission: str) -> UUID:
    """Return who opens an app: with its permission, or with that of a view shown in it."""
    for part in plugins.contributed("offline_parts"):
        if part.app == app and part.permission:
            with suppress(Forbidden):
                return require(part.permission)
    return require(permission)


def _parts(app: plugins.OfflineApp) -> list[plugins.OfflinePart]:
    """Return what other features show in an app."""
    return [each for each in plugins.contributed("offline_parts") if each.app == app.paths[0]]


def _paths(app: plugins.OfflineApp) -> list[str]:
    return [*app.paths, *(path for part in _parts(app) for path in part.paths)]


def _modules(app: plugins.OfflineApp) -> list[str]:
    """Return the scripts of an app in the order they run: what registers itself comes first."""
    return [*(name for part in _parts(app) for name in part.modules), *app.modules]


@security.public
def _worker() -> Response:
    """Give the worker with its version, its pages and its files; there is no data in it.

    With ?sending it is a module that also sends the outbox; the version is the same. ?scope= asks
    for the worker of the pages that lie apart, under an address of their own.
    """
    scope = request.args.get("scope", "/")
    apps = [each for each in plugins.contributed("offline") if each.scope == scope]
    if not apps:
        raise NotFound(_("There is no such page."))
    pages = {path: each.paths[0] for each in apps for path in _paths(each)}
    files = {path: _hash(path) for each in apps for path in _files(each)}
    drawn = [offline_page(path) for path in dict.fromkeys(pages.values())]
    content = json.dumps([pages, files, drawn], sort_keys=True) + WORKER.read_text("utf-8")
    content += (SCRIPTS / SENDING).read_text("utf-8")
    version = hashlib.sha256(content.encode()).hexdigest()[:16]
    app = scope.strip("/") or "app"
    named = {"APP": app, "VERSION": version, "PAGES": pages, "FILES": files}
    head = "".join(f"const {name} = {json.dumps(each)};\n" for name, each in named.items())
    sending = f'import "/static/js/{SENDING}";\n' if "sending" in request.args else ""
    body = sending + head + WORKER.read_text("utf-8")
    return Response(body, content_type="text/javascript; charset=utf-8")


def _files(found: plugins.OfflineApp) -> Iterator[str]:
    """Yield the address of every file an app's page needs, each once."""
    scripts = [path for name in _modules(found) for path in modules.needed(name)]
    styles = [f"/static/css/{name}.css" for name in found.sheets]
    yield from dict.fromkeys((*scripts, *styles, *FILES, *found.files))


def _hash(path: str) -> str:
    """Return a file's hash as the browser checks it (subresource integrity)."""
    digest = hashlib.sha256((ROOT / path.lstrip("/")).read_bytes()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


@security.public
def _manifest() -> Response:
    """Say what the app is called and how it looks on a phone's screen."""
    icons: list[dict[str, str]] = [
        {"src": f"/static/img/app-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    icons.append({"src": "/static/img/mark.svg", "sizes": "any", "type": "image/svg+xml"})
    start = next(each.paths[0] for each in plugins.contributed("offline"))
    body: dict[str, Any] = {
        "id": start,
        "name": _("Disaster reporting"),
        "short_name": _("Reporting"),
        "lang": "zh-CN" if i18n.language() == "zh" else "en",
        "start_url": start,
        "scope": "/",
        "display": "standalone",
        "background_color": "#0f1720",
        "theme_color": "#0f1720",
        "icons": icons,
    }
    return Response(json.dumps(body), content_type="application/manifest+json")


@security.on_errand
def _token() -> dict[str, str]:
    """Say to whoever is signed in who that is, and the token their changing requests carry.

    The epoch of the log is another after a restore: what was received since the backup is not
    there any more, and a phone that still has it sends it again.
    """
    who = viewer()
    with reading() as session:
        epoch = events.position(session)["epoch"]
    return {"user": str(who.id if who else ""), "csrf": security.csrf_token(), "epoch": epoch}
