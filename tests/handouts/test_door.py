"""What a shelter gives at its door leaves the stock that lies there, and is asked for once."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.factories import stock
from tests.factories.city import COUNTY
from tests.factories.shelters import open_shelter

BLANKETS = "blanket"
ID_NUMBER = "11010519491231002X"


@pytest.fixture
def officer(person):
    return person(f"duty_officer@{COUNTY}", f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelter(manager, officer, disaster):
    """Return an open shelter with twenty blankets in its books."""
    made = open_shelter(officer, disaster, name="门口发放的避灾点")
    stock.stock(manager, made, item=BLANKETS, quantity=20)
    return made


@pytest.fixture
def arrive(officer, shelter, disaster):
    """Return a function that registers a household and says what it was given."""

    def run(given, *, people=2, arrival=None, **more):
        headers = {"If_Match": str(more.pop("revision"))} if "revision" in more else {}
        body = {"disaster_id": disaster["id"], "people": people, "name": "何试验",
                "issued": given} | more  # fmt: skip
        path = f"/api/v1/shelters/{shelter}/arrivals/{arrival or new_id()}"
        answer = officer.put(path, body, **headers)
        assert answer.status_code in (200, 201), answer.json
        return answer.json

    return run


@pytest.fixture
def supplies(officer, shelter, disaster):
    def run():
        answer = officer.get(f"/api/v1/shelters/{shelter}/supplies?disaster={disaster['id']}")
        return {each["item"]: each for each in answer.json["items"]}[BLANKETS]

    return run


@pytest.fixture
def handouts(officer, shelter, disaster):
    def run():
        path = f"/api/v1/handouts?disaster={disaster['id']}&place={shelter}"
        found = officer.get(path).json["handouts"]
        return sorted((each["state"], each["lines"][0]["quantity"]) for each in found)

    return run


def test_it_leaves_the_book_of_the_shelter_and_stands_as_a_handout(
    arrive, supplies, handouts, proofs
):
    arrive({BLANKETS: 2})

    assert supplies()["on_hand"] == 18
    assert handouts() == [("booked", 2)]
    assert proofs() == []


def test_whoever_got_it_at_the_door_does_not_lack_it(arrive, supplies):
    arrive({BLANKETS: 15}, people=15)
    arrive({}, people=5)

    assert supplies()["on_hand"] == 5
    assert (supplies()["wanted"], supplies()["missing"]) == (5, 0)


def test_the_same_registration_sent_twice_gives_once(arrive, supplies, handouts):
    arrival = new_id()
    first, again = (arrive({BLANKETS: 2}, arrival=arrival) for _each in range(2))

    assert first["seq"] == again["seq"]
    assert supplies()["on_hand"] == 18
    assert handouts() == [("booked", 2)]


@pytest.mark.parametrize(("then", "left"), [({BLANKETS: 3}, 17), ({}, 20), ({BLANKETS: 2}, 18)])
def test_what_is_said_last_counts_and_what_did_not_change_is_not_given_anew(
    arrive, supplies, handouts, proofs, then, left
):
    arrival = new_id()
    arrive({BLANKETS: 2}, people=3, arrival=arrival)
    arrive(then, people=3, arrival=arrival, room="二楼", revision=1)

    assert supplies()["on_hand"] == left
    standing = [each for each in handouts() if each[0] != "taken_back"]
    assert [quantity for _state, quantity in standing] == list(then.values())
    assert ("taken_back", 2) in handouts() or then == {BLANKETS: 2}
    assert len(handouts()) == (2 if then == {BLANKETS: 3} else 1)
    assert proofs() == []


@pytest.mark.parametrize("then", [{}, {BLANKETS: 3}])
def test_goods_that_came_back_already_never_refuse_a_registration(
    arrive, manager, shelter, supplies, proofs, then
):
    arrival, lot = new_id(), new_id()
    stock.stock(manager, shelter, item="mat", quantity=9, lot=lot)
    arrive({"mat": 2}, arrival=arrival)
    back = stock.move(manager, kind="return", to=shelter, item="mat", quantity=2, lot=lot)
    assert back.status_code == 201, back.json

    arrive(then, arrival=arrival, room="二楼", revision=1)
    assert proofs() == []


def test_who_turns_out_to_be_on_the_way_was_given_nothing(arrive, supplies, proofs):
    arrival = new_id()
    arrive({BLANKETS: 2}, arrival=arrival)
    arrive({BLANKETS: 2}, arrival=arrival, on_the_way=True, revision=1)
    assert supplies()["on_hand"] == 20
    arrive({}, arrival=arrival, revision=2)

    assert supplies()["on_hand"] == 20
    assert proofs() == []


def test_given_back_and_given_again_counts_once(arrive, supplies, proofs):
    arrival = new_id()
    for number, given in enumerate(({BLANKETS: 2}, {}, {BLANKETS: 2})):
        arrive(given, arrival=arrival, **({"revision": number} if number else {}))

    assert supplies()["on_hand"] == 18
    assert proofs() == []


def test_an_item_the_shelter_never_had_in_its_books_changes_nothing(arrive, supplies, handouts):
    arrive({"mat": 2})

    assert supplies()["on_hand"] == 20
    assert handouts() == []


def test_more_than_the_book_holds_is_let_in_and_waits_for_a_person(
    arrive, supplies, handouts, proofs
):
    arrive({BLANKETS: 25}, people=25)

    assert supplies()["on_hand"] == 0
    assert handouts() == [("exception", 25)]
    assert proofs() == []


def test_beyond_the_limits_is_let_in_and_waits_for_a_person(arrive, handouts):
    arrive({BLANKETS: 9}, people=2)

    assert handouts() == [("exception", 9)]


def test_what_was_given_at_the_door_counts_at_the_desk(
    arrive, officer, shelter, disaster, supplies
):
    arrive({BLANKETS: 2}, id_number=ID_NUMBER)
    body = {"disaster_id": disaster["id"], "place": shelter, "id_number": ID_NUMBER, "people": 2,
            "lines": [{"item": BLANKETS, "quantity": 1}]}  # fmt: skip
    answer = officer.put(f"/api/v1/handouts/{new_id()}", body)

    assert answer.status_code == 422
    assert "门口发放的避灾点" in answer.json["detail"]
    assert supplies()["on_hand"] == 18


def test_who_is_announced_was_given_nothing_before_he_is_here(arrive, officer, shelter, supplies):
    arrival = new_id()
    arrive({BLANKETS: 2}, arrival=arrival, on_the_way=True)
    assert supplies()["on_hand"] == 20

    answer = officer.put(f"/api/v1/shelters/{shelter}/arrivals/{arrival}/presence", {})
    assert answer.status_code in (200, 201), answer.json
    assert supplies()["on_hand"] == 18


def test_a_bus_is_given_goods_without_a_name(arrive, supplies, handouts):
    arrive({BLANKETS: 12}, people=12, group=True, name="")

    assert supplies()["on_hand"] == 8
    assert handouts() == [("booked", 12)]


def test_a_registration_cancelled_gives_its_goods_back(
    arrive, officer, shelter, supplies, handouts, proofs
):
    arrival = new_id()
    arrive({BLANKETS: 2}, arrival=arrival)
    path = f"/api/v1/shelters/{shelter}/arrivals/{arrival}/departure"
    answer = officer.put(path, {"to": "cancelled"})
    assert answer.status_code in (200, 201), answer.json

    assert supplies()["on_hand"] == 20
    assert handouts() == [("taken_back", 2)]
    assert proofs() == []


def test_an_identity_number_said_later_counts_at_the_desk(arrive, officer, shelter, disaster):
    arrival = new_id()
    arrive({BLANKETS: 2}, arrival=arrival)
    arrive({BLANKETS: 2}, arrival=arrival, id_number=ID_NUMBER, revision=1)
    body = {"disaster_id": disaster["id"], "place": shelter, "id_number": ID_NUMBER, "people": 2,
            "lines": [{"item": BLANKETS, "quantity": 1}]}  # fmt: skip
    answer = officer.put(f"/api/v1/handouts/{new_id()}", body)

    assert answer.status_code == 422
    assert "门口发放的避灾点" in answer.json["detail"]


def test_a_number_of_people_put_right_settles_what_was_too_much(arrive, supplies, handouts, proofs):
    arrival = new_id()
    arrive({BLANKETS: 9}, people=2, arrival=arrival)
    assert handouts() == [("exception", 9)]
    arrive({BLANKETS: 9}, people=9, arrival=arrival, revision=1)

    assert handouts() == [("booked", 9), ("taken_back", 9)]
    assert supplies()["on_hand"] == 11
    assert proofs() == []
