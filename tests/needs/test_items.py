"""The catalogue over the API, in the order: stranger, wrong role, answer, record, retry."""

from __future__ import annotations

import pytest

from tests.factories.city import COUNTY

TENT = {
    "item_class": "tents",
    "name_zh": "充气帐篷",
    "name_en": "Inflatable tent",
    "unit_zh": "顶",
    "unit_en": "pieces",
    "shelf_life_days": 2920,
}


def test_a_stranger_is_refused(stranger):
    assert stranger.get("/api/v1/items").status_code == 401
    assert stranger.put("/api/v1/items/tent_air", TENT).status_code == 401


def test_a_county_manager_does_not_change_the_citys_catalogue(person):
    assert person("duty_officer").put("/api/v1/items/tent_air", TENT).status_code == 403
    county = person(f"logistics_manager@{COUNTY}")
    assert county.put("/api/v1/items/tent_air", TENT).status_code == 404


def test_the_catalogue_begins_with_quilts_and_says_rations_exactly(person):
    items = person("duty_officer").get("/api/v1/items").json["items"]
    by_code = {each["code"]: each for each in items}

    assert items[0]["code"] == "quilt" and len(items) >= 30
    assert by_code["water"]["ration"] == 0.25 and by_code["quilt"]["per_person"] == 1
    assert by_code["tent_12"]["pack_size"] == 1 and by_code["quilt"]["ration"] is None


def test_an_item_is_added_edited_and_on_the_record(person):
    manager = person("logistics_manager")
    first = manager.put("/api/v1/items/tent_air", TENT)
    again = manager.put("/api/v1/items/tent_air", TENT)
    edited = manager.put("/api/v1/items/tent_air", TENT | {"pack_size": 2}, If_Match="1")

    assert first.status_code == 201 and again.json == first.json
    assert edited.status_code == 200 and edited.json["revision"] == 2
    log = manager.get(f"/api/v1/events?after={first.json['seq'] - 1}").json["events"]
    assert [each["name"] for each in log] == ["item.changed", "item.changed"]


@pytest.mark.parametrize("wrong", [{"pack_size": 0}, {"ration": "0.00001"}, {"item_class": "x"}])
def test_an_impossible_item_is_explained(person, wrong):
    answer = person("logistics_manager").put("/api/v1/items/tent_air", TENT | wrong)

    assert answer.status_code == 422 and answer.json["errors"]
