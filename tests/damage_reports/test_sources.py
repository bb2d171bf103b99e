"""Several sources for one figure: one counts by a stated rule, none are ever added together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from damage_reports.models import Report, ReportValue
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from tests.conftest import MORNING, new_id
from tests.damage_reports.sources import (
    affected,
    choose,
    events,
    instant,
    order_of,
    said,
    total,
    traced,
)
from tests.damage_reports.test_rounds import FIRST, SECOND, file, judge, open_round
from tests.factories.city import (
    CITY,
    COUNTY,
    FAR_TOWNSHIP,
    NEIGHBOUR,
    OTHER_COUNTY,
    TOWNSHIP,
    ZONE_CODE,
)


@pytest.fixture
def reporter(person):
    return person("township_reporter")


@pytest.fixture
def bureau(person):
    return person("bureau_liaison")


@pytest.fixture
def city(person):
    return person("city_reviewer")


# --- the promise itself


def test_of_three_conflicting_sources_only_the_chosen_one_is_in_the_total(
    reporter, bureau, city, disaster
):
    file(reporter, disaster, TOWNSHIP, affected=300)
    file(reporter, disaster, NEIGHBOUR, affected=40)
    said(bureau, disaster, "water", 500)
    said(bureau, disaster, "housing", 120)
    assert affected(city, disaster) == 340, "nothing was set: the reports count"

    choose(city, disaster, "water", "housing", "report", indicator="affected")
    found = total(city, disaster)
    assert found["values"]["affected"] == 540
    assert found["mixed"] == {"affected": {"water": 1}} and found["sources"] == {}
    township = total(city, disaster, TOWNSHIP)
    assert (township["values"]["affected"], township["sources"]) == (500, {"affected": "water"})


def test_changing_the_rule_derives_every_total_anew_and_leaves_the_past_alone(
    reporter, bureau, city, disaster
):
    file(reporter, disaster, TOWNSHIP, affected=300)
    said(bureau, disaster, "water", 500)
    said(bureau, disaster, "housing", 120)
    before_any = instant()
    first = choose(city, disaster, "water", "report", reason="水利复核过")
    under_first = instant()
    choose(city, disaster, "housing", "water", "report", base=first, reason="改以住建为准")

    areas = (TOWNSHIP, COUNTY, CITY)
    assert [affected(city, disaster, area) for area in areas] == [120] * 3
    assert [affected(city, disaster, a, known_at=under_first) for a in areas] == [500] * 3
    assert [affected(city, disaster, a, known_at=before_any) for a in areas] == [300] * 3
    rules = city.get(f"/api/v1/source-rules?disaster={disaster['id']}&area={CITY}").json["rules"]
    assert [(x["sources"][0], x["reason"], x["current"]) for x in rules] == [
        ("housing", "改以住建为准", True), ("water", "水利复核过", False),
    ]  # fmt: skip
    assert all(each["set_by"] and each["set_from"] for each in rules)
    assert events("source_rule.set") == ["source_rule.set"] * 2


def test_a_claim_that_comes_later_changes_no_total_that_was_known_before(
    reporter, bureau, city, disaster
):
    file(reporter, disaster, TOWNSHIP, affected=300)
    choose(city, disaster, "water", "report")
    first = said(bureau, disaster, value=500)
    then = instant()
    said(bureau, disaster, value=700, base=first)

    assert affected(city, disaster) == 700
    assert affected(city, disaster, known_at=then) == 500


def test_the_trace_says_which_source_counted_what_the_others_said_and_by_whose_rule(
    reporter, bureau, city, disaster
):
    file(reporter, disaster, TOWNSHIP, affected=300)
    said(bureau, disaster, "water", 500, note="实测")
    said(bureau, disaster, "housing", 120)
    assert traced(city, disaster)["rule"] is None
    rule = choose(city, disaster, "water", "report", group="people", reason="会商第3次")

    found = traced(city, disaster)
    assert (found["value"], found["source"]) == (500, "water")
    assert [(x["source"], x["value"], x["counts"]) for x in found["said"]] == [
        ("report", 300, False), ("water", 500, True), ("housing", 120, False),
    ]  # fmt: skip
    assert found["said"][1]["note"] == "实测" and found["said"][1]["filed_by"]
    assert (found["rule"]["id"], found["rule"]["reason"]) == (rule, "会商第3次")
    assert (found["rule"]["area_code"], found["rule"]["group"]) == (CITY, "people")
    assert found["rule"]["set_by"]
    above = traced(city, disaster, COUNTY)
    assert (above["value"], above["source"], above["mixed"]) == (500, "report", {"water": 1})
    by_code = {each["area_code"]: each for each in above["below"]}
    assert (by_code[TOWNSHIP]["value"], by_code[TOWNSHIP]["source"]) == (500, "water")


def test_the_trace_of_the_past_is_of_the_past(reporter, bureau, city, disaster):
    file(reporter, disaster, TOWNSHIP, affected=300)
    then = instant()
    said(bureau, disaster, "water", 500)
    choose(city, disaster, "water", "report")

    found = traced(city, disaster, known_at=then)
    assert (found["value"], found["source"], found["rule"]) == (300, "report", None)
    assert [each["source"] for each in found["said"]] == ["report"]


# --- what a rule may do


def test_a_rule_for_a_county_says_nothing_beside_it(reporter, bureau, city, disaster):
    for area in (TOWNSHIP, FAR_TOWNSHIP):
        file(reporter, disaster, area, affected=10)
        said(bureau, disaster, value=100, area_code=area)
    choose(city, disaster, "water", "report", area=COUNTY)

    assert [affected(city, disaster, each) for each in (COUNTY, OTHER_COUNTY, CITY)] == [
        100, 10, 110,
    ]  # fmt: skip


def test_a_countys_claim_stands_for_all_its_townships_and_is_never_added(
    reporter, bureau, city, disaster
):
    file(reporter, disaster, TOWNSHIP, affected=300)
    file(reporter, disaster, FAR_TOWNSHIP, affected=7)
    said(bureau, disaster, value=500, area_code=COUNTY)
    said(bureau, disaster, value=450, area_code=TOWNSHIP)
    choose(city, disaster, "water", "report")

    county = total(city, disaster, COUNTY)
    assert (county["values"]["affected"], county["sources"]) == (500, {"affected": "water"})
    assert county["known"]["affected"] == county["expected"]
    assert affected(city, disaster, TOWNSHIP) == 450
    assert affected(city, disaster) == 507


def test_the_report_first_leaves_only_its_holes_to_the_others(reporter, bureau, city, disaster):
    file(reporter, disaster, TOWNSHIP, affected=300)
    said(bureau, disaster, value=500)
    said(bureau, disaster, value=60, area_code=NEIGHBOUR)
    choose(city, disaster, "report", "water")

    assert affected(city, disaster, TOWNSHIP) == 300
    assert affected(city, disaster, NEIGHBOUR) == 60
    found = total(city, disaster, COUNTY)
    assert (found["values"]["affected"], found["known"]["affected"]) == (360, 2)
    assert found["reported"] == 1, "a claim is no report"


def test_a_source_that_no_longer_knows_makes_room_for_the_next(reporter, bureau, city, disaster):
    file(reporter, disaster, TOWNSHIP, affected=300)
    first = said(bureau, disaster, value=500)
    choose(city, disaster, "water", "report")
    said(bureau, disaster, value=None, base=first)

    assert affected(city, disaster) == 300


def test_a_rule_taken_back_leaves_the_one_above_it(reporter, bureau, city, disaster):
    file(reporter, disaster, TOWNSHIP, affected=300)
    said(bureau, disaster, "water", 500)
    said(bureau, disaster, "housing", 120)
    choose(city, disaster, "water", "report")
    here = choose(city, disaster, "housing", "report", area=COUNTY)
    assert affected(city, disaster) == 120
    choose(city, disaster, area=COUNTY, base=here, reason="按全市")

    assert affected(city, disaster) == 500
    again = city.put(f"/api/v1/source-rules/{new_id()}", order_of(disaster, area=OTHER_COUNTY))
    assert (again.status_code, again.json["code"]) == (409, "illegal_transition")


def test_a_silent_zone_code_with_a_claim_counts_and_is_not_expected(
    bureau, city, reporter, disaster
):
    file(reporter, disaster, TOWNSHIP, affected=300)
    said(bureau, disaster, value=9, area_code=ZONE_CODE)
    choose(city, disaster, "water", "report")

    found = total(city, disaster, COUNTY)
    assert found["values"]["affected"] == 309
    assert (found["known"]["affected"], found["expected"]) == (1, 2)


def test_on_the_accepted_basis_a_report_counts_as_it_was_judged(
    reporter, bureau, city, person, disaster
):
    report = file(reporter, disaster, TOWNSHIP, affected=300)
    said(bureau, disaster, value=500, area_code=NEIGHBOUR)
    choose(city, disaster, "report", "water")
    assert affected(city, disaster, basis="accepted") == 500
    order = {"id": new_id(), "action": "own", "reason": "核定", "values": {"affected": 280}}
    reviewer = person("county_reviewer")
    assert reviewer.put(f"/api/v1/reports/{report}/verdict", order).status_code == 201

    assert affected(city, disaster, basis="accepted") == 780
    assert affected(city, disaster) == 800


def test_a_summary_keeps_the_sources_it_was_made_of_and_says_what_changed_since(
    reporter, bureau, city, person, browse, disaster
):
    open_round(person("duty_officer"), disaster)
    file(reporter, disaster, TOWNSHIP, affected=300)
    claim = said(bureau, disaster, value=500)
    rule = choose(city, disaster, "water", "report")
    summary = new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": COUNTY, "round": FIRST, "basis": "reported",
    }  # fmt: skip
    assert person("county_reviewer").put(f"/api/v1/summaries/{summary}", body).status_code == 201
    signed = city.get(f"/api/v1/summaries/{summary}").json
    assert signed["deltas"] == [] and '"affected":"water' in signed["content"]

    said(bureau, disaster, value=700, base=claim)
    choose(city, disaster, "report", base=rule)
    after = city.get(f"/api/v1/summaries/{summary}").json
    assert after["content"] == signed["content"]
    assert {(each["signed"], each["now"]) for each in after["deltas"]} == {(500, 300)}
    page = browse("city_reviewer").get(f"/reports/summaries/{summary}").text
    assert "取数规则" in page and "水利部门" in page and "没有订正" not in page


# --- two times


def test_what_a_source_said_of_an_earlier_time_stays_true_of_it(reporter, bureau, city, disaster):
    file(reporter, disaster, TOWNSHIP, affected=300)
    choose(city, disaster, "water", "report")
    first = said(bureau, disaster, value=500, hour=0)
    said(bureau, disaster, value=700, hour=2, base=first)

    at = (MORNING + timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert affected(city, disaster, at=at) == 500
    assert affected(city, disaster) == 700


def test_a_correction_of_an_earlier_time_takes_back_what_was_said_of_later_ones(
    reporter, bureau, city, disaster
):
    choose(city, disaster, "water", "report")
    first = said(bureau, disaster, value=500, hour=2)
    known = instant()
    said(bureau, disaster, value=80, hour=1, base=first)

    assert affected(city, disaster) == 80
    assert affected(city, disaster, known_at=known) == 500


def test_a_claim_leaves_the_townships_own_report_untouched(reporter, bureau, city, disaster):
    report = file(reporter, disaster, TOWNSHIP, affected=300)
    choose(city, disaster, "water", "report")
    said(bureau, disaster, value=500)

    shown = city.get(f"/api/v1/reports/{report}").json
    assert shown["values"]["affected"] == 300
    with act_as(SYSTEM), db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Report)) == 1
        assert session.scalar(select(func.count()).select_from(ReportValue)) == 1


def test_a_returned_report_makes_room_for_what_the_rule_puts_next(
    reporter, bureau, city, person, disaster
):
    report = file(reporter, disaster, TOWNSHIP, affected=300, code=SECOND)
    said(bureau, disaster, value=60)
    choose(city, disaster, "report", "water")
    assert affected(city, disaster) == 300
    judge(person("county_reviewer"), report, "return", "请核实")

    assert affected(city, disaster) == 60
