"""Accounts made for a drill have no part in anything real, and who runs drills makes no others."""

from __future__ import annotations

import pytest

from tests.conftest import MORNING, Caller, new_id
from tests.factories.city import CITY, COUNTY, TOWNSHIP
from tests.factories.shelters import make_shelter, open_shelter, shelter_body
from tests.factories.stock import depot as make_depot
from tests.factories.stock import stock


@pytest.fixture
def director(person):
    return person("drill_director")


@pytest.fixture
def drill(director):
    """Return the drill and its disaster, begun after the real one."""
    drill_id, disaster_id = new_id(), new_id()
    start = {"name": "演练", "seed": 1, "drill_start": "2013-10-07T00:00:00Z"}
    assert director.put(f"/api/v1/drills/{drill_id}", start).status_code == 201
    body = {
        "name": "演练台风", "kind": "typhoon", "storm": "1323", "drill_id": drill_id,
        "started_at": "2013-10-07T00:00:00Z", "division_date": "2013-10-06",
        "form_version": "2020",
    }  # fmt: skip
    assert director.put(f"/api/v1/disasters/{disaster_id}", body).status_code == 201
    return {"id": disaster_id, "drill_id": drill_id}


def account(drill, *roles):
    """Return the body of an account, made for a drill if one is named."""
    grants = [dict(zip(("role", "area_code"), each.split("@"), strict=True)) for each in roles]
    body = {"login": f"x.{new_id()[-12:]}", "name": "某人", "grants": grants}
    return body | ({"drill_id": drill["drill_id"]} if drill else {})


@pytest.fixture
def extra(app, director, drill):
    """Return a maker of people of the drill: extra("shelter_manager@…")."""

    def make(*roles):
        user_id = new_id()
        made = director.put(f"/api/v1/users/{user_id}", account(drill, *roles))
        assert made.status_code == 201, made.json
        token = director.put(f"/api/v1/users/{user_id}/tokens/{new_id()}", {})
        return Caller(app.test_client(), token.json["token"], user_id)

    return make


def report(caller, disaster, affected):
    return caller.put(
        f"/api/v1/reports/{new_id()}",
        {"disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
         "as_of": "2013-10-07T00:00:00Z", "values": {"affected": affected}},
    )  # fmt: skip


def test_it_files_in_its_drill_and_never_in_the_real_disaster(person, disaster, drill, extra):
    reporter, reviewer = extra(f"township_reporter@{TOWNSHIP}"), person("city_reviewer")

    assert report(reporter, drill, 5).status_code == 201
    assert report(reporter, disaster, 7777).status_code == 404
    total = reviewer.get(f"/api/v1/rollup?disaster={disaster['id']}&area={CITY}").json
    assert (total["reported"], total["values"]) == (0, {})


def test_it_sees_its_own_disaster_only(disaster, drill, extra):
    reporter = extra(f"township_reporter@{TOWNSHIP}")

    found = reporter.get("/api/v1/disasters").json["disasters"]
    assert [each["id"] for each in found] == [drill["id"]]
    assert reporter.get(f"/api/v1/rollup?disaster={disaster['id']}").status_code == 404


def test_it_neither_opens_nor_enters_nor_sees_a_real_shelter(person, disaster, drill, extra):
    real = open_shelter(person(f"shelter_manager@{COUNTY}"), disaster)
    manager = extra(f"shelter_manager@{COUNTY}")
    count = {"disaster_id": disaster["id"], "as_of": "2013-10-07T00:00:00Z", "total": 9}

    assert manager.get(f"/api/v1/shelters/{real}").status_code == 404
    assert manager.put(f"/api/v1/shelters/{real}/headcounts/{new_id()}", count).status_code == 404
    assert manager.put(f"/api/v1/shelters/{new_id()}", shelter_body()).status_code == 404
    assert manager.get("/api/v1/shelters").json["shelters"] == []
    make_shelter(manager, drill_id=drill["drill_id"])
    assert len(manager.get("/api/v1/shelters").json["shelters"]) == 1


def test_it_takes_nothing_from_a_real_depot(person, drill, extra):
    manager = person(f"logistics_manager@{COUNTY}")
    place = make_depot(manager)
    stock(manager, place, quantity=50)
    keeper = extra(f"depot_keeper@{COUNTY}")

    assert keeper.get(f"/api/v1/stock/balances?depot={place}").json["balances"] == []
    taken = {"kind": "issue", "from": place, "item": "tent_12", "quantity": 1, "reason": "x"}
    assert keeper.put(f"/api/v1/stock/movements/{new_id()}", taken).status_code == 404


def test_it_opens_no_real_disaster_and_holds_no_administrators_power(person, drill, extra):
    officer = extra(f"duty_officer@{CITY}", f"system_admin@{CITY}")
    body = {"name": "大水", "kind": "flood", "started_at": MORNING.isoformat(),
            "division_date": "2013-10-06"}  # fmt: skip

    assert officer.put(f"/api/v1/disasters/{new_id()}", body).status_code == 404
    assert officer.get("/api/v1/users").status_code == 403
    made = officer.put(f"/api/v1/users/{new_id()}", account(None, f"case_approver@{CITY}"))
    assert made.status_code == 403


def test_who_runs_drills_makes_no_real_account_and_no_token_for_one(person, director, drill):
    admin = person("system_admin")
    made = director.put(f"/api/v1/users/{new_id()}", account(None, f"system_admin@{CITY}"))
    token = director.put(f"/api/v1/users/{admin.user_id}/tokens/{new_id()}", {})

    assert (made.status_code, token.status_code) == (403, 403)
    for administrator in (admin, person("system_admin", "drill_director")):
        real = account(None, f"township_reporter@{TOWNSHIP}")
        assert administrator.put(f"/api/v1/users/{new_id()}", real).status_code == 201


def test_a_real_disaster_that_runs_is_opened_with_before_a_drill_begun_later(
    person, client, disaster, drill
):
    manager = person(f"shelter_manager@{COUNTY}")
    open_shelter(manager, disaster, name="真避灾点")
    open_shelter(manager, drill, name="假避灾点", drill_id=drill["drill_id"])
    report(person(f"township_reporter@{TOWNSHIP}"), disaster, 12)

    page = client.get("/public/shelters").text
    assert "真避灾点" in page and "假避灾点" not in page
    assert person("duty_officer").get("/api/v1/totals").json["totals"][0]["value"] == 12
