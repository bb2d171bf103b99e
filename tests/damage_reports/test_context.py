"""What is known besides the report: who sleeps in the shelters, who lives here, what is farmed."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.geo import importing
from tests.conftest import MORNING, new_id
from tests.factories.city import COUNTY, TOWNSHIP, VILLAGE
from tests.factories.shelters import open_shelter
from tests.spine.test_live import cookie_of

ROOT = Path(__file__).parents[2]
CENTRAL = {"relocated_central_rt": 40, "central_sites_rt": 1}


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


def filed(reporter, disaster, values, area=TOWNSHIP):
    report_id = new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": area, "round": "r1",
        "as_of": MORNING.isoformat(), "values": values,
    }  # fmt: skip
    answer = reporter.put(f"/api/v1/reports/{report_id}", body)
    assert answer.status_code == 201, answer.json
    return reporter.get(f"/api/v1/reports/{report_id}").json["findings"]


def browse(app, caller):
    client = app.test_client()
    client.set_cookie("session", cookie_of(caller))
    return client


def rules(findings):
    return {(each["rule"], each["field"]) for each in findings}


def people_live_here(app, count: int) -> None:
    rows = [{"code": TOWNSHIP, "population": str(count), "source": "test", "confidence": "A"}]
    with act_as(SYSTEM), db.transaction() as session:
        importing.import_population(session, rows, year=2021)
    geo.forget()
    with db.reading() as session:
        geo.tree(session)


def sleep_in_the_shelters(person, disaster, people: int) -> None:
    manager = person("shelter_manager")
    shelter_id = open_shelter(manager, disaster)
    body = {"disaster_id": disaster["id"], "as_of": MORNING.isoformat(), "total": people}
    answer = manager.put(f"/api/v1/shelters/{shelter_id}/headcounts/{new_id()}", body)
    assert answer.status_code == 201, answer.json


def land_is_farmed(person, hectares: str, area: str = TOWNSHIP) -> None:
    body = {
        "key": "area.arable_ha", "area_code": area, "value": float(hectares), "unit": "公顷",
        "effective_from": "2010-01-01", "source": "统计年鉴", "confidence": "D",
    }  # fmt: skip
    answer = person("system_admin").put(f"/api/v1/parameters/{new_id()}", body)
    assert answer.status_code == 201, answer.json


def test_a_figure_that_differs_from_the_shelters_headcount_is_pointed_out(
    app, person, reporter, disaster
):
    sleep_in_the_shelters(person, disaster, 30)

    found = filed(reporter, disaster, CENTRAL)

    [finding] = [each for each in found if each["rule"] == "V15"]
    assert finding["severity"] == "warning"
    assert "30" in finding["message"]


def test_the_headcount_of_a_township_is_no_villages(app, person, disaster):
    sleep_in_the_shelters(person, disaster, 30)
    village = person(f"village_officer@{VILLAGE}")

    assert "V15" not in {each["rule"] for each in filed(village, disaster, CENTRAL, VILLAGE)}


def test_more_affected_than_live_here_is_pointed_out(app, reporter, disaster):
    people_live_here(app, 1000)

    found = filed(reporter, disaster, {"affected": 1001})

    assert ("V19", "affected") in rules(found)
    assert "1000" in next(each["message"] for each in found if each["rule"] == "V19")


def test_more_crops_than_arable_land_is_pointed_out(app, person, reporter, disaster):
    land_is_farmed(person, "250.5")

    found = filed(reporter, disaster, {"affected": 1, "crop_affected": 251})

    assert ("V26", "crop_affected") in rules(found)


def test_the_land_of_the_county_bounds_its_townships(app, person, reporter, disaster):
    land_is_farmed(person, "100", COUNTY)

    found = filed(reporter, disaster, {"affected": 1, "crop_affected": 101})

    assert ("V26", "crop_affected") in rules(found)


def test_what_nobody_knows_is_not_held_against_anybody(app, reporter, disaster):
    values = CENTRAL | {"affected": 400_000, "crop_affected": 10**6}

    found = filed(reporter, disaster, values)

    assert {each["rule"] for each in found}.isdisjoint({"V15", "V19", "V26"})


def test_the_reviewer_reads_the_warnings_on_the_report(app, person, reporter, disaster):
    people_live_here(app, 1000)
    report_id = new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 1001},
    }  # fmt: skip
    reporter.put(f"/api/v1/reports/{report_id}", body)

    page = browse(app, person("county_reviewer")).get(f"/reports/{report_id}").text

    assert 'data-rule="V19"' in page


def test_the_browser_gets_the_same_facts_and_says_the_same(app, person, reporter, disaster):
    people_live_here(app, 1000)
    sleep_in_the_shelters(person, disaster, 30)
    land_is_farmed(person, "250.5")
    page = browse(app, reporter).get(f"/reports/new?area={TOWNSHIP}").text
    [known] = re.findall(r'id="report-rules">(.*?)</script>', page, re.S)
    values = CENTRAL | {"affected": 1001, "crop_affected": 251}
    script = """
        const [module, known, values] = process.argv.slice(1);
        const { check } = await import(module);
        const { corpus, previous, context } = JSON.parse(known);
        const found = check(corpus, JSON.parse(values), { previous, context });
        console.log(JSON.stringify(found.map((each) => [each.rule, each.field])));
    """
    module = str(ROOT / "static/js/reports/rules.js")
    answer = subprocess.run(
        ["node", "--input-type=module", "-e", script, module, known, json.dumps(values)],
        capture_output=True, text=True, check=True, timeout=20,
    )  # fmt: skip

    in_the_browser = {tuple(each) for each in json.loads(answer.stdout)}
    assert {("V15", "relocated_central_rt"), ("V19", "affected"), ("V26", "crop_affected")} <= (
        in_the_browser
    )
    assert in_the_browser == rules(filed(reporter, disaster, values))


def test_more_people_than_live_in_the_area_above_are_a_slip(person, reporter, disaster):
    """The made-up county has 500,000; how many live in its township nobody has imported."""
    report_id = new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 99_999_999},
    }  # fmt: skip
    answer = reporter.put(f"/api/v1/reports/{report_id}", body)

    assert answer.status_code == 422
    assert [each["code"] for each in answer.json["errors"]] == ["V29"]
    assert "500000" in answer.json["errors"][0]["message"].replace(",", "")
    assert filed(reporter, disaster, {"affected": 500_000}) is not None
