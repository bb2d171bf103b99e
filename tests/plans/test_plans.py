"""Evacuation plans over the API and the pages: asked, worked out, changed, applied, stale."""

from __future__ import annotations

import io
from uuid import UUID

import openpyxl
import pytest

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from shelters.plans import queries
from tests.conftest import new_id
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, TOWNSHIP, VILLAGE
from tests.factories.hazards import make_hazard
from tests.factories.plans import make_plan, plan_body, work
from tests.factories.shelters import make_shelter, open_shelter

OTHER = "990101002000"
NIGHT = {"capacity_night": 50}


@pytest.fixture
def officer(person):
    return person(f"duty_officer@{COUNTY}", f"shelter_manager@{COUNTY}")


def shown(caller, plan_id):
    answer = caller.get(f"/api/v1/evacuation-plans/{plan_id}")
    assert answer.status_code == 200, answer.json
    return answer.json


def going(plan):
    return {
        (village["area_code"], line["shelter"]): line["people"]
        for village in plan["villages"] for line in village["lines"]
    }  # fmt: skip


def apply(caller, plan_id):
    return caller.put(f"/api/v1/evacuation-plans/{plan_id}/application", {})


def told(caller, disaster, village=VILLAGE):
    answer = caller.get(f"/api/v1/evacuation-promises/{village}?disaster={disaster['id']}")
    return {each["id"]: each["people"] for each in answer.json["shelters"]}


def test_a_stranger_and_a_role_without_the_permission_are_refused(stranger, person, disaster):
    body, address = plan_body(disaster["id"]), f"/api/v1/evacuation-plans/{new_id()}"

    assert stranger.put(address, body).status_code == 401
    assert person(f"township_reporter@{TOWNSHIP}").put(address, body).status_code == 403


def test_a_neighbour_sees_no_plan_and_applies_none(officer, person, disaster):
    plan = make_plan(officer, disaster)
    neighbour = person(f"duty_officer@{FAR_TOWNSHIP}")

    assert neighbour.get(f"/api/v1/evacuation-plans/{plan}").status_code == 404
    assert apply(neighbour, plan).status_code == 404
    listed = neighbour.get(f"/api/v1/evacuation-plans?disaster={disaster['id']}").json
    assert listed["plans"] == []


def test_a_plan_is_asked_for_worked_out_and_on_the_record(officer, disaster):
    shelter, plan = make_shelter(officer, **NIGHT), new_id()
    receipt = officer.put(f"/api/v1/evacuation-plans/{plan}", plan_body(disaster["id"])).json
    assert shown(officer, plan)["state"] == "computing"

    assert work() == 1

    found = shown(officer, plan)
    assert (found["state"], found["people"], found["left"], found["unmet"]) == ("ready", 6, 0, 0)
    assert going(found) == {(VILLAGE, shelter): 6}
    assert found["proved"] and found["nearest"]["left"] == 0
    log = officer.get(f"/api/v1/events?after={receipt['seq'] - 1}&area={TOWNSHIP}").json["events"]
    assert [each["name"] for each in log] == ["evacuation.plan_asked", "evacuation.plan_made"]
    again = officer.put(f"/api/v1/evacuation-plans/{plan}", plan_body(disaster["id"]))
    assert again.json == receipt


def test_without_a_list_the_people_must_be_given(officer, disaster):
    body = plan_body(disaster["id"], groups=None)
    answer = officer.put(f"/api/v1/evacuation-plans/{new_id()}", body)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["groups"]


@pytest.mark.parametrize(
    ("group", "field"),
    [
        ({"area_code": FAR_TOWNSHIP, "people": 3}, "groups.0.area_code"),
        ({"area_code": VILLAGE, "people": 0}, "groups.0.people"),
        ({"area_code": VILLAGE, "people": 3, "households": [[2, 2]]}, "groups.0"),
        ({"area_code": VILLAGE, "people": 3, "medical": 4}, "groups.0"),
    ],
)
def test_what_cannot_be_is_refused_by_name(officer, disaster, group, field):
    body = plan_body(disaster["id"], groups=[group])
    answer = officer.put(f"/api/v1/evacuation-plans/{new_id()}", body)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]


def test_a_village_named_twice_is_refused(officer, disaster):
    groups = [{"area_code": VILLAGE, "people": 3}] * 2
    answer = officer.put(
        f"/api/v1/evacuation-plans/{new_id()}", plan_body(disaster["id"], groups=groups)
    )

    assert [each["code"] for each in answer.json["errors"]] == ["twice"]


def test_it_sends_nobody_into_the_water_and_says_why(officer, disaster):
    wet = make_shelter(officer, name="低处避灾点", **NIGHT)
    dry = make_shelter(officer, name="高处避灾点", point=[121.53, 29.83], **NIGHT)
    make_hazard(officer, disaster)

    plan = shown(officer, make_plan(officer, disaster))

    assert going(plan) == {(VILLAGE, dry): 6}
    nearer = plan["villages"][0]["lines"][0]["nearer"]
    assert [(each["shelter"], each["against"], each["because"]) for each in nearer] == [
        (wet, "excluded", "in_danger")
    ]


def test_it_sends_nobody_over_a_closed_road(officer, disaster):
    near = make_shelter(officer, name="河对岸避灾点", point=[121.51, 29.80], **NIGHT)
    far = make_shelter(officer, name="本岸避灾点", point=[121.47, 29.80], **NIGHT)
    bridge = {"type": "LineString", "coordinates": [[121.505, 29.7], [121.505, 29.9]]}
    make_hazard(officer, disaster, kind="closed_road", shape=bridge)

    plan = shown(officer, make_plan(officer, disaster))

    assert going(plan) == {(VILLAGE, far): 6}
    nearer = plan["villages"][0]["lines"][0]["nearer"]
    assert [(each["shelter"], each["against"]) for each in nearer] == [(near, "closed")]


def test_people_inside_and_promises_to_others_take_their_places(officer, disaster):
    full = open_shelter(officer, disaster, capacity_max=9, capacity_night=9)
    arrival = {"disaster_id": disaster["id"], "people": 3}
    officer.put(f"/api/v1/shelters/{full}/arrivals/{new_id()}", arrival)
    first = make_plan(officer, disaster, groups=[{"area_code": OTHER, "people": 4}])
    assert apply(officer, first).status_code == 200

    plan = shown(officer, make_plan(officer, disaster))

    assert going(plan) == {(VILLAGE, full): 2, (VILLAGE, None): 4}
    assert plan["left"] == 4


def test_applied_it_is_what_villages_are_told_and_on_the_map(officer, disaster):
    shelter = make_shelter(officer, **NIGHT)
    plan = make_plan(officer, disaster)
    assert told(officer, disaster) == {}

    receipt = apply(officer, plan)

    assert receipt.status_code == 200
    assert told(officer, disaster) == {shelter: 6}
    assert apply(officer, plan).json == receipt.json
    layer = f"/api/v1/layers/evacuation_flows?disaster={disaster['id']}&area={COUNTY}"
    features = officer.get(layer).json["features"]
    assert [each["properties"]["people"] for each in features] == [6]
    assert features[0]["geometry"]["type"] == "LineString"


def test_another_part_of_the_system_may_ask_where_a_village_goes(officer, disaster):
    shelter = make_shelter(officer, **NIGHT)
    apply(officer, make_plan(officer, disaster))

    with act_as(SYSTEM), db.reading() as session:
        plan = queries.plans(session, UUID(disaster["id"]))[0]
        village = queries.lines(session, plan.id)[0].area_id
        found = queries.where_to(session, plan.disaster_id, village)
    assert [(str(each[0]), each[2]) for each in found] == [(shelter, 6)]


@pytest.mark.parametrize("change", ["capacity", "arrival", "flood"])
def test_a_plan_is_stale_when_a_shelter_of_it_changed(officer, disaster, change):
    shelter = open_shelter(officer, disaster, **NIGHT)
    plan = make_plan(officer, disaster)
    if change == "capacity":
        found = officer.get(f"/api/v1/shelters/{shelter}").json
        body = {key: found[key] for key in ("name", "area_code", "kind", "point")}
        body |= {"capacity_max": 50, "capacity_night": 4}
        answer = officer.put(f"/api/v1/shelters/{shelter}", body, If_Match='"1"')
        assert answer.status_code == 200, answer.json
    elif change == "arrival":
        arrival = {"disaster_id": disaster["id"], "people": 3}
        officer.put(f"/api/v1/shelters/{shelter}/arrivals/{new_id()}", arrival)
    else:
        make_hazard(officer, disaster)

    answer = apply(officer, plan)

    assert answer.status_code == 412
    assert "临江村避灾点" in answer.json["detail"]
    assert told(officer, disaster) == {}


def test_of_two_plans_made_at_once_only_the_first_is_applied(officer, disaster):
    make_shelter(officer, **NIGHT)
    first, second = make_plan(officer, disaster), make_plan(officer, disaster)

    assert apply(officer, first).status_code == 200
    assert apply(officer, second).status_code == 412


def test_planned_again_only_those_move_whose_shelter_floods(officer, disaster):
    wet = make_shelter(officer, name="低处避灾点", **NIGHT)
    first = make_plan(officer, disaster)
    apply(officer, first)
    nearer = make_shelter(officer, name="更近避灾点", point=[121.5001, 29.8001], **NIGHT)
    dry = make_shelter(officer, name="高处避灾点", point=[121.53, 29.83], **NIGHT)

    stays = shown(officer, make_plan(officer, disaster))
    make_hazard(officer, disaster)
    moves = shown(officer, make_plan(officer, disaster))

    assert going(stays) == {(VILLAGE, wet): 6}
    assert going(moves) == {(VILLAGE, dry): 6}
    assert nearer not in {shelter for _village, shelter in going(moves)}


def test_households_are_sent_elsewhere_by_hand_with_a_reason_and_within_the_room(officer, disaster):
    near = make_shelter(officer, **NIGHT)
    far = make_shelter(officer, name="亲友近旁避灾点", point=[121.53, 29.83], capacity_max=4)
    plan = make_plan(officer, disaster)
    line = shown(officer, plan)["villages"][0]["lines"][0]["households"][0]["line"]
    address = f"/api/v1/evacuation-plans/{plan}/changes/"
    body = {"line": line, "shelter": far, "households": 3, "reason": "照料老人"}

    assert officer.put(address + new_id(), body).status_code == 422
    assert officer.put(address + new_id(), body | {"households": 2}).status_code == 201
    found = shown(officer, plan)
    assert going(found) == {(VILLAGE, near): 2, (VILLAGE, far): 4}
    assert apply(officer, plan).status_code == 200
    assert told(officer, disaster) == {far: 4, near: 2}
    assert officer.put(address + new_id(), body | {"households": 1}).status_code == 409


def test_the_pages_show_the_plan_and_the_workbook_holds_it(officer, disaster):
    make_shelter(officer, **NIGHT)
    plan = make_plan(officer, disaster)

    table = officer.get(f"/evacuation-plans?disaster={disaster['id']}&area={CITY}")
    page = officer.get(f"/evacuation-plans/{plan}")
    book = officer.get(f"/evacuation-plans/{plan}/export")

    assert plan in table.text
    assert "临江村避灾点" in page.text and "data-part" in page.text
    rows = list(openpyxl.load_workbook(io.BytesIO(book.data)).active.values)
    assert any(VILLAGE in row and "临江村避灾点" in row and 6 in row for row in rows)


def test_the_map_draws_what_every_applied_plan_promised_and_stands(officer, disaster):
    make_shelter(officer, **NIGHT)
    other = [{"area_code": OTHER, "people": 5}]
    first = make_plan(officer, disaster)
    assert apply(officer, first).status_code == 200
    second = make_plan(officer, disaster, groups=other)
    assert apply(officer, second).status_code == 200

    layer = f"/api/v1/layers/evacuation_flows?disaster={disaster['id']}&area={COUNTY}"
    drawn = [each["properties"] for each in officer.get(layer).json["features"]]
    assert {each["href"].rsplit("/", 1)[1]: each["people"] for each in drawn} == {
        first: 6, second: 5,
    }  # fmt: skip
