"""Accounts: a stranger, a neighbour's administrator, the answer, the record, the refusals."""

from __future__ import annotations

import re

from sqlalchemy import select

from relief_ops import db
from relief_ops.auth.models import RoleGrant, User
from relief_ops.events.models import EventRow
from tests.conftest import new_id
from tests.factories.browsers import sign_in_by_link
from tests.factories.city import CITY, COUNTY, OTHER_COUNTY, TOWNSHIP


def _body(login="li.wei", role="township_reporter", area=TOWNSHIP):
    return {"login": login, "name": "李伟", "grants": [{"role": role, "area_code": area}]}


def _names():
    with db.reading() as session:
        return session.scalars(select(EventRow.name).order_by(EventRow.seq)).all()


def test_a_stranger_is_refused(stranger, client):
    assert stranger.get("/api/v1/users").status_code == 401
    assert stranger.put(f"/api/v1/users/{new_id()}", _body()).status_code == 401
    assert client.get("/admin/users").status_code == 302


def test_a_neighbours_administrator_is_refused_and_sees_nothing_of_it(person, signed_in):
    neighbour = person(f"system_admin@{OTHER_COUNTY}")
    user_id = new_id()

    assert neighbour.put(f"/api/v1/users/{user_id}", _body()).status_code == 404
    assert person("system_admin").put(f"/api/v1/users/{user_id}", _body()).status_code == 201
    assert "li.wei" not in neighbour.get("/api/v1/users").text
    browser = signed_in(f"system_admin@{OTHER_COUNTY}")
    assert browser.get(f"/admin/users/{user_id}").status_code == 404
    assert "li.wei" not in browser.get("/admin/users").text
    assert browser.post(f"/admin/users/{user_id}/link").status_code == 404
    assert browser.post(f"/admin/users/{user_id}/state", disabled="1").status_code in (403, 404)


def test_who_may_not_look_after_accounts_is_told_so(signed_in):
    me = signed_in("duty_officer")

    for path in ("/admin", "/admin/users", "/admin/users/new", "/admin/jobs", "/admin/parameters"):
        assert me.get(path).status_code == 403, path


def test_the_form_makes_an_account_and_it_is_on_the_record(signed_in):
    admin, user_id = signed_in("system_admin"), new_id()
    answer = admin.post(
        f"/admin/users/{user_id}", name="李伟", login="li.wei", revision="",
        role=["township_reporter", ""], area=[TOWNSHIP, ""], programme=["", ""],
    )  # fmt: skip

    assert answer.status_code == 303
    page = admin.get(f"/admin/users/{user_id}").text
    assert "李伟" in page and "乡镇报送员" in page and "临江镇" in page
    listed = admin.get("/admin/users?q=li.wei&role=township_reporter").text
    assert listed.count("li.wei") >= 1 and user_id in listed
    assert _names()[-1] == "user.changed"


def test_an_edit_replaces_what_is_held_and_a_stale_one_is_refused(signed_in, person):
    admin, user_id = signed_in("system_admin"), new_id()
    person("system_admin").put(f"/api/v1/users/{user_id}", _body())
    form = {"name": "李伟", "login": "li.wei", "role": "verifier", "area": COUNTY, "programme": ""}
    first = admin.post(f"/admin/users/{user_id}", revision="1", **form)
    stale = admin.post(f"/admin/users/{user_id}", revision="1", **(form | {"name": "别人"}))

    assert first.status_code == 303 and stale.status_code == 412
    with db.reading() as session:
        held = session.scalars(select(RoleGrant.role).join(User, User.id == RoleGrant.user_id)
                               .where(User.login == "li.wei")).all()  # fmt: skip
    assert held == ["verifier"]


def test_nobody_changes_their_own_account(signed_in):
    admin = signed_in("system_admin", login="boss")
    form = {"name": "boss", "login": "boss", "role": "system_admin", "area": CITY, "programme": ""}

    assert admin.post(f"/admin/users/{admin.user_id}", revision="1", **form).status_code == 422
    assert admin.post(f"/admin/users/{admin.user_id}/link").status_code == 422
    assert admin.post(f"/admin/users/{admin.user_id}/state", disabled="1").status_code == 422


def test_the_three_administrators_are_three_people(person):
    admin = person("system_admin")
    body = _body() | {
        "grants": [
            {"role": "security_admin", "area_code": CITY},
            {"role": "auditor", "area_code": CITY},
        ]
    }
    answer = admin.put(f"/api/v1/users/{new_id()}", body)

    assert answer.status_code == 422 and "三员分立" in answer.json["detail"]


def test_a_link_is_shown_once_and_signs_in_once(signed_in, person, app):
    admin, user_id = signed_in("system_admin"), new_id()
    person("system_admin").put(f"/api/v1/users/{user_id}", _body())
    shown = admin.post(f"/admin/users/{user_id}/link").text
    secret = re.search(r"/sign-in/([\w-]+)</code>", shown)[1]

    assert secret not in admin.get(f"/admin/users/{user_id}").text
    assert sign_in_by_link(app.test_client(), secret).status_code == 303
    assert sign_in_by_link(app.test_client(), secret).status_code == 401
    assert "user.link_issued" in _names()


def test_a_disabled_persons_next_request_is_refused(signed_in):
    admin, other = signed_in("security_admin"), signed_in("township_reporter")
    assert other.get("/account").status_code == 200

    assert admin.post(f"/admin/users/{other.user_id}/state", disabled="1").status_code == 303
    assert other.client.get("/api/v1/areas").status_code == 401
    assert "user.disabled" in _names()
    admin.post(f"/admin/users/{other.user_id}/state", disabled="0")
    assert other.client.get("/api/v1/areas").status_code == 401


def test_a_token_is_shown_once_and_dies_with_its_revocation(signed_in, app):
    admin, other = signed_in("system_admin"), signed_in("township_reporter")
    shown = admin.post(f"/admin/users/{other.user_id}/tokens", days="7").text
    secret = re.search(r'<code id="token">([\w-]+)<', shown)[1]
    page = admin.get(f"/admin/users/{other.user_id}").text
    token_id = re.search(r"/tokens/([\w-]+)/revocation", page)[1]
    asks = {"Authorization": f"Bearer {secret}"}

    assert secret not in page
    assert app.test_client().get("/api/v1/areas", headers=asks).status_code == 200
    path = f"/admin/users/{other.user_id}/tokens/{token_id}/revocation"
    assert admin.post(path).status_code == 303
    assert app.test_client().get("/api/v1/areas", headers=asks).status_code == 401
    stranger = signed_in("township_reporter")
    path = f"/admin/users/{stranger.user_id}/tokens/{token_id}/revocation"
    assert admin.post(path).status_code == 404


def test_a_form_without_its_token_changes_nothing(signed_in):
    admin = signed_in("system_admin")
    path = f"/admin/users/{new_id()}"

    assert admin.client.post(path, data={"name": "x", "login": "xx"}).status_code == 403
    assert admin.client.post(path, data={"name": "x", "csrf": "0" * 64}).status_code == 403
