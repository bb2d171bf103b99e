"""Rows of rosters: kept in every revision, sealed, masked, read in full only on record."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, text

from damage_reports.rosters.models import RosterRow
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from tests.conftest import new_id
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories.rosters import MISSING, add, id_number, revise, row_body

NUMBER = id_number(Random("row"))
PERSONAL = {
    "name": "赵无极测", "id_number": NUMBER, "no_number": None, "phone": "13812345678",
    "address": "望潮里十八弄七号", "place": "古河闸口北侧", "kin_contact": "其兄赵有恒测",
    "cause": "drowning", "remarks": "打捞队发现",
}  # fmt: skip


def events_named(name):
    with act_as(SYSTEM), db.reading() as session:
        return list(session.scalars(select(EventRow).where(EventRow.name == name)))


def put(caller, body, row_id=None):
    return caller.put(f"/api/v1/roster-rows/{row_id or new_id()}", body)


def test_a_row_is_kept_and_the_same_write_again_gets_the_same_receipt(keeper, disaster):
    row_id, body = new_id(), row_body(disaster["id"], **PERSONAL)

    first, again = put(keeper, body, row_id), put(keeper, body, row_id)
    other = put(keeper, body | {"phone": "13800000000"}, row_id)

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json["seq"] == again.json["seq"]
    assert len(events_named("roster.written")) == 1


@pytest.mark.parametrize("roster", ["casualties", "houses", "relocated"])
def test_each_roster_takes_its_own_columns_and_no_others(keeper, disaster, roster):
    foreign = {"casualties": "placement", "houses": "status", "relocated": "structure"}
    words = {"placement": "central", "status": "dead", "structure": "brick_wood"}
    add(keeper, disaster, roster)

    answer = put(
        keeper, row_body(disaster["id"], roster, **{foreign[roster]: words[foreign[roster]]})
    )

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, foreign[roster])


def test_no_personal_word_lies_in_the_database_in_clear(keeper, disaster, database):
    base = add(keeper, disaster, **PERSONAL)
    _row, answer = revise(keeper, disaster, base, why="原名赵无极测写错", name="赵无忌测")
    assert answer.status_code == 200
    words = ["赵无极测", "赵无忌测", NUMBER, "13812345678", "望潮里", "古河闸口", "赵有恒测",
             "打捞队", "drowning"]  # fmt: skip

    if database.startswith("sqlite"):
        path = Path(database.removeprefix("sqlite:///"))
        held = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    else:
        held = everything_in_the_database()

    assert not [each for each in words if each.encode() in held]
    assert TOWNSHIP.encode() in held  # what is looked in is really the database


def everything_in_the_database() -> bytes:
    with db.engine().connect() as connection:
        names = connection.execute(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
                 "AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'storm%'")
        ).scalars().all()  # fmt: skip
        rows = [
            bytes(each) if isinstance(each, memoryview | bytes) else str(each).encode()
            for name in names
            for row in connection.execute(text(f'SELECT * FROM "{name}"'))
            for each in row
        ]
    return b"\n".join(rows)


def test_a_row_is_masked_for_whoever_may_not_read_it_in_full(keeper, disaster):
    row_id = add(keeper, disaster, **PERSONAL)

    answer = keeper.get(f"/api/v1/roster-rows/{row_id}")

    assert (answer.json["name"], answer.json["id_number"]) == (
        "赵*",
        f"990101********{NUMBER[-4:]}",
    )
    assert answer.json["phone"] == "138****5678"
    assert not [each for each in PERSONAL.values() if each and each in answer.text]
    assert keeper.get(f"/api/v1/roster-rows/{row_id}/full?purpose=contact").status_code == 403


def test_every_reading_in_full_is_an_event_with_its_purpose(keeper, reviewer, disaster):
    row_id = add(keeper, disaster, **PERSONAL)
    address = f"/api/v1/roster-rows/{row_id}/full"
    assert reviewer.get(address).status_code == 422
    assert not events_named("roster.read_full")

    answers = [reviewer.get(f"{address}?purpose=contact") for _ in range(2)]

    assert all(each.json["name"] == "赵无极测" for each in answers)
    assert answers[0].json["place"] == "古河闸口北侧"
    read = events_named("roster.read_full")
    assert len(read) == 2 and all(each.actor_id == reviewer.user_id for each in read)
    assert '"purpose":"contact"' in read[0].payload.replace(" ", "")


def test_a_revision_says_why_and_keeps_what_it_does_not_name(keeper, reviewer, disaster):
    base = add(keeper, disaster, **PERSONAL | MISSING)
    _row, silent = revise(keeper, disaster, base, why="", outcome="found_alive")
    assert (silent.status_code, silent.json["errors"][0]["field"]) == (422, "why")

    row_id, answer = revise(keeper, disaster, base, outcome="found_alive")

    assert (answer.status_code, answer.json["revision"]) == (200, 2)
    full = reviewer.get(f"/api/v1/roster-rows/{row_id}/full?purpose=correction").json
    assert (full["name"], full["id_number"], full["outcome"]) == ("赵无极测", NUMBER, "found_alive")
    assert (full["why"], full["place"]) == ("核实", "古河闸口北侧")
    assert keeper.get(f"/api/v1/roster-rows/{base}").json["outcome"] is None


def test_two_who_correct_one_row_see_what_differs_and_nobody_is_unmasked(keeper, disaster):
    base = add(keeper, disaster, **PERSONAL)
    revise(keeper, disaster, base, name="钱另写", phone="13900000001")

    _row, answer = revise(keeper, disaster, base, name="孙另写")

    assert (answer.status_code, answer.json["code"]) == (412, "stale_base")
    told = {each["field"]: each for each in answer.json["fields"]}
    assert (told["name"]["theirs"], told["name"]["yours"]) == ("钱*", "孙*")
    assert "另写" not in answer.text and "13900000001" not in answer.text


def test_versions_that_look_alike_under_the_mask_are_still_told_apart(keeper, disaster):
    base = add(keeper, disaster, **PERSONAL)
    revise(keeper, disaster, base, name="赵二写", place="闸口南侧")

    _row, answer = revise(keeper, disaster, base, name="赵三写")

    told = {each["field"]: each for each in answer.json["fields"]}
    name, place = told["name"], told["place"]
    assert [name[side] for side in ("base", "theirs", "yours")] == ["赵* ①", "赵* ②", "赵* ③"]
    assert [place[side] for side in ("base", "theirs", "yours")] == ["*** ①", "*** ②", "*** ①"]


def test_a_time_sent_again_in_beijing_hours_is_no_change_and_never_undoes_somebody_elses(
    keeper, disaster
):
    base = add(keeper, disaster, **PERSONAL, happened_at="2013-10-07T01:15:00Z")
    revise(keeper, disaster, base, name="赵二写")
    same = "2013-10-07T09:15:00+08:00"
    _row, answer = revise(keeper, disaster, base, name="赵三写", happened_at=same)
    assert [each["field"] for each in answer.json["fields"]] == ["name"]

    other = add(keeper, disaster, **PERSONAL, happened_at="2013-10-07T01:15:00Z")
    revise(keeper, disaster, other, happened_at="2013-10-07T02:40:00Z")
    _row, answer = revise(keeper, disaster, other, cause="other", happened_at=same)
    told = {each["field"]: each for each in answer.json["fields"]}["happened_at"]
    assert told["yours"] == told["base"] != told["theirs"], "the phone begins with theirs"


def test_a_removed_row_counts_in_nothing_and_its_history_stays(keeper, disaster):
    base = add(keeper, disaster, **PERSONAL)
    gone, answer = revise(keeper, disaster, base, removed=True, why="重报")
    assert answer.status_code == 200

    listed = keeper.get(f"/api/v1/rosters/casualties?area={TOWNSHIP}").json

    assert (listed["total"], listed["sums"]["deaths"]) == (0, 0)
    assert keeper.get(f"/api/v1/roster-rows/{base}").json["current"] is False
    assert revise(keeper, disaster, gone, name="又写")[1].status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id_number": "12345", "no_number": None}, "id_number"),
        ({"id_number": NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")}, "id_number"),
        ({"id_number": "990101190013010017"}, "id_number"),
        ({"no_number": None}, "id_number"),
        ({"id_number": NUMBER, "no_number": "lost"}, "no_number"),
        ({"name": ""}, "name"),
        ({"status": None}, "status"),
        ({"outcome": "found_alive"}, "outcome"),
        ({"area_code": COUNTY}, "area_code"),
        ({"phone": "<script>"}, "phone"),
        ({"age": 131}, "age"),
        ({"removed": True}, "base"),
    ],
)
def test_a_bad_row_is_refused_with_its_field(person, disaster, changes, field):
    answer = put(person("township_reporter"), row_body(disaster["id"], **changes))

    assert answer.status_code == 422
    assert field in {each["field"] for each in answer.json["errors"]}, answer.json


@pytest.mark.parametrize(
    ("roster", "changes", "field"),
    [
        ("houses", {"collapsed_rooms": 0}, "collapsed_rooms"),
        ("houses", {"severe_rooms": 1, "severe_dwelling_rooms": 2}, "severe_dwelling_rooms"),
        ("houses", {"minor_rooms": -1}, "minor_rooms"),
        ("relocated", {"returned_at": "2013-10-01T00:00:00Z"}, "returned_at"),
        ("relocated", {"people": 0}, "people"),
    ],
)
def test_figures_of_a_row_that_contradict_each_other_are_refused(
    keeper, disaster, roster, changes, field
):
    answer = put(keeper, row_body(disaster["id"], roster, **changes))

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)


def test_a_neighbour_reads_and_writes_nothing(person, keeper, disaster):
    row_id = add(keeper, disaster)
    neighbour = person(f"township_reviewer@{NEIGHBOUR}")

    for path in ("", "/full?purpose=contact"):
        assert neighbour.get(f"/api/v1/roster-rows/{row_id}{path}").status_code == 404
    assert put(neighbour, row_body(disaster["id"])).status_code == 404
    assert revise(neighbour, disaster, row_id, area_code=NEIGHBOUR)[1].status_code == 404
    assert neighbour.get(f"/api/v1/rosters/casualties?area={TOWNSHIP}").status_code == 404
    assert neighbour.get("/api/v1/rosters/casualties").json["total"] == 0
    assert neighbour.get(f"/api/v1/reconciliation?area={TOWNSHIP}").status_code == 404


def test_a_row_moves_to_another_village_and_counts_there(keeper, disaster):
    base = add(keeper, disaster)
    other = VILLAGE[:6] + "002000"

    revise(keeper, disaster, base, area_code=other)

    assert keeper.get(f"/api/v1/rosters/casualties?area={VILLAGE}").json["total"] == 0
    assert keeper.get(f"/api/v1/rosters/casualties?area={other}").json["sums"]["deaths"] == 1


def test_the_tables_hold_one_standing_revision_of_each_row(keeper, disaster):
    base = add(keeper, disaster)
    revise(keeper, disaster, base)

    with act_as(SYSTEM), db.reading() as session:
        rows = session.scalars(select(RosterRow)).all()
        assert sorted((each.revision, each.current) for each in rows) == [(1, False), (2, True)]
        assert {str(each.record_id) for each in rows} == {base}
