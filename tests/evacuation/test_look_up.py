"""Is she safe? One person, exactly, and every question on record."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import select

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from tests.conftest import new_id
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP
from tests.factories.evacuation import API, act, household, order
from tests.factories.rosters import id_number
from tests.factories.shelters import open_shelter

NUMBER = id_number(Random("safe"))
NAME, PHONE = "何平安测", "13812345678"
WHO = {"name": NAME, "phone": PHONE, "id_number": NUMBER}


@pytest.fixture
def desk(person):
    """Return the officer on duty in the county, whom families call."""
    return person(f"duty_officer@{COUNTY}")


@pytest.fixture
def shelter_id(person, disaster):
    return open_shelter(person(f"shelter_manager@{COUNTY}"), disaster, name="镇中学")


def ask(caller, disaster, name=NAME, **number):
    body = {"name": name, "inquiry": "family"} | (number or {"id_number": NUMBER})
    return caller.call("POST", f"{API}/look-up?disaster={disaster['id']}", body)


def asked():
    with act_as(SYSTEM), db.reading() as session:
        found = session.scalars(
            select(EventRow).where(EventRow.name == "evacuation.looked_up").order_by(EventRow.seq)
        )
        return list(found)


def arrive(person, disaster, shelter_id, **fields):
    arrival, keeper = new_id(), person(f"shelter_manager@{COUNTY}")
    body = {"disaster_id": disaster["id"], "people": 3} | fields
    answer = keeper.put(f"/api/v1/shelters/{shelter_id}/arrivals/{arrival}", body)
    assert answer.status_code == 201, answer.json
    return arrival


def test_a_stranger_and_who_may_not_are_refused(stranger, person, disaster):
    assert ask(stranger, disaster).status_code == 401
    assert ask(person(f"unit_head@{TOWNSHIP}"), disaster).status_code == 403
    assert asked() == []


def test_who_is_in_a_shelter_is_found_by_name_and_telephone_however_written(
    desk, person, disaster, shelter_id
):
    arrive(person, disaster, shelter_id, name=NAME, phone=PHONE)

    answer = ask(desk, disaster, phone="+86 138-1234-5678").json

    assert answer["found"] and answer["state"] == "at_shelter" and answer["since"]
    assert answer["shelter"] == "镇中学" and "临江镇" in answer["area"]
    assert set(answer) == {"found", "state", "words", "since", "shelter", "area", "parts"}
    assert answer["parts"] == []


def test_who_came_unlisted_is_found_by_the_identity_number_they_gave_at_the_door(
    desk, person, disaster, shelter_id
):
    arrive(person, disaster, shelter_id, name=NAME, id_number=NUMBER)

    assert ask(desk, disaster).json["shelter"] == "镇中学"
    assert not ask(desk, disaster, name="何别人").json["found"]
    assert not ask(desk, disaster, phone=PHONE).json["found"]


def test_a_row_of_the_list_leads_to_the_shelter_its_household_came_to(
    desk, keeper, person, disaster, shelter_id
):
    row = household(keeper, **WHO)
    assert ask(desk, disaster).json["state"] == "listed"
    arrival = arrive(person, disaster, shelter_id, listed_id=row)
    inside = ask(desk, disaster).json
    left = {"to": "relatives", "left_at": None}
    manager = person(f"shelter_manager@{COUNTY}")
    path = f"/api/v1/shelters/{shelter_id}/arrivals/{arrival}/departure"
    assert manager.put(path, left).status_code in (200, 201)

    assert (inside["state"], inside["shelter"]) == ("at_shelter", "镇中学")
    assert ask(desk, disaster).json["state"] == "left_relatives"


def test_where_a_household_stands_under_an_order_is_said(desk, keeper, leader, officer, disaster):
    row, given = household(keeper, **WHO), order(leader, disaster)
    assert act(officer, given, [row], "with_relatives").status_code == 201

    answer = ask(desk, disaster).json

    assert answer["state"] == "with_relatives" and answer["since"] and not answer["shelter"]


def parts(answer):
    return [(each["people"], each["state"], each["shelter"]) for each in answer["parts"]]


def test_a_household_in_parts_is_told_part_by_part(
    desk, keeper, leader, officer, person, disaster, shelter_id
):
    row, given = household(keeper, **WHO, people=5), order(leader, disaster)
    arrive(person, disaster, shelter_id, listed_id=row, people=2)
    unsaid = ask(desk, disaster).json
    assert act(officer, given, [row], "refused").status_code == 201

    answer = ask(desk, disaster).json

    assert parts(unsaid) == [(2, "at_shelter", "镇中学"), (3, "to_tell", None)]
    assert answer["state"] == "in_parts" and answer["found"] and answer["since"]
    assert parts(answer) == [(2, "at_shelter", "镇中学"), (3, "refused", None)]


def test_who_left_the_shelter_stays_a_part_of_their_own(
    desk, keeper, leader, officer, person, disaster, shelter_id
):
    row, given = household(keeper, **WHO, people=5), order(leader, disaster)
    arrival = arrive(person, disaster, shelter_id, listed_id=row, people=2)
    manager = person(f"shelter_manager@{COUNTY}")
    path = f"/api/v1/shelters/{shelter_id}/arrivals/{arrival}/departure"
    assert manager.put(path, {"to": "hospital"}).status_code in (200, 201)
    assert act(officer, given, [row], "not_found").status_code == 201

    answer = ask(desk, disaster).json

    assert parts(answer) == [(2, "left_hospital", "镇中学"), (3, "not_found", None)]


def test_the_page_shows_the_parts_of_a_household(
    browse, keeper, leader, person, disaster, shelter_id
):
    row = household(keeper, **WHO, people=5)
    order(leader, disaster)
    arrive(person, disaster, shelter_id, listed_id=row, people=2)
    client, path = (
        browse(f"duty_officer@{COUNTY}"),
        f"/evacuation/look-up?disaster={disaster['id']}",
    )
    token = client.get(path).text.split('name="csrf" value="')[1].split('"')[0]

    shown = client.post(path, data={"name": NAME, "phone": PHONE, "inquiry": "family",
                                    "csrf": token}).text  # fmt: skip

    assert "一户人不在一处" in shown and "镇中学" in shown and "未叫应" in shown


def test_what_was_said_under_a_lifted_order_is_told_as_past(
    desk, keeper, leader, officer, disaster
):
    row, given = household(keeper, **WHO), order(leader, disaster)
    act(officer, given, [row], "with_relatives")
    leader.put(f"{API}/orders/{given}/lift", {"reason": "警报解除"})

    past = ask(desk, disaster).json
    second = order(leader, disaster, number="东防指〔8〕号")
    act(officer, second, [row], "refused", at=None)

    assert past["state"] == "was_with_relatives" and "指令已解除" in past["words"]
    assert ask(desk, disaster).json["state"] == "refused"


def test_who_is_home_again_under_a_lifted_order_is_home(desk, keeper, leader, officer, disaster):
    row, given = household(keeper, **WHO), order(leader, disaster)
    act(officer, given, [row], "with_relatives")
    leader.put(f"{API}/orders/{given}/lift", {"reason": "警报解除"})
    leader.put(f"{API}/orders/{given}/return", {"safety_check": "已查"})
    assert act(officer, given, [row], "returned").status_code == 201

    assert ask(desk, disaster).json["state"] == "returned"
    order(leader, disaster, number="东防指〔8〕号")
    assert ask(desk, disaster).json["state"] == "was_returned"


def test_nobody_is_found_by_part_of_a_name_or_number_or_by_a_name_alone(
    desk, keeper, person, disaster, shelter_id
):
    household(keeper, **WHO)
    arrive(person, disaster, shelter_id, name=NAME, phone=PHONE)

    for name in ("何平安", "何", "平安测", "何平安测试", "%", "何%"):
        answer = ask(desk, disaster, name=name)
        assert answer.status_code == 422 or not answer.json["found"], name
    for number in ({"phone": "138"}, {"phone": "13812345679"}, {"phone": "1381234567"}):
        answer = ask(desk, disaster, **number)
        assert answer.status_code == 422 or not answer.json["found"], number
    other = person(f"duty_officer@{COUNTY}")  # one account may ask ten times a minute
    assert ask(other, disaster, phone="").status_code == 422
    assert ask(other, disaster, id_number=NUMBER[:17] + "A").status_code == 422
    assert ask(other, disaster, id_number=NUMBER, phone=PHONE).status_code == 422


def test_every_question_is_on_record_found_or_not_and_names_nobody(desk, keeper, disaster):
    row = household(keeper, **WHO)
    ask(desk, disaster)
    ask(desk, disaster, name="另一人")

    found, missed = asked()

    assert str(found.subject) == row and str(found.actor_id) == str(desk.user_id)
    assert '"found":true' in found.payload and '"inquiry":"family"' in found.payload
    assert '"found":false' in missed.payload
    for each in (found, missed):
        assert not [word for word in (NAME, "另一人", NUMBER, PHONE) if word in each.payload]


def test_without_saying_who_asks_nothing_is_answered(desk, keeper, disaster):
    household(keeper, **WHO)
    body = {"name": NAME, "id_number": NUMBER}

    answer = desk.call("POST", f"{API}/look-up?disaster={disaster['id']}", body)

    assert answer.status_code == 422 and asked() == []


def test_the_neighbours_people_are_not_found(person, keeper, disaster, shelter_id):
    household(keeper, **WHO)
    arrive(person, disaster, shelter_id, name=NAME, phone=PHONE)
    neighbour = person(f"township_reviewer@{NEIGHBOUR}")

    assert ask(neighbour, disaster).json["found"] is False
    assert ask(neighbour, disaster, phone=PHONE).json["found"] is False


def test_who_was_registered_before_numbers_had_an_index_is_found_too(
    desk, keeper, person, disaster, shelter_id
):
    household(keeper, **WHO)
    arrive(person, disaster, shelter_id, name="林旧测", phone="13700001111")
    with db.engine().connect().execution_options(writing=True) as connection:
        for table in ("arrival", "evacuation_household"):
            connection.exec_driver_sql(f"UPDATE {table} SET phone_blind = NULL")
        connection.commit()

    assert ask(desk, disaster, phone=PHONE).json["found"]
    assert ask(desk, disaster, name="林旧测", phone="13700001111").json["state"] == "at_shelter"


def test_the_eleventh_question_of_a_minute_waits(desk, disaster, monkeypatch):
    monkeypatch.setattr("relief_ops.web.limits.time.time", lambda: 1_000_020.0)

    answers = [ask(desk, disaster).status_code for _each in range(11)]

    assert answers == [200] * 10 + [429] and len(asked()) == 10


def test_the_page_answers_and_keeps_the_person_out_of_the_address(browse, keeper, disaster):
    household(keeper, **WHO)
    client = browse(f"duty_officer@{COUNTY}")
    path = f"/evacuation/look-up?disaster={disaster['id']}"
    token = client.get(path).text.split('name="csrf" value="')[1].split('"')[0]
    fields = {"name": NAME, "id_number": NUMBER, "inquiry": "rescue", "csrf": token}

    shown = client.post(path, data=fields)
    wrong = client.post(path, data=fields | {"id_number": "", "inquiry": "rescue"})

    assert shown.status_code == 200 and "转移清单" in shown.text and len(asked()) == 1
    assert wrong.status_code == 422 and "请填完整的身份证号" in wrong.text
    assert browse(f"unit_head@{TOWNSHIP}").get(path).status_code == 403
