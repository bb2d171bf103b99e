"""Alive, ready, and the figures for monitoring."""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from sqlalchemy import text

from relief_ops import db, jobs

log = logging.getLogger(__name__)
OPEN = {"healthz", "readyz", "metrics"}
REQUESTS = Counter("relief_requests_total", "Requests answered", ["method", "status"])
SECONDS = Histogram("relief_request_seconds", "Seconds to answer", ["method"])


def register(app: Flask) -> None:
    """Add /healthz, /readyz and /metrics."""
    app.add_url_rule("/healthz", "healthz", _healthz)
    app.add_url_rule("/readyz", "readyz", _readyz)
    app.add_url_rule("/metrics", "metrics", _metrics)
    app.after_request(_count)


def _healthz() -> Response:
    return Response("alive\n", content_type="text/plain")


def _readyz() -> Response:
    """Answer 200 when the database answers; worker and broker are said, not needed to serve."""
    checks = {"database": _database(), "worker": _worker(), "broker": _broker()}
    ready = checks["database"] == "ok"
    body = "".join(f"{name}: {state}\n" for name, state in checks.items())
    return Response(body, 200 if ready else 503, content_type="text/plain")


def _database() -> str:
    try:
        with db.reading() as session:
            session.execute(text("select seq from event_head")).one()
    except db.Unfit as error:
        log.critical("not ready: %s", error)
        return "unfit (the log says what is missing)"
    except Exception as error:  # noqa: BLE001  whatever it is, we are not ready
        return f"down ({type(error).__name__})"
    return "ok"


def _worker() -> str:
    """Say whether background work is done: without a worker it waits, and nothing is lost."""
    try:
        with db.reading() as session:
            return "ok" if jobs.working(session) else "away (background work waits)"
    except Exception:  # noqa: BLE001  the database has said why
        return "unknown"


def _broker() -> str:
    url = current_app.config["SETTINGS"].redis_url
    if not url:
        return "none"
    import redis

    try:
        redis.Redis.from_url(url, socket_timeout=1).ping()
    except redis.RedisError:
        return "away (the log is polled instead)"
    return "ok"


def _metrics() -> Response:
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _count(answer: Response) -> Response:
    REQUESTS.labels(request.method, str(answer.status_code)).inc()
    if "started" in g:
        SECONDS.labels(request.method).observe(time.monotonic() - g.started)
    return answer
