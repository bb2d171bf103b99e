"""Every figure leads to the reports it is made of, of whichever part."""

from __future__ import annotations

from tests.conftest import new_id
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP, VILLAGE
from tests.parts.acts import done, file, join, rollup, split


def trace(caller, disaster, area=CITY, indicator="affected", basis="reported"):
    path = f"/api/v1/rollup/trace?disaster={disaster['id']}&area={area}"
    return caller.get(f"{path}&indicator={indicator}&basis={basis}")


def sources(caller, disaster, **asked):
    answer = trace(caller, disaster, **asked)
    assert answer.status_code == 200, answer.json
    return [(each["report_id"], each["value"]) for each in answer.json["sources"]]


def test_a_total_over_parts_names_each_report_once(officer, reporter, disaster, flood):
    one = file(reporter, disaster, TOWNSHIP, affected=30)
    two = file(reporter, flood, TOWNSHIP, affected=5)
    village = file(reporter, flood, f"{NEIGHBOUR[:6]}002000", affected=7)
    done(join(officer, disaster, flood))

    found = trace(reporter, disaster).json["sources"]

    assert {(each["report_id"], each["disaster_id"], each["value"]) for each in found} == {
        (one, disaster["id"], 30), (two, flood["id"], 5), (village, flood["id"], 7),
    }  # fmt: skip
    assert sum(each["value"] for each in found) == rollup(reporter, disaster)["values"]["affected"]
    assert reporter.get(f"/api/v1/reports/{village}").status_code == 200


def test_a_township_that_filed_itself_stands_for_its_villages(reporter, disaster):
    file(reporter, disaster, VILLAGE, affected=3, deaths=1)
    own = file(reporter, disaster, TOWNSHIP, affected=30)

    assert sources(reporter, disaster) == [(own, 30)]
    assert [value for _id, value in sources(reporter, disaster, indicator="deaths")] == [1]
    assert [value for _id, value in sources(reporter, disaster, area=VILLAGE)] == [3]
    assert sources(reporter, disaster, area=OTHER_COUNTY) == []


def test_a_figure_of_the_level_above_is_said_to_be_one(person, officer, reporter, disaster, flood):
    report_id = file(reporter, disaster, TOWNSHIP, affected=30)
    order = {"id": new_id(), "action": "own", "values": {"affected": 28}, "reason": "核定"}
    judge = person("county_reviewer")
    assert judge.put(f"/api/v1/reports/{report_id}/verdict", order).status_code == 201
    done(split(officer, disaster, flood, COUNTY))

    found = trace(reporter, flood, basis="accepted").json["sources"]
    assert [(each["report_id"], each["value"], each["judged"]) for each in found] == [
        (report_id, 28, True)
    ]
    assert sources(reporter, disaster, basis="accepted") == []


def test_nobody_traces_what_is_not_theirs_nor_what_is_no_figure(person, reporter, disaster):
    file(reporter, disaster, TOWNSHIP, affected=30)
    county = person(f"county_reviewer@{OTHER_COUNTY}")

    assert trace(county, disaster).status_code == 404
    assert trace(reporter, disaster, indicator="none").status_code == 422
    assert trace(reporter, disaster, indicator="").status_code == 422
