"""The catalogue over the API, in the order: stranger, wrong role, answer, record, retry."""

from __future__ import annotations

import pytest

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.cli import DATA, rows
from relief_ops.disasters.items import services as items
from relief_ops.disasters.items.models import Item
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


def test_a_pack_says_what_it_weighs_and_takes_up_to_a_gram(person):
    manager = person("logistics_manager")
    manager.put("/api/v1/items/tent_air", TENT | {"pack_kg": 48.125, "pack_litres": 190})

    shown = _shown(manager, "tent_air")
    assert (shown["pack_kg"], shown["pack_litres"]) == (48.125, 190)
    manager.put("/api/v1/items/tent_air", TENT, If_Match="1")
    unknown = _shown(manager, "tent_air")
    assert (unknown["pack_kg"], unknown["pack_litres"]) == (None, None)


def test_every_item_of_the_catalogue_has_a_weight_and_a_volume(person):
    items = person("duty_officer").get("/api/v1/items").json["items"]

    assert not [each["code"] for each in items if not each["pack_kg"] or not each["pack_litres"]]


def test_an_item_nobody_edited_learns_its_weight_and_an_edited_one_keeps_its_own(app):
    with act_as(SYSTEM), db.transaction() as session:
        for code, revision in (("quilt", 1), ("water", 2)):
            held = session.get(Item, code)
            held.pack_grams = held.pack_ml = None
            held.revision = revision
        assert items.load_items(session, rows(DATA / "items.csv")) == 0
        found = [session.get(Item, code).pack_grams for code in ("quilt", "water")]

    assert found == [14_000, None]


def _shown(someone, code: str) -> dict[str, object]:
    listed = someone.get("/api/v1/items").json["items"]
    return next(each for each in listed if each["code"] == code)


IMPOSSIBLE = [
    {"pack_size": 0},
    {"ration": "0.00001"},
    {"item_class": "x"},
    *({field: wrong} for field in ("pack_kg", "pack_litres")
      for wrong in (0, -1, 0.0001, 10**9, "much")),
]  # fmt: skip


@pytest.mark.parametrize("wrong", IMPOSSIBLE)
def test_an_impossible_item_is_explained(person, wrong):
    answer = person("logistics_manager").put("/api/v1/items/tent_air", TENT | wrong)

    assert answer.status_code == 422 and answer.json["errors"]
