"""The person's own page: password, second factor, web sessions."""

from __future__ import annotations

import re
import time

import pyotp

from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as, services
from relief_ops.auth.models import User, WebSession
from relief_ops.config import ROOT
from tests.conftest import new_id
from tests.factories.browsers import sign_in_by_link

SCRIPTS = ROOT / "static" / "js"
GOOD = "Correct-Horse-7-Battery"
BETTER = "Another-Staple-8-Battery"


def _events(name):
    from sqlalchemy import select

    from relief_ops.events.models import EventRow

    with db.reading() as session:
        return session.scalars(select(EventRow).where(EventRow.name == name)).all()


def _second_session(user_id):
    with act_as(SYSTEM), db.transaction() as session:
        user = session.get_one(User, user_id)
        return services.start_session(session, user, by_link=False, second_factor=True)


def test_a_stranger_is_led_to_sign_in(client):
    answer = client.get("/account")

    assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")


def test_it_says_who_i_am_and_what_i_hold(signed_in):
    me = signed_in("township_reporter", login="chen.zhen")
    page = me.get("/account").text

    assert "chen.zhen" in page and "乡镇报送员" in page and "海州市" in page


def test_a_fresh_link_sets_a_password_without_the_old_one_and_ends_the_other_sessions(
    signed_in, app
):
    me = signed_in("township_reporter")
    other = app.test_client()
    other.set_cookie("session", _second_session(me.user_id))
    answer = me.post("/account/password", new=GOOD, again=GOOD)

    assert answer.status_code == 303
    assert me.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    assert len(_events("user.password_changed")) == 1


def test_a_session_that_is_not_fresh_must_give_the_old_password(signed_in):
    me = signed_in("township_reporter")
    me.post("/account/password", new=GOOD, again=GOOD)
    with act_as(SYSTEM), db.transaction() as session:
        for row in session.query(WebSession).filter_by(user_id=me.user_id):
            row.created_at = clock.now() - services.timedelta(minutes=31)

    wrong = me.post("/account/password", old="nonsense", new=BETTER, again=BETTER)
    right = me.post("/account/password", old=GOOD, new=BETTER, again=BETTER)

    assert wrong.status_code == 422 and right.status_code == 303


def test_a_weak_password_is_explained_in_words(signed_in):
    me = signed_in("township_reporter", login="wang")
    answer = me.post("/account/password", new="wang123", again="wang124")

    assert answer.status_code == 422
    for said in ("12", "用户名", "不一致"):
        assert said in answer.text


def test_a_common_password_is_refused_and_the_page_says_why(signed_in):
    me = signed_in("township_reporter", login="wang")

    answer = me.post("/account/password", new="Password2024!", again="Password2024!")

    assert answer.status_code == 422
    assert "常见密码" in answer.text


def test_a_password_may_be_pasted_from_a_password_manager(signed_in):
    page = signed_in("township_reporter").get("/account").text

    assert 'autocomplete="new-password"' in page
    assert "onpaste" not in page
    scripts = "".join(path.read_text("utf-8") for path in SCRIPTS.rglob("*.js"))
    assert '"paste"' not in scripts, "no script may stand between a paste and its field"


def test_one_session_is_ended_by_name_and_a_strangers_is_not_found(signed_in, app):
    me, other_person = signed_in("township_reporter"), signed_in("township_reporter")
    other = app.test_client()
    other.set_cookie("session", _second_session(me.user_id))
    keys = re.findall(r'name="key" value="(\w+)"', me.get("/account").text)

    assert other_person.post("/account/sessions/end", key=keys[0]).status_code == 404
    assert me.post("/account/sessions/end", key=keys[0]).status_code == 303
    assert other.get("/account").status_code == 302
    assert me.get("/account").status_code == 200


def test_a_role_that_needs_it_is_led_to_set_up_the_second_factor_first(signed_in):
    me = signed_in("auditor", given=False)
    page = me.get("/log")

    assert page.status_code == 303 and page.headers["Location"] == "/account/second-factor"
    assert me.client.get("/api/v1/areas").status_code == 403
    shown = me.get("/account/second-factor").text
    assert "data:image/svg+xml" in shown


def test_a_second_factor_counts_once_a_code_of_it_was_typed(signed_in):
    me = signed_in("auditor", given=False)
    page = me.get("/account/second-factor").text
    secret = re.search(r"<code>(\w+)</code>", page)[1]
    sealed = re.search(r'name="sealed" value="(\w+)"', page)[1]
    wrong = me.post("/account/second-factor", sealed=sealed, code="000000")
    code = pyotp.TOTP(secret).now()
    right = me.post("/account/second-factor", sealed=sealed, code=code)

    assert wrong.status_code == 401 and secret in wrong.text
    assert right.status_code == 303
    assert me.get("/log").status_code == 200
    assert len(_events("user.second_factor_set")) == 1


def test_a_link_does_not_get_round_a_second_factor(signed_in, app):
    me = signed_in("auditor", given=False)
    page = me.get("/account/second-factor").text
    secret = re.search(r"<code>(\w+)</code>", page)[1]
    sealed = re.search(r'name="sealed" value="(\w+)"', page)[1]
    me.post("/account/second-factor", sealed=sealed, code=pyotp.TOTP(secret).now())
    with act_as(SYSTEM), db.transaction() as session:
        link = services.make_link(session, me.user_id)
    thief = app.test_client()
    sign_in_by_link(thief, link)

    assert thief.get("/log").headers["Location"] == "/account/second-factor"
    asked = thief.get("/account/second-factor").text
    assert secret not in asked and "data:image" not in asked
    later = pyotp.TOTP(secret).at(time.time() + 30)
    with act_as(SYSTEM), db.transaction() as session:
        session.get_one(User, me.user_id).totp_last -= 2
    token = re.search(r'name="csrf" value="(\w+)"', asked)[1]
    given = thief.post(
        "/account/second-factor/code",
        data={"csrf": token, "code": pyotp.TOTP(secret).now()},
    )
    assert later and given.status_code == 303
    assert thief.get("/log").status_code == 200


def test_another_page_than_ours_changes_nothing(signed_in):
    me = signed_in("township_reporter")

    assert me.client.post("/account/password", data={"new": GOOD, "again": GOOD}).status_code == 403
    wrong = {"new": GOOD, "again": GOOD, "csrf": new_id()}
    assert me.client.post("/account/password", data=wrong).status_code == 403
