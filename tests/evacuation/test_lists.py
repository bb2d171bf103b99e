"""The lists: sealed, masked, read in full only on record, edited on their own revision."""

from __future__ import annotations

from pathlib import Path
from random import Random

from sqlalchemy import select

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from tests.conftest import new_id
from tests.factories.city import NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories.evacuation import API, cadre, household, household_body, risk_body, risk_point
from tests.factories.rosters import id_number
from tests.factories.shelters import make_shelter

NUMBER = id_number(Random("move"))
PERSONAL = {"name": "何无尽测", "phone": "13812345678", "id_number": NUMBER}


def events_named(name):
    with act_as(SYSTEM), db.reading() as session:
        return list(session.scalars(select(EventRow).where(EventRow.name == name)))


def put(caller, body, row_id=None, **headers):
    return caller.put(f"{API}/households/{row_id or new_id()}", body, **headers)


def test_a_row_is_kept_once_and_shown_masked(keeper):
    row_id, body = new_id(), household_body(**PERSONAL, over80=1, alone=1)

    first, again = put(keeper, body, row_id), put(keeper, body, row_id)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["seq"] == again.json["seq"]
    shown = keeper.get(f"{API}/households/{row_id}").json
    assert (shown["name"], shown["phone"]) == ("何*", "138****5678")
    assert NUMBER not in str(shown) and shown["over80"] == 1
    assert len(events_named("evacuation.listed")) == 1


def test_a_stranger_is_refused_and_the_neighbours_rows_are_not_there(stranger, person, keeper):
    row_id = household(keeper)
    neighbour = person(f"township_reporter@{NEIGHBOUR}")

    assert put(stranger, household_body()).status_code == 401
    assert put(neighbour, household_body()).status_code == 404
    assert put(neighbour, household_body(area_code=NEIGHBOUR), row_id).status_code == 404
    assert neighbour.get(f"{API}/households/{row_id}").status_code == 404
    assert neighbour.get(f"{API}/households").json["total"] == 0


def test_an_edit_on_an_old_revision_is_answered_field_by_field(keeper):
    row_id = household(keeper, **PERSONAL)
    put(keeper, household_body(**PERSONAL | {"phone": "13900000000"}), row_id, If_Match="1")

    stale = put(keeper, household_body(**PERSONAL, people=4), row_id, If_Match="1")

    assert stale.status_code == 412
    named = {each["field"] for each in stale.json["fields"]}
    assert named == {"people", "phone"}
    assert "13900000000" not in str(stale.json) and "13812345678" not in str(stale.json)


def test_no_personal_word_lies_in_the_database_in_clear(keeper, database):
    if not database.startswith("sqlite"):
        return  # the same bytes are sent to both; the file is easier to look through
    household(keeper, **PERSONAL)
    cadre(keeper, name="陈包保测", phone="13700009999")

    path = Path(database.removeprefix("sqlite:///"))
    held = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))

    words = ["何无尽测", NUMBER, "13812345678", "陈包保测", "13700009999"]
    assert not [each for each in words if each.encode() in held]
    assert TOWNSHIP.encode() in held  # what is looked in is really the database


def test_a_row_is_read_in_full_only_for_a_purpose_and_on_record(person, keeper):
    row_id = household(keeper, **PERSONAL)
    reviewer = person(f"township_reviewer@{TOWNSHIP}")
    address = f"{API}/households/{row_id}/full"

    assert keeper.get(f"{address}?purpose=contact").status_code == 403
    assert reviewer.get(address).status_code == 422
    assert reviewer.get(f"{address}?purpose=contact").json["id_number"] == NUMBER
    (read,) = events_named("evacuation.read_in_full")
    assert str(read.subject) == row_id and "何" not in read.payload


def test_what_contradicts_itself_is_refused_beside_its_field(keeper):
    for body, field in (
        (household_body(people=2, over80=3), ""),
        (household_body(kind="worksite"), ""),
        (household_body(id_number=NUMBER[:17] + "A"), "id_number"),
        (household_body(people=0), "people"),
        (household_body(risk_id=new_id()), "risk_id"),
        (household_body(shelter_id=new_id()), "shelter_id"),
        (household_body(cadre_id=new_id()), "cadre_id"),
    ):
        answer = put(keeper, body)
        assert answer.status_code == 422, body
        assert not field or answer.json["errors"][0]["field"] == field


def test_nobody_is_on_the_list_twice_not_even_in_two_townships(person, keeper, drill):
    row_id, other = household(keeper, id_number=NUMBER), person(f"township_reporter@{NEIGHBOUR}")
    twice = put(other, household_body(area_code=NEIGHBOUR, id_number=NUMBER))
    edited = put(keeper, household_body(id_number=NUMBER, people=4), row_id, If_Match="1")
    played = keeper.get(f"/api/v1/disasters/{drill[0]}").json["drill_id"]
    there = put(other, household_body(area_code=NEIGHBOUR, id_number=NUMBER, drill_id=played))
    taken_out = put(keeper, household_body(id_number=NUMBER, removed=True), row_id, If_Match="2")

    assert twice.status_code == 422, twice.json
    assert twice.json["errors"][0]["field"] == "id_number"
    assert "村" in twice.json["errors"][0]["message"]
    assert (edited.status_code, there.status_code, taken_out.status_code) == (200, 201, 200)
    moved = put(other, household_body(area_code=NEIGHBOUR, id_number=NUMBER))
    assert moved.status_code == 201
    back = put(keeper, household_body(id_number=NUMBER), row_id, If_Match="3")
    assert back.status_code == 422 and back.json["errors"][0]["field"] == "id_number"


def test_a_risk_point_has_a_place_and_an_outline(keeper, person):
    ring = [[121.5, 29.8], [121.52, 29.8], [121.52, 29.82], [121.5, 29.8]]
    risk_id = risk_point(keeper, outline=ring)

    shown = keeper.get(f"{API}/risk-points/{risk_id}").json
    assert shown["point"] == [121.51, 29.81] and shown["outline"] == ring
    open_ring = risk_body(outline=[*ring[:3], [121.6, 29.9]])
    assert keeper.put(f"{API}/risk-points/{new_id()}", open_ring).status_code == 422
    shelter_id = make_shelter(person("shelter_manager"))
    assert keeper.put(f"{API}/risk-points/{shelter_id}", risk_body()).status_code == 404


def test_more_than_ten_households_for_one_are_marked(keeper):
    few, many = cadre(keeper), cadre(keeper, name="林试验")
    household(keeper, cadre_id=few)
    for _each in range(11):
        household(keeper, cadre_id=many)

    shown = {each["id"]: each for each in keeper.get(f"{API}/cadres").json["cadres"]}

    assert (shown[few]["households"], shown[few]["too_many"]) == (1, False)
    assert (shown[many]["households"], shown[many]["too_many"]) == (11, True)
    assert shown[many]["most"] == 10


def test_the_list_is_narrowed_by_kind_risk_group_transport_and_cadre(keeper):
    risk, who = risk_point(keeper), cadre(keeper)
    household(keeper, risk_id=risk, over80=1)
    household(keeper, kind="worksite", unit="跨海大桥工地", people=80, transport="bus")
    household(keeper, cadre_id=who, people=5)

    def total(question):
        found = keeper.get(f"{API}/households?{question}").json
        return found["total"], found["people"]

    assert total("") == (3, 88)
    assert total("risk=fish_raft") == (1, 3)
    assert total("group=over80") == (1, 3)
    assert total("kind=worksite") == (1, 80)
    assert total("transport=bus") == (1, 80)
    assert total(f"cadre={who}") == (1, 5)
    assert total(f"area={VILLAGE}") == (3, 88)


def test_a_row_taken_out_is_not_on_the_list_any_more(keeper):
    row_id = household(keeper)
    put(keeper, household_body(removed=True), row_id, If_Match="1")

    assert keeper.get(f"{API}/households").json["total"] == 0
    assert keeper.get(f"{API}/households?show=removed").json["total"] == 1


def test_a_drills_rows_stay_in_the_drill(keeper, drill):
    disaster_id, _move = drill
    drill_id = keeper.get(f"/api/v1/disasters/{disaster_id}").json["drill_id"]
    row_id = household(keeper, drill_id=drill_id)

    assert keeper.get(f"{API}/households?disaster={disaster_id}").json["total"] == 1
    assert keeper.get(f"{API}/households/{row_id}").json["drill_id"] == drill_id
    real = put(keeper, household_body(), row_id, If_Match="1")
    assert real.status_code == 404
