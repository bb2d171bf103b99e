"""Two cities side by side in one installation: neither counts, sees nor hears the other.

The second has the lower code, so it stands first in the tree, and its county and township
have the names of the first one's.
"""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select

from relief_ops import db, geo
from relief_ops.admin import importing as files
from relief_ops.auth import SYSTEM, Grant, Viewer, act_as, visible_rooms
from relief_ops.events import SHARED, shared_room
from relief_ops.events.models import EventRow
from relief_ops.geo import frames, importing
from tests.conftest import MORNING, new_id
from tests.factories import city
from tests.factories.shelters import shelter_body
from tests.needs.test_items import TENT
from tests.spine.test_live import Listener, cookie_of

HERE, THERE = city.CITY, "880000000000"
TOWNSHIP = {HERE: city.TOWNSHIP, THERE: "880101000000"}
PEOPLE = {HERE: 30, THERE: 7}
LAYERS = ("counties", "townships", "indicators")


def divisions() -> list[dict[str, str]]:
    """Return the made-up city once more, under the other code."""
    moved = [{**row, "code": "88" + row["code"][2:]} for row in city.rows()]
    for row in moved:
        row["parent_code"] = row["parent_code"] and "88" + row["parent_code"][2:]
    moved[0]["name"] = "南江市"
    return moved


@pytest.fixture
def two(app, person):
    """Return each city's disaster, with one report and one open shelter in each."""
    with act_as(SYSTEM), db.transaction() as session:
        importing.import_divisions(session, divisions(), valid_from=city.SINCE)
        for node in geo.tree(session):
            point = city.POINTS.get("99" + node.code[2:])
            if point and node.code.startswith("88"):
                importing.set_point(session, node.id, point, approximate=False, source="test")
        importing.touch(session)
    return {code: _struck(person, code) for code in (HERE, THERE)}


def _struck(person, code: str) -> str:
    officer, disaster_id = person(f"duty_officer@{code}"), new_id()
    opened = {
        "name": f"{code}大水", "kind": "flood", "started_at": MORNING.isoformat(),
        "division_date": "2013-10-06", "form_version": "2020",
    }  # fmt: skip
    answer = officer.put(f"/api/v1/disasters/{disaster_id}", opened)
    assert answer.status_code == 201, answer.json
    _report(person, code, disaster_id, "r1")
    manager, shelter_id = person(f"shelter_manager@{code}"), new_id()
    entered = manager.put(f"/api/v1/shelters/{shelter_id}", shelter_body(area_code=TOWNSHIP[code]))
    state = {"disaster_id": disaster_id, "state": "open", "reason": "大水"}
    opened = manager.put(f"/api/v1/shelters/{shelter_id}/state", state)
    assert (entered.status_code, opened.status_code // 100) == (201, 2), opened.json
    return disaster_id


def _report(person, code: str, disaster_id: str, part: str) -> int:
    body = {
        "disaster_id": disaster_id, "area_code": TOWNSHIP[code], "round": part,
        "as_of": MORNING.isoformat(), "values": {"affected": PEOPLE[code]},
    }  # fmt: skip
    answer = person(f"township_reporter@{TOWNSHIP[code]}").put(f"/api/v1/reports/{new_id()}", body)
    assert answer.status_code == 201, answer.json
    return answer.json["seq"]


@pytest.mark.parametrize("code", [HERE, THERE])
def test_the_desk_opens_on_ones_own_city_and_draws_only_it(two, person, code):
    me = person(f"duty_officer@{code}")

    for layer in LAYERS:
        features = me.get(f"/api/v1/layers/{layer}").json["features"]
        assert features and {each["id"][:2] for each in features} == {code[:2]}, layer
    assert len(me.get("/api/v1/layers/shelters").json["features"]) == 1
    page = me.get("/desk").text
    other = ({HERE, THERE} - {code}).pop()
    assert code in page and other not in page


@pytest.mark.parametrize("code", [HERE, THERE])
def test_figures_are_those_of_ones_own_city(two, person, code):
    me = person(f"duty_officer@{code}")
    totals = {each["id"]: each["value"] for each in me.get("/api/v1/totals").json["totals"]}
    whole = me.get(f"/api/v1/rollup?disaster={two[code]}&area={code}").json
    counties = me.get("/api/v1/layers/indicators?indicator=affected").json["features"]
    filled = [each["properties"]["value"] for each in counties if each["properties"]["value"]]

    assert totals["affected"] == PEOPLE[code] == whole["values"]["affected"]
    assert whole["expected"] == 4
    assert filled == [PEOPLE[code]] * 2, "the county and the township"


def test_a_report_in_one_city_leaves_the_other_s_kept_totals_true(two, person):
    before = {code: person(f"duty_officer@{code}") for code in two}
    for code, me in before.items():
        assert me.get(f"/api/v1/rollup?disaster={two[code]}&area={code}").status_code == 200
    _report(person, THERE, two[THERE], "r2")

    for code, me in before.items():
        whole = me.get(f"/api/v1/rollup?disaster={two[code]}&area={code}").json
        assert whole["values"]["affected"] == PEOPLE[code]


@pytest.mark.parametrize("code", [HERE, THERE])
def test_the_other_city_s_disaster_is_not_there(two, person, code):
    me, other = person(f"duty_officer@{code}"), two[({HERE, THERE} - {code}).pop()]
    listed = me.get("/api/v1/disasters").json["disasters"]

    assert [each["id"] for each in listed] == [two[code]]
    assert me.get(f"/api/v1/disasters/{other}").status_code == 404
    assert me.get(f"/api/v1/layers/indicators?disaster={other}").status_code == 404
    assert me.get(f"/api/v1/rollup?disaster={other}&area={code}").status_code == 404


@pytest.mark.parametrize("code", [HERE, THERE])
def test_a_homonym_is_found_in_ones_own_city_only(two, person, code):
    found = person(f"duty_officer@{code}").get("/api/v1/search?q=临江镇").json["results"]
    areas = [each for each in found if each["kind"] == "area"]

    assert areas and all(TOWNSHIP[code][:6] in each["detail"] for each in areas)


@pytest.mark.parametrize("code", [HERE, THERE])
def test_a_file_that_names_a_homonym_means_ones_own(two, code):
    with act_as(SYSTEM), db.transaction() as session:
        mine = frozenset({geo.tree(session).by_code(code).id})
        asked = files.Asked(
            kind="points", system=frames.System.WGS84, valid_from=city.SINCE, inside=mine
        )
        rows = "county,name,lon,lat\n东山县,临江镇,121.51,29.81\n"
        made = files.plan(session, rows.encode(), asked)
        files.carry_out(session, made, asked, actor_id=None)
    with db.reading() as session:
        told = session.scalars(select(EventRow).order_by(EventRow.seq.desc())).first()
        moved = {c: geo.tree(session).by_code(TOWNSHIP[c]).point == (121.51, 29.81) for c in two}

    assert made.problems == [] and moved == {c: c == code for c in two}
    assert told.subject in mine


@pytest.mark.parametrize("code", [HERE, THERE])
def test_who_holds_a_whole_city_may_do_there_what_such_a_one_may(two, person, code):
    admin = person(f"system_admin@{code}")
    answer = person(f"logistics_manager@{code}").put(f"/api/v1/items/tent_{code[:2]}", TENT)

    assert answer.status_code == 201, answer.json
    assert admin.get("/areas/import").status_code == 200
    assert admin.get(f"/areas/{code}").status_code == 200


def test_a_room_is_that_of_one_city(two):
    tree = geo.cached_tree()
    rooms = {code: shared_room(tree, tree.by_code(TOWNSHIP[code]).id) for code in two}
    who = Viewer(id=tree.root.id, grants=(Grant("duty_officer", tree.by_code(HERE).id),))

    assert len({SHARED, *rooms.values()}) == 3
    assert visible_rooms(who, rooms[HERE])
    assert not visible_rooms(who, rooms[THERE]) and not visible_rooms(who, SHARED)


def test_catch_up_and_feed_tell_only_of_ones_own_city(two, person):
    seqs = {code: _report(person, code, two[code], "r3") for code in two}
    for code in two:
        me = person(f"duty_officer@{code}")
        heard = [each["seq"] for each in me.get("/api/v1/events?after=0").json["events"]]
        heard += [
            each["seq"] for each in me.get(f"/api/v1/events?after=0&area={code}").json["events"]
        ]
        feed = me.get("/desk/feed").text

        assert {c: seqs[c] in heard for c in two} == {c: c == code for c in two}
        assert {c: TOWNSHIP[c] in feed for c in two} == {c: c == code for c in two}


def test_a_socket_hears_only_its_own_city(two, person, server):
    people = {code: person(f"duty_officer@{code}") for code in two}
    ears = {code: Listener(server.url, cookie_of(each)) for code, each in people.items()}
    try:
        for code, ear in ears.items():
            assert ear.follow(None)["room"] == "shared"
            assert ear.follow(code)["room"] != "shared"
            assert "room" not in ear.follow(({HERE, THERE} - {code}).pop())
        _report(person, HERE, two[HERE], "r4")
        ears[HERE].wait(1)
        time.sleep(0.5)

        assert len(ears[HERE].reports()) >= 1 and ears[THERE].reports() == []
    finally:
        for ear in ears.values():
            ear.client.disconnect()
