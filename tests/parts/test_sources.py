"""Parts with sources and rules of their own: chosen in each disaster first, only then added."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import MORNING
from tests.damage_reports.sources import choose, instant, said, total, traced
from tests.damage_reports.test_live_totals import agree
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, NEIGHBOUR, TOWNSHIP
from tests.parts.acts import done, file, join, split


@pytest.fixture
def bureau(person):
    return person("bureau_liaison")


@pytest.fixture
def city(person):
    return person("city_reviewer")


@pytest.fixture
def filled(reporter, disaster, flood):
    """Let two townships have figures of the typhoon and one of them of the flood as well."""
    file(reporter, disaster, TOWNSHIP, affected=300)
    file(reporter, disaster, NEIGHBOUR, affected=40)
    file(reporter, flood, TOWNSHIP, affected=7)
    return disaster


def affected(caller, disaster, area=CITY, **asked):
    return total(caller, disaster, area, **asked)["values"].get("affected")


def origins(caller, disaster, area=CITY):
    path = f"/api/v1/rollup/trace?disaster={disaster['id']}&area={area}&indicator=affected"
    found = caller.get(path).json["sources"]
    return sorted((each["area_code"], each["source"], each["value"]) for each in found)


def test_a_part_is_chosen_by_its_own_rules_and_then_added(officer, bureau, city, filled, flood):
    said(bureau, filled, "water", 500)
    claim = said(bureau, flood, "water", 9)
    choose(city, flood, "water", "report")
    done(join(officer, filled, flood))

    assert affected(city, filled) == 300 + 40 + 9, "the typhoon has no rule: its report counts"
    found = total(city, filled, TOWNSHIP)
    assert (found["values"]["affected"], found["mixed"]) == (309, {"affected": {"water": 1}})
    assert (found["expected"], found["reported"], found["known"]["affected"]) == (1, 1, 1)
    assert [each["values"]["affected"] for each in total(city, filled)["parts"]] == [340, 9]
    agree(filled)

    choose(city, filled, "water", "report")
    assert affected(city, filled) == 500 + 40 + 9
    assert total(city, filled)["mixed"] == {"affected": {"water": 2}}
    agree(filled)
    said(bureau, flood, "water", 11, hour=1, base=claim)
    assert affected(city, filled) == 500 + 40 + 11, "a part's new figure is in the whole at once"
    agree(filled)


def test_a_countys_figure_in_one_part_is_added_to_the_townships_of_the_other(
    officer, bureau, city, filled, flood
):
    said(bureau, filled, "water", 1000, area_code=COUNTY)
    choose(city, filled, "water", "report", area=COUNTY)
    done(join(officer, filled, flood))

    found = total(city, filled, COUNTY)
    assert found["values"]["affected"] == 1007, "340 reported there is not added to the claim"
    assert found["mixed"] == {"affected": {"water": 1}} and found["sources"] == {}
    assert affected(city, filled) == 1007
    assert origins(city, filled) == [(COUNTY, "water", 1000), (TOWNSHIP, "report", 7)]
    agree(filled)


def test_both_times_hold_for_the_join_and_for_the_rule(officer, bureau, city, filled, flood):
    before = instant()
    done(join(officer, filled, flood))
    joined = instant()
    said(bureau, flood, "water", 9, hour=2)
    choose(city, flood, "water", "report")

    assert affected(city, filled, known_at=before) == 340
    assert affected(city, filled, known_at=joined) == 347
    assert affected(city, filled) == 349
    earlier = (MORNING + timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert affected(city, filled, at=earlier) == 347, "what the water bureau said is of later"


def test_both_traces_say_their_part(officer, bureau, city, filled, flood, browse):
    said(bureau, flood, "water", 9)
    choose(city, flood, "water", "report")
    done(join(officer, filled, flood))

    whole = traced(city, filled, TOWNSHIP)
    assert (whole["value"], whole["rule"]) == (309, None), "the rule is the part's own"
    assert [(each["value"], each["source"]) for each in whole["parts"]] == [
        (300, "report"), (9, "water"),
    ]  # fmt: skip
    part = traced(city, flood, TOWNSHIP)
    assert (part["value"], part["source"], part["parts"]) == (9, "water", [])
    assert part["rule"]["sources"] == ["water", "report"]
    assert origins(city, filled, TOWNSHIP) == [
        (TOWNSHIP, "report", 300), (TOWNSHIP, "water", 9),
    ]  # fmt: skip
    page = browse(f"county_reviewer@{CITY}")
    asked = f"disaster={filled['id']}&area={TOWNSHIP}&indicator=affected"
    reports, sources = (
        page.get(f"/reports/trace?{asked}"),
        page.get(f"/reports/sources/figure?{asked}"),
    )
    assert "/reports/sources/figure?" in reports.text and "/reports/trace?" in sources.text
    assert "各部分有各自的取数规则" in sources.text


def test_a_township_split_off_takes_what_is_said_of_it_along(officer, bureau, city, filled, flood):
    said(bureau, filled, "water", 50, area_code=NEIGHBOUR)
    choose(city, filled, "water", "report")
    refused = split(officer, filled, flood, NEIGHBOUR)
    assert refused.status_code == 409, "the flood would count the report instead"
    assert affected(city, filled) + affected(city, flood) == 350 + 7

    choose(city, flood, "water", "report")
    done(split(officer, filled, flood, NEIGHBOUR))
    assert (affected(city, filled), affected(city, flood)) == (300, 57)
    agree(filled)
    agree(flood)
    done(split(officer, flood, filled, NEIGHBOUR))
    assert (affected(city, filled), affected(city, flood)) == (350, 7)


def test_a_countys_single_figure_is_split_off_whole_or_not_at_all(
    officer, bureau, city, reporter, disaster, flood
):
    file(reporter, disaster, FAR_TOWNSHIP, affected=2)
    said(bureau, disaster, "water", 1000, area_code=COUNTY)
    for each in (disaster, flood):
        choose(city, each, "water", "report")

    assert split(officer, disaster, flood, NEIGHBOUR).status_code == 409
    done(split(officer, disaster, flood, COUNTY))
    assert (affected(city, disaster), affected(city, flood)) == (2, 1000)


def test_what_another_source_told_the_other_disaster_is_not_hidden_by_a_split(
    officer, bureau, disaster, flood
):
    said(bureau, flood, "water", 50, area_code=NEIGHBOUR)
    assert split(officer, disaster, flood, NEIGHBOUR).status_code == 409
