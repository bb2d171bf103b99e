"""What is told in words beside the figures: kept in every version, never lost, never markup."""

from __future__ import annotations

import re

import pytest

from tests.conftest import new_id
from tests.damage_reports.test_pages import token_of
from tests.damage_reports.test_rounds import FIRST, file
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP

REPORTER = f"township_reporter@{TOWNSHIP}"
SCRIPT = "<script>alert(1)</script> {{ 7 * 7 }}"


def tell(caller, disaster, words, **more):
    narrative_id = new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": FIRST, "words": words,
    } | more  # fmt: skip
    return narrative_id, caller.put(f"/api/v1/narratives/{narrative_id}", body)


def test_a_text_is_kept_in_every_version(person, disaster):
    reporter = person(REPORTER)
    first, answer = tell(reporter, disaster, "河水漫堤")
    assert answer.status_code == 201
    second, answer = tell(reporter, disaster, "河水漫堤,已退", base=first)
    assert (answer.status_code, answer.json["revision"]) == (200, 2)

    kept = person("county_reviewer").get(f"/api/v1/narratives/{first}").json
    assert (kept["words"], kept["current"]) == ("河水漫堤", False)
    assert person("county_reviewer").get(f"/api/v1/narratives/{second}").json["current"]


def test_two_writers_at_once_see_both_texts_and_nothing_is_overwritten(person, disaster):
    first, _answer = tell(person(REPORTER), disaster, "甲")
    _blind, answer = tell(person(REPORTER), disaster, "乙")

    assert (answer.status_code, answer.json["current"]["id"]) == (412, first)
    assert answer.json["fields"] == [
        {"field": "words", "base": None, "theirs": "甲", "yours": "乙"}
    ]


def test_ten_thousand_characters_with_script_in_them_come_back_as_they_were(
    browse, person, disaster
):
    words = (SCRIPT + "水") * 240
    report_id = file(person(REPORTER), disaster)
    page = browse(REPORTER)
    address = f"/reports/{report_id}/narrative"
    empty = page.get(address)
    given = {"csrf": token_of(empty), "id": new_id(), "base": "", "words": words}
    assert page.post(address, data=given).status_code == 303

    told = page.get(address).text
    assert "<script>alert(1)" not in told and "{{ 7 * 7 }}" in told
    base = re.search(r'name="base" value="([^"]+)"', told).group(1)
    assert person(REPORTER).get(f"/api/v1/narratives/{base}").json["words"] == words


def test_what_hinders_a_text_is_said_and_every_word_is_still_in_the_field(browse, person, disaster):
    report_id = file(person(REPORTER), disaster)
    page = browse(REPORTER)
    address = f"/reports/{report_id}/narrative"
    csrf = token_of(page.get(address))
    tell(person(REPORTER), disaster, "别人先写的")

    stale = page.post(address, data={"csrf": csrf, "id": new_id(), "base": "", "words": "我写的"})
    assert stale.status_code == 412
    assert "我写的" in stale.text and "别人先写的" in stale.text
    empty = page.post(address, data={"csrf": csrf, "id": new_id(), "base": "", "words": ""})
    assert empty.status_code == 422


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"words": ""}, "words"),
        ({"words": "水" * 22_000}, "words"),
        ({"area_code": COUNTY}, "area_code"),
    ],
)
def test_a_bad_text_is_refused_with_its_field(person, disaster, more, field):
    _id, answer = tell(person("township_reporter"), disaster, **{"words": "水"} | more)

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)


def test_a_neighbour_reads_and_writes_nothing(person, disaster):
    told, _answer = tell(person(REPORTER), disaster, "水")
    neighbour = person(f"township_reporter@{NEIGHBOUR}")

    assert neighbour.get(f"/api/v1/narratives/{told}").status_code == 404
    assert tell(neighbour, disaster, "水")[1].status_code == 404
