"""A plan on its own map and on paper: the same as its list, and what the list cannot say."""

from __future__ import annotations

import re

import pytest

from tests.conftest import new_id
from tests.factories import evacuation
from tests.factories.city import COUNTY, FAR_TOWNSHIP, TOWNSHIP, VILLAGE
from tests.factories.hazards import make_hazard
from tests.factories.plans import make_plan
from tests.factories.shelters import make_shelter


@pytest.fixture
def officer(person):
    return person(f"duty_officer@{COUNTY}", f"shelter_manager@{COUNTY}")


def drawn(caller, plan):
    answer = caller.get(f"/api/v1/evacuation-plans/{plan}/map")
    assert answer.status_code == 200, answer.json
    kinds = {}
    for each in answer.json["features"]:
        kinds.setdefault(each["properties"]["kind"], []).append(each)
    return kinds


def paper(browser, plan):
    answer = browser.get(f"/evacuation-plans/{plan}/print")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_the_map_draws_each_line_of_the_list_and_where_it_ends(officer, disaster):
    shelter = make_shelter(officer, capacity_night=50)
    plan = make_plan(officer, disaster)

    found = drawn(officer, plan)
    (flow,) = found["flow"]
    assert flow["id"] == f"{VILLAGE}-{shelter}"
    assert flow["properties"]["people"] == 6
    assert [each["id"] for each in found["shelter"]] == [shelter]
    assert found["shelter"][0]["geometry"]["coordinates"] == flow["geometry"]["coordinates"][1]
    assert [(each["id"], each["properties"]["left"]) for each in found["village"]] == [(VILLAGE, 0)]


@pytest.mark.parametrize(("walk", "how"), [(20_000, "walk"), (0, "bus")])
def test_who_walks_is_told_from_who_rides(officer, disaster, walk, how):
    make_shelter(officer, capacity_night=50)
    plan = make_plan(officer, disaster, walk_m=walk)

    assert [each["properties"]["how"] for each in drawn(officer, plan)["flow"]] == [how]


def test_a_line_changed_by_hand_says_rightly_how_people_get_there(officer, disaster):
    both = {
        make_shelter(officer, capacity_night=50),
        make_shelter(officer, name="另一处", capacity_night=50, point=[121.51, 29.81]),
    }
    plan = make_plan(officer, disaster, walk_m=20_000)
    (line,) = officer.get(f"/api/v1/evacuation-plans/{plan}").json["villages"][0]["lines"]
    (elsewhere,) = both - {line["shelter"]}
    body = {"line": line["households"][0]["line"], "shelter": elsewhere, "households": 1,
            "reason": "亲戚在那里"}  # fmt: skip
    answer = officer.put(f"/api/v1/evacuation-plans/{plan}/changes/{new_id()}", body)
    assert answer.status_code == 201, answer.json

    assert {each["properties"]["how"] for each in drawn(officer, plan)["flow"]} == {"walk"}


def test_people_left_stand_at_their_village_without_a_flow(officer, disaster):
    plan = make_plan(officer, disaster)

    found = drawn(officer, plan)
    assert "flow" not in found
    assert [each["properties"]["left"] for each in found["village"]] == [6]


def test_the_hazards_that_stand_are_on_the_map_and_in_the_list(officer, disaster, browse):
    make_shelter(officer, capacity_night=50)
    make_hazard(officer, disaster, name="姚江漫堤")
    plan = make_plan(officer, disaster)

    assert [each["properties"]["name"] for each in drawn(officer, plan)["hazard"]] == ["姚江漫堤"]
    assert "姚江漫堤" in browse(f"duty_officer@{COUNTY}").get(f"/evacuation-plans/{plan}").text


def test_a_neighbour_gets_neither_map_nor_paper(officer, disaster, person, browse):
    plan = make_plan(officer, disaster)

    far = f"duty_officer@{FAR_TOWNSHIP}"
    assert person(far).get(f"/api/v1/evacuation-plans/{plan}/map").status_code == 404
    assert browse(far).get(f"/evacuation-plans/{plan}/print").status_code == 404


def test_the_paper_says_who_goes_where_how_why_and_how_old_it_is(officer, disaster, browse):
    make_shelter(officer, name="青林村避灾点", address="文化路3号", capacity_night=50)
    make_plan(officer, disaster)
    plan = make_plan(officer, disaster)

    text = paper(browse(f"duty_officer@{COUNTY}"), plan)
    for each in ("方案 02", "青林村避灾点", "文化路3号", "步行", "最近的场所", "集合点", "打印于"):
        assert each in text, each
    assert "尚未下达" in text
    officer.put(f"/api/v1/evacuation-plans/{plan}/application", {})
    assert "尚未下达" not in paper(browse(f"duty_officer@{COUNTY}"), plan)


def test_the_paper_of_a_drill_says_so(officer, drill, browse):
    plan = make_plan(officer, {"id": drill[0]})

    assert "演练" in paper(browse(f"duty_officer@{COUNTY}"), plan)


def test_the_paper_names_who_answers_for_the_village_to_who_may_know(
    officer, keeper, disaster, browse
):
    cadre = evacuation.cadre(keeper, name="林爱珍")
    evacuation.household(keeper, cadre_id=cadre)
    plan = make_plan(officer, disaster)

    assert "林爱珍" in paper(
        browse(f"duty_officer@{COUNTY}", f"township_reporter@{TOWNSHIP}"), plan
    )
    assert "林爱珍" not in paper(browse(f"depot_keeper@{COUNTY}"), plan)
