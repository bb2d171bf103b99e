"""Risk points on the map and in the drawer, for who may read the lists of evacuation."""

from __future__ import annotations

from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories.evacuation import risk_point

OUTLINE = [[121.5, 29.8], [121.52, 29.8], [121.52, 29.82], [121.5, 29.8]]


def layer(caller, disaster, area=COUNTY, more=""):
    address = f"/api/v1/layers/risk_points?disaster={disaster['id']}&area={area}{more}"
    answer = caller.get(address)
    assert answer.status_code == 200, answer.json
    return answer.json["features"]


def test_a_risk_point_is_its_outline_else_its_point_with_kind_level_and_households(
    keeper, person, disaster
):
    outlined = risk_point(keeper, outline=OUTLINE, level="extreme", name="后山坡", kind="geohazard")
    pointed, nowhere = risk_point(keeper), risk_point(keeper, point=None)

    first, second = layer(person(f"duty_officer@{COUNTY}"), disaster)

    assert (first["id"], second["id"]) == (outlined, pointed)
    assert first["geometry"] == {"type": "Polygon", "coordinates": [OUTLINE]}
    assert second["geometry"] == {"type": "Point", "coordinates": [121.51, 29.81]}
    said = first["properties"]
    assert (said["name"], said["risk"], said["risk_level"]) == ("后山坡", "geohazard", "extreme")
    assert said["households"] == 12 and "12" in said["detail"]
    assert nowhere not in (first["id"], second["id"])


def test_the_layer_holds_what_the_box_touches_and_nothing_of_other_areas(keeper, person, disaster):
    risk_point(keeper, outline=OUTLINE)
    officer = person(f"duty_officer@{COUNTY}")

    assert len(layer(officer, disaster, more="&bbox=121.51,29.81,122,30")) == 1
    assert layer(officer, disaster, more="&bbox=122,30,123,31") == []
    assert layer(officer, disaster, NEIGHBOUR) == []
    assert layer(person(f"duty_officer@{NEIGHBOUR}"), disaster, NEIGHBOUR) == []


def test_who_may_not_read_the_lists_sees_no_risk_point(keeper, person, disaster):
    risk_point(keeper)

    assert layer(person(f"verifier@{COUNTY}"), disaster) == []


def test_the_drawer_says_how_many_live_at_which_risks(keeper, person, disaster):
    risk_point(keeper, name="塘外渔排")
    risk_point(keeper, name="后山坡", level="extreme", households=3, people=9)
    address = f"/areas/{VILLAGE}/panel?disaster={disaster['id']}"

    drawer = person(f"duty_officer@{TOWNSHIP}").get(address).text

    assert drawer.index("后山坡") < drawer.index("塘外渔排")
    assert "<strong>39</strong>" in drawer
