"""Needs ahead of the people: worked out of the lists, opened once, replaced by real ones."""

from __future__ import annotations

from uuid import UUID

import pytest

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.boards.services import move_supply
from tests.conftest import MORNING, new_id
from tests.evacuation.test_lists import events_named
from tests.factories.city import COUNTY, FAR_TOWNSHIP, TOWNSHIP, VILLAGE
from tests.factories.evacuation import household, order
from tests.factories.plans import make_plan
from tests.factories.shelters import open_shelter
from tests.factories.stock import depot, reserve, stock
from tests.plans.test_plans import apply

FORECAST = "/api/v1/need-forecast"


def seen(caller, disaster, query=""):
    answer = caller.get(f"{FORECAST}?disaster={disaster['id']}&area={COUNTY}{query}")
    assert answer.status_code == 200, answer.json
    return answer.json


def items_of(place):
    return {each["item"]: each for each in place["items"]}


def forecast(caller, disaster, forecast_id=None, **changes):
    body = {"disaster_id": disaster["id"], "area_code": COUNTY, "items": ["water"]} | changes
    return caller.put(f"/api/v1/need-forecasts/{forecast_id or new_id()}", body)


def needs(caller, disaster, **wanted):
    answer = caller.get(f"/api/v1/needs?disaster={disaster['id']}&area={COUNTY}&item=water")
    found = answer.json["needs"]
    return [each for each in found if all(each[key] == value for key, value in wanted.items())]


def ask(caller, disaster, **changes):
    body = {"disaster_id": disaster["id"], "area_code": TOWNSHIP, "item": "water",
            "quantity": 4, "priority": 2} | changes  # fmt: skip
    answer = caller.put(f"/api/v1/needs/{new_id()}", body)
    assert answer.status_code == 201, answer.json


def test_people_told_no_shelter_are_reckoned_at_their_township(officer, listed, disaster):
    found = seen(officer, disaster)

    (place,) = found["places"]
    assert (place["area_code"], place["shelter_id"], place["expected"]) == (TOWNSHIP, None, 8)
    assert (place["days"], place["priority"]) == (3, 5)
    assert items_of(place)["water"]["wanted"] == 6  # 8 people × a quarter of a box × 3 days
    assert items_of(place)["blanket"]["wanted"] == 8  # issued once, however long


def test_more_days_cut_off_want_more_water(officer, listed, disaster):
    (place,) = seen(officer, disaster, "&days=6")["places"]

    assert items_of(place)["water"]["wanted"] == 12


@pytest.mark.parametrize("days", ["0", "31", "-2", "two", "٣"])
def test_an_odd_number_of_days_is_explained(officer, disaster, days):
    answer = officer.get(f"{FORECAST}?disaster={disaster['id']}&days={days}")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "days"


def test_people_told_a_shelter_are_reckoned_there_with_those_inside(
    officer, keeper, listed, disaster
):
    shelter = open_shelter(officer, disaster)
    plan = make_plan(officer, disaster, groups=None)
    assert apply(officer, plan).status_code == 200
    inside = {"disaster_id": disaster["id"], "people": 4}
    officer.put(f"/api/v1/shelters/{shelter}/arrivals/{new_id()}", inside)

    (place,) = seen(officer, disaster)["places"]
    assert (place["shelter_id"], place["expected"], place["inside"]) == (shelter, 8, 4)
    assert items_of(place)["water"]["wanted"] == 9


def test_who_came_after_the_first_headcount_is_reckoned_still(officer, listed, disaster):
    shelter = open_shelter(officer, disaster)
    assert apply(officer, make_plan(officer, disaster, groups=None)).status_code == 200
    address = f"/api/v1/shelters/{shelter}"
    count = {"disaster_id": disaster["id"], "as_of": MORNING.isoformat(), "total": 10}
    assert officer.put(f"{address}/headcounts/{new_id()}", count).status_code == 201
    officer.put(f"{address}/arrivals/{new_id()}", {"disaster_id": disaster["id"], "people": 4})

    (place,) = seen(officer, disaster)["places"]
    assert (place["expected"], place["inside"]) == (8, 14)


def test_who_is_safe_with_relatives_or_off_the_list_is_not_reckoned(officer, keeper, disaster):
    household(keeper, people=5, destination="relatives")
    household(keeper, people=6, removed=True)

    assert seen(officer, disaster)["places"] == []


def test_the_forecast_is_opened_as_needs_of_a_low_class_once(officer, listed, disaster):
    forecast_id = new_id()
    first = forecast(officer, disaster, forecast_id)
    again = forecast(officer, disaster, forecast_id)

    assert first.status_code == 201, first.json
    assert again.json["seq"] == first.json["seq"]
    (need,) = needs(officer, disaster)
    assert (need["basis"], need["quantity"], need["priority"]) == ("forecast", 6, 5)
    (said,) = events_named("need.forecast")
    assert '"people":8' in said.payload and '"needs":1' in said.payload


def test_what_was_forecast_is_not_forecast_again(officer, listed, keeper, disaster):
    forecast(officer, disaster)
    answer = forecast(officer, disaster)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["code"] == "nothing"

    household(keeper, people=4)
    assert forecast(officer, disaster).status_code == 201
    assert sorted(each["quantity"] for each in needs(officer, disaster)) == [3, 6]


def test_without_items_everything_that_is_missing_is_opened(officer, listed, disaster):
    count = seen(officer, disaster)["needs"]

    assert forecast(officer, disaster, items=[]).status_code == 201
    answer = officer.get(f"/api/v1/needs?disaster={disaster['id']}&area={COUNTY}")
    assert len(answer.json["needs"]) == count > 3
    assert seen(officer, disaster)["needs"] == 0


def test_a_real_need_takes_the_place_of_the_forecast_unit_for_unit(officer, listed, disaster):
    forecast(officer, disaster)
    ask(officer, disaster, quantity=4)

    (left,) = needs(officer, disaster, basis="forecast")
    (real,) = needs(officer, disaster, basis="actual")
    assert (left["quantity"], real["quantity"]) == (2, 4)
    (said,) = events_named("need.taken_over")
    assert real["id"] in said.payload and '"taken":4' in said.payload


def test_a_forecast_with_nothing_left_is_withdrawn(officer, listed, disaster):
    forecast(officer, disaster)
    ask(officer, disaster, quantity=9)

    (gone,) = needs(officer, disaster, basis="forecast")
    assert (gone["quantity"], gone["outstanding"], gone["state"]) == (0, 0, "withdrawn")


def test_a_need_of_a_shelter_takes_the_place_of_what_its_township_forecast(
    officer, listed, disaster
):
    forecast(officer, disaster)
    shelter = open_shelter(officer, disaster)
    ask(officer, disaster, quantity=5, place=shelter)

    (left,) = needs(officer, disaster, basis="forecast")
    assert left["quantity"] == 1


def test_what_a_village_asked_for_before_or_after_is_not_forecast_again(officer, listed, disaster):
    ask(officer, disaster, quantity=4, area_code=VILLAGE)
    forecast(officer, disaster)
    (forecast_need,) = needs(officer, disaster, basis="forecast")
    assert forecast_need["quantity"] == 2

    ask(officer, disaster, quantity=2, area_code=VILLAGE)
    assert forecast(officer, disaster).json["errors"][0]["code"] == "nothing"


def test_a_shelter_with_a_forecast_of_its_own_leaves_that_of_its_township_alone(
    officer, keeper, listed, disaster
):
    shelter = open_shelter(officer, disaster)
    household(keeper, people=8, shelter_id=shelter)
    forecast(officer, disaster)
    ask(officer, disaster, quantity=9, place=shelter)

    quantities = {each["place"]: each["quantity"] for each in
                  needs(officer, disaster, basis="forecast")}  # fmt: skip
    assert quantities.pop(shelter) == 0
    assert list(quantities.values()) == [6]


def test_everybody_bound_for_a_shelter_is_reckoned_there_whoever_asks(
    officer, keeper, person, disaster
):
    shelter = open_shelter(officer, disaster)
    household(keeper, people=8, shelter_id=shelter)
    far = person(f"township_reporter@{FAR_TOWNSHIP}")
    household(far, people=4, area_code=FAR_TOWNSHIP, shelter_id=shelter)

    answer = keeper.get(f"{FORECAST}?disaster={disaster['id']}&area={TOWNSHIP}").json
    (place,) = [each for each in answer["places"] if each["shelter_id"] == shelter]
    assert (place["expected"], place["mine"]) == (12, True)
    assert items_of(place)["water"]["wanted"] == 9


def test_for_a_shelter_of_another_area_nothing_is_opened(officer, keeper, person, disaster):
    shelter = open_shelter(officer, disaster)
    far = person(f"township_reporter@{FAR_TOWNSHIP}")
    household(far, people=4, area_code=FAR_TOWNSHIP, shelter_id=shelter)

    answer = far.get(f"{FORECAST}?disaster={disaster['id']}&area={FAR_TOWNSHIP}").json
    assert [each["mine"] for each in answer["places"]] == [False]
    assert forecast(far, disaster, area_code=FAR_TOWNSHIP).status_code == 422
    assert needs(officer, disaster) == []


def test_in_a_drill_what_lies_at_a_place_counts(officer, keeper, person):
    director, drill_id, disaster = person("drill_director"), new_id(), {"id": new_id()}
    start = {"name": "演练", "seed": 7, "drill_start": MORNING.isoformat()}
    assert director.put(f"/api/v1/drills/{drill_id}", start).status_code == 201
    body = {"name": "演练大水", "kind": "flood", "drill_id": drill_id,
            "started_at": MORNING.isoformat(), "division_date": "2013-10-06"}  # fmt: skip
    assert director.put(f"/api/v1/disasters/{disaster['id']}", body).status_code == 201
    shelter = open_shelter(officer, disaster, drill_id=drill_id)
    household(keeper, people=8, shelter_id=shelter, drill_id=drill_id)
    with act_as(SYSTEM), db.transaction() as session:
        move_supply(session, place_id=UUID(shelter), item_code="water", on_hand=4, on_the_way=1,
                    as_of=MORNING)  # fmt: skip

    assert forecast(officer, disaster).status_code == 201
    (need,) = needs(officer, disaster)
    assert (need["place"], need["quantity"]) == (shelter, 1)


def test_a_forecast_raises_no_alarm(officer, listed, person, disaster):
    order(person(f"duty_leader@{COUNTY}"), disaster)
    forecast(officer, disaster)

    answer = officer.get(f"/api/v1/attention?disaster={disaster['id']}").json
    assert not [each for each in answer["attention"] if each["kind"].startswith("need_")]


def test_a_due_time_before_the_disaster_is_explained(officer, listed, disaster):
    answer = forecast(officer, disaster, due_at="2001-01-01T00:00:00Z")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "due_at"


def test_with_nothing_ticked_nothing_is_opened(officer, listed, disaster):
    headers = {"Authorization": f"Bearer {officer.token}"}
    fields = {"id": new_id(), "disaster_id": disaster["id"], "area_code": COUNTY}
    answer = officer.client.post("/shelters/forecast", data=fields, headers=headers)

    assert answer.status_code == 422
    assert needs(officer, disaster) == []


def test_another_item_another_township_and_another_disaster_leave_a_forecast_alone(
    officer, listed, person, disaster
):
    forecast(officer, disaster)
    ask(officer, disaster, item="quilt")
    neighbour = person(f"township_reporter@{FAR_TOWNSHIP}")
    ask(neighbour, disaster, area_code=FAR_TOWNSHIP)

    (left,) = needs(officer, disaster, basis="forecast")
    assert left["quantity"] == 6


def test_what_is_promised_of_a_forecast_stays(officer, listed, disaster, person):
    forecast(officer, disaster)
    manager = person(f"logistics_manager@{COUNTY}", f"depot_keeper@{COUNTY}")
    stock(manager, depot(manager), item="water", quantity=4)
    (need,) = needs(officer, disaster)
    assert reserve(manager, need["id"]).status_code == 201
    ask(officer, disaster, quantity=9)

    (left,) = needs(officer, disaster, basis="forecast")
    assert (left["quantity"], left["promised"], left["state"]) == (4, 4, "promised")


def test_a_shelter_still_asks_for_what_was_only_forecast_for_it(officer, keeper, disaster):
    shelter = open_shelter(officer, disaster)
    household(keeper, people=8, shelter_id=shelter)
    forecast(officer, disaster)
    officer.put(f"/api/v1/shelters/{shelter}/arrivals/{new_id()}",
                {"disaster_id": disaster["id"], "people": 8})  # fmt: skip

    rows = officer.get(f"/api/v1/shelters/{shelter}/supplies?disaster={disaster['id']}").json
    (water,) = [each for each in rows["items"] if each["item"] == "water"]
    assert (water["asked"], water["missing"]) == (0, 6)


def test_the_need_is_due_when_everybody_must_be_away(officer, keeper, person, disaster):
    household(keeper, people=3)
    order(person(f"duty_leader@{COUNTY}"), disaster)
    forecast(officer, disaster)

    (need,) = needs(officer, disaster)
    assert need["due_at"] == seen(officer, disaster)["due_at"] is not None


def test_strangers_neighbours_and_readers_open_nothing(stranger, person, listed, disaster):
    neighbour = person(f"duty_officer@{FAR_TOWNSHIP}")

    assert stranger.get(f"{FORECAST}?disaster={disaster['id']}").status_code == 401
    assert forecast(stranger, disaster).status_code == 401
    assert forecast(neighbour, disaster).status_code == 404
    assert forecast(person(f"auditor@{COUNTY}"), disaster).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [{"days": 0}, {"days": 31}, {"items": ["gold"]}, {"area_code": "1"}, {"due_at": "soon"},
     {"area_code": "999999999999"}, {"items": "water"}],
)  # fmt: skip
def test_nonsense_is_explained_and_opens_nothing(officer, listed, disaster, changes):
    assert forecast(officer, disaster, **changes).status_code == 422
    assert needs(officer, disaster) == []


def test_the_page_opens_what_is_ticked_and_says_so(officer, listed, disaster):
    page = officer.get(f"/shelters/forecast?disaster={disaster['id']}&area={COUNTY}").text
    assert "预测需求" in page and "尚未指定避灾点" in page
    fields = {"id": new_id(), "disaster_id": disaster["id"], "area_code": COUNTY,
              "items": ["water", "blanket"]}  # fmt: skip
    headers = {"Authorization": f"Bearer {officer.token}"}
    answer = officer.client.post("/shelters/forecast", data=fields, headers=headers)

    assert answer.status_code == 303, answer.text
    assert len(needs(officer, disaster)) == 1
    again = officer.client.post(
        "/shelters/forecast", data=fields | {"id": new_id()}, headers=headers
    )
    assert again.status_code == 422
    assert "没有缺口" in again.text


def test_the_workbook_holds_a_row_for_each_place_and_item(officer, listed, disaster):
    from io import BytesIO

    from openpyxl import load_workbook

    answer = officer.get(f"/shelters/forecast/export?disaster={disaster['id']}&area={COUNTY}")
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))

    (water,) = [row for row in rows if row[6] == "饮用水"]
    assert (water[2], water[8], water[12]) == (8, 6, 6)


def test_an_empty_list_says_where_the_list_is(officer, disaster):
    page = officer.get(f"/shelters/forecast?disaster={disaster['id']}&area={COUNTY}").text

    assert "/evacuation/list?" in page


def test_the_needs_page_tells_forecasts_from_what_was_asked_for(officer, listed, disaster):
    forecast(officer, disaster)

    shown = officer.get("/stock/needs?basis=forecast").text
    hidden = officer.get("/stock/needs?basis=actual").text
    assert "预测" in shown.split("<tbody>")[1]
    assert "饮用水" not in hidden.split("<tbody>")[1]


def test_what_is_outstanding_is_printed_as_a_request(officer, listed, disaster):
    forecast(officer, disaster)
    ask(officer, disaster, item="quilt", quantity=10)

    paper = officer.get(f"/stock/needs/print?disaster={disaster['id']}&area={COUNTY}").text
    rows = paper.split("<tbody>")[1].split("</tbody>")[0]
    assert "物资需求申请单" in paper
    assert "饮用水" in rows and "棉被" in rows and "10 床" in rows
    asked = officer.get(f"/stock/needs/print?disaster={disaster['id']}&basis=actual").text
    assert "饮用水" not in asked


def test_what_is_stood_in_for_is_not_forecast_again_nor_taken_for_its_own(
    officer, person, listed, disaster
):
    ask(officer, disaster, item="blanket", quantity=10)
    before = items_of(seen(officer, disaster)["places"][0])
    listed_needs = officer.get(f"/api/v1/needs?disaster={disaster['id']}&item=blanket").json
    (blankets,) = listed_needs["needs"]
    decided = {"stand_in": "quilt", "quantity": 10, "reason": "毛毯已发完"}
    manager = person("logistics_manager")
    path = f"/api/v1/needs/{blankets['id']}/substitutions/{new_id()}"
    assert manager.put(path, decided).status_code == 201

    after = items_of(seen(officer, disaster)["places"][0])

    assert (before["blanket"]["missing"], after["blanket"]["missing"]) == (0, 0)
    assert after.get("quilt") == before.get("quilt")
