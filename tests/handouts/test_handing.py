"""Handing goods to households: within the limits and the stock, once, and on the record."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from relief_ops import db
from relief_ops.events.models import EventRow
from tests.conftest import new_id
from tests.factories import families, shelters, stock
from tests.factories import handouts as made
from tests.factories.city import NEIGHBOUR, OTHER_COUNTY, TOWNSHIP


def listed(caller, place, disaster, more=""):
    path = f"/api/v1/handouts?place={place}&disaster={disaster['id']}{more}"
    return caller.get(path).json["handouts"]


def events(name):
    with db.reading() as session:
        found = session.scalars(select(EventRow).where(EventRow.name == name))
        return [json.loads(each.payload) for each in found]


def test_a_stranger_is_refused(stranger, disaster, desk):
    assert made.hand_out(stranger, disaster, desk).status_code == 401
    assert stranger.get(f"/api/v1/handouts?place={desk}").status_code == 401


def test_another_countys_keeper_is_refused(person, disaster, desk):
    elsewhere = person(f"depot_keeper@{OTHER_COUNTY}")

    assert made.hand_out(elsewhere, disaster, desk).status_code == 404
    assert elsewhere.get(f"/api/v1/handouts?place={desk}").status_code == 404
    assert made.hand_out(elsewhere, disaster, new_id()).status_code == 404


def test_who_only_reads_stock_hands_nothing_out(person, disaster, desk):
    reporter = person(f"township_reporter@{TOWNSHIP}")

    assert made.hand_out(reporter, disaster, desk).status_code == 403
    assert reporter.get(f"/api/v1/handouts?place={desk}").status_code == 403


def test_what_is_handed_out_leaves_the_book_once_and_on_the_record(
    keeper, manager, disaster, desk, household, proofs
):
    handout = new_id()
    said = made.body(disaster, desk, household_id=household)
    first = keeper.put(f"/api/v1/handouts/{handout}", said)
    again = keeper.put(f"/api/v1/handouts/{handout}", said)
    other = keeper.put(f"/api/v1/handouts/{handout}", said | {"signed": "paper"})

    assert first.status_code == 201 and again.status_code == 200 and again.json == first.json
    assert (other.status_code, other.json["code"]) == (409, "body_differs")
    assert stock.balance(manager, desk) == (98, 0)
    (told,) = events("stock.handed_out")
    assert told["quantity"] == 2 and told["exception"] is False
    assert set(told) == {
        "disaster_id", "place_id", "people", "items", "quantity", "short", "offline", "exception",
    }  # fmt: skip
    assert proofs() == []


def test_a_shelter_hands_out_what_it_has_and_the_board_follows(
    person, manager, disaster, household, proofs
):
    writer = person(f"shelter_manager@{TOWNSHIP}")
    shelter = shelters.make_shelter(writer)
    stock.stock(manager, shelter, item="quilt", quantity=5)

    assert made.hand_out(writer, disaster, shelter, household_id=household).status_code == 201
    assert proofs() == []
    (row,) = listed(writer, shelter, disaster)
    assert row["number"] == 1 and row["lines"][0]["quantity"] == 2


def test_a_second_issue_is_refused_and_says_when_where_and_what_is_left(
    keeper, manager, disaster, desk, household
):
    made.hand_out(keeper, disaster, desk, household_id=household, quantity=2)
    other = made.desk(manager, name="二库")
    answer = made.hand_out(keeper, disaster, other, household_id=household, quantity=1)

    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    (wrong,) = answer.json["errors"]
    assert (wrong["field"], wrong["code"]) == ("lines.0.quantity", "too_soon")
    assert "东山县库" in wrong["message"] and f"{datetime.now(UTC):%Y-}" in wrong["message"]
    assert "不能再发" in wrong["message"]
    assert stock.balance(manager, other) == (100, 0)


def test_too_much_is_refused_and_says_how_much_is_allowed(keeper, disaster, desk, household):
    answer = made.hand_out(keeper, disaster, desk, household_id=household, quantity=3)

    (wrong,) = answer.json["errors"]
    assert wrong["code"] == "too_much" and "最多可发2床" in wrong["message"]


def test_water_is_given_again_after_its_interval(keeper, manager, disaster, desk, household):
    stock.stock(manager, desk, item="water", quantity=50)
    give = {"household_id": household, "item": "water", "quantity": 2}

    def days_ago(days):
        with time_machine.travel(datetime.now(UTC) - timedelta(days=days), tick=True):
            return made.hand_out(keeper, disaster, desk, **give)

    assert days_ago(5).status_code == 201
    refused = days_ago(2)
    assert refused.json["errors"][0]["code"] == "too_soon" and "起可再领" in refused.json["detail"]
    assert days_ago(1).status_code == 201


def test_a_member_is_found_by_the_identity_number_at_any_desk(
    person, manager, disaster, desk, household, keeper
):
    made.hand_out(keeper, disaster, desk, household_id=household)
    near = person(f"depot_keeper@{NEIGHBOUR}")
    there = stock.depot(manager, area_code=NEIGHBOUR, name="邻镇库")
    stock.stock(manager, there, item="quilt", quantity=9)
    answer = made.hand_out(near, disaster, there, id_number=families.ID_WOMAN, quantity=1)

    assert answer.status_code == 422 and "东山县库" in answer.json["detail"]


def test_somebody_nobody_registered_is_known_again_by_the_number(
    keeper, disaster, desk, manager, clerk
):
    give = {"id_number": families.ID_MAN, "people": 2, "name": "施试验"}
    without = made.hand_out(keeper, disaster, desk, id_number=families.ID_MAN)
    assert without.status_code == 422 and without.json["errors"][0]["field"] == "people"
    assert made.hand_out(keeper, disaster, desk, **give).status_code == 201
    assert made.hand_out(keeper, disaster, desk, **give, quantity=1).status_code == 422

    registered = made.family(clerk)
    answer = made.hand_out(keeper, disaster, desk, household_id=registered, quantity=1)
    assert answer.status_code == 422, "what they took before they were registered counts"


def test_each_disaster_has_its_own_limits(keeper, person, disaster, desk, household):
    made.hand_out(keeper, disaster, desk, household_id=household)
    second = new_id()
    body = {key: value for key, value in disaster.items() if key != "id"} | {"name": "大水"}
    person("duty_officer").put(f"/api/v1/disasters/{second}", body)

    assert made.hand_out(keeper, second, desk, household_id=household).status_code == 201


def test_the_lot_that_expires_first_goes_out_and_none_that_expired(keeper, manager, disaster):
    depot, today = stock.depot(manager, area_code=TOWNSHIP), datetime.now(UTC).date()

    def lot(days, quantity):
        day = (today + timedelta(days=days)).isoformat()
        return stock.stock(manager, depot, item="water", quantity=quantity, expires_on=day)

    old, late, soon = lot(-1, 50), lot(300, 50), lot(10, 3)
    made.hand_out(keeper, disaster, depot, item="water", quantity=5, name="何试验", people=9)

    assert [stock.balance(manager, depot, lot=each)[0] for each in (old, soon, late)] == [50, 0, 48]


def test_goods_for_one_disaster_go_to_that_disaster_only(keeper, manager, person, disaster):
    depot, other = stock.depot(manager, area_code=TOWNSHIP), new_id()
    body = {key: value for key, value in disaster.items() if key != "id"} | {"name": "大水"}
    person("duty_officer").put(f"/api/v1/disasters/{other}", body)
    stock.stock(manager, depot, item="quilt", quantity=5, disaster_id=other)

    assert made.hand_out(keeper, disaster, depot).status_code == 409
    assert made.hand_out(keeper, other, depot).status_code == 201


def test_what_is_promised_is_not_handed_out(keeper, manager, person, disaster, desk, proofs):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    need = stock.need(reporter, disaster, item="quilt", quantity=95)
    assert stock.reserve(manager, need).status_code == 201
    answer = made.hand_out(keeper, disaster, desk, people=8, quantity=6)

    assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")
    assert "只有5床" in answer.json["detail"]
    assert stock.balance(manager, desk)[0] == 100 and proofs() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": []},
        {"item": "unicorn"},
        {"quantity": 0},
        {"lines": [{"item": "quilt", "quantity": 1}] * 2},
        {"name": ""},
        {"people": 0},
        {"id_number": "330203194901010018"},
        {"household_id": new_id()},
        {"signed": "screen"},
        {"drawing": "M0 0L1 1"},
        {"signed": "screen", "drawing": "<script>"},
        {"disaster_id": new_id()},
    ],
)
def test_an_impossible_handout_is_explained(keeper, disaster, desk, wrong):
    answer = made.hand_out(keeper, disaster, desk, **wrong)

    assert answer.status_code == (404 if "disaster_id" in wrong else 422)


def test_nothing_is_handed_out_for_a_closed_disaster_but_noted_when_it_was(keeper, disaster, desk):
    from tests.evacuation.test_forgetting import close

    close(disaster["id"])
    assert made.hand_out(keeper, disaster, desk).status_code == 409
    assert made.hand_out(keeper, disaster, desk, offline=True).status_code == 201


def test_names_are_masked_and_found(keeper, disaster, desk, household):
    made.hand_out(keeper, disaster, desk, household_id=household)
    made.hand_out(keeper, disaster, desk, name="何其多", people=2)
    answer = keeper.get(f"/api/v1/handouts?place={desk}&disaster={disaster['id']}")

    assert [each["name"] for each in answer.json["handouts"]] == ["何*", "施*"]
    assert "何其多" not in answer.text and "施试验" not in answer.text
    assert [row["number"] for row in listed(keeper, desk, disaster, "&number=2")] == [2]
    assert [row["number"] for row in listed(keeper, desk, disaster, "&number=1")] == [1]
    assert len(listed(keeper, desk, disaster, "&limit=1&offset=1")) == 1


def test_what_a_household_may_still_get_is_said_before_and_recorded(
    keeper, disaster, desk, household
):
    made.hand_out(keeper, disaster, desk, household_id=household, quantity=1)
    asked = {"disaster_id": disaster["id"], "place": desk, "id_number": families.ID_WOMAN}
    answer = keeper.call("POST", "/api/v1/handouts/entitlement", asked)

    assert answer.status_code == 200
    assert (answer.json["name"], answer.json["people"]) == ("施*", 2)
    (quilts,) = answer.json["items"]
    assert (quilts["allowed"], quilts["free"]) == (1, 99)
    assert quilts["given"][0]["place"] == "东山县库"
    assert events("stock.entitlement_sought") == [
        {"disaster_id": disaster["id"], "place_id": desk, "known": True}
    ]


def test_a_shut_depot_hands_nothing_out_and_what_it_did_waits_for_a_person(
    keeper, manager, disaster, desk
):
    now = manager.get(f"/api/v1/depots/{desk}").json
    body = {key: now[key] for key in ("name", "area_code", "address", "mode", "owner")}
    body |= {"shut": "进水断电", "minimums": {}}
    manager.put(f"/api/v1/depots/{desk}", body, If_Match=str(now["revision"]))

    refused = made.hand_out(keeper, disaster, desk)
    assert refused.status_code == 409 and "进水断电" in refused.json["detail"]

    assert made.hand_out(keeper, disaster, desk, offline=True).status_code == 201
    (one,) = listed(keeper, desk, disaster)
    assert one["state"] == "exception"
    assert stock.balance(manager, desk) == (98, 0)
