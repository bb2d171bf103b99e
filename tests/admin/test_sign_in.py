"""Signing in: no guessing, no telling, no fixation, no way out of our own pages."""

from __future__ import annotations

import re
import time

import pyotp
import pytest

from relief_ops import cli, db, vault
from relief_ops.auth import SYSTEM, act_as
from relief_ops.auth.models import User
from tests.factories import city
from tests.factories.browsers import TOKEN

pytestmark = pytest.mark.sqlite_first

PASSWORD = "Correct-Horse-7-Battery"  # pragma: allowlist secret
ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "http:evil",
    "javascript:alert(1)", "data:text/html,x", "evil.example", "https:///evil.example",
    "/\t/evil.example", "///evil.example", "", " //evil.example", "/%0d%0aSet-Cookie:x",
    "/a\r\nSet-Cookie: x=1", "//[", "http://[",
)  # fmt: skip


@pytest.fixture
def clerk(app):
    """Return the sign-in name of a clerk who has a password."""
    return _account("clerk")


def _account(login: str, *, role: str = "township_reporter", totp: str = "") -> str:
    with act_as(SYSTEM), db.transaction() as session:
        user_id = cli.make_user(session, login, login, (f"{role}@{city.CITY}",))
        user = session.get_one(User, user_id)
        user.password_hash = cli.hash_of(PASSWORD)
        if totp:
            user.totp_sealed = vault.seal("user_account", "totp", user_id, totp)
    return login


def _try(client, login, password, **fields):
    token = TOKEN.search(client.get("/sign-in").text)[1]
    sent = {"login": login, "password": password, "csrf": token} | fields
    return client.post("/sign-in", data=sent)


def test_the_right_password_signs_in(client, clerk):
    assert _try(client, clerk, PASSWORD).status_code == 303
    assert client.get("/account").status_code == 200


def test_an_unknown_account_gets_the_same_answer_as_a_wrong_password(client, clerk):
    wrong, unknown = _try(client, clerk, "no"), _try(client, "nobody", "no")

    def plain(answer):
        return re.sub(r'value="[^"]*"', "", answer.text)

    assert wrong.status_code == unknown.status_code == 401
    assert plain(wrong) == plain(unknown)


def test_five_failures_lock_the_account_for_this_address_only(app, client, clerk):
    for _number in range(5):
        assert _try(client, clerk, "no").status_code == 401
    locked = _try(client, clerk, PASSWORD)

    assert locked.status_code == 429
    token = TOKEN.search(client.get("/sign-in").text)[1]
    elsewhere = client.post(
        "/sign-in", data={"login": clerk, "password": PASSWORD, "csrf": token},
        environ_base={"REMOTE_ADDR": "10.9.8.7"},
    )  # fmt: skip
    assert elsewhere.status_code == 303


def test_a_code_is_taken_once(app):
    secret = pyotp.random_base32()
    login = _account("checked", role="auditor", totp=secret)
    code = pyotp.TOTP(secret).at(time.time())
    first = _try(app.test_client(), login, PASSWORD, code=code)
    again = _try(app.test_client(), login, PASSWORD, code=code)
    without = _try(app.test_client(), login, PASSWORD)

    assert (first.status_code, again.status_code, without.status_code) == (303, 401, 401)


def test_a_role_that_needs_a_second_factor_does_not_get_in_by_password_alone(app):
    assert _try(app.test_client(), _account("lone", role="auditor"), PASSWORD).status_code == 401


def test_a_planted_session_is_not_the_one_that_is_signed_in(client, clerk):
    client.set_cookie("session", "planted-by-somebody-else")
    _try(client, clerk, PASSWORD)

    assert client.get_cookie("session").value != "planted-by-somebody-else"
    other = client.application.test_client()
    other.set_cookie("session", "planted-by-somebody-else")
    assert other.get("/account").status_code == 302


def test_each_sign_in_has_a_new_session(client, clerk):
    _try(client, clerk, PASSWORD)
    first = client.get_cookie("session").value
    token = TOKEN.search(client.get("/account").text)[1]
    client.post("/sign-out", data={"csrf": token})
    _try(client, clerk, PASSWORD)
    old = client.application.test_client()
    old.set_cookie("session", first)

    assert client.get_cookie("session").value != first
    assert old.get("/account").status_code == 302


@pytest.mark.parametrize("target", ELSEWHERE)
def test_the_way_back_never_leaves_our_pages(client, clerk, target):
    where = _try(client, clerk, PASSWORD, next=target).headers["Location"]

    assert re.match(r"/(?![/\\])", where) and "evil.example" not in where.split("/")[1:2]
    assert "\n" not in where and "\t" not in where


def test_the_way_back_to_our_own_page_is_kept(client, clerk):
    assert _try(client, clerk, PASSWORD, next="/areas?q=x").headers["Location"] == "/areas?q=x"


def test_a_form_without_its_token_signs_nobody_in(client, clerk):
    sent = {"login": clerk, "password": PASSWORD}

    assert client.post("/sign-in", data=sent).status_code == 403
    assert client.post("/sign-in", data=sent | {"csrf": "0" * 64}).status_code == 403
