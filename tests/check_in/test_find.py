"""Who stands at the door is found by one thing, masked, and on record."""

from __future__ import annotations

from uuid import UUID

import pytest

from shelters.evacuation.rules import slip_code
from tests.conftest import new_id
from tests.factories.city import OTHER_COUNTY, TOWNSHIP, VILLAGE
from tests.factories.evacuation import household
from tests.factories.shelters import open_shelter
from tests.shelters.test_arrivals import arrive
from tests.shelters.test_leaving import events_named

NUMBER = "330203194901010017"
NAMES = ("何试验", "13812345678", NUMBER)


def find(caller, shelter_id, disaster, **asked):
    body = {"disaster_id": disaster["id"]} | asked
    return caller.call("POST", f"/api/v1/shelters/{shelter_id}/search", body)


@pytest.fixture
def row(keeper):
    """Return a household of the list."""
    return household(keeper, id_number=NUMBER, pregnant=1)


def test_a_household_is_found_by_each_of_four_things_and_stays_masked(
    manager, shelter_id, disaster, row
):
    for asked in ({"slip": slip_code(UUID(row))}, {"id_number": NUMBER},
                  {"phone": "+86 138-1234-5678"}, {"name": "何试"}):  # fmt: skip
        answer = find(manager, shelter_id, disaster, **asked)

        [shown] = answer.json["households"]
        assert (shown["id"], shown["people"], shown["groups"]) == (row, 3, {"pregnant": 1})
        assert not [each for each in NAMES if each in answer.text]
    events = events_named("shelter.household_sought")
    assert len(events) == 4
    assert not [each for each in (*NAMES, "何试") if each in " ".join(events)]


def test_a_unit_that_comes_in_buses_is_nowhere_as_a_whole(
    person, manager, keeper, shelter_id, disaster
):
    """The second bus moves nobody of the first: only how many are still to come is told."""
    site = household(keeper, people=60, kind="worksite", unit="码头工地", id_number=NUMBER)
    far = person(f"shelter_manager@{OTHER_COUNTY}")
    there = open_shelter(far, disaster, area_code=OTHER_COUNTY, kind="centre_county")
    assert arrive(manager, shelter_id, disaster, 40, listed_id=site).status_code == 201

    [shown] = find(far, there, disaster, id_number=NUMBER).json["households"]

    assert (shown["unit"], shown["registered"], shown["people"], shown["at"]) == (
        True,
        40,
        60,
        None,
    )
    assert arrive(far, there, disaster, 20, listed_id=site).status_code == 201
    [shown] = find(manager, shelter_id, disaster, id_number=NUMBER).json["households"]
    assert shown["registered"] == 60


def test_by_a_whole_number_also_from_another_county_by_a_name_only_around(
    person, shelter_id, disaster, row
):
    far = person(f"shelter_manager@{OTHER_COUNTY}")
    there = open_shelter(far, disaster, area_code=OTHER_COUNTY, kind="centre_county")

    assert len(find(far, there, disaster, id_number=NUMBER).json["households"]) == 1
    assert find(far, there, disaster, name="何试验").json["households"] == []
    assert find(far, shelter_id, disaster, id_number=NUMBER).status_code == 404


def test_by_name_also_who_was_sent_here_from_another_township(keeper, person, disaster):
    far = person(f"shelter_manager@{OTHER_COUNTY}")
    there = open_shelter(far, disaster, area_code=OTHER_COUNTY, kind="centre_county")
    sent = household(keeper, name="孙试验", shelter_id=there)
    household(keeper, name="孙试验二")

    found = find(far, there, disaster, name="孙试验").json["households"]

    assert [each["id"] for each in found] == [sent]
    assert found[0]["sent_here"] and "孙试验" not in str(found)


def test_who_is_registered_already_is_shown_where(manager, shelter_id, disaster, row):
    arrive(manager, shelter_id, disaster, 3, listed_id=row)

    [shown] = find(manager, shelter_id, disaster, id_number=NUMBER).json["households"]

    assert shown["at"]["shelter_id"] == shelter_id and shown["at"]["stay"] == "arrived"


@pytest.mark.parametrize(
    "wrong",
    [{}, {"id_number": NUMBER, "name": "何"}, {"id_number": NUMBER[:-1] + "8"}, {"phone": "138"},
     {"slip": "ZW9A-PD6D-K"}, {"name": "x" * 65}],
)  # fmt: skip
def test_half_a_number_finds_nobody(manager, shelter_id, disaster, wrong):
    assert find(manager, shelter_id, disaster, **wrong).status_code == 422


def test_a_stranger_and_a_neighbour_find_nobody(stranger, person, shelter_id, disaster):
    neighbour = person(f"shelter_manager@{OTHER_COUNTY}")

    assert find(stranger, shelter_id, disaster, name="何").status_code == 401
    assert find(neighbour, shelter_id, disaster, name="何").status_code == 404
    assert find(person("auditor"), shelter_id, disaster, name="何").status_code == 403


def facts(caller, disaster, **more):
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    return caller.get(f"/phone/check-in/facts?disaster={disaster['id']}{asked}")


def test_the_phone_carries_who_is_expected_masked_and_no_other(
    manager, person, shelter_id, disaster, row
):
    household(person(f"township_reporter@{OTHER_COUNTY}"), area_code=OTHER_COUNTY)
    answer = facts(manager, disaster, shelter=shelter_id)

    shown = answer.json
    assert shown["shelter"] == shelter_id
    assert {each["id"] for each in shown["households"]} == {row}
    assert not [each for each in NAMES if each in answer.text]
    assert VILLAGE in {each["code"] for each in shown["villages"]}
    assert shown["items"][0]["code"] == "quilt"


def test_a_nearly_full_shelter_names_the_next_one_already(manager, shelter_id, disaster):
    near = open_shelter(manager, disaster, name="近处避灾点", point=[121.503, 29.802])
    arrive(manager, shelter_id, disaster, 44)
    early = facts(manager, disaster).json["shelters"]
    arrive(manager, shelter_id, disaster, 1)
    late = facts(manager, disaster).json["shelters"]

    assert {each["next"] and each["next"]["id"] for each in early} == {None}
    assert {each["next"] and each["next"]["id"] for each in late} == {None, near}


def test_the_app_opens_for_a_manager_who_reports_nothing(manager, person, disaster):
    assert manager.get("/phone/check-in").status_code == 200
    assert manager.get("/phone").status_code == 200
    assert manager.get("/phone/doors/facts").json["order"] is None
    assert person("auditor").get("/phone/check-in").status_code == 403
    officer = person(f"village_officer@{VILLAGE}")
    assert facts(officer, disaster).json["shelters"] == []


def test_who_reports_for_a_village_has_the_shelters_they_keep_elsewhere(
    person, disaster, shelter_id
):
    both = person(f"village_officer@{VILLAGE}", f"shelter_manager@{TOWNSHIP}")

    shown = facts(both, disaster, area=VILLAGE).json

    assert [each["id"] for each in shown["shelters"]] == [shelter_id]
    assert shown["shelter"] == shelter_id


def test_who_is_sent_on_from_ones_own_full_shelter_needs_no_right_at_the_other(
    person, manager, shelter_id, disaster
):
    far = person(f"shelter_manager@{OTHER_COUNTY}")
    there = open_shelter(far, disaster, area_code=OTHER_COUNTY, kind="centre_county")
    plain = arrive(manager, there, disaster, 3, on_the_way=True)
    bold = arrive(manager, there, disaster, 3, sent_from=shelter_id)
    sent = arrive(manager, there, disaster, 3, on_the_way=True, sent_from=shelter_id)
    hidden = open_shelter(far, disaster, area_code=OTHER_COUNTY, kind="centre_county", hidden=True)
    unseen = arrive(manager, hidden, disaster, 3, on_the_way=True, sent_from=shelter_id)

    codes = [each.status_code for each in (plain, bold, sent, unseen)]
    assert codes == [404, 422, 201, 404]
    assert far.get(f"/api/v1/shelters/{there}").json["status"]["on_the_way"] == 3


def test_who_is_announced_is_here_with_one_word(manager, shelter_id, disaster):
    arrival = new_id()
    arrive(manager, shelter_id, disaster, 3, arrival_id=arrival, on_the_way=True)
    address = f"/api/v1/shelters/{shelter_id}/arrivals/{arrival}/presence"

    here, again = manager.put(address, {}), manager.put(address, {})

    assert here.status_code == 201 and again.json == here.json
    stood = manager.get(f"/api/v1/shelters/{shelter_id}").json["status"]
    assert (stood["registered"], stood["on_the_way"]) == (3, 0)


def test_a_hidden_shelter_of_another_area_is_not_named_to_who_stands_elsewhere(
    person, manager, keeper, shelter_id, disaster
):
    far = person(f"shelter_manager@{OTHER_COUNTY}")
    secret = {"area_code": OTHER_COUNTY, "kind": "centre_county", "hidden": True}
    hidden = open_shelter(far, disaster, name="妇女庇护所", **secret)
    row = household(keeper, id_number=NUMBER)
    first = arrive(far, hidden, disaster, 3, listed_id=row).json["id"]

    twice = arrive(manager, shelter_id, disaster, 3, listed_id=row)
    by_number = arrive(manager, shelter_id, disaster, 3, id_number=NUMBER)
    out = {"disaster_id": disaster["id"], "listed_id": row, "to": "home"}
    gone = manager.put(f"/api/v1/shelters/{shelter_id}/departures/{new_id()}", out)
    shown = facts(manager, disaster, shelter=shelter_id).text
    said = (twice, by_number, gone)

    assert [each.status_code for each in said] == [409, 409, 422]
    assert not [each for each in said if "庇护所" in each.text] and "庇护所" not in shown
    assert all("其他地区的一处场所" in each.json["detail"] for each in said)
    moved = {"listed_id": row, "moved_from": first}
    assert arrive(manager, shelter_id, disaster, 3, **moved).status_code == 201
