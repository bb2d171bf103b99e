"""The map a phone carries away: one's area, what lies around it, and nothing of others."""

from __future__ import annotations

import gzip
import json

import pytest
from shapely.geometry import Polygon, box

from tests.factories.city import COUNTY, FAR_TOWNSHIP, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories.shelters import open_shelter


def carried(caller, disaster, area=TOWNSHIP):
    answer = caller.get(f"/phone/map/facts?disaster={disaster['id']}&area={area}")
    assert answer.status_code == 200, answer.json
    return answer.json["map"]


@pytest.fixture
def keeper(person):
    return person(f"shelter_manager@{COUNTY}")


def test_it_holds_ones_township_its_neighbours_and_the_shelters_around(person, keeper, disaster):
    open_shelter(keeper, disaster)
    found = carried(person(f"township_reporter@{TOWNSHIP}"), disaster)

    assert [each["name"] for each in found["places"] if each["own"]] == ["临江镇"]
    [shelters] = [each for each in found["layers"] if each["id"] == "shelters"]
    assert [each["state"] for each in shelters["things"]] == ["open"]
    assert found["approximate"] is False
    west, south, east, north = found["box"]
    lon, lat = found["centre"]
    assert west < lon < east and south < lat < north


def test_a_village_without_a_place_lies_in_its_township_and_says_so(person, disaster):
    officer = person(f"village_officer@{VILLAGE}")

    found = carried(officer, disaster, VILLAGE)

    assert found["approximate"] is True
    assert found["centre"] == carried(person(f"township_reporter@{TOWNSHIP}"), disaster)["centre"]


def test_the_land_is_cut_to_the_box_and_light_enough_for_a_bad_line(person, disaster):
    found = carried(person(f"township_reporter@{TOWNSHIP}"), disaster)

    around = box(*found["box"]).buffer(0.001)
    assert found["land"]
    assert all(around.covers(Polygon(ring)) for ring in found["land"] if len(ring) > 3)
    assert len(gzip.compress(json.dumps(found).encode())) < 20_000


def test_what_is_far_away_is_not_carried(person, keeper, disaster):
    open_shelter(keeper, disaster)
    found = carried(person(f"township_reporter@{FAR_TOWNSHIP}"), disaster, FAR_TOWNSHIP)

    assert [each["id"] for each in found["layers"] if each["id"] == "shelters"] == []
    assert "临江镇" not in {each["name"] for each in found["places"]}


def test_another_township_is_not_found_and_a_stranger_is_sent_to_sign_in(
    person, stranger, disaster
):
    neighbour = person(f"township_reporter@{NEIGHBOUR}")
    path = f"/phone/map/facts?disaster={disaster['id']}&area={TOWNSHIP}"

    assert neighbour.get(path).status_code == 404
    assert stranger.get(path, Accept="application/json").status_code == 401


def test_every_carried_layer_has_a_name_in_both_languages(app):
    from maps import words
    from relief_ops import i18n

    told = words.phone()

    assert {"shelters", "hazards", "risk_points", "depots"} <= told["layers"].keys()
    assert set(words.phone_texts()) <= i18n.chinese(words.phone_texts()).keys()
