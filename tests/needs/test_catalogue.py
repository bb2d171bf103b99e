"""What may stand in for an item, what a kit is made of, and the pages where that is entered."""

from __future__ import annotations

import re

import pytest

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.cli import DATA, rows
from relief_ops.disasters.items import services as items
from relief_ops.disasters.items.rules import Problem, stood_in, wrong_parts
from tests.factories.city import COUNTY
from tests.needs.test_items import TENT


def shown(someone, code: str) -> dict[str, object]:
    listed = someone.get("/api/v1/items").json["items"]
    return next(each for each in listed if each["code"] == code)


def pairs(found: dict[str, object], name: str, amount: str) -> dict[str, int]:
    return {each["item"]: each[amount] for each in found[name]}


@pytest.fixture
def manager(person):
    return person("logistics_manager")


def test_a_stand_in_is_counted_in_whole_packs_rounded_up():
    assert stood_in(100, 200, 10) == 200
    assert stood_in(5, 150, 10) == 10
    assert stood_in(7, 34, 1) == 3


def test_no_kit_is_inside_another_neither_way_round():
    known, kits = {"a", "b", "c"}, {"b": {"c"}}

    assert wrong_parts("a", ["c"], known, kits) == {}
    assert wrong_parts("a", ["b"], known, kits) == {"b": Problem.KIT}
    assert wrong_parts("c", ["a"], known, kits) == {"a": Problem.PART}
    assert wrong_parts("b", ["a", "b", "x"], known, kits) == {
        "b": Problem.ITSELF, "x": Problem.UNKNOWN,
    }  # fmt: skip


def test_the_catalogue_comes_with_stand_ins_and_kits_that_say_they_are_estimates(manager):
    quilt, pack = shown(manager, "quilt"), shown(manager, "family_pack")

    assert pairs(quilt, "substitutes", "per_hundred")["blanket"] == 200
    assert pairs(pack, "parts", "quantity")["quilt"] == 2
    assert all(each["source"] for each in [*quilt["substitutes"], *pack["parts"]])


def test_what_is_entered_replaces_the_estimate_and_what_stays_keeps_its_source(manager):
    body = {**TENT, "substitutes": {"tent_12": 120}, "parts": {"mat": 8}}
    manager.put("/api/v1/items/tent_air", body)
    edited = body | {"substitutes": {"tent_12": 100, "tent_36": 40}, "parts": {}}
    answer = manager.put("/api/v1/items/tent_air", edited, If_Match="1")

    found = shown(manager, "tent_air")
    assert answer.status_code == 200 and found["parts"] == []
    assert pairs(found, "substitutes", "per_hundred") == {"tent_36": 40, "tent_12": 100}
    assert [each["source"] for each in found["substitutes"]] == ["", ""]

    quilt = shown(manager, "quilt")
    same = pairs(quilt, "substitutes", "per_hundred") | {"blanket": 180}
    manager.put("/api/v1/items/quilt", QUILT | {"substitutes": same}, If_Match="1")
    sources = {each["item"]: each["source"] for each in shown(manager, "quilt")["substitutes"]}
    assert sources["blanket"] == "" and sources["sleeping_bag"]


QUILT = {
    "item_class": "bedding", "name_zh": "棉被", "name_en": "Quilt", "unit_zh": "床",
    "unit_en": "pieces", "pack_size": 5,
}  # fmt: skip


def test_an_edit_that_says_nothing_of_them_leaves_them(manager):
    before = shown(manager, "quilt")["substitutes"]
    manager.put("/api/v1/items/quilt", QUILT, If_Match="1")

    assert shown(manager, "quilt")["substitutes"] == before


IMPOSSIBLE = [
    {"substitutes": {"unheard_of": 100}},
    {"substitutes": {"tent_air": 100}},
    *({"substitutes": {"tent_12": wrong}} for wrong in (0, -5, 1.5, 10**9, "many")),
    {"parts": {"unheard_of": 1}},
    {"parts": {"tent_air": 1}},
    {"parts": {"family_pack": 1}},
    *({"parts": {"quilt": wrong}} for wrong in (0, -5, 1.5, 10**9, "many")),
    {"parts": {f"part_{n}": 1 for n in range(21)}},
    {"parts": [1]},
]


@pytest.mark.parametrize("wrong", IMPOSSIBLE)
def test_an_impossible_link_is_explained_and_changes_nothing(manager, wrong):
    answer = manager.put("/api/v1/items/tent_air", TENT | wrong)

    assert answer.status_code == 422 and answer.json["errors"]
    codes = [each["code"] for each in manager.get("/api/v1/items").json["items"]]
    assert "tent_air" not in codes


def test_a_part_of_a_kit_becomes_no_kit(manager):
    answer = manager.put("/api/v1/items/quilt", QUILT | {"parts": {"mat": 1}}, If_Match="1")

    assert answer.status_code == 422 and answer.json["errors"][0]["field"] == "parts.mat"


def test_what_a_site_took_away_does_not_come_back_with_the_next_start(manager, app):
    manager.put("/api/v1/items/quilt", QUILT | {"substitutes": {}}, If_Match="1")
    with act_as(SYSTEM), db.transaction() as session:
        links = (rows(DATA / name) for name in ("item_substitutes.csv", "kit_parts.csv"))
        items.load_links(session, *links)

    assert shown(manager, "quilt")["substitutes"] == []
    assert shown(manager, "mat")["substitutes"]


def test_everybody_reads_the_catalogue_and_the_citys_manager_edits_it(person, manager):
    for who in (person("duty_officer"), person(f"logistics_manager@{COUNTY}")):
        page = who.get("/stock/catalogue")
        assert page.status_code == 200 and "200:100*" in page.text
        assert "/stock/catalogue/quilt/edit" not in page.text
    assert "/stock/catalogue/quilt/edit" in manager.get("/stock/catalogue").text
    assert person("duty_officer").get("/stock/catalogue/new").status_code == 403
    assert person(f"logistics_manager@{COUNTY}").get("/stock/catalogue/new").status_code == 404
    assert manager.get("/stock/catalogue/unheard_of/edit").status_code == 404


FORM = {
    "code": "mosquito_net", "item_class": "bedding", "name_zh": "蚊帐", "name_en": "Mosquito net",
    "unit_zh": "顶", "unit_en": "pieces", "pack_size": "20", "pack_kg": "7.5", "pack_litres": "40",
    "substitutes.0.item": "towel_quilt", "substitutes.0.amount": "100",
    "parts.0.item": "", "parts.0.amount": "",
}  # fmt: skip


def form(someone, fields):
    """Post the form of an item as a browser would."""
    sent = {"Authorization": f"Bearer {someone.token}"}
    return someone.client.post("/stock/catalogue", data=fields, headers=sent)


def test_the_form_adds_an_item_and_the_same_form_changes_it(manager):
    assert manager.get("/stock/catalogue/new").status_code == 200
    added = form(manager, FORM)
    edit = manager.get("/stock/catalogue/mosquito_net/edit")
    changed = form(manager, FORM | {
        "revision": "1", "pack_kg": "", "substitutes.0.amount": "80", "returnable": "true",
    })  # fmt: skip

    assert added.status_code == 303 and changed.status_code == 303
    assert 'value="7.5"' in edit.text and 'value="100"' in edit.text
    found = shown(manager, "mosquito_net")
    assert (found["pack_kg"], found["pack_litres"], found["returnable"]) == (None, 40, True)
    assert pairs(found, "substitutes", "per_hundred") == {"towel_quilt": 80}
    page = manager.get("/stock/items/mosquito_net")
    assert "40" in page.text and "毛巾被" in page.text


def test_a_form_sent_as_it_was_shown_changes_nothing(manager):
    before = shown(manager, "family_pack")
    page = manager.get("/stock/catalogue/family_pack/edit").text
    inputs = re.findall(r'<input [^>]*?name="([^"]+)"[^>]*?value="([^"]*)"([^>]*)>', page)
    sent = {name: value for name, value, _more in inputs if name != "returnable"}
    for block in page.split("<select")[1:]:
        name = re.search(r'name="([^"]+)"', block)
        chosen = re.search(r'value="([^"]*)" selected', block.split("</select>")[0])
        sent |= {name[1]: chosen[1] if chosen else ""}
    answer = form(manager, sent)

    assert answer.status_code == 303, answer.text
    changed = {"revision": 2, "estimated": False}
    assert shown(manager, "family_pack") == before | changed


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"pack_kg": "heavy"}, "heavy"),
        ({"code": "not a code"}, "not a code"),
        ({"substitutes.0.amount": ""}, "蚊帐"),
        (
            {"substitutes.1.item": "towel_quilt", "substitutes.1.amount": "9"},
            "towel_quilt 重复出现",
        ),
        ({"parts.0.amount": "3"}, "蚊帐"),
        ({"parts.0.item": "family_pack", "parts.0.amount": "1"}, "套件里不能再装套件"),
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(manager, wrong, says):
    answer = form(manager, FORM | wrong)

    assert answer.status_code == 422
    assert says in answer.text and 'class="error-summary"' in answer.text


def test_a_form_on_an_old_item_says_so(manager):
    form(manager, FORM)
    form(manager, FORM | {"revision": "1", "pack_size": "10"})
    stale = form(manager, FORM | {"revision": "1", "pack_size": "30"})

    assert stale.status_code == 412
    assert shown(manager, "mosquito_net")["pack_size"] == 10

    assert 'name="revision" value="2"' in stale.text and "/stock/items/mosquito_net" in stale.text
    form(manager, FORM | {"revision": "2", "pack_size": "30"})
    assert shown(manager, "mosquito_net")["pack_size"] == 30


def test_a_code_in_use_is_said_at_its_field(manager):
    form(manager, FORM)
    again = form(manager, FORM)

    assert again.status_code == 422 and 'href="#code"' in again.text
