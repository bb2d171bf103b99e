"""The rosters on the reporter's phone: one page for all, and one's own areas to carry away."""

from __future__ import annotations

import json
import re

import pytest

from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories.rosters import add, revise

KEEPER = f"township_reporter@{TOWNSHIP}"


def facts(caller, disaster, area=TOWNSHIP):
    return caller.get(f"/phone/list/facts?disaster={disaster['id']}&area={area}")


def embedded(page: str, name: str):
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("path", ["/phone/list", "/phone/list/facts"])
def test_a_stranger_is_sent_to_sign_in_and_who_keeps_no_lists_is_refused(
    stranger, person, disaster, path
):
    assert stranger.get(path).status_code in (302, 401)
    assert stranger.get(path, Accept="application/json").status_code == 401
    assert person("auditor").get(path).status_code == 403


def test_a_township_carries_its_villages_away_and_a_village_itself(person, disaster):
    township = [each["code"] for each in facts(person(KEEPER), disaster).json["areas"]]
    village = facts(person(f"village_officer@{VILLAGE}"), disaster, VILLAGE).json["areas"]

    assert township == [TOWNSHIP, *(f"{TOWNSHIP[:6]}00{n}000" for n in (1, 2, 3))]
    assert [each["code"] for each in village] == [VILLAGE]


def test_nobody_carries_away_what_is_not_theirs_and_no_row_lies_in_a_county(person, disaster):
    assert facts(person(KEEPER), disaster, NEIGHBOUR).status_code == 404
    county = facts(person(f"verifier@{COUNTY}"), disaster, COUNTY)

    assert (county.status_code, county.json["areas"]) == (200, [])


@pytest.mark.parametrize("area", ["", "x", "999999999999", "%00"])
def test_an_area_that_is_none_is_refused_in_words(person, disaster, area):
    assert facts(person(KEEPER), disaster, area).status_code in (200, 400, 404, 422)


def test_the_page_is_the_apps_own_and_carries_the_form_in_both_languages_and_nobodys_data(
    person, disaster
):
    keeper, other = person(KEEPER), person(f"village_officer@{VILLAGE}")
    other.client.set_cookie("lang", "en")
    page = keeper.get("/phone/list").text

    assert page == other.get("/phone/list").text == keeper.get("/phone").text
    form, words = embedded(page, "data-rosters"), embedded(page, "words")
    assert form["casualties"]["title"] == "Dead and missing"
    assert words["Dead and missing"] == "因灾死亡失踪人员台账"
    texts = [field["title"] for each in form.values() for field in each["fields"]]
    assert not [each for each in texts if each not in words]


def test_the_worker_keeps_the_page_and_its_scripts(client):
    worker = client.get("/sw.js").text
    pages = json.loads(re.search(r"^const PAGES = (.*);$", worker, re.M)[1])
    files = json.loads(re.search(r"^const FILES = (.*);$", worker, re.M)[1])

    assert pages["/phone/list"] == "/phone"
    assert {"/static/js/rosters/offline.js", "/static/js/rosters/phone/form.js"} <= set(files)


def own(caller, disaster, area=TOWNSHIP):
    return facts(caller, disaster, area).json["rows"]


def test_a_phone_carries_the_rows_its_owner_wrote_and_nothing_that_names_a_person(person, disaster):
    mine, other = person(KEEPER), person(f"village_officer@{VILLAGE}")
    row_id = add(mine, disaster, name="陈大伟测", place="古河闸口北侧")
    add(other, disaster, name="钱大海测")
    [row] = own(mine, disaster)

    assert (row["id"], row["masked"], row["area_code"]) == (row_id, "陈*", VILLAGE)
    assert row["kept"] == ["name", "no_number", "place"]
    assert set(row["values"]) == {"status", "outcome", "happened_at"}
    assert row["values"]["happened_at"].endswith("+08:00")
    assert [each["masked"] for each in own(other, disaster, VILLAGE)] == ["钱*"]


def test_a_phone_carries_what_stands_of_its_rows_whoever_changed_it_and_none_that_is_gone(
    person, disaster
):
    mine = person(KEEPER)
    first = add(mine, disaster)
    later, _answer = revise(person(KEEPER), disaster, first, name="钱大海测")
    assert [(each["id"], each["record_id"]) for each in own(mine, disaster)] == [(later, first)]

    _row, answer = revise(mine, disaster, later, removed=True)
    assert (answer.status_code, own(mine, disaster)) == (200, [])
