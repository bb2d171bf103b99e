"""Who has the key: given, handed back, read in full, and what it means for a night."""

from __future__ import annotations

import pytest
import time_machine

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from stockpile.keys.models import DepotKey
from tests.conftest import new_id
from tests.factories import stock
from tests.factories.city import COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP

EVENING, NIGHT, MORNING = (f"2013-10-0{at}:00:00+08:00" for at in ("6T20", "7T02", "7T08"))


@pytest.fixture
def manager(person):
    return person(f"logistics_manager@{COUNTY}")


@pytest.fixture
def keeper(person):
    return person(f"depot_keeper@{COUNTY}")


@pytest.fixture
def depot(manager):
    made = stock.depot(manager, opens="08:00", closes="17:00")
    stock.stock(manager, made, quantity=40)
    return made


def put(caller, depot, key_id=None, /, revision=None, **changes):
    body = {"depot": depot, "name": "王守库", "phone": "13900001234", "from_at": EVENING,
            "until_at": MORNING} | changes  # fmt: skip
    headers = {"If_Match": str(revision)} if revision else {}
    return caller.put(f"/api/v1/depot-keys/{key_id or new_id()}", body, **headers)


def given(caller, depot, **changes):
    key_id = new_id()
    answer = put(caller, depot, key_id, **changes)
    assert answer.status_code == 201, answer.json
    return key_id


@pytest.fixture
def at_night():
    with time_machine.travel(NIGHT, tick=False):
        yield


def waits(caller, disaster, depot):
    path = f"/api/v1/depots/{depot}/ways?disaster={disaster['id']}&area={COUNTY}"
    return {each["waits"] for each in caller.get(path).json["ways"]}


def queue(caller, disaster):
    path = f"/api/v1/attention?disaster={disaster['id']}&area={COUNTY}"
    return [each for each in caller.get(path).json["attention"] if each["kind"] == "depot_key"]


def test_a_closed_depot_whose_key_somebody_has_is_opened_in_half_an_hour(
    keeper, manager, disaster, depot, at_night
):
    assert waits(manager, disaster, depot) == {360}
    key = given(keeper, depot)
    assert waits(manager, disaster, depot) == {30}
    assert keeper.put(f"/api/v1/depot-keys/{key}/end", {}).status_code == 200
    assert waits(manager, disaster, depot) == {360}


def test_goods_behind_a_closed_door_stand_in_the_queue_until_somebody_has_the_key(
    keeper, manager, person, disaster, depot, at_night
):
    assert queue(manager, disaster) == []
    reporter = person(f"township_reporter@{TOWNSHIP}")
    stock.reserve(manager, stock.need(reporter, disaster, quantity=10))
    (entry,) = queue(manager, disaster)
    assert entry["state"] == "act" and "1" in entry["detail"]

    given(keeper, depot)
    assert queue(manager, disaster) == []


def test_the_page_says_who_masked_and_in_full_on_the_record(
    keeper, person, disaster, depot, at_night
):
    key = given(keeper, depot)
    page = keeper.get("/stock/keys").text
    assert "王守库" not in page and "13900001234" not in page and "至 10-07 08:00" in page
    shown = keeper.get(f"/api/v1/depot-keys/{key}").json
    assert shown["name"] != "王守库" and shown["phone"].endswith("1234") is not None

    assert keeper.get(f"/api/v1/depot-keys/{key}/contact").json == {
        "name": "王守库", "phone": "13900001234",
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {keeper.token}"}
    full = keeper.client.post(f"/stock/keys/{key}/contact", headers=headers)
    assert "13900001234" in full.text
    reader = person(f"duty_officer@{COUNTY}")
    assert reader.get(f"/api/v1/depot-keys/{key}/contact").status_code == 403


def test_the_form_gives_a_key_and_a_wrong_one_comes_back(keeper, disaster, depot, at_night):
    headers = {"Authorization": f"Bearer {keeper.token}"}
    fields = {"id": new_id(), "depot": depot, "name": "王守库", "phone": "13900001234",
              "from_at": "2013-10-06T20:00", "until_at": "2013-10-06T19:00"}  # fmt: skip
    wrong = keeper.client.post("/stock/keys", data=fields, headers=headers)
    assert wrong.status_code == 422 and 'value="13900001234"' in wrong.text
    fields["until_at"] = "2013-10-07T08:00"
    assert keeper.client.post("/stock/keys", data=fields, headers=headers).status_code == 303
    (key,) = keeper.get(f"/api/v1/depot-keys?area={COUNTY}").json["keys"]
    assert key["from_at"].startswith("2013-10-06T12:00")


@pytest.mark.parametrize(
    "changes",
    [{"name": " "}, {"phone": "x"}, {"phone": ""}, {"until_at": EVENING}, {"from_at": "yesterday"},
     {"depot": "018f0000-0000-7000-8000-000000000000"}, {"name": "长" * 61}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(keeper, depot, changes):
    assert put(keeper, depot, **changes).status_code in (404, 422)
    assert keeper.get(f"/api/v1/depot-keys?area={COUNTY}").json["keys"] == []


def test_a_key_is_changed_on_its_revision_and_stays_with_its_depot(keeper, manager, depot):
    key = given(keeper, depot)
    assert put(keeper, depot, key).status_code == 200
    assert put(keeper, depot, key, revision=1, until_at=None).status_code == 200
    assert put(keeper, depot, key, revision=1, name="李四").json["code"] == "stale_base"
    other = stock.depot(manager, name="别的库")
    assert put(keeper, other, key, revision=2).status_code == 422
    assert keeper.put(f"/api/v1/depot-keys/{key}/end", {}).status_code == 200
    assert put(keeper, depot, key, revision=3).status_code == 409


def test_nobody_gives_the_keys_of_another_county(person, depot):
    stranger = person(f"depot_keeper@{OTHER_COUNTY}")
    assert put(stranger, depot).status_code == 404
    neighbour = person(f"depot_keeper@{NEIGHBOUR}")
    assert put(neighbour, depot).status_code == 404


def test_nothing_of_the_holder_stands_readable_in_the_table(keeper, depot):
    given(keeper, depot)
    with act_as(SYSTEM), db.reading() as session:
        (row,) = session.query(DepotKey).execution_options(any_drill=True).all()
        assert "王守库".encode() not in row.name_sealed
        assert b"13900001234" not in row.phone_sealed
