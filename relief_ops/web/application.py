"""The Flask application class: retries, JSON, and what happens around every request."""

from __future__ import annotations

import time
from typing import IO, Any

import orjson
from apiflask import APIFlask
from flask import Request, Response, current_app, g, request
from flask.json.provider import JSONProvider
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, IntegrityError

from relief_ops import db, geo
from relief_ops.auth import idle, look_as
from relief_ops.config import Settings
from relief_ops.i18n import speak
from relief_ops.web import (
    answers,
    compression,
    health,
    limits,
    offline,
    openapi,
    pages,
    parsing,
    security,
)

TRIES = 3
RETRY_STATES = {"40001", "40P01"}


class OrjsonProvider(JSONProvider):
    """Answers by orjson; Decimals leave as numbers."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        """Return JSON text."""
        return orjson.dumps(obj, default=answers.plain).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """Read JSON text (request bodies go through `parse`, which keeps Decimals)."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Return a JSON answer."""
        body = orjson.dumps(self._prepare_response_obj(args, kwargs), default=answers.plain)
        return Response(body, mimetype="application/json")


class ReliefRequest(Request):
    """A request that leaves no temporary file open: not even of an upload broken off in the middle.

    Werkzeug closes the files of a form it has read to the end; those before the break it forgets.
    """

    def _get_file_stream(self, *args: Any, **kwargs: Any) -> IO[bytes]:
        stream = super()._get_file_stream(*args, **kwargs)
        self.__dict__.setdefault("opened_files", []).append(stream)
        return stream

    def close(self) -> None:
        """Close every file that was opened for this request."""
        super().close()
        for stream in self.__dict__.pop("opened_files", []):
            stream.close()


class ReliefApp(APIFlask):
    """Retries a request whose transaction lost a race: same ids, so nothing is doubled."""

    json_provider_class = OrjsonProvider
    request_class = ReliefRequest

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view; a deadlock, a serialization failure or a lost insert runs it again."""
        for attempt in range(1, TRIES + 1):
            try:
                return super().dispatch_request()
            except DBAPIError as error:
                if attempt == TRIES or not _lost_a_race(error):
                    raise
                time.sleep(0.01 * attempt)
        raise AssertionError("unreachable")


def _lost_a_race(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        return "unique" in str(error.orig).lower()
    return getattr(error.orig, "sqlstate", None) in RETRY_STATES


def init_app(app: ReliefApp, settings: Settings) -> None:
    """Wire everything that surrounds a request."""
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body
    app.config["MAX_FORM_MEMORY_SIZE"] = 2 * 1024 * 1024
    app.config["MAX_FORM_PARTS"] = 2000
    app.config["SETTINGS"] = settings
    app.before_request(_begin)
    app.after_request(compression.compress)  # the first registered is the last to run
    app.after_request(security.set_headers)
    app.teardown_request(lambda _error: look_as(None))
    answers.register(app)
    health.register(app)
    limits.register(app, redis_url=settings.redis_url)
    idle.allow(settings.idle_minutes)
    offline.register(app)
    openapi.register(app)
    pages.register(app)


def _begin() -> None:
    """Say which language, who is looking, and that the request may be believed."""
    g.started = time.monotonic()
    look_as(None)
    speak(request.cookies.get("lang") or _wanted_language())
    if request.endpoint in health.OPEN or request.path.startswith("/static/"):
        return
    with db.reading() as session:
        geo.tree(session)
        security.identify(session)
    security.note_use()
    security.check_signed_in()
    limits.check(current_app)
    security.check_origin()
    parsing.refuse_unreadable()


def _wanted_language() -> str:
    """Return the language where none was chosen: a page's own calls speak as the page does."""
    if not request.path.startswith("/api/") or security.cookie_name("session") in request.cookies:
        return "zh"
    return request.accept_languages.best_match(["zh", "en"], default="zh")
