"""The register over the API: stranger, neighbour, answer, record, retry, map."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.conftest import new_id
from tests.factories.city import COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP
from tests.factories.shelters import make_shelter, shelter_body


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


def test_a_stranger_is_refused(stranger):
    address = f"/api/v1/shelters/{new_id()}"

    assert stranger.get("/api/v1/shelters").status_code == 401
    assert stranger.get(address).status_code == 401
    assert stranger.put(address, shelter_body()).status_code == 401


def test_a_neighbours_manager_is_refused(person, manager):
    neighbour = person(f"shelter_manager@{OTHER_COUNTY}")
    shelter_id = make_shelter(manager)
    address = f"/api/v1/shelters/{shelter_id}"

    assert neighbour.put(f"/api/v1/shelters/{new_id()}", shelter_body()).status_code == 404
    assert neighbour.get(address).status_code == 404
    mine = shelter_body(area_code=OTHER_COUNTY)
    assert neighbour.put(address, mine).status_code == 404
    assert neighbour.put(address, mine, If_Match="1").status_code == 404


def test_a_reader_of_the_area_sees_it_but_does_not_write(person, manager):
    clerk = person(f"township_reporter@{TOWNSHIP}")
    shelter_id = make_shelter(manager)

    assert clerk.get(f"/api/v1/shelters/{shelter_id}").status_code == 200
    assert clerk.put(f"/api/v1/shelters/{new_id()}", shelter_body()).status_code == 403


def test_it_answers_and_reads_back(manager):
    shelter_id = new_id()
    answer = manager.put(
        f"/api/v1/shelters/{shelter_id}",
        shelter_body(capacity_night=40, wheelchair=2, manager="张三丰", phone="13800001234"),
    )
    stored = manager.get(f"/api/v1/shelters/{shelter_id}").json

    assert answer.status_code == 201
    assert answer.json["id"] == shelter_id and answer.json["revision"] == 1
    assert stored["capacity_night"] == 40 and stored["capacity_day"] == 50
    assert stored["point"] == pytest.approx([121.5012, 29.8011])
    assert stored["area_code"] == TOWNSHIP
    assert stored["manager"] == "张＊＊" and "1380000" not in stored["phone"]


def test_it_is_on_the_record(manager):
    shelter_id = new_id()
    answer = manager.put(f"/api/v1/shelters/{shelter_id}", shelter_body(manager="张三丰"))
    after = answer.json["seq"] - 1
    events = manager.get(f"/api/v1/events?after={after}&area={COUNTY}").json["events"]

    assert [each["name"] for each in events] == ["shelter.written"]
    assert events[0]["subject"] == shelter_id
    assert "张三丰" not in str(events)


def test_the_same_request_gets_the_same_receipt_and_another_body_is_refused(manager):
    address = f"/api/v1/shelters/{new_id()}"
    first = manager.put(address, shelter_body())
    again = manager.put(address, shelter_body())
    other = manager.put(address, shelter_body(capacity_max=60))

    assert again.status_code == 200 and again.json == first.json
    assert other.status_code == 409 and other.json["code"] == "body_differs"
    assert manager.get(address).json["capacity_max"] == 50


def test_an_edit_needs_its_base_and_a_stale_one_is_shown_what_differs(manager):
    address = f"/api/v1/shelters/{new_id()}"
    manager.put(address, shelter_body())
    edited = manager.put(address, shelter_body(capacity_max=60), If_Match="1")
    retried = manager.put(address, shelter_body(capacity_max=60), If_Match="1")
    stale = manager.put(address, shelter_body(capacity_max=70), If_Match="1")
    baseless = manager.put(address, shelter_body(capacity_max=70))

    assert edited.status_code == 200 and edited.json["revision"] == 2
    assert retried.json == edited.json
    assert stale.status_code == 412 and stale.json["current"]["revision"] == 2
    differs = {"field": "capacity_max", "base": None, "theirs": 60, "yours": 70}
    assert differs in stale.json["fields"]
    assert baseless.status_code == 428


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"capacity_max": -1}, "capacity_max"),
        ({"capacity_max": 10**9}, "capacity_max"),
        ({"capacity_max": "many"}, "capacity_max"),
        ({"kind": "hotel"}, "kind"),
        ({"name": ""}, "name"),
        ({"point": [200, 29]}, "lon"),
        ({"point": [121.5, None]}, ""),
        ({"capacity_night": 51}, ""),
        ({"colour": "red"}, "colour"),
        ({"phone": "<script>"}, "phone"),
    ],
)
def test_what_is_wrong_is_named(manager, changes, field):
    answer = manager.put(f"/api/v1/shelters/{new_id()}", shelter_body(**changes))

    assert answer.status_code == 422
    assert field in [each["field"] for each in answer.json["errors"]]


def test_an_area_that_exists_nowhere_is_said(manager):
    answer = manager.put(f"/api/v1/shelters/{new_id()}", shelter_body(area_code="123456789012"))

    assert answer.status_code == 422


def test_a_drills_shelters_are_apart_from_the_real_ones(manager, person):
    director = person("system_admin", "duty_officer", "drill_director")
    drill_id = new_id()
    director.put(
        f"/api/v1/drills/{drill_id}",
        {"name": "演练", "seed": 1, "drill_start": "2013-10-06T00:00:00Z"},
    )
    make_shelter(manager, name="真实避灾点")
    make_shelter(manager, name="演练避灾点", drill_id=drill_id)

    names = [each["name"] for each in manager.get("/api/v1/shelters").json["shelters"]]
    assert names == ["真实避灾点"]


def test_the_list_is_paged_sorted_filtered_and_searched(manager, disaster):
    for number, area in enumerate([TOWNSHIP, NEIGHBOUR, TOWNSHIP]):
        places = 10 * (number + 1)
        make_shelter(manager, name=f"{number}号避灾点", area_code=area, capacity_max=places)

    def names(query):
        answer = manager.get(f"/api/v1/shelters?{query}").json
        return [each["name"] for each in answer["shelters"]]

    assert names("sort=capacity&order=desc") == ["2号避灾点", "1号避灾点", "0号避灾点"]
    assert names("rows=2&page=2") == ["2号避灾点"]
    assert names(f"area={NEIGHBOUR}") == ["1号避灾点"]
    assert names("q=望海") == ["1号避灾点"]
    assert names("q=1haobi") == ["1号避灾点"]
    assert names("state=open") == []
    assert names("kind=point_village&q=2号") == ["2号避灾点"]
    assert names("q=%25") == []


def test_it_is_on_the_map_and_a_neighbour_sees_the_band_but_no_count(app, manager, disaster):
    shelter_id = make_shelter(manager)
    features = _features(manager, disaster)

    assert [each["id"] for each in features] == [shelter_id]
    assert features[0]["properties"]["capacity"] == 50
    assert features[0]["properties"]["band"] == "ok"


def test_a_neighbour_sees_the_band_but_no_count_and_no_hidden_shelter(person, manager, disaster):
    shelter_id = make_shelter(manager)
    make_shelter(manager, name="内部避灾点", hidden=True)
    features = _features(person(f"shelter_manager@{OTHER_COUNTY}"), disaster)

    assert [each["id"] for each in features] == [shelter_id]
    assert not {"occupied", "capacity"} & set(features[0]["properties"])
    assert features[0]["properties"]["band"] == "ok"


def _features(caller, disaster):
    from relief_ops import geo
    from relief_ops.auth import act_as, lookup
    from relief_ops.db import reading
    from relief_ops.disasters.queries import looking
    from shelters import queries

    with reading() as session, act_as(lookup.viewer_of(session, caller.user_id)):
        code = geo.tree(session).root.code
        view = looking(session, disaster_id=UUID(disaster["id"]), area_code=code).view
        return queries.features(session, view)["features"]


def test_the_contact_is_read_in_full_only_by_who_may_and_on_the_record(person, manager):
    shelter_id = make_shelter(manager, manager="张三丰", phone="13800001234")

    assert manager.get(f"/api/v1/shelters/{shelter_id}/contact").status_code == 403


@pytest.mark.parametrize(
    ("point", "code"),
    [([0, 0], "zero"), ([29.8, 121.5], "metres"), ([29.8, 89.0], "far"), ([116.4, 39.9], "far")],
)
def test_a_point_that_cannot_be_meant_is_refused_by_name(manager, point, code):
    answer = manager.put(f"/api/v1/shelters/{new_id()}", shelter_body(point=point))

    assert answer.status_code == 422
    if code != "metres":  # no latitude is 121.5: its own limit refuses it first
        assert answer.json["errors"][0] | {"message": ""} == {
            "field": "lon", "code": code, "message": "",
        }  # fmt: skip
