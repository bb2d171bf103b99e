"""The list at the desk: masked, searched, completed, and the way out."""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import new_id
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.evacuation import household
from tests.factories.shelters import open_shelter
from tests.shelters.test_arrivals import arrive, leave, standing
from tests.shelters.test_counted_inside import counted
from tests.shelters.test_leaving import events_named

NUMBER = "330203194901010017"


@pytest.fixture
def desk(app, person):
    """Return the browser of a manager of the township."""
    from tests.spine.test_live import cookie_of

    client = app.test_client()
    client.set_cookie("session", cookie_of(person(f"shelter_manager@{TOWNSHIP}")))
    return client


def page(desk, shelter_id):
    return desk.get(f"/shelters/{shelter_id}/people")


def send(desk, shelter_id, path="", /, **fields):
    text = page(desk, shelter_id).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', text)[1]
    return desk.post(f"/shelters/{shelter_id}/people{path}", data=fields | {"csrf": csrf})


def test_who_is_inside_is_masked_and_says_what_is_missing(
    desk, manager, keeper, shelter_id, disaster
):
    row = household(keeper, name="孙试验")
    arrive(manager, shelter_id, disaster, 2, name="王五试", phone="13900001111", pregnant=1,
           room="201")  # fmt: skip
    arrive(manager, shelter_id, disaster, 3, listed_id=row)
    arrive(manager, shelter_id, disaster, 40, group=True)

    text = page(desk, shelter_id).text

    for shown in ("王*", "孙*", "201", "孕妇", "尚无身份证号"):
        assert shown in text
    for personal in ("王五试", "孙试验", "13900001111"):
        assert personal not in text
    assert text.count("尚无身份证号</span>") == 1


def test_many_households_come_page_by_page_and_the_one_in_question_is_on_the_page_shown(
    desk, manager, disaster, person
):
    large = person(f"shelter_manager@{COUNTY}")
    shelter_id = open_shelter(large, disaster, capacity_max=80)
    first = arrive(manager, shelter_id, disaster, 1, name="甲试", room="001")
    for number in range(50):
        arrive(manager, shelter_id, disaster, 1, name="乙试", room=f"{100 + number}")
    one, two = (desk.get(f"/shelters/{shelter_id}/people?page={each}").text for each in (1, 10**30))
    arrivals = [re.findall(r'data-key="([^"]+)"', each) for each in (one, two)]
    last = arrivals[1][0]
    refused = send(desk, shelter_id, f"/{last}/departure", to="nowhere")

    assert [len(each) for each in arrivals] == [50, 1]
    assert first.json["id"] in arrivals[0]
    assert "共51户，第2/2页" in two
    assert refused.status_code == 422
    assert f'data-key="{last}" open' in refused.text


@pytest.mark.parametrize("find", ["五试", "13900001111", NUMBER, "301"])
def test_somebody_is_found_without_their_name_in_an_address(
    desk, manager, shelter_id, disaster, find
):
    arrive(manager, shelter_id, disaster, 2, name="王五试", phone="13900001111", room="301",
           id_number=NUMBER)  # fmt: skip
    arrive(manager, shelter_id, disaster, 2, name="钱六", room="302")

    text = send(desk, shelter_id, find=find).text

    assert "王*" in text and "钱*" not in text


def test_looking_for_somebody_inside_is_on_record_without_what_was_typed(
    desk, manager, shelter_id, disaster
):
    arrive(manager, shelter_id, disaster, 2, name="王五试", phone="13900001111", room="301",
           id_number=NUMBER)  # fmt: skip
    page(desk, shelter_id)
    assert events_named("shelter.household_sought") == []

    for find in ("五试", "139 0000 1111", NUMBER, "钱七"):
        send(desk, shelter_id, find=find)

    said = events_named("shelter.household_sought")
    assert [json.loads(each)["by"] for each in said] == ["name", "phone", "id_number", "name"]
    assert [json.loads(each)["found"] for each in said] == [1, 1, 1, 0]
    assert "五试" not in "".join(said) and NUMBER not in "".join(said)


def test_a_shelter_filled_by_who_came_since_its_count_names_the_next_one(
    desk, manager, shelter_id, disaster
):
    near = {"name": "近处避灾点", "point": [121.503, 29.802]}
    open_shelter(manager, disaster, **near)
    counted(manager, shelter_id, disaster, 20, minutes=30)
    assert "最近有空位" not in page(desk, shelter_id).text
    arrive(manager, shelter_id, disaster, 27)

    assert "近处避灾点" in page(desk, shelter_id).text.split('class="notice"')[1][:200]


def test_check_out_and_the_missing_number_by_form(desk, manager, shelter_id, disaster):
    arrival = new_id()
    arrive(manager, shelter_id, disaster, 1, arrival_id=arrival, name="王五试", minors_alone=1)
    wrong = send(desk, shelter_id, f"/{arrival}/identity", id_number="330203194901010018",
                 revision="1")  # fmt: skip
    kept = send(desk, shelter_id, f"/{arrival}/identity", id_number=NUMBER, revision="1")
    nobody = send(desk, shelter_id, f"/{arrival}/departure", to="home")
    gone = send(desk, shelter_id, f"/{arrival}/departure", to="home", handed_to="试姨母")

    assert (wrong.status_code, kept.status_code) == (422, 303)
    assert nobody.status_code == 422 and "handed_to" in nobody.text
    assert gone.status_code == 303
    assert standing(manager, shelter_id)["registered"] == 0


def test_who_else_is_of_a_household_is_named_at_the_desk_and_found_there(
    desk, manager, shelter_id, disaster
):
    arrival = arrive(manager, shelter_id, disaster, 4, name="王五试").json["id"]
    to = f"/{arrival}/members"
    mistaken = "李奶奶试 330203194901010018"
    empty = send(desk, shelter_id, to, names=" ", revision="1")
    wrong = send(desk, shelter_id, to, names=mistaken, revision="1")
    first = send(desk, shelter_id, to, names=f"{NUMBER[:17]} {NUMBER[17]}：李奶奶试", revision="1")
    half = send(desk, shelter_id, to, names="王小宝试 33020319", revision="2")
    assert half.status_code == 422 and f'href="#names-{arrival}"' in half.text
    more = send(desk, shelter_id, to, names="王小宝试\n", revision="2")

    assert f'href="#names-{arrival}"' in empty.text and empty.status_code == 422
    assert wrong.status_code == 422 and mistaken in wrong.text
    assert (first.status_code, more.status_code) == (303, 303)
    text = page(desk, shelter_id).text
    assert "李* 王*" in text and "李奶奶试" not in text and NUMBER not in text
    for find in ("奶奶试", NUMBER):
        assert f'data-key="{arrival}"' in send(desk, shelter_id, find=find).text
    shown = send(desk, shelter_id, f"/{arrival}/full", purpose="verification").text
    assert f"李奶奶试 {NUMBER}" in shown
    instead = send(desk, shelter_id, to, names="", instead="true", revision="3")
    assert instead.status_code == 303
    assert "李*" not in page(desk, shelter_id).text


def test_a_transfer_by_form_names_the_other_when_it_is_full(desk, manager, shelter_id, disaster):
    near = open_shelter(manager, disaster, name="近处避灾点", point=[121.503, 29.802])
    arrival = new_id()
    arrive(manager, shelter_id, disaster, 4, arrival_id=arrival)
    arrive(manager, near, disaster, 48)
    full = send(desk, shelter_id, f"/{arrival}/departure", to="other_shelter", shelter_id=near)
    third = open_shelter(manager, disaster, name="体育馆", point=[121.51, 29.81])
    sent = send(desk, shelter_id, f"/{arrival}/departure", to="other_shelter", shelter_id=third)
    here = send(desk, third, f"/{new_id()}/presence")

    assert full.status_code == 409 and "近处避灾点" in full.text
    assert sent.status_code == 303
    assert standing(manager, third)["on_the_way"] == 4
    assert here.status_code == 404


def test_who_may_not_register_does_not_see_who_is_inside(person, shelter_id):
    address = f"/shelters/{shelter_id}/people"

    assert person(f"duty_officer@{COUNTY}").get(address).status_code == 403


def test_what_was_asked_at_the_door_is_read_again_for_a_purpose_and_on_record(
    desk, manager, person, shelter_id, disaster
):
    arrival = new_id()
    arrive(manager, shelter_id, disaster, 2, arrival_id=arrival, name="王五试", minors_alone=1,
           care="每晚八点用药", companions=1, issued={"blanket": 2})  # fmt: skip
    leave(manager, shelter_id, arrival, to="relatives", signed_by="钱六", handed_to="试姨母")
    address = f"/api/v1/shelters/{shelter_id}/arrivals/{arrival}/full"

    whole = manager.get(f"{address}?purpose=contact")
    aimless, stranger = manager.get(address), person(f"duty_officer@{COUNTY}")
    neighbour = person(f"shelter_manager@{OTHER_COUNTY}")

    said = {each: whole.json[each] for each in ("name", "care", "signed_by", "handed_to")}
    assert said == {
        "name": "王五试", "care": "每晚八点用药", "signed_by": "钱六", "handed_to": "试姨母",
    }  # fmt: skip
    assert (whole.json["companions"], whole.json["issued"]) == (1, {"blanket": 2})
    asked = f"{address}?purpose=contact"
    codes = [each.status_code for each in (aimless, stranger.get(asked), neighbour.get(asked))]
    assert codes == [422, 403, 404]
    [event] = events_named("shelter.stay_read")
    assert arrival in event and "用药" not in event and "contact" in event


def test_the_desk_reads_one_household_in_full_only_for_a_purpose(
    desk, manager, shelter_id, disaster
):
    arrival = new_id()
    arrive(manager, shelter_id, disaster, 2, arrival_id=arrival, name="王五试", care="每晚用药")

    aimless = send(desk, shelter_id, f"/{arrival}/full", purpose="")
    opened = send(desk, shelter_id, f"/{arrival}/full", purpose="contact")

    assert "每晚用药" not in page(desk, shelter_id).text
    assert aimless.status_code == 422 and "每晚用药" not in aimless.text
    assert "每晚用药" in opened.text and "王五试" in opened.text
    assert len(events_named("shelter.stay_read")) == 1
