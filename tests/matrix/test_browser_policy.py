"""Every route, whatever it answers: the headers, the cookies, the form's token, reads that only
read, and no parameter that lets anybody past (S-10, F28)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as, services
from relief_ops.auth.models import User
from relief_ops.auth.viewers import roles
from relief_ops.db import Base
from relief_ops.events.models import EventHead, EventRow
from tests.factories.city import TOWNSHIP
from tests.house_rules.test_routes import address
from tests.matrix.addresses import pages
from tests.matrix.reading import LOOKS
from tests.matrix.stage import OWN, Stage
from tests.matrix.table import ROWS, Ask, Row

pytestmark = [pytest.mark.sqlite_first, pytest.mark.target("S-10")]

ALWAYS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
HSTS = "Strict-Transport-Security"
HOST = "relief.test"
SAFE = {"GET", "HEAD", "OPTIONS"}
CHOICES = ("lang", "theme")  # what is shown how, which scripts read; nothing hangs on them
# Reads that must leave a trace: who took the log away, or looked at somebody in full.
RECORDED = {
    "log.export", "cases.show_person", "rosters.read_row", "shelters.show_contact",
    "daybook.show_account", "daybook.show_volunteer", "suppliers.show_contact",
    "depot_keys.show_holder",
    "supplier_pages.page_edit",
    "evacuation.read_household", "check_in.read_stay",
}  # fmt: skip
# What a read may write besides: refusals, and that a web session is in use.
ASIDE = {"denial", "web_session", "event", "event_area", "event_head"}


@pytest.fixture(params=["http", "https"])
def scheme(request: pytest.FixtureRequest, stage: Stage, monkeypatch: Any) -> str:
    """Serve as reached by either."""
    settings = replace(stage.app.config["SETTINGS"], public_url=f"{request.param}://{HOST}")
    monkeypatch.setitem(stage.app.config, "SETTINGS", settings)
    return str(request.param)


def browser(stage: Stage, *, secure: bool = False, domain: str = "localhost") -> FlaskClient:
    """Return the browser of somebody who may do everything."""
    user_id = stage.maker.user_id
    with act_as(SYSTEM), db.transaction() as session:
        user = session.get_one(User, user_id)
        secret = services.start_session(session, user, by_link=False, second_factor=True)
    client = stage.app.test_client()
    client.set_cookie("__Host-session" if secure else "session", secret, domain=domain)
    return client


def everything(stage: Stage) -> Iterator[tuple[str, str, str]]:
    """Yield (endpoint, method, address) of every route and method there is."""
    filled = dict(pages(stage.app, stage))
    for rule in stage.app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            path = filled.get(rule.endpoint) if method == "GET" else None
            yield rule.endpoint, method, path or address(rule)


def faults(answer: Any, *, secure: bool) -> list[str]:
    """Return what is wrong with the headers and cookies of an answer."""
    wrong = [name for name, value in ALWAYS.items() if value not in answer.headers.get(name, "")]
    policy = answer.headers.get("Content-Security-Policy", "")
    wrong += [each for each in ("unsafe-inline", "unsafe-eval", "*") if each in policy]
    wrong += [] if "Cache-Control" in answer.headers else ["Cache-Control"]
    long = "max-age=31536000; includeSubDomains"
    wrong += [] if answer.headers.get(HSTS) == (long if secure else None) else [HSTS]
    for cookie in answer.headers.getlist("Set-Cookie"):
        name = cookie.split("=")[0]
        wanted = {"SameSite=Lax", "Path=/"} | ({"Secure"} if secure else set())
        if name not in CHOICES:
            wanted.add("HttpOnly")
        wrong += [f"{name}: {each}" for each in sorted(wanted) if each not in cookie]
        if "Domain=" in cookie or (secure and not name.startswith(("__Host-", *CHOICES))):
            wrong.append(f"{name}: not bound to the host")
    return wrong


def test_every_route_answers_a_stranger_and_a_person_with_the_headers(stage: Stage, scheme: str):
    secure, seen, wrong = scheme == "https", 0, {}
    for client in (stage.app.test_client(), browser(stage, secure=secure, domain=HOST)):
        for endpoint, method, path in everything(stage):
            if endpoint == "sign_in.sign_out":
                continue
            with client.open(path, method=method, base_url=f"{scheme}://{HOST}") as answer:
                seen += 1
                if found := faults(answer, secure=secure):
                    wrong[f"{method} {path} ({answer.status_code})"] = found

    assert not wrong
    assert seen > 500


def test_signing_in_and_out_and_choosing_set_only_cookies_that_are_bound(stage: Stage, scheme: str):
    secure = scheme == "https"
    base = f"{scheme}://{HOST}"
    user_id = stage.maker.user_id
    with act_as(SYSTEM), db.transaction() as session:
        secret = services.make_link(session, user_id)
    client, told = stage.app.test_client(), []

    def send(path: str, **fields: str) -> Any:
        page = client.get(f"/sign-in/{secret}", base_url=base)
        token = page.text.split('name="csrf" value="')[1][:64]
        answer = client.post(path, data=fields | {"csrf": token}, base_url=base)
        assert faults(page, secure=secure) == faults(answer, secure=secure) == []
        told.extend(answer.headers.getlist("Set-Cookie"))
        return answer

    assert send("/preferences", lang="en", theme="dark").status_code == 303
    assert send(f"/sign-in/{secret}").status_code == 303
    assert send("/sign-out").status_code == 303
    assert {each.split("=")[0].removeprefix("__Host-") for each in told} == {
        "lang", "theme", "session",
    }  # fmt: skip


def test_every_kind_of_error_has_the_headers_too(stage: Stage, scheme: str, monkeypatch: Any):
    secure, me = scheme == "https", browser(stage, secure=scheme == "https", domain=HOST)
    base = f"{scheme}://{HOST}"

    def broken(*_given: Any, **_more: Any) -> None:
        raise KeyError("on purpose")

    asked = {
        404: [("GET", each, {}) for each in ("/nowhere", "/api/v1/nothing", "/static/no.css")],
        405: [("DELETE", "/log", {}), ("PATCH", "/api/v1/disasters", {}), ("PUT", "/healthz", {})],
        400: [("PUT", f"/api/v1/depots/{stage.maker.user_id}", {"data": b"{", "token": True})],
        413: [("PUT", f"/api/v1/depots/{stage.maker.user_id}",
               {"data": b"x" * 17 * 2**20, "token": True})],
        415: [("PUT", f"/api/v1/depots/{stage.maker.user_id}",
               {"data": b"<a/>", "content_type": "text/xml", "token": True})],
        200: [("GET", "/static/css/tokens.css", {}), ("GET", "/sw.js", {})],
    }  # fmt: skip
    for status, requests in asked.items():
        for method, path, more in requests:
            headers = {}
            if more.pop("token", None):
                headers["Authorization"] = f"Bearer {stage.maker.token}"
                more.setdefault("content_type", "application/json")
            client = stage.app.test_client() if headers else me
            with client.open(path, method=method, base_url=base, headers=headers, **more) as got:
                assert got.status_code in (status, 403), (method, path, got.status_code)
                assert faults(got, secure=secure) == [], (method, path, got.status_code)
    for endpoint, path in (("log.show", "/log"), ("disasters.get_disasters", "/api/v1/disasters")):
        name = endpoint if endpoint in stage.app.view_functions else _named(stage, path)
        monkeypatch.setitem(stage.app.view_functions, name, broken)
        got = me.get(path, base_url=base)
        assert got.status_code == 500
        assert faults(got, secure=secure) == []
        assert "on purpose" not in got.text and "Traceback" not in got.text


def _named(stage: Stage, path: str) -> str:
    return next(
        rule.endpoint
        for rule in stage.app.url_map.iter_rules()
        if rule.rule == path and "GET" in rule.methods
    )


def test_no_changing_route_believes_a_browser_without_the_form_s_token(stage: Stage):
    me, routes, wrong, seen = browser(stage), list(everything(stage)), {}, 0
    head = seq()
    for endpoint, method, path in routes:
        if method in SAFE:
            continue
        for sent in ({}, {"csrf": "0" * 64}):
            headers = {"X-CSRF-Token": sent["csrf"]} if sent else {}
            for body in ({"data": sent}, {"json": {}}):
                stage.app.extensions["limits"].forget()
                answer = me.open(path, method=method, headers=headers, **body)
                seen += 1
                if answer.status_code != 403:
                    wrong[f"{method} {path} ({endpoint})"] = answer.status_code

    assert not wrong
    assert seen > 4 * 100
    assert seq() == head


def test_a_token_of_another_browser_is_no_token(stage: Stage):
    mine, other = browser(stage), browser(stage)
    stolen = other.get("/account").text.split('name="csrf" value="')[1][:64]
    own = mine.get("/account").text.split('name="csrf" value="')[1][:64]

    assert own != stolen
    assert mine.post("/account/sessions", data={"csrf": stolen}).status_code in (403, 405, 404)
    assert mine.post("/preferences", data={"csrf": stolen}).status_code == 403
    assert mine.post("/preferences", data={"csrf": own}).status_code == 303


def seq() -> int:
    with db.reading() as session:
        return int(session.execute(select(EventHead.seq)).scalar_one())


def content() -> dict[str, str]:
    """Return a hash of the rows of every table that a read may not touch."""
    found = {}
    with db.reading() as session:
        for name, table in Base.metadata.tables.items():
            if name not in ASIDE:
                rows = sorted(
                    repr([getattr(each, "desc", each) for each in row])
                    for row in session.connection().execute(select(table))
                )
                found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def test_no_read_changes_anything(stage: Stage):
    me = browser(stage)
    asked = [(endpoint, path) for endpoint, path in pages(stage.app, stage)]
    asked += [(look.endpoint, look.path(stage)) for look in LOOKS]
    for look in LOOKS:
        if look.thing:
            look.thing(stage)
    before, head, wrong = content(), seq(), {}
    for endpoint, path in asked:
        for method in ("HEAD", "GET"):
            stage.app.extensions["limits"].forget()
            with me.open(path, method=method) as answer:
                assert answer.status_code < 500, path
        grown, head = seq() - head, seq()
        if bool(grown) != (endpoint in RECORDED):
            wrong[endpoint] = f"{path}: {grown} events, {last_names(grown)}"

    assert not wrong
    assert {name for name, rows in content().items() if rows != before[name]} == set()


def last_names(count: int) -> list[str]:
    with db.reading() as session:
        names = select(EventRow.name).order_by(EventRow.seq.desc()).limit(count)
        return list(session.scalars(names))


PAST = (
    "skipAudit=true&skip_audit=1&audit=off&force=true&force=1&override=true&bypass=1&dryRun=true"
    "&dry_run=1&skipValidation=true&importMode=VALIDATE&skipSharing=true&admin=1&role=system_admin"
    "&user=1&drill=1&_method=GET&async=false&skipLocks=1&no_log"
)


def with_it(ask: Ask) -> Ask:
    joined = "&" if "?" in ask.path else "?"
    return replace(ask, path=f"{ask.path}{joined}{PAST}")


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.endpoint)
def test_no_parameter_lets_anybody_past_the_rules_or_the_log(stage: Stage, row: Row):
    role = next(each for each in roles() if row.allows(each))
    holder, told = stage.person(role, row.holds[OWN]), []
    for change in (lambda ask: ask, with_it):
        ask = change(row.make(stage))
        before = seq()
        answer = holder.call(row.method, ask.path, ask.body, **ask.headers)
        told.append((answer.status_code, seq() - before))
    assert told[0] == told[1]
    assert told[1][0] in (200, 201, 204), told
    assert told[1][1] >= 1, told

    ask, clerk = with_it(row.make(stage)), stage.person("village_assistant", TOWNSHIP)
    before = seq()
    if not row.allows("village_assistant"):
        assert clerk.call(row.method, ask.path, ask.body, **ask.headers).status_code in (403, 404)
    assert stage.nobody.call(row.method, ask.path, ask.body).status_code == 401
    assert seq() == before
