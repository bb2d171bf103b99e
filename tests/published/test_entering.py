"""Published figures over the API: entered, put right, refused, and read beside our own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import MORNING, new_id
from tests.factories.city import CITY, COUNTY, TOWNSHIP
from tests.factories.published import API, figure, published_body
from tests.rosters.test_rows import events_named


@pytest.fixture
def officer(person):
    return person("duty_officer")


def listed(caller, disaster_id):
    return caller.get(f"{API}?disaster={disaster_id}").json["published"]


def test_what_was_published_stands_beside_what_the_reports_add_up_to(officer, disaster, report):
    report(disaster["id"], TOWNSHIP, affected=10, collapsed_rooms=3, severe_rooms=4)
    figures = [
        figure(),
        figure(heading="倒塌或严重损坏房屋", value="7", add=["collapsed_rooms", "severe_rooms"]),
        figure(heading="受灾县", value="11", count="county", note="今天的乡镇"),
        figure(heading="另有", value="0.0050", add=[]),
    ]
    body = published_body(disaster["id"], figures=figures)
    assert officer.put(f"{API}/{new_id()}", body).status_code == 201

    (found,) = listed(officer, disaster["id"])
    assert (found["area_code"], found["source"]) == (CITY, "市政府通报")
    told = [(each["published"], each["here"], each["difference"]) for each in found["figures"]]
    assert told == [(12, 10, -2), (7, 7, 0), (11, 1, -10), (0.005, None, None)]
    assert found["figures"][2]["note"] == "今天的乡镇"


def test_our_own_figure_is_that_of_the_same_instant(officer, disaster, report):
    officer.put(f"{API}/{new_id()}", published_body(disaster["id"]))
    report(disaster["id"], TOWNSHIP, affected=12)
    report(disaster["id"], TOWNSHIP, hours=2, affected=99)

    (found,) = listed(officer, disaster["id"])
    assert found["figures"][0]["here"] == 12


def test_it_is_put_right_on_its_revision_and_each_time_one_event_says_so(officer, disaster):
    path, body = f"{API}/{new_id()}", published_body(disaster["id"])
    first, again = officer.put(path, body), officer.put(path, body)
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)

    better = body | {"source": "更正"}
    assert officer.put(path, better).status_code == 409
    assert officer.put(path, better, If_Match='"1"').status_code == 200
    assert officer.put(path, body | {"source": "迟"}, If_Match='"1"').status_code == 412
    assert officer.put(path, body | {"source": "空"}).status_code == 428
    assert listed(officer, disaster["id"])[0]["source"] == "更正"
    assert len(events_named("published.entered")) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"area_code": TOWNSHIP}, "area_code"),
        ({"as_of": "2999-01-01T00:00:00Z"}, "as_of"),
        ({"figures": []}, "figures"),
        ({"figures": [figure(add=["nonsense"])]}, "figures.0.add"),
        ({"figures": [figure(), figure(count="county", add=[])]}, "figures.1.add"),
        ({"figures": [figure(value="-1")]}, "figures.0.value"),
        ({"figures": [figure(value=True)]}, "figures.0.value"),
        ({"figures": [figure(value="NaN")]}, "figures.0.value"),
        ({"figures": [figure(times=0)]}, "figures.0.times"),
        ({"figures": [figure(count="village")]}, "figures.0.count"),
        ({"source": ""}, "source"),
    ],
)
def test_what_cannot_be_taken_names_its_field(officer, disaster, wrong, field):
    answer = officer.put(f"{API}/{new_id()}", published_body(disaster["id"], **wrong))

    assert answer.status_code == 422, answer.json
    assert field in [each["field"] for each in answer.json["errors"]]


def test_it_stays_with_its_disaster(officer, disaster, drill):
    path = f"{API}/{new_id()}"
    officer.put(path, published_body(disaster["id"]))

    moved = officer.put(path, published_body(drill[0]), If_Match='"1"')
    assert moved.status_code == 409


def test_a_drill_may_hold_what_will_have_been_published(person, drill):
    later = (MORNING + timedelta(days=4)).isoformat()
    director = person("drill_director")

    body = published_body(drill[0], as_of=later)
    assert director.put(f"{API}/{new_id()}", body).status_code == 201
    assert listed(director, drill[0])[0]["figures"][0]["here"] is None


def test_who_holds_a_county_sees_what_was_published_and_no_figures_but_their_own(
    person, officer, disaster, report
):
    report(disaster["id"], TOWNSHIP, affected=10)
    for area in (COUNTY, CITY):
        officer.put(f"{API}/{new_id()}", published_body(disaster["id"], area_code=area))

    found = listed(person(f"county_reviewer@{COUNTY}"), disaster["id"])
    beside = {each["area_code"]: each["figures"][0]["here"] for each in found}
    assert beside == {CITY: None, COUNTY: 10}
    assert list(beside) == [CITY, COUNTY], "of one instant the city comes first"
