"""The counties' forms add up to the city: unknown is not nought, and nobody counts twice."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from tests.conftest import MORNING, new_id
from tests.factories.city import CITY, COUNTY, OTHER_COUNTY, TOWNSHIP


@pytest.fixture
def total(person, disaster):
    """Return a way to read the totals of the city."""
    reader = person("city_reviewer")

    def read(area=CITY, **asked):
        query = "".join(f"&{key}={value}" for key, value in asked.items())
        path = f"/api/v1/relief-work?disaster={disaster['id']}&area={area}{query}"
        answer = reader.get(path)
        assert answer.status_code == 200, answer.json
        return answer.json

    return read


@pytest.fixture
def both(officer, neighbour, file):
    """File for both counties."""

    def send(ours, theirs, **more):
        first = file(officer, values=ours, **more)
        second = file(neighbour, values=theirs, area_code=OTHER_COUNTY, **more)
        assert (first.status_code, second.status_code) == (201, 201), (first.json, second.json)
        return first.json["id"], second.json["id"]

    return send


def test_the_counties_add_up_and_what_one_does_not_know_is_said(both, total):
    both({"rescuers": 10, "boats": 0, "vehicles": None}, {"rescuers": 5, "boats": None})
    found = total()

    assert (found["reported"], found["expected"]) == (2, 2)
    assert found["values"] == {"rescuers": 15, "boats": 0}
    assert found["known"] == {"rescuers": 2, "boats": 1}
    assert {each["area_code"]: each["values"] for each in found["children"]} == {
        COUNTY: {"rescuers": 10, "boats": 0}, OTHER_COUNTY: {"rescuers": 5},
    }  # fmt: skip


def test_before_anybody_files_nothing_is_known_and_nothing_is_nought(disaster, total):
    found = total()

    assert (found["reported"], found["expected"], found["values"]) == (0, 2, {})
    assert [each["form"] for each in found["children"]] == [None, None]


def test_a_later_round_takes_the_place_of_the_one_before(both, officer, file, total):
    both({"rescuers": 10}, {"rescuers": 5})
    later = (MORNING + timedelta(hours=2)).isoformat()
    file(officer, round="r2", as_of=later, values={"rescuers": 40})

    assert total()["values"] == {"rescuers": 45}
    assert total(at=MORNING.isoformat().replace("+", "%2B"))["values"] == {"rescuers": 15}


def test_of_a_round_only_its_own_forms_count(person, disaster, both, officer, file, total):
    later = (MORNING + timedelta(hours=2)).isoformat()
    for code, as_of in (("r1", MORNING.isoformat()), ("r2", later)):
        body = {"disaster_id": disaster["id"], "code": code, "as_of": as_of}
        opened = person("duty_officer").put(f"/api/v1/rounds/{new_id()}", body)
        assert opened.status_code == 201, opened.json
    both({"rescuers": 10}, {"rescuers": 5}, round="r1")
    file(officer, round="r2", as_of=later, values={"rescuers": 40})

    assert total(round="r1")["values"] == {"rescuers": 15}
    second = total(round="r2")
    assert (second["values"], second["reported"]) == ({"rescuers": 40}, 1)


def test_a_revision_takes_the_place_of_its_base_and_the_old_table_can_be_asked(
    both, officer, file, total
):
    first, _second = both({"rescuers": 10}, {"rescuers": 5})
    before = officer.get(f"/api/v1/relief-work/{first}").json["received_at"]
    file(officer, base=first, values={"rescuers": 11})

    assert total()["values"] == {"rescuers": 16}
    assert total(known_at=before.replace("+", "%2B"))["children"][0]["values"] == {"rescuers": 10}


def test_levels_and_instants_are_not_added_up(both, total):
    both(
        {"response_level": 3, "response_since": "2013-10-06T02:00:00Z"},
        {"response_level": 2, "response_since": "2013-10-06T05:00:00Z"},
    )
    found = total()["values"]

    assert found["response_level"] == 2
    assert found["response_since"].startswith("2013-10-06T02:00")


def test_a_county_reads_its_own_and_a_township_has_none(person, both, disaster, total):
    both({"rescuers": 10}, {"rescuers": 5})

    assert total(COUNTY)["values"] == {"rescuers": 10}
    assert total(COUNTY)["children"] == []
    assert (total(TOWNSHIP)["expected"], total(TOWNSHIP)["values"]) == (0, {})
    reporter = person(f"township_reporter@{TOWNSHIP}")
    asked = f"/api/v1/relief-work?disaster={disaster['id']}&area="
    assert reporter.get(asked + CITY).status_code == 404
    assert reporter.get(asked + TOWNSHIP).status_code == 200


def test_a_round_nobody_opened_is_no_address(person, disaster):
    path = f"/api/v1/relief-work?disaster={disaster['id']}&area={CITY}&round=nowhen"

    assert person("city_reviewer").get(path).status_code == 422


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_filed_and_corrected_the_city_is_the_sum_of_what_stands(
    officer, neighbour, file, total, seed
):
    random, standing, base = Random(seed), {}, {}
    codes = ("rescuers", "money_spent", "goods_water")
    for turn in range(8):
        area = random.choice([COUNTY, OTHER_COUNTY])
        values = {
            code: random.choice([None, "0", str(Decimal(random.randrange(10**4)))])
            for code in codes
            if random.random() < 0.8
        } or {"rescuers": "1"}
        who = officer if area == COUNTY else neighbour
        answer = file(who, area_code=area, values=values, base=base.get(area))
        assert answer.status_code in (200, 201), (turn, answer.json)
        base[area], standing[area] = answer.json["id"], values

    wanted = {}
    for values in standing.values():
        for code, value in values.items():
            if value is not None:
                wanted[code] = wanted.get(code, 0) + Decimal(value)
    assert {code: Decimal(str(v)) for code, v in total()["values"].items()} == wanted
