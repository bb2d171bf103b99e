"""Filing, judging and settling reports over the API."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from relief_ops import db
from relief_ops.disasters.models import Disaster
from tests.conftest import MORNING, new_id
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, NEIGHBOUR, TOWNSHIP, VILLAGE


@pytest.fixture
def order(disaster):
    def make(**changes):
        return {
            "disaster_id": disaster["id"],
            "area_code": TOWNSHIP,
            "round": "20131006T0800",
            "as_of": MORNING.isoformat(),
            "values": {"affected": 100, "deaths": 0, "missing": None},
        } | changes

    return make


def file(who, body, report_id=None):
    return who.put(f"/api/v1/reports/{report_id or new_id()}", body)


def rollup(who, disaster, area=CITY, **query):
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    answer = who.get(f"/api/v1/rollup?disaster={disaster['id']}&area={area}&{asked}")
    assert answer.status_code == 200, answer.json
    return answer.json


def test_a_stranger_is_refused(stranger, order):
    assert file(stranger, order()).status_code == 401


def test_a_neighbours_reporter_is_refused(person, order):
    assert file(person(f"township_reporter@{NEIGHBOUR}"), order()).status_code == 404


def test_a_reader_of_the_area_is_told_that_reading_is_all(person, order):
    assert file(person(f"assessor@{TOWNSHIP}"), order()).status_code == 403


def test_it_answers_and_the_citys_total_is_right_at_once(person, order, disaster):
    reporter, city = person(f"township_reporter@{TOWNSHIP}"), person("city_reviewer")
    answer = file(reporter, order())

    assert answer.status_code == 201
    total = rollup(city, disaster)
    assert total["values"]["affected"] == 100
    assert (total["reported"], total["expected"]) == (1, 4)
    assert total["known"] == {"affected": 1, "deaths": 1}
    assert "missing" not in total["values"]


def test_it_is_on_the_record(person, order):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    receipt = file(reporter, order()).json

    heard = reporter.get(f"/api/v1/events?area={TOWNSHIP}&after={receipt['seq'] - 1}").json
    assert [each["name"] for each in heard["events"]] == ["report.submitted"]
    assert heard["events"][0]["areas"] == [TOWNSHIP]


def test_a_retry_gets_the_same_receipt_even_after_later_revisions(person, order):
    reporter, first_id = person(f"township_reporter@{TOWNSHIP}"), new_id()
    first = file(reporter, order(), first_id)
    file(reporter, order(values={"affected": 120}, base=first_id))
    again = file(reporter, order(), first_id)

    assert again.status_code == 200 and again.json == first.json


def test_the_same_id_with_another_body_is_refused(person, order):
    reporter, report_id = person(f"township_reporter@{TOWNSHIP}"), new_id()
    file(reporter, order(), report_id)

    answer = file(reporter, order(values={"affected": 1}), report_id)
    assert (answer.status_code, answer.json["code"]) == (409, "body_differs")
    assert reporter.get(f"/api/v1/reports/{report_id}").json["values"]["affected"] == 100


def test_a_revision_on_an_old_base_is_answered_field_by_field(person, order):
    reporter, first_id = person(f"township_reporter@{TOWNSHIP}"), new_id()
    file(reporter, order(), first_id)
    file(reporter, order(values={"affected": 120}, base=first_id))
    answer = file(reporter, order(values={"affected": 130}, base=first_id))

    assert (answer.status_code, answer.json["code"]) == (412, "stale_base")
    assert {"field": "affected", "base": "100", "theirs": "120", "yours": "130"} in [
        {key: str(value) for key, value in each.items()} for each in answer.json["fields"]
    ]


def test_a_second_report_on_a_round_is_a_rival_until_a_person_settles_it(person, order, disaster):
    reporter, officer = person(f"township_reporter@{TOWNSHIP}"), person(f"duty_officer@{COUNTY}")
    reviewer = person(f"county_reviewer@{COUNTY}")
    file(reporter, order())
    rival = file(officer, order(values={"affected": 70})).json

    assert "rival_of" in rival
    assert rollup(reviewer, disaster, COUNTY)["values"]["affected"] == 100
    answer = reviewer.put(
        f"/api/v1/reports/{rival['id']}/settlement",
        {"id": new_id(), "keep": True, "reason": "电话核实"},
    )
    assert answer.status_code in (200, 201), answer.json
    assert rollup(reviewer, disaster, COUNTY)["values"]["affected"] == 70


def test_villages_are_summed_only_while_the_township_says_nothing_itself(person, order, disaster):
    village = person(f"village_officer@{VILLAGE}")
    township = person(f"township_reporter@{TOWNSHIP}")
    file(village, order(area_code=VILLAGE, values={"affected": 30, "injured": 2}))
    assert rollup(township, disaster, TOWNSHIP)["values"] == {"affected": 30, "injured": 2}

    file(township, order(values={"affected": 50}))
    assert rollup(township, disaster, TOWNSHIP)["values"] == {"affected": 50, "injured": 2}


def test_accepting_returning_and_own_figures(person, order, disaster):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    reviewer = person(f"county_reviewer@{COUNTY}")
    report_id = file(reporter, order()).json["id"]
    address = f"/api/v1/reports/{report_id}/verdict"
    assert rollup(reviewer, disaster, COUNTY, basis="accepted")["values"] == {}

    reasonless = reviewer.put(address, {"id": new_id(), "action": "return"})
    own = reviewer.put(
        address, {"id": new_id(), "action": "own", "reason": "核减", "values": {"affected": 90}}
    )

    assert reasonless.status_code == 422
    assert own.status_code in (200, 201), own.json
    assert rollup(reviewer, disaster, COUNTY, basis="accepted")["values"]["affected"] == 90
    assert rollup(reviewer, disaster, COUNTY)["values"]["affected"] == 100
    returned = reviewer.put(address, {"id": new_id(), "action": "return", "reason": "口径不符"})
    assert returned.status_code in (200, 201)
    assert rollup(reviewer, disaster, COUNTY)["values"] == {}


def test_whoever_files_does_not_judge(person, order):
    both = person(f"township_reporter@{COUNTY}", f"county_reviewer@{COUNTY}")
    report_id = file(both, order()).json["id"]

    answer = both.put(f"/api/v1/reports/{report_id}/verdict", {"id": new_id(), "action": "accept"})
    assert answer.status_code == 403


def test_any_table_can_be_asked_as_valid_and_as_known(person, order, disaster):
    reporter, first_id = person(f"township_reporter@{TOWNSHIP}"), new_id()
    file(reporter, order(), first_id)
    before = reporter.get(f"/api/v1/reports/{first_id}").json["received_at"]
    later = (MORNING + timedelta(hours=2)).isoformat()
    file(reporter, order(round="20131006T1000", as_of=later, values={"affected": 300}))
    file(reporter, order(values={"affected": 110}, base=first_id))

    def affected(**query):
        quoted = {key: value.replace("+", "%2B") for key, value in query.items()}
        return rollup(reporter, disaster, TOWNSHIP, **quoted)["values"]["affected"]

    assert affected() == 300
    assert affected(at=MORNING.isoformat()) == 110
    assert affected(known_at=before) == 100


def test_a_report_that_was_returned_counts_for_nothing_until_it_is_sent_again(person, order, drill):
    disaster_id, move = drill
    reporter, reviewer = person(f"township_reporter@{TOWNSHIP}"), person("city_reviewer")
    first_id = new_id()
    given = order() | {"disaster_id": disaster_id}
    assert file(reporter, given, first_id).status_code == 201
    move(1)
    verdict = {"id": new_id(), "action": "return", "reason": "口径不符"}
    answer = reviewer.put(f"/api/v1/reports/{first_id}/verdict", verdict)
    assert answer.status_code in (200, 201), answer.json
    move(3)
    again = given | {"values": {"affected": 110}, "base": first_id}
    assert file(reporter, again).status_code in (200, 201)

    def affected(hours):
        then = (MORNING + timedelta(hours=hours)).isoformat().replace("+", "%2B")
        return rollup(reviewer, {"id": disaster_id}, COUNTY, known_at=then)["values"]

    assert [affected(hours).get("affected") for hours in (0.5, 2, 3.5)] == [100, None, 110]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"values": {"affected": -1}}, "values.affected", "negative"),
        ({"values": {"affected": 1.5}}, "values.affected", "too_many_decimals"),
        ({"values": {"affected": 10**18}}, "values.affected", "too_large"),
        ({"values": {"affected": "many"}}, "values.affected", "not_a_number"),
        ({"values": {"flooded_homes": 5}}, "values.flooded_homes", "unknown_indicator"),
        ({"values": {"affected": 5, "deaths": 9}}, "values.deaths", "V04"),
        ({"area_code": COUNTY}, "area_code", "level"),
        ({"as_of": "2999-01-01T00:00:00Z"}, "as_of", "future"),
        ({"as_of": "2013-09-20T00:00:00Z"}, "as_of", "V23"),
    ],
)
def test_bad_figures_are_named_one_by_one(person, order, changes, field, code):
    answer = file(person(f"township_reporter@{COUNTY}"), order(**changes))

    assert answer.status_code == 422, answer.json
    assert (field, code) in [(each["field"], each["code"]) for each in answer.json["errors"]]


def test_a_cumulative_figure_that_falls_needs_its_reason(person, order):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    file(reporter, order(values={"affected": 100, "collapsed_rooms": 9}))
    later = (MORNING + timedelta(hours=2)).isoformat()
    fallen = order(
        round="20131006T1000", as_of=later, values={"affected": 100, "collapsed_rooms": 3}
    )

    refused = file(reporter, fallen)
    explained = file(reporter, fallen | {"reasons": {"collapsed_rooms": "口径变化"}})

    assert refused.status_code == 422 and refused.json["errors"][0]["code"] == "V20"
    assert explained.status_code == 201


def test_a_closed_disaster_takes_no_more_reports_and_its_totals_stay(person, order, disaster):
    reporter, first_id = person(f"township_reporter@{TOWNSHIP}"), new_id()
    file(reporter, order(), first_id)
    with db.transaction() as session:
        session.get(Disaster, UUID(disaster["id"])).state = "closed"

    for late in (order(values={"affected": 900}, base=first_id), order(round="20131006T1000")):
        answer = file(reporter, late)
        assert answer.status_code == 422, answer.json
        [said] = answer.json["errors"]
        assert (said["field"], said["code"]) == ("disaster_id", "closed")
    assert rollup(reporter, disaster, TOWNSHIP)["values"]["affected"] == 100
    assert file(reporter, order(), first_id).status_code == 200  # sent again: the same receipt


def test_a_township_outside_the_disaster_is_told_so_and_counts_nowhere(person):
    officer, disaster_id = person("duty_officer"), new_id()
    body = {
        "name": "南山暴雨", "kind": "flood", "started_at": MORNING.isoformat(),
        "division_date": "2013-10-06", "area_code": COUNTY,
    }  # fmt: skip
    assert officer.put(f"/api/v1/disasters/{disaster_id}", body).status_code == 201

    def filed(area, language):
        report = {
            "disaster_id": disaster_id, "area_code": area, "round": "r1",
            "as_of": MORNING.isoformat(), "values": {"affected": 5},
        }  # fmt: skip
        return person("township_reporter").put(
            f"/api/v1/reports/{new_id()}", report, Accept_Language=language
        )

    for language, words in (("zh", "不在本次灾害范围内"), ("en", "is outside this disaster")):
        refused = filed(FAR_TOWNSHIP, language)
        assert refused.status_code == 422
        [error] = refused.json["errors"]
        assert (error["field"], error["code"]) == ("area_code", "outside")
        assert words in error["message"]
    assert filed(TOWNSHIP, "zh").status_code == 201
    total = officer.get(f"/api/v1/rollup?disaster={disaster_id}&area={CITY}").json
    assert total["values"]["affected"] == 5


def test_an_area_that_exists_nowhere_is_said(person, order):
    answer = file(person("township_reporter"), order(area_code="123456789012"))

    assert answer.status_code == 422


def test_a_new_indicator_needs_no_code_and_adds_up(person, order, disaster):
    admin = person("system_admin")
    body = {
        "name_zh": "受损蔬菜大棚", "name_en": "Greenhouses damaged", "unit_zh": "个",
        "unit_en": "count", "group": "crops", "versions": ["2020"],
    }  # fmt: skip
    assert admin.put("/api/v1/indicators/greenhouses", body).status_code == 201

    file(person(f"township_reporter@{TOWNSHIP}"), order(values={"greenhouses": 7}))
    assert rollup(person("city_reviewer"), disaster)["values"]["greenhouses"] == 7


GREENHOUSES = {
    "name_zh": "受损蔬菜大棚", "name_en": "Greenhouses damaged", "unit_zh": "个",
    "unit_en": "count", "group": "crops", "versions": ["2020"],
}  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [{"roll_up": "any_then_sum"}, {"nature": "rt"}, {"versions": []}, {"versions": ["2016"]}],
)
def test_how_an_indicator_is_added_up_stays_once_figures_of_it_were_filed(
    person, order, disaster, changes
):
    admin = person("system_admin")
    path = "/api/v1/indicators/greenhouses"
    assert admin.put(path, GREENHOUSES).status_code == 201
    changed = admin.put(path, GREENHOUSES | changes, If_Match="1")
    assert changed.status_code == 200, "nothing was filed yet"
    assert admin.put(path, GREENHOUSES, If_Match="2").status_code == 200
    file(person(f"township_reporter@{TOWNSHIP}"), order(values={"greenhouses": 7}))

    refused = admin.put(path, GREENHOUSES | changes, If_Match="3")
    assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")
    assert "另设" in refused.json["detail"]
    assert rollup(person("city_reviewer"), disaster)["values"]["greenhouses"] == 7
    words = GREENHOUSES | {"name_zh": "受损大棚", "versions": ["2016", "2020"]}
    assert admin.put(path, words, If_Match="3").status_code == 200, "words and more editions"


def test_a_figure_that_only_a_bureau_gave_freezes_its_indicator_too(person, disaster):
    admin = person("system_admin")
    path = "/api/v1/indicators/greenhouses"
    assert admin.put(path, GREENHOUSES).status_code == 201
    claim = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "indicator": "greenhouses",
        "source": "water", "value": 7, "as_of": MORNING.isoformat(),
    }  # fmt: skip
    answer = person("bureau_liaison").put(f"/api/v1/figure-claims/{new_id()}", claim)
    assert answer.status_code == 201, answer.json

    assert admin.put(path, GREENHOUSES | {"versions": []}, If_Match="1").status_code == 409


EDITION = {"era": "应急管理", "document": "应急〔2030〕1号", "valid_from": "2030-01-01",
           "copy_of": "2020"}  # fmt: skip


def test_a_new_edition_of_the_form_needs_no_code_and_is_filed_on(person):
    admin, number = person("system_admin", "city_reviewer"), new_id()
    assert admin.put("/api/v1/form-versions/2030", EDITION).status_code == 201
    field = {
        "name_zh": "受损蔬菜大棚", "name_en": "Greenhouses damaged", "unit_zh": "个",
        "unit_en": "count", "group": "crops", "versions": ["2030"],
    }  # fmt: skip
    assert admin.put("/api/v1/indicators/greenhouses", field).status_code == 201
    flood = {"name": "大水", "kind": "flood", "started_at": MORNING.isoformat(),
             "form_version": "2030"}  # fmt: skip
    made = person("duty_officer").put(f"/api/v1/disasters/{number}", flood)
    assert made.status_code == 201, made.json
    report = {"disaster_id": number, "area_code": TOWNSHIP, "round": "r1", "base": None,
              "as_of": MORNING.isoformat(),
              "values": {"greenhouses": 7, "affected": 9}}  # fmt: skip
    reporter = person(f"township_reporter@{TOWNSHIP}")
    filed = reporter.put(f"/api/v1/reports/{new_id()}", report)

    assert filed.status_code == 201, filed.json
    values = rollup(person("city_reviewer"), {"id": number})["values"]
    assert (values["greenhouses"], values["affected"]) == (7, 9)
    asked = admin.get(f"/api/v1/indicators?disaster={number}").json["indicators"]
    assert {"greenhouses", "affected"} <= {each["code"] for each in asked}


@pytest.mark.parametrize(
    ("code", "changes", "status", "field"),
    [
        ("2030", {"copy_of": "1999"}, 422, "copy_of"),
        ("2020", {}, 409, None),
        ("版本", {}, 422, "code"),
        ("2030", {"valid_to": "2029-01-01"}, 422, ""),
        ("2030", {"document": ""}, 422, "document"),
        ("2030", {"valid_from": "someday"}, 422, "valid_from"),
    ],
)
def test_a_wrong_edition_is_explained(person, code, changes, status, field):
    answer = person("system_admin").put(f"/api/v1/form-versions/{code}", EDITION | changes)

    assert answer.status_code == status, answer.json
    if field is not None:
        assert [each["field"] for each in answer.json["errors"]] == [field]


def test_a_neighbours_report_named_as_base_tells_nothing_of_its_figures(person, disaster):
    from tests.damage_reports.test_rounds import FIRST, file
    from tests.factories.city import NEIGHBOUR, TOWNSHIP

    theirs = file(person(f"township_reporter@{NEIGHBOUR}"), disaster, NEIGHBOUR, affected=7777)
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": FIRST,
        "as_of": f"{FIRST}:00+08:00", "values": {"affected": 5}, "base": theirs,
    }  # fmt: skip
    answer = person(f"township_reporter@{TOWNSHIP}").put(f"/api/v1/reports/{new_id()}", body)
    assert answer.status_code == 412
    assert "7777" not in answer.text
