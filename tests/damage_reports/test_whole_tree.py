"""?below=all gives each area down to the townships, each as it is when it is asked alone."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from tests.conftest import new_id
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE


@pytest.fixture
def filed(person, disaster):
    """Return the disaster with a township's own report and a village's of the next one."""
    for area, role, affected in (
        (NEIGHBOUR, "township_reporter", 120), (VILLAGE, "village_officer", 30),
    ):  # fmt: skip
        body = {
            "disaster_id": disaster["id"], "area_code": area, "round": "r1", "base": None,
            "as_of": "2013-10-06T01:00:00Z", "values": {"affected": affected, "deaths": None},
        }  # fmt: skip
        answer = person(f"{role}@{area}").put(f"/api/v1/reports/{new_id()}", body)
        assert answer.status_code == 201, answer.json
    return disaster


def asked(person, disaster, area, **more):
    query = "&".join(f"{key}={value}" for key, value in more.items())
    path = f"/api/v1/rollup?disaster={disaster['id']}&area={area}&{query}"
    return person("city_reviewer").get(path)


def test_every_area_of_the_tree_is_what_it_is_alone(person, filed):
    whole = asked(person, filed, CITY, below="all").json

    codes = [each["area_code"] for each in whole["children"]]
    assert len(codes) == len(set(codes))
    assert codes.index(COUNTY) < codes.index(TOWNSHIP), "an area stands before those below it"
    assert {each["level"] for each in whole["children"]} == {"county", "township"}
    for each in whole["children"]:
        alone = asked(person, filed, each["area_code"]).json
        assert {key: alone[key] for key in each} == each
    known = {each["area_code"]: each["values"].get("affected") for each in whole["children"]}
    assert (known[NEIGHBOUR], known[TOWNSHIP]) == (120, 30)


def test_only_the_next_level_is_given_when_nothing_is_asked(person, filed):
    children = asked(person, filed, CITY).json["children"]

    assert {each["level"] for each in children} == {"county"}


def test_another_word_is_explained(person, filed):
    answer = asked(person, filed, CITY, below="some")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "below"


def test_the_workbook_has_a_row_for_each(browse, person, filed):
    wanted = asked(person, filed, CITY, below="all").json["children"]
    page = browse("city_reviewer").get(
        f"/reports/export?disaster={filed['id']}&area={CITY}&below=all"
    )
    rows = [row[:3] for row in load_workbook(io.BytesIO(page.data)).active.values]

    assert [row for row in rows if row[1] in {each["area_code"] for each in wanted}] == [
        (each["name"], each["area_code"], "区县" if each["level"] == "county" else "乡镇街道")
        for each in wanted
    ]
