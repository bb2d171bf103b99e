"""Volunteers over the API: masked, signed in and out, never at two shelters at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.errors import IllegalTransition
from relief_ops.receipts import Attempt
from shelters import queries as shelters
from shelters.daybook.queries import volunteers as queries
from shelters.daybook.schemas import PutDuty
from shelters.daybook.services import volunteers as services
from tests.conftest import new_id
from tests.evacuation.test_lists import events_named
from tests.factories.city import COUNTY, FAR_TOWNSHIP
from tests.factories.daybook import (
    PEOPLE,
    put_volunteer,
    sign_in,
    sign_out,
    volunteer,
    volunteer_body,
)
from tests.factories.shelters import make_shelter

SIX, EIGHT, NINE = (f"2013-10-07T{hour:02d}:00:00Z" for hour in (6, 8, 9))


@pytest.fixture
def other(manager):
    """Return another shelter of the county."""
    return make_shelter(manager, name="另一处避灾点", point=[121.52, 29.81])


def book(caller, shelter):
    return caller.get(f"/api/v1/shelters/{shelter}/volunteers").json


def test_a_volunteer_is_listed_masked_with_what_they_can_do(manager, shelter, disaster):
    volunteer(manager, shelter, disaster, organisation="红十字会")

    (row,) = book(manager, shelter)["volunteers"]
    assert (row["name"], row["organisation"]) == ("何＊＊", "红十字会")
    assert "0001" not in row["phone"] and row["skills"] == ["first_aid", "cooking"]
    assert row["on_duty_since"] is None and row["hours"] == 0


def test_every_correction_stays_with_who_made_it_and_tells_no_name(
    manager, shelter, disaster, person
):
    volunteer_id = volunteer(manager, shelter, disaster, organisation="红十字会")
    other = person(f"shelter_manager@{COUNTY}", login="second")
    body = volunteer_body(disaster, name="何改名", organisation="", skills=["driving"])
    put_volunteer(other, shelter, body, id=volunteer_id, If_Match="1")

    (row,) = book(manager, shelter)["volunteers"]
    last, first = row["history"]
    assert last["changed"] == {
        "name": None, "organisation": ["红十字会", ""],
        "skills": [["first_aid", "cooking"], ["driving"]],
    }  # fmt: skip
    assert (last["by"], last["revision"], first["changed"]) == ("second", 2, {})
    page = manager.get(f"/shelters/{shelter}/daybook?volunteer={volunteer_id}").text
    assert "已更改（不显示内容）" in page and "红十字会 → —" in page
    assert "何改名" not in page and PEOPLE["name"] not in page
    with act_as(SYSTEM), db.reading() as session:
        assert queries.disagreements(session) == []


def test_name_and_telephone_are_read_in_full_only_on_record(manager, shelter, disaster, person):
    volunteer_id = volunteer(manager, shelter, disaster)
    address = f"/api/v1/shelters/{shelter}/volunteers/{volunteer_id}/full"

    assert person(f"auditor@{COUNTY}").get(address).status_code == 403
    assert manager.get(address).json == {"id": volunteer_id} | PEOPLE
    (read,) = events_named("shelter.volunteer_read")
    assert volunteer_id in read.payload and "何" not in read.payload


def test_no_volunteer_lies_in_the_database_in_clear(manager, shelter, disaster, database):
    if not database.startswith("sqlite"):
        return  # the same bytes are sent to both; the file is easier to look through
    sign_in(manager, shelter, volunteer(manager, shelter, disaster))

    path = Path(database.removeprefix("sqlite:///"))
    held = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    assert not [each for each in PEOPLE.values() if each.encode() in held]


def test_the_same_write_again_gets_the_same_receipt(manager, shelter, disaster):
    volunteer_id, duty, body = new_id(), new_id(), volunteer_body(disaster)
    first, again = (put_volunteer(manager, shelter, body, id=volunteer_id) for _ in range(2))
    came, twice = (sign_in(manager, shelter, volunteer_id, duty) for _ in range(2))
    left, over = (sign_out(manager, shelter, volunteer_id, duty) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200) and again.json == first.json
    assert (came.status_code, twice.status_code) == (201, 200) and twice.json == came.json
    assert (left.status_code, over.status_code) == (201, 200) and over.json == left.json
    assert len(events_named("shelter.volunteer_on_duty")) == 1


def test_somebody_registered_here_already_is_named_by_their_id(manager, shelter, other, disaster):
    first = volunteer(manager, shelter, disaster)
    again = put_volunteer(manager, shelter, volunteer_body(disaster, phone="139 0000 1234"))

    assert (again.status_code, again.json["rival_of"]) == (409, first)
    assert put_volunteer(manager, other, volunteer_body(disaster)).status_code == 201


def test_a_correction_says_the_revision_it_was_made_on(manager, shelter, disaster):
    volunteer_id = volunteer(manager, shelter, disaster)
    changed = volunteer_body(disaster, name="何愿望", skills=["driving"])

    good = put_volunteer(manager, shelter, changed, id=volunteer_id, If_Match="1")
    body = volunteer_body(disaster, phone="13700001111")
    stale = put_volunteer(manager, shelter, body, id=volunteer_id, If_Match="1")
    blind = put_volunteer(manager, shelter, body, id=volunteer_id)

    assert [good.status_code, stale.status_code, blind.status_code] == [200, 412, 428]
    assert {each["field"] for each in stale.json["fields"]} == {"name", "phone", "skills"}
    assert "何愿望" not in stale.text and "13700001111" not in stale.text


def test_hours_are_served_between_coming_and_leaving(manager, shelter, disaster):
    volunteer_id, first = volunteer(manager, shelter, disaster), new_id()
    sign_in(manager, shelter, volunteer_id, first, arrived_at=SIX)
    answer = sign_out(manager, shelter, volunteer_id, first, left_at="2013-10-07T07:30:00Z")

    assert answer.status_code == 201, answer.json
    found = book(manager, shelter)
    assert (found["volunteers"][0]["hours"], found["hours"], found["on_duty"]) == (1.5, 1.5, 0)


def test_who_is_on_duty_now_is_counted_by_skill(manager, shelter, disaster):
    sign_in(manager, shelter, volunteer(manager, shelter, disaster))
    other = {"name": "钱助试", "phone": "13700001111", "skills": ["cooking", "driving"]}
    sign_in(manager, shelter, volunteer(manager, shelter, disaster, **other))
    volunteer(manager, shelter, disaster, name="未到试", skills=["cleaning"])

    found = book(manager, shelter)
    counted = {skill: n for skill, n in found["skills_on_duty"].items() if n}
    assert (found["on_duty"], counted) == (2, {"first_aid": 1, "cooking": 2, "driving": 1})


def test_nobody_leaves_before_they_arrived_or_twice(manager, shelter, disaster):
    volunteer_id, duty = volunteer(manager, shelter, disaster), new_id()
    sign_in(manager, shelter, volunteer_id, duty, arrived_at=EIGHT)

    early = sign_out(manager, shelter, volunteer_id, duty, left_at="2013-10-07T07:59:59Z")
    assert early.status_code == 422 and early.json["errors"][0]["field"] == "left_at"
    assert sign_out(manager, shelter, volunteer_id, duty, left_at=EIGHT).status_code == 201
    late = sign_out(manager, shelter, volunteer_id, duty, left_at=NINE)
    assert late.status_code == 409
    future = sign_in(manager, shelter, volunteer_id, arrived_at="2099-01-01T00:00:00Z")
    assert future.json["errors"][0]["field"] == "arrived_at"
    assert sign_out(manager, shelter, volunteer_id, new_id()).status_code == 404


def test_nobody_is_on_duty_at_two_shelters_at_once(manager, shelter, other, disaster):
    here, there = (volunteer(manager, each, disaster) for each in (shelter, other))
    duty = new_id()
    sign_in(manager, shelter, here, duty, arrived_at=SIX)

    refused = sign_in(manager, other, there)
    assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")
    assert "其他避灾场所" in refused.json["detail"]
    assert shelter not in refused.text and "临江村" not in refused.text
    assert sign_in(manager, shelter, here).status_code == 409
    sign_out(manager, shelter, here, duty, left_at=EIGHT)
    assert sign_in(manager, other, there, arrived_at="2013-10-07T07:59:00Z").status_code == 409
    assert sign_in(manager, other, there, arrived_at=EIGHT).status_code == 201


def test_somebody_who_only_shares_the_telephone_may_serve_elsewhere(
    manager, shelter, other, disaster
):
    sign_in(manager, shelter, volunteer(manager, shelter, disaster))
    wife = volunteer(manager, other, disaster, name="钱助试")

    assert sign_in(manager, other, wife).status_code == 201


def test_a_corrected_name_does_not_put_one_person_on_duty_twice(manager, shelter, other, disaster):
    sign_in(manager, shelter, volunteer(manager, shelter, disaster))
    misspelt = volunteer(manager, other, disaster, name="何原试")
    sign_in(manager, other, misspelt)
    answer = put_volunteer(manager, other, volunteer_body(disaster), id=misspelt, If_Match="1")

    assert answer.status_code == 409
    assert book(manager, other)["volunteers"][0]["revision"] == 1


def test_two_doors_at_once_sign_one_person_in_once(manager, shelter, other, disaster):
    pairs = [(each, volunteer(manager, each, disaster)) for each in (shelter, other)]

    def come(number):
        place, volunteer_id = pairs[number % 2]
        attempt = Attempt(id=uuid4(), base="", digest=str(number))
        try:
            with act_as(SYSTEM), db.transaction() as session:
                found = shelters.lock_shelter(session, UUID(place))
                services.sign_in(
                    session, attempt, found, UUID(volunteer_id), PutDuty(), actor_id=UUID(int=0)
                )
        except IllegalTransition:
            return "elsewhere"
        return "in"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(come, range(8)))

    assert outcomes.count("in") == 1 and len(outcomes) == 8
    assert sum(book(manager, each)["on_duty"] for each in (shelter, other)) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"), ({"phone": "123"}, "phone"), ({"phone": "call 1234567"}, "phone"),
        ({"skills": ["magic"]}, "skills.0"), ({"skills": "cooking"}, "skills"),
        ({"duty_from": NINE, "duty_to": EIGHT}, "duty_to"), ({"name": "x" * 65}, "name"),
        ({"organisation": "x" * 121}, "organisation"), ({"duty_from": "soon"}, "duty_from"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_explained_by_its_field(manager, shelter, disaster, change, field):
    answer = put_volunteer(manager, shelter, volunteer_body(disaster, **change))

    assert answer.status_code == 422
    assert field in [each["field"] for each in answer.json["errors"]]
    assert book(manager, shelter)["volunteers"] == []


def test_another_area_finds_nothing_and_a_reader_enters_nothing(person, manager, shelter, disaster):
    volunteer_id = volunteer(manager, shelter, disaster)
    neighbour = person(f"shelter_manager@{FAR_TOWNSHIP}")
    address = f"/api/v1/shelters/{shelter}/volunteers"

    assert neighbour.get(address).status_code == 404
    assert neighbour.get(f"{address}/{volunteer_id}/full").status_code == 404
    assert sign_in(neighbour, shelter, volunteer_id).status_code == 404
    assert sign_in(person(f"auditor@{COUNTY}"), shelter, volunteer_id).status_code == 403
