"""The wall's numbers: at most seven to a question, none of what the viewer may not see."""

from __future__ import annotations

import pytest

from maps.wall import MOST, PAGES, class_of, legend
from tests.conftest import MORNING, new_id
from tests.factories.city import COUNTY, FAR_TOWNSHIP, OTHER_COUNTY, TOWNSHIP
from tests.factories.evacuation import act, household, order
from tests.factories.shelters import open_shelter

BY_ID = {page.id: page for page in PAGES}


@pytest.fixture
def wall(person):
    return person(f"wall_display@{COUNTY}")


def told(caller, disaster, page, area=COUNTY):
    answer = caller.get(f"/wall/figures?page={page}&disaster={disaster['id']}&area={area}")
    assert answer.status_code == 200, answer.text
    return answer.json


def numbers(caller, disaster, page, area=COUNTY):
    found = told(caller, disaster, page, area)["headlines"]
    return {each["id"]: each["words"] for each in found}


def report(person, disaster, area=TOWNSHIP, **values):
    body = {
        "disaster_id": disaster["id"], "area_code": area, "round": "r1",
        "as_of": MORNING.isoformat(), "values": values,
    }  # fmt: skip
    answer = person(f"township_reporter@{area}").put(f"/api/v1/reports/{new_id()}", body)
    assert answer.status_code == 201, answer.json


def test_who_is_not_moved_is_told_with_its_share_age_and_source(wall, person, disaster):
    report(
        person,
        disaster,
        should_move_rt=1000,
        evacuated_precaution=940,
        relocated_cum=5,
        relocated_rt=5,
    )
    (first, *_more) = told(wall, disaster, "not_moved")["headlines"]

    assert (first["id"], first["words"], first["share"]) == ("not_moved", "60", 0.94)
    assert first["as_of"] and first["source"]
    areas = told(wall, disaster, "not_moved")["areas"]
    assert areas[COUNTY] == {"words": "60", "class": 5}


def test_a_figure_nobody_filed_is_not_known_and_never_nought(wall, disaster):
    (first, *_more) = told(wall, disaster, "not_moved")["headlines"]

    assert (first["words"], first["state"]) == ("", "blind")
    assert first["unknown"] == "尚未掌握"


def test_the_lists_say_who_was_not_reached_and_a_household_under_two_orders_counts_once(
    wall, person, disaster
):
    keeper, leader = person(f"township_reporter@{TOWNSHIP}"), person(f"duty_leader@{COUNTY}")
    rows = [household(keeper, people=each) for each in (1, 2, 4)]
    order_id = order(leader, disaster)
    order(leader, disaster, number="东防指〔8〕号")
    act(keeper, order_id, rows[:1], "refused")

    found = numbers(wall, disaster, "not_moved")
    assert found["not_reached"] == "6"  # what is said under one order is known under the other
    assert "deadline" in found
    leader.put(f"/api/v1/evacuation/orders/{order_id}/lift", {"reason": "解除"})
    assert numbers(wall, disaster, "not_moved")["not_reached"] == "6"


def test_shelters_fill_up_before_everybodys_eyes(wall, person, disaster):
    keeper = person(f"shelter_manager@{COUNTY}")
    shelters = [open_shelter(keeper, disaster, name=f"{n}号避灾点") for n in range(3)]
    for shelter, total in zip(shelters, (46, 53, 10), strict=True):
        body = {"disaster_id": disaster["id"], "as_of": MORNING.isoformat(), "total": total}
        keeper.put(f"/api/v1/shelters/{shelter}/headcounts/{new_id()}", body)

    found = numbers(wall, disaster, "filling")
    assert found == {
        "inside": "109", "free": "44", "nearly": "1", "full": "1", "over": "3", "coming": "0",
        "open": "3",
    }  # fmt: skip
    assert numbers(wall, disaster, "not_moved")["free"] == "44"


def test_a_shelter_filled_by_who_came_since_its_count_is_full_on_the_wall(wall, person, disaster):
    keeper = person(f"shelter_manager@{COUNTY}")
    shelters = [open_shelter(keeper, disaster, name=f"{n}号避灾点") for n in range(2)]
    for shelter, people in zip(shelters, (30, 27), strict=True):
        body = {"disaster_id": disaster["id"], "as_of": MORNING.isoformat(), "total": 20}
        keeper.put(f"/api/v1/shelters/{shelter}/headcounts/{new_id()}", body)
        came = {"disaster_id": disaster["id"], "people": people}
        keeper.put(f"/api/v1/shelters/{shelter}/arrivals/{new_id()}", came)

    found = numbers(wall, disaster, "filling")
    assert (found["full"], found["nearly"], found["free"]) == ("1", "1", "3")


def test_what_runs_short_counts_needs_without_a_promise(wall, person, disaster):
    officer = person(f"duty_officer@{COUNTY}")
    for item, priority in (("quilt", 1), ("water", 2), ("water", 3)):
        body = {
            "disaster_id": disaster["id"], "area_code": TOWNSHIP, "item": item, "quantity": 10,
            "priority": priority,
        }  # fmt: skip
        assert officer.put(f"/api/v1/needs/{new_id()}", body).status_code == 201

    found = numbers(wall, disaster, "short")
    assert (found["bare"], found["first"], found["open"]) == ("3", "1", "3")
    assert found["item.water"] == "20"


def test_who_is_out_of_contact_is_said_with_the_longest_silence(wall, person, disaster):
    here = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "road": "cut", "power": "cut",
        "network": "cut", "water": "unknown", "out_of_contact": True,
    }  # fmt: skip
    officer = person(f"duty_officer@{COUNTY}")
    assert officer.put(f"/api/v1/contacts/{new_id()}", here).status_code == 201

    found = numbers(wall, disaster, "out_of_contact")
    assert (found["townships"], found["network"], found["road"]) == ("1", "1", "1")


@pytest.mark.parametrize("page", [*BY_ID, "nonsense"])
def test_no_page_has_more_than_seven_numbers_and_each_has_a_source(wall, disaster, page):
    found = told(wall, disaster, page)

    assert found["page"] in BY_ID
    assert len(found["headlines"]) <= MOST
    assert all(each["source"] for each in found["headlines"])


def test_a_neighbour_and_a_stranger_see_nothing_of_it(stranger, person, disaster):
    address = f"/wall/figures?page=filling&disaster={disaster['id']}&area={COUNTY}"
    assert stranger.get(address).status_code in (302, 401)
    keeper = person(f"shelter_manager@{COUNTY}")
    open_shelter(keeper, disaster)
    other = person(f"wall_display@{OTHER_COUNTY}")

    assert numbers(other, disaster, "filling", COUNTY) == {}
    assert person(f"depot_keeper@{FAR_TOWNSHIP}").get(address).status_code in (200, 403, 404)


def test_classes_do_not_jump_and_the_legend_says_where_they_begin():
    page = BY_ID["not_moved"]

    assert [class_of(share, page) for share in (None, 0, 0.009, 0.01, 0.05, 0.06, 1)] == [
        0, 1, 1, 2, 4, 5, 5,
    ]  # fmt: skip
    assert legend(page) == ["<1", "1–2", "2–4", "4–6", "≥6"]
