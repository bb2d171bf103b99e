"""Every difference beyond the threshold stands in the queue once, until somebody has looked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from damage_reports.models import GapSettlement
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from tests.conftest import new_id
from tests.damage_reports.sources import (
    affected,
    choose,
    gaps,
    said,
    settle,
    total,
    traced,
)
from tests.damage_reports.test_rounds import FIRST, file
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP


@pytest.fixture
def reporter(person):
    return person("township_reporter")


@pytest.fixture
def bureau(person):
    return person("bureau_liaison")


@pytest.fixture
def city(person):
    return person("city_reviewer")


@pytest.fixture
def conflict(reporter, bureau, disaster):
    """Return the ids of the report and the two claims of one township, three figures apart."""
    return (
        file(reporter, disaster, TOWNSHIP, affected=300),
        said(bureau, disaster, "water", 500),
        said(bureau, disaster, "housing", 120),
    )


def lines(found) -> list[tuple[str, str]]:
    return [(each["area_code"], each["indicator"]) for each in found]


def attention(caller, disaster, area=CITY):
    found = caller.get(f"/api/v1/attention?disaster={disaster['id']}&area={area}").json["attention"]
    return [each for each in found if each["kind"] == "gaps"]


def test_three_sources_that_differ_are_one_line(conflict, city, disaster):
    found = gaps(city, disaster)

    assert lines(found) == [(TOWNSHIP, "affected")]
    assert found[0]["values"] == {"report": 300, "water": 500, "housing": 120}
    assert (found[0]["difference"], found[0]["percent"]) == (380, 76)
    assert (found[0]["counts"], found[0]["settled"]) == ("report", None)


def test_what_differs_no_more_than_it_may_is_no_line(reporter, bureau, city, disaster):
    file(reporter, disaster, TOWNSHIP, affected=100)
    said(bureau, disaster, "water", 80)  # a fifth: not more than the share
    file(reporter, disaster, NEIGHBOUR, affected=6)
    said(bureau, disaster, "water", 2, area_code=NEIGHBOUR)  # four people
    said(bureau, disaster, "water", 9, area_code=FAR_TOWNSHIP)  # nobody else says anything

    assert gaps(city, disaster) == []


def test_of_the_dead_one_is_enough(reporter, bureau, city, disaster):
    file(reporter, disaster, TOWNSHIP, values={"deaths": 100, "affected": 1000})
    said(bureau, disaster, "water", 101, indicator="deaths")
    said(bureau, disaster, "water", 999, indicator="affected")

    assert lines(gaps(city, disaster)) == [(TOWNSHIP, "deaths")]


def test_the_threshold_is_a_parameter(conflict, city, person, disaster):
    for key, value in (("figures.gap_percent", 90), ("figures.gap_percent.affected", 80)):
        body = {
            "key": key, "value": value, "unit": "%", "effective_from": "2013-10-01",
            "area_code": CITY, "source": "市防指", "confidence": "D",
        }  # fmt: skip
        answer = person("system_admin").put(f"/api/v1/parameters/{new_id()}", body)
        assert answer.status_code == 201, answer.json

    assert gaps(city, disaster) == []


def test_every_gap_is_queued_once_for_its_own_area(reporter, bureau, city, disaster):
    for area in (TOWNSHIP, NEIGHBOUR, FAR_TOWNSHIP):
        file(reporter, disaster, area, affected=100)
        said(bureau, disaster, "water", 300, area_code=area)
    said(bureau, disaster, "water", 900, area_code=COUNTY)

    assert sorted(lines(gaps(city, disaster))) == sorted(
        (area, "affected") for area in (TOWNSHIP, NEIGHBOUR, FAR_TOWNSHIP, COUNTY)
    )
    county = next(x for x in gaps(city, disaster) if x["area_code"] == COUNTY)
    assert county["values"] == {"report": 200, "water": 900}
    assert lines(gaps(city, disaster, OTHER_COUNTY)) == [(FAR_TOWNSHIP, "affected")]
    assert gaps(city, disaster, indicator="deaths") == []


def test_the_rule_changes_no_difference_and_no_difference_is_added_up(conflict, city, disaster):
    before = gaps(city, disaster)
    choose(city, disaster, "water", "housing", "report")

    after = gaps(city, disaster)
    assert [x["values"] for x in after] == [x["values"] for x in before]
    assert after[0]["counts"] == "water"
    assert affected(city, disaster) == 500


def test_a_person_who_has_looked_settles_it_and_a_new_figure_brings_it_back(
    conflict, bureau, city, disaster
):
    values = gaps(city, disaster)[0]["values"]
    assert settle(city, disaster, "report", values).status_code == 201
    assert gaps(city, disaster) == []
    done = gaps(city, disaster, settled=1)
    assert (done[0]["settled"]["source"], done[0]["settled"]["kept"]) == ("report", True)
    assert done[0]["settled"]["reason"] == "现场复核" and done[0]["settled"]["settled_by"]
    assert affected(city, disaster) == 300

    said(bureau, disaster, "water", 510, base=conflict[1])
    assert lines(gaps(city, disaster)) == [(TOWNSHIP, "affected")]


def test_a_new_report_brings_it_back_too(conflict, reporter, city, disaster):
    settle(city, disaster, "report", gaps(city, disaster)[0]["values"])
    assert gaps(city, disaster) == []
    file(reporter, disaster, TOWNSHIP, affected=310, base=conflict[0])

    assert lines(gaps(city, disaster)) == [(TOWNSHIP, "affected")]


def test_another_source_may_be_chosen_for_this_figure_of_this_area_alone(
    conflict, reporter, bureau, city, disaster
):
    said(bureau, disaster, "housing", 70, area_code=NEIGHBOUR)
    file(reporter, disaster, NEIGHBOUR, affected=40)
    values = next(x for x in gaps(city, disaster) if x["area_code"] == TOWNSHIP)["values"]
    answer = settle(city, disaster, "housing", values, reason="住建逐户核过")
    assert answer.status_code == 201, answer.json

    assert affected(city, disaster, TOWNSHIP) == 120
    assert affected(city, disaster, NEIGHBOUR) == 40
    assert affected(city, disaster) == 160
    found = traced(city, disaster)
    assert (found["source"], found["rule"]["only_here"]) == ("housing", True)
    assert found["rule"]["reason"] == "住建逐户核过"
    assert found["rule"]["sources"] == ["housing", "report"]
    assert [(x["source"], x["kept"]) for x in found["settlements"]] == [("housing", False)]
    with act_as(SYSTEM), db.reading() as session:
        names = list(session.scalars(select(EventRow.name).order_by(EventRow.seq.desc()).limit(2)))
    assert sorted(names) == ["figure_gap.settled", "source_rule.set"]


def test_a_countys_own_choice_leaves_its_townships_alone(reporter, bureau, person, disaster):
    city = person("city_reviewer")
    file(reporter, disaster, TOWNSHIP, affected=300)
    said(bureau, disaster, "water", 310)
    said(bureau, disaster, "water", 900, area_code=COUNTY)
    settle(city, disaster, "water", {"report": 300, "water": 900}, area=COUNTY)

    assert affected(city, disaster, COUNTY) == 900
    assert total(city, disaster, TOWNSHIP)["sources"] == {}
    assert affected(city, disaster, TOWNSHIP) == 300
    low = person(f"county_reviewer@{COUNTY}")
    order = {"report": 300, "water": 900}
    assert settle(low, disaster, "report", order, area=COUNTY).status_code == 404


def test_a_second_choice_takes_the_place_of_the_first(conflict, city, disaster):
    values = gaps(city, disaster)[0]["values"]
    settle(city, disaster, "housing", values)
    settle(city, disaster, "water", values)
    assert affected(city, disaster) == 500
    assert settle(city, disaster, "water", values).status_code == 201

    decided = traced(city, disaster)["settlements"]
    assert [(x["source"], x["kept"]) for x in decided] == [
        ("water", True), ("water", False), ("housing", False),
    ]  # fmt: skip


def test_figures_that_changed_while_somebody_thought_are_said(conflict, bureau, city, disaster):
    values = gaps(city, disaster)[0]["values"]
    said(bureau, disaster, "water", 700, base=conflict[1])

    answer = settle(city, disaster, "water", values)
    assert (answer.status_code, answer.json["code"]) == (412, "stale_base")
    assert answer.json["fields"] == [{"field": "water", "base": None, "theirs": 700, "yours": 500}]


def test_whoever_filed_a_figure_does_not_choose_it(conflict, person, disaster):
    both = person("duty_officer", "county_reviewer")
    values = {"report": 300, "water": 500, "housing": 120, "power": 999}
    said(both, disaster, "power", 999)

    assert settle(both, disaster, "power", values).status_code == 403
    assert settle(both, disaster, "water", values).status_code == 201


@pytest.mark.parametrize(
    ("source", "more", "status"),
    [
        ("model", {}, 422),
        ("water", {"reason": ""}, 422),
        ("water", {"reason": " "}, 422),
        ("water", {"values": {}}, 412),
        ("water", {"values": {"report": -1}}, 422),
        ("water", {"indicator": "deaths"}, 409),
        ("water", {"indicator": "nothing"}, 409),
        ("water", {"area_code": NEIGHBOUR}, 409),
        ("water", {"area_code": CITY}, 409),
    ],
)
def test_a_bad_decision_is_refused_in_words(conflict, city, disaster, source, more, status):
    figures = {"values": {"report": 300, "water": 500, "housing": 120}}
    answer = settle(city, disaster, source, **figures | more)

    assert (answer.status_code, bool(answer.json["detail"])) == (status, True)
    with act_as(SYSTEM), db.reading() as session:
        assert session.scalars(select(GapSettlement)).all() == []


def test_a_neighbour_is_told_nothing_and_decides_nothing(conflict, person, disaster):
    beside = person(f"county_reviewer@{OTHER_COUNTY}")
    assert gaps(beside, disaster, OTHER_COUNTY) == []
    assert attention(beside, disaster) == []
    refused = beside.get(f"/api/v1/figure-gaps?disaster={disaster['id']}&area={COUNTY}")
    assert refused.status_code == 404
    values = {"report": 300, "water": 500, "housing": 120}
    assert settle(beside, disaster, "water", values).status_code == 404
    below = person(f"township_reviewer@{TOWNSHIP}")
    assert settle(below, disaster, "water", values).status_code == 404


def test_the_attention_queue_has_one_line_for_all_of_them_and_a_new_one_brings_it_back(
    conflict, reporter, bureau, person, disaster
):
    officer = person("duty_officer")
    file(reporter, disaster, FAR_TOWNSHIP, affected=100)
    said(bureau, disaster, "water", 300, area_code=FAR_TOWNSHIP)

    found = attention(officer, disaster)
    assert len(found) == 1 and "2 项" in found[0]["title"]
    assert "/reports/sources?" in found[0]["href"]
    county = person(f"duty_officer@{COUNTY}")
    assert "1 项" in attention(county, disaster, COUNTY)[0]["title"]
    mark = f"/api/v1/attention/{found[0]['id']}/mark?disaster={disaster['id']}&area={CITY}"
    assert officer.put(mark, {"act": "settle"}).status_code in (200, 201)
    assert attention(officer, disaster) == []
    said(bureau, disaster, "water", 300, area_code=NEIGHBOUR)
    said(bureau, disaster, "housing", 30, area_code=NEIGHBOUR)
    assert "3 项" in attention(officer, disaster)[0]["title"]


def test_where_nobody_says_anything_there_is_nothing_to_look_at(reporter, city, disaster):
    file(reporter, disaster, TOWNSHIP, code=FIRST, affected=300)
    assert gaps(city, disaster) == [] and attention(city, disaster) == []
