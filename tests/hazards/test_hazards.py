"""Closed roads and dangerous ground: stranger, neighbour, answer, record, map, retry; shelters."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from relief_ops.errors import Invalid
from relief_ops.geo import shapes
from relief_ops.geo.gcj02 import from_wgs84
from relief_ops.geo.geojson import Coordinates
from tests.conftest import new_id
from tests.factories.city import COUNTY, FAR_TOWNSHIP, TOWNSHIP
from tests.factories.hazards import box, hazard_body, make_hazard
from tests.factories.shelters import make_shelter

NIGHT = datetime(2013, 10, 6, 12, 0, tzinfo=UTC)
ROAD = {"type": "LineString", "coordinates": [[121.5, 29.8], [121.6, 29.8]]}


@pytest.fixture
def officer(person):
    return person(f"duty_officer@{COUNTY}")


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


def features(caller, disaster, at=NIGHT):
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = caller.get(f"/api/v1/layers/hazards?disaster={disaster['id']}&at={stamp}")
    return answer.json["features"]


def test_a_stranger_and_a_role_without_the_permission_are_refused(stranger, person, disaster):
    body = hazard_body(disaster["id"])
    keeper = person(f"depot_keeper@{TOWNSHIP}")

    assert stranger.put(f"/api/v1/hazards/{new_id()}", body).status_code == 401
    assert keeper.put(f"/api/v1/hazards/{new_id()}", body).status_code == 403


def test_a_neighbour_reads_it_but_may_not_change_or_lift_it(officer, person, disaster):
    hazard = make_hazard(officer, disaster)
    neighbour = person(f"township_reporter@{FAR_TOWNSHIP}")
    body = hazard_body(disaster["id"], name="别的")

    assert neighbour.get(f"/api/v1/hazards/{hazard}").json["name"] == "姚江漫堤"
    assert neighbour.put(f"/api/v1/hazards/{hazard}", body, If_Match='"1"').status_code == 404
    assert neighbour.put(f"/api/v1/hazards/{hazard}/lifting", {"reason": "x"}).status_code == 404
    taken = body | {"area_code": FAR_TOWNSHIP}
    assert neighbour.put(f"/api/v1/hazards/{hazard}", taken, If_Match='"1"').status_code == 404


def test_in_a_drill_a_hazard_is_entered_at_drill_time(person):
    director, drill_id, drilled = person("drill_director"), new_id(), new_id()
    start = {"name": "演练", "seed": 7, "drill_start": NIGHT.isoformat()}
    assert director.put(f"/api/v1/drills/{drill_id}", start).status_code == 201
    body = {"name": "演练大水", "kind": "flood", "drill_id": drill_id,
            "started_at": NIGHT.isoformat(), "division_date": "2013-10-06"}  # fmt: skip
    assert director.put(f"/api/v1/disasters/{drilled}", body).status_code == 201

    hazard = new_id()
    answer = director.put(f"/api/v1/hazards/{hazard}", hazard_body(drilled))
    assert answer.status_code == 201, answer.json
    lifted = director.put(f"/api/v1/hazards/{hazard}/lifting", {"reason": "退水"})
    assert lifted.status_code == 200
    assert director.get(f"/api/v1/hazards/{hazard}").json["lifted_at"].startswith("2013-10-06")


def test_it_is_on_the_record_and_on_the_map_until_it_is_lifted(officer, disaster):
    receipt = officer.put(f"/api/v1/hazards/{new_id()}", hazard_body(disaster["id"])).json
    hazard = receipt["id"]

    with time_machine.travel(NIGHT):
        assert [each["id"] for each in features(officer, disaster)] == [hazard]
        lifted = officer.put(f"/api/v1/hazards/{hazard}/lifting", {"reason": "水退"})
    assert lifted.status_code == 200
    assert features(officer, disaster, at=NIGHT.replace(hour=13)) == []
    assert len(features(officer, disaster, at=NIGHT.replace(hour=11))) == 1
    log = officer.get(f"/api/v1/events?after={receipt['seq'] - 1}&area={TOWNSHIP}").json["events"]
    assert [each["name"] for each in log] == ["hazard.written", "hazard.lifted"]
    again = officer.put(f"/api/v1/hazards/{hazard}/lifting", {"reason": "又一次"})
    assert again.status_code == 409


def test_the_same_request_gets_the_same_receipt_and_an_edit_needs_its_base(officer, disaster):
    address, body = f"/api/v1/hazards/{new_id()}", hazard_body(disaster["id"])
    first = officer.put(address, body)

    assert officer.put(address, body).json == first.json
    changed = body | {"until_at": "2013-10-07T00:00:00Z"}
    assert officer.put(address, changed).status_code == 409
    assert officer.put(address, changed, If_Match='"1"').json["revision"] == 2
    assert officer.put(address, body | {"name": "晚了"}, If_Match='"1"').status_code == 412


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"shape": {"type": "Polygon", "coordinates": []}}, "shape"),
        ({"shape": {"nonsense": 1}}, "shape"),
        ({"shape": box(121, 29, 122, 300)}, "shape"),
        ({"shape": ROAD}, "shape"),
        ({"kind": "closed_road"}, "shape"),
        ({"until_at": "2013-10-05T00:00:00Z"}, "until_at"),
        ({"coordinates": "mars"}, "coordinates"),
    ],
)
def test_what_is_no_hazard_is_refused_by_name(officer, disaster, change, field):
    answer = officer.put(f"/api/v1/hazards/{new_id()}", hazard_body(disaster["id"], **change))

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]


def test_a_shape_of_a_chinese_map_is_moved_to_where_it_lies(officer, disaster):
    here = (121.5, 29.8)
    point = {"type": "Point", "coordinates": list(from_wgs84(*here))}
    hazard = make_hazard(officer, disaster, kind="closed_road", shape=point, coordinates="gcj02")

    kept = officer.get(f"/api/v1/hazards/{hazard}").json["shape"]["coordinates"]
    assert kept == pytest.approx(here, abs=1e-6)


def test_several_features_become_one_shape_and_a_mixture_is_refused():
    one, two = ({"type": "Feature", "geometry": box(x, 29, x + 0.1, 29.1)} for x in (121, 122))
    collection = {"type": "FeatureCollection", "features": [one, two]}

    shape = shapes.read(collection, Coordinates.WGS84)

    points = {"in": (122.05, 29.05), "out": (121.5, 29.05)}
    assert shapes.inside(shape, points) == ["in"]
    collection["features"].append({"type": "Feature", "geometry": ROAD})
    with pytest.raises(Invalid):
        shapes.read(collection, Coordinates.WGS84)


def test_a_way_that_crosses_a_closed_road_is_known():
    road = shapes.read(ROAD, Coordinates.WGS84)
    spot = shapes.read({"type": "Point", "coordinates": [121.8, 29.5]}, Coordinates.WGS84)
    ways = {
        "across": ((121.55, 29.7), (121.55, 29.9)),
        "beside": ((121.4, 29.7), (121.4, 29.9)),
        "over the spot": ((121.7, 29.5), (121.9, 29.5001)),
    }

    assert shapes.crossed([road, spot], ways) == {"across", "over the spot"}


def test_a_shelter_in_the_water_is_flagged_and_opens_with_a_reason_only(officer, manager, disaster):
    wet = make_shelter(manager)
    dry = make_shelter(manager, point=[121.6, 29.9], name="高处避灾点")
    hazard = make_hazard(officer, disaster)
    body = {"disaster_id": disaster["id"], "state": "open"}

    with time_machine.travel(NIGHT):
        refused = manager.put(f"/api/v1/shelters/{wet}/state", body)
        shown = manager.get(f"/api/v1/shelters/{wet}?disaster={disaster['id']}").json
        pages = [manager.get(f"/shelters/{each}?disaster={disaster['id']}").text
                 for each in (wet, dry)]  # fmt: skip
        table = manager.get(f"/shelters?disaster={disaster['id']}").text
        opened = manager.put(f"/api/v1/shelters/{wet}/state", body | {"reason": "二楼以上可用"})

    assert refused.status_code == 422
    assert [each["code"] for each in refused.json["errors"]] == ["in_danger"]
    assert [(each["code"], each["hazard"]) for each in shown["flags"]] == [("in_danger", hazard)]
    assert ['data-flag="in_danger"' in each for each in pages] == [True, False]
    assert table.count('data-flag="in_danger"') == 1
    assert opened.status_code in (200, 201)


def test_a_lifted_or_later_flood_keeps_no_shelter_shut(officer, manager, disaster):
    shelter = make_shelter(manager)
    make_hazard(officer, disaster, from_at="2013-10-08T00:00:00Z")
    body = {"disaster_id": disaster["id"], "state": "open"}

    with time_machine.travel(NIGHT):
        lifted = make_hazard(officer, disaster)
        officer.put(f"/api/v1/hazards/{lifted}/lifting", {"reason": "水退"})
        opened = manager.put(f"/api/v1/shelters/{shelter}/state", body)

    assert opened.status_code in (200, 201)


def test_a_lapsed_check_is_flagged_in_the_list(manager, disaster):
    make_shelter(manager, safety_checked_until="2012-01-01")

    assert 'data-flag="safety_lapsed"' in manager.get(f"/shelters?disaster={disaster['id']}").text
