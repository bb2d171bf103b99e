"""A correction that is returned leaves the accepted report standing, not a hole."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from damage_reports.queries import proof
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from tests.conftest import MORNING, new_id
from tests.damage_reports.test_rounds import judge
from tests.factories.city import COUNTY, TOWNSHIP
from tests.reporting import open_round

ACCEPTED = {"affected": 100, "deaths": 3}


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def county(person):
    return person(f"county_reviewer@{COUNTY}")


@pytest.fixture
def send(reporter, disaster, person):
    open_round(person, disaster, "r1")

    def put(values, *, status=200, **more):
        body = {
            "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
            "as_of": MORNING.isoformat(), "values": values,
        } | more  # fmt: skip
        report_id = new_id()
        answer = reporter.put(f"/api/v1/reports/{report_id}", body)
        assert answer.status_code == status, answer.json
        return report_id

    return put


@pytest.fixture
def returned(send, county):
    """Accept a report, file a correction, return that; give the ids of both."""
    first = send(ACCEPTED, status=201)
    judge(county, first, "accept")
    second = send(ACCEPTED | {"affected": 140}, base=first)
    judge(county, second, "return", "重核")
    return first, second


def total(who, disaster, area=COUNTY, **more):
    query = "".join(f"&{key}={value}" for key, value in more.items())
    answer = who.get(f"/api/v1/rollup?disaster={disaster['id']}&area={area}{query}")
    assert answer.status_code == 200, answer.json
    return answer.json["values"]


def holds_true():
    with act_as(SYSTEM), db.reading() as session:
        return proof.totals_disagree(session)


def test_the_accepted_report_counts_again_on_both_bases(returned, county, disaster):
    for area in (TOWNSHIP, COUNTY):
        assert total(county, disaster, area) == ACCEPTED
        assert total(county, disaster, area, basis="accepted") == ACCEPTED
    assert holds_true() == []


def test_the_page_the_trace_and_the_reports_it_is_made_of_lead_to_it(
    returned, county, disaster, browse
):
    first, second = returned
    page = browse(f"county_reviewer@{COUNTY}").get(f"/reports/{second}").text
    assert "以已核定的版本为准" in page and f"/reports/{first}" in page
    asked = f"disaster={disaster['id']}&area={TOWNSHIP}&indicator=deaths"

    assert county.get(f"/api/v1/figure-trace?{asked}").json["value"] == 3
    origins = county.get(f"/api/v1/rollup/trace?{asked}").json
    assert [each["report_id"] for each in origins["sources"]] == [first]


def test_the_board_still_asks_for_the_correction(returned, county, disaster):
    board = county.get(f"/api/v1/rounds/board?disaster={disaster['id']}&area={COUNTY}&round=r1")
    rows = [row for block in board.json["counties"] for row in block["townships"]]

    assert [row["standing"] for row in rows if row["area_code"] == TOWNSHIP] == ["returned"]


def test_what_was_known_while_the_correction_counted_stays_known(send, county, disaster):
    with time_machine.travel(MORNING, tick=False) as clock:
        first = send(ACCEPTED, status=201)
        judge(county, first, "accept")
        clock.shift(timedelta(hours=1))
        earlier = (MORNING - timedelta(hours=1)).isoformat()
        second = send(ACCEPTED | {"affected": 140}, base=first, as_of=earlier,
                      reasons={"as_of": "时间写错"})  # fmt: skip
        clock.shift(timedelta(hours=1))
        judge(county, second, "return", "重核")
        clock.shift(timedelta(hours=1))
    people = [
        total(county, disaster, known_at=f"{MORNING + timedelta(minutes=m):%Y-%m-%dT%H:%M:%SZ}")
        .get("affected")
        for m in (30, 90, 150)
    ]  # fmt: skip

    assert people == [100, 140, 100]


def test_the_next_correction_takes_its_place_and_is_counted_once(returned, send, county, disaster):
    _first, second = returned
    third = send(ACCEPTED | {"affected": 120}, base=second, reasons={"affected": "重核"})

    assert total(county, disaster)["affected"] == 120
    assert total(county, disaster, basis="accepted")["affected"] == 100
    judge(county, third, "accept")
    assert total(county, disaster, basis="accepted")["affected"] == 120
    assert holds_true() == []


def test_a_returned_correction_of_what_was_never_accepted_leaves_nothing(send, county, disaster):
    first = send(ACCEPTED, status=201)
    second = send(ACCEPTED | {"affected": 140}, base=first)
    judge(county, second, "return", "重核")

    assert total(county, disaster) == {}


def test_the_accepted_one_may_be_returned_as_well_then_nothing_counts(returned, county, disaster):
    first, _second = returned
    judge(county, first, "return", "重核")

    assert total(county, disaster) == {} == total(county, disaster, basis="accepted")


def test_a_fall_after_a_returned_correction_still_says_why(returned, send):
    _first, second = returned
    send({"affected": 140, "deaths": 0}, base=second, status=422)
