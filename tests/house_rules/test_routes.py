"""Every route asks who is there; what is open to everyone stands on a short list."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from relief_ops import app as application
from tests.conftest import new_id

OPEN = {
    "static": "files everybody gets",
    "healthz": "alive, for the supervisor",
    "readyz": "ready, for the supervisor",
    "metrics": "figures without names; nginx keeps it inside",
    "service_worker": "the worker of the app: addresses and hashes of files everybody gets",
    "manifest": "the name and the icons of the app",
    "openapi.spec": "the description of the API",
    "sign_in.form": "the way in",
    "sign_in.sign_in": "the way in",
    "sign_in.link": "the way in by a one-time link",
    "sign_in.use_link": "the way in by a one-time link",
    "sign_in.sign_out": "the way out",
    "sign_in.preferences": "language and colours, two cookies",
    "drive.link": "the way in by a driver's link",
    "drive.use_link": "the way in by a driver's link",
    "shelters.public_shelters": "open shelters and whether there is room; never a person",
}


def address(rule) -> str:
    def value(match: re.Match[str]) -> str:
        kind = match.group(1) or "string"
        return {"uuid": new_id(), "int": "1"}.get(kind, "990101000000")

    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", value, rule.rule)


def test_every_route_asks_for_a_permission(app: Flask):
    client = app.test_client()
    wrong = []
    for endpoint, method, path in routes_of(app):
        answer = client.open(path, method=method, json={} if method != "GET" else None)
        signed_in_first = answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
        if answer.status_code not in (401, 403) and not signed_in_first:
            wrong.append(
                f"{method} {path} ({endpoint}) answered {answer.status_code} to a stranger"
            )

    assert not wrong, "Call require() before anything else:\n" + "\n".join(wrong)


def routes_of(app: Flask) -> list[tuple[str, str, str]]:
    return sorted(
        (rule.endpoint, method, address(rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.endpoint not in OPEN
    )


def test_security_headers_are_on_every_answer(client):
    paths = ("/sign-in", "/nothing-here", "/api/v1/disasters", "/static/css/tokens.css", "/healthz")
    for path in paths:
        with client.get(path) as answer:
            headers = answer.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path


def test_every_error_code_is_in_the_api_document(client):
    from relief_ops.errors import codes

    spec = client.get("/api/openapi.json").json
    listed = set(spec["components"]["schemas"]["Problem"]["properties"]["code"]["enum"])

    assert set(codes()) <= listed


def test_building_the_app_runs_no_query(monkeypatch: pytest.MonkeyPatch):
    from sqlalchemy import Engine

    from relief_ops.config import Settings

    def refuse(*_args, **_kwargs):
        raise AssertionError("create_app asked the database something")

    monkeypatch.setattr(Engine, "connect", refuse)
    monkeypatch.setattr(Engine, "raw_connection", refuse)
    application.create_app(Settings(database_url="sqlite:////nonexistent/none.db"))
