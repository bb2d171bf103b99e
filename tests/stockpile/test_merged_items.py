"""An item merged with another: nothing more of it comes, and what there is still serves."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.factories import stock as made
from tests.factories.city import COUNTY

OLD, NEW = "blanket", "towel_quilt"


@pytest.fixture
def keeper_of_catalogue(person):
    return person("logistics_manager")


@pytest.fixture
def officer(person):
    return person(f"duty_officer@{COUNTY}")


def item(caller, code):
    return next(each for each in caller.get("/api/v1/items").json["items"] if each["code"] == code)


def merge(caller, code, other):
    now = item(caller, code)
    kept = ("item_class", "name_zh", "name_en", "unit_zh", "unit_en", "pack_size", "pack_kg",
            "pack_litres", "ration", "per_person", "shelf_life_days", "returnable",
            "spec")  # fmt: skip
    body = {key: now[key] for key in kept} | {"merged_into": other}
    return caller.put(f"/api/v1/items/{code}", body, If_Match=str(now["revision"]))


def test_nothing_more_of_it_is_asked_for_or_comes_in(
    keeper_of_catalogue, manager, officer, disaster
):
    depot = made.depot(manager)
    made.stock(manager, depot, item=OLD, quantity=30)
    need = made.need(officer, disaster, item=OLD, quantity=10)
    assert merge(keeper_of_catalogue, OLD, NEW).status_code == 200

    comes = made.move(manager, kind="receive", to=depot, item=OLD, quantity=10)
    body = {"disaster_id": disaster["id"], "area_code": COUNTY, "item": OLD, "quantity": 10,
            "priority": 1}  # fmt: skip
    asked = officer.put(f"/api/v1/needs/{new_id()}", body)
    for refused in (comes, asked):
        assert refused.status_code == 422
        assert [each["field"] for each in refused.json["errors"]] == ["item"]
        assert NEW in refused.json["detail"]
    assert made.reserve(manager, need).status_code == 201, "what was asked for before is still met"


def test_what_there_is_stands_in_for_the_other(keeper_of_catalogue, manager):
    merge(keeper_of_catalogue, OLD, NEW)

    stands_in = {each["item"]: each["per_hundred"] for each in item(manager, NEW)["substitutes"]}
    assert stands_in[OLD] == 100


def test_it_can_be_taken_back(keeper_of_catalogue, manager):
    depot = made.depot(manager)
    merge(keeper_of_catalogue, OLD, NEW)
    assert merge(keeper_of_catalogue, OLD, None).status_code == 200

    assert made.move(manager, kind="receive", to=depot, item=OLD, quantity=10).status_code == 201


def test_taken_back_it_stands_in_no_more_unless_a_person_said_so(keeper_of_catalogue):
    shape = {"item_class": "gear", "name_zh": "灯", "name_en": "Lamp", "unit_zh": "盏",
             "unit_en": "pieces", "pack_size": 1}  # fmt: skip
    for code in ("old_lamp", "new_lamp"):
        assert keeper_of_catalogue.put(f"/api/v1/items/{code}", shape).status_code == 201
    for other, stands in (("new_lamp", ["old_lamp"]), (None, [])):
        assert merge(keeper_of_catalogue, "old_lamp", other).status_code == 200
        found = item(keeper_of_catalogue, "new_lamp")["substitutes"]
        assert [each["item"] for each in found] == stands


@pytest.mark.parametrize("other", [OLD, "no_such_item", "tent_12"])
def test_what_makes_no_sense_is_explained(keeper_of_catalogue, other):
    answer = merge(keeper_of_catalogue, OLD, other)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["merged_into"]
    assert item(keeper_of_catalogue, OLD)["merged_into"] is None


def test_nothing_is_merged_into_what_is_merged(keeper_of_catalogue):
    merge(keeper_of_catalogue, OLD, NEW)

    assert merge(keeper_of_catalogue, NEW, "padded_coat").status_code == 422
    assert merge(keeper_of_catalogue, "quilt", OLD).status_code == 422


def test_the_forms_do_not_offer_it_and_the_catalogue_says_so(keeper_of_catalogue, browse):
    merge(keeper_of_catalogue, OLD, NEW)
    reader = browse("logistics_manager")

    form = reader.get("/stock/receive").data.decode()
    assert f'<option value="{NEW}"' in form and f'<option value="{OLD}"' not in form
    assert "并入" in reader.get("/stock/catalogue").data.decode()


def test_it_stands_in_for_the_other_in_a_need_that_is_short(
    keeper_of_catalogue, manager, officer, disaster
):
    depot = made.depot(manager)
    made.stock(manager, depot, item=OLD, quantity=40)
    merge(keeper_of_catalogue, OLD, NEW)
    need = made.need(officer, disaster, item=NEW, quantity=20)
    body = {"stand_in": OLD, "quantity": 20, "reason": "并入"}
    answer = manager.put(f"/api/v1/needs/{need}/substitutions/{new_id()}", body)

    assert answer.status_code == 201, answer.json


def test_what_was_left_out_of_an_edit_stays_merged(keeper_of_catalogue):
    merge(keeper_of_catalogue, OLD, NEW)
    now = item(keeper_of_catalogue, OLD)
    body = {key: now[key] for key in ("item_class", "name_zh", "name_en", "unit_zh", "unit_en",
                                      "pack_size")}  # fmt: skip
    keeper_of_catalogue.put(f"/api/v1/items/{OLD}", body, If_Match=str(now["revision"]))

    assert item(keeper_of_catalogue, OLD)["merged_into"] == NEW


def test_the_least_of_a_merged_item_is_the_others_and_both_fill_it(
    keeper_of_catalogue, manager, disaster
):
    def short():
        rows = manager.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
        return [each["detail"] for each in rows if each["kind"] == "stock_minimum"]

    depot = made.depot(manager, minimums={OLD: 20, NEW: 10})
    made.stock(manager, depot, item=OLD, quantity=20)
    made.stock(manager, depot, item=NEW, quantity=5)
    merge(keeper_of_catalogue, OLD, NEW)
    (told,) = short()
    assert "25 / 30" in told

    made.stock(manager, depot, item=NEW, quantity=5)
    assert short() == []
