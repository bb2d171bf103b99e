"""A report that says only a part loses nothing: the rest is taken over, with its mark."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from damage_reports import rules
from damage_reports.rules import spoken
from tests.conftest import MORNING, new_id
from tests.damage_reports.test_pages import token_of
from tests.damage_reports.test_texts import take
from tests.factories.city import COUNTY, TOWNSHIP, VILLAGE
from tests.factories.tables import book, checked, filed
from tests.reporting import open_round

FULL = {
    "affected": 1200, "deaths": 0, "missing": 0, "injured": 7, "relocated_cum": 500,
    "relocated_rt": 300, "urgent_aid_cum": 90, "collapsed_rooms": 3, "severe_rooms": 12,
    "crop_affected": 310.5, "loss_total": 2600,
}  # fmt: skip
LATER = MORNING + timedelta(hours=2)
SAID = {"told_by": "值班员老王", "means": "radio"}


@pytest.fixture
def officer(person):
    return person(f"duty_officer@{COUNTY}")


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def first(reporter, person, disaster):
    """File the whole form for the first of two rounds."""
    open_round(person, disaster, "r1")
    open_round(person, disaster, "r2", as_of=LATER)
    return file(reporter, disaster, FULL, round="r1")


def file(who, disaster, values, *, status=201, **more):
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r2",
        "as_of": MORNING.isoformat(), "values": values,
    } | more  # fmt: skip
    report_id = new_id()
    answer = who.put(f"/api/v1/reports/{report_id}", body)
    assert answer.status_code == status, answer.json
    return report_id


def digits(round_=2, at=LATER, **changes):
    told = {code: Decimal(str(FULL[code])) for code, _scale in spoken.figures()}
    figures = told | {code: None if v is None else Decimal(v) for code, v in changes.items()}
    minute = spoken.minute_of(at + timedelta(hours=8))
    return spoken.encode(spoken.Core(1, "01010", round_, minute, figures))


def say(who, code, status=201, **more):
    answer = who.put(f"/api/v1/report-codes/{code}", SAID | more)
    assert answer.status_code == status, answer.json
    return answer.json


def total(who, disaster, area=COUNTY):
    return who.get(f"/api/v1/rollup?disaster={disaster['id']}&area={area}").json["values"]


def test_what_is_read_out_leaves_standing_what_has_no_place_in_the_digits(officer, disaster, first):
    filed_as = say(officer, digits(affected=1300))["id"]

    assert total(officer, disaster) == FULL | {"affected": 1300}
    shown = officer.get(f"/api/v1/reports/{filed_as}").json
    [mark] = shown["carried"]
    assert (mark["report_id"], mark["round"]) == (first, "r1")
    assert mark["codes"] == ["injured", "relocated_rt", "urgent_aid_cum"]
    assert mark["as_of"].startswith("2013-10-06T00:00")


def test_the_page_the_trace_and_the_origins_say_from_which_round_it_is(
    officer, disaster, first, browse
):
    filed_as = say(officer, digits(affected=1300))["id"]
    asked = f"disaster={disaster['id']}&area={TOWNSHIP}&indicator="
    trace = officer.get(f"/api/v1/figure-trace?{asked}injured").json["said"][0]
    own = officer.get(f"/api/v1/figure-trace?{asked}affected").json["said"][0]
    pages = browse(f"duty_officer@{COUNTY}")

    assert (trace["carried"]["round"], trace["carried"]["report_id"]) == ("r1", first)
    assert own["carried"] is None
    for path in (f"/reports/{filed_as}", f"/reports/trace?{asked}injured",
                 f"/reports/sources/figure?{asked}injured"):  # fmt: skip
        assert "沿用r1轮次的数字" in pages.get(path).text, path
    assert "沿用r1" not in pages.get(f"/reports/trace?{asked}affected").text


def test_carried_twice_it_still_says_where_it_was_said(officer, disaster, first, person):
    say(officer, digits(affected=1300))
    open_round(person, disaster, "r3", as_of=LATER + timedelta(hours=2))
    third = say(officer, digits(3, LATER + timedelta(hours=2), affected=1400))["id"]

    marks = officer.get(f"/api/v1/reports/{third}").json["carried"]
    assert [each["round"] for each in marks] == ["r1"]
    assert total(officer, disaster)["injured"] == 7


def test_the_full_copy_still_follows_the_digits(officer, reporter, disaster, first):
    by_radio = say(officer, digits(affected=1300))
    copy = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r2",
        "as_of": LATER.isoformat(), "values": FULL | {"affected": 1300, "injured": 9},
    }  # fmt: skip
    sent = reporter.put(f"/api/v1/reports/{new_id()}", copy)

    assert (sent.status_code, sent.json["revision"], "rival_of" in sent.json) == (200, 2, False)
    now = officer.get(f"/api/v1/reports/{sent.json['id']}").json
    assert (now["base"], now["carried"]) == (by_radio["id"], [])
    assert total(officer, disaster)["injured"] == 9


def test_parts_that_no_longer_make_up_what_is_said_are_not_taken_over_and_it_is_said(
    officer, reporter, disaster, person
):
    open_round(person, disaster, "r1")
    open_round(person, disaster, "r2", as_of=LATER)
    parts = {"relocated_central_cum": 200, "relocated_scattered_cum": 300}
    file(reporter, disaster, FULL | parts, round="r1")
    filed_as = say(officer, digits(relocated_cum=900))["id"]

    shown = officer.get(f"/api/v1/reports/{filed_as}").json
    assert shown["values"]["relocated_cum"] == 900
    assert not parts.keys() & shown["values"].keys()
    assert shown["reasons"].keys() == parts.keys()
    assert shown["values"]["injured"] == 7


def test_the_merged_report_is_judged_by_the_rules(officer, disaster, first):
    fallen = say(officer, digits(deaths=None, missing=None, loss_total=2000), status=422)
    assert [each["field"] for each in fallen["errors"]] == ["values.loss_total"]
    filed_as = say(officer, digits(loss_total=2000), reasons={"loss_total": "复核"})["id"]
    assert officer.get(f"/api/v1/reports/{filed_as}").json["values"]["urgent_aid_cum"] == 90


def test_a_table_takes_over_what_it_has_no_column_for(officer, disaster, first):
    found = checked(officer, disaster, book([TOWNSHIP, "", 1300, 1]), round_="r2",
                    as_of=LATER.isoformat())  # fmt: skip
    assert (found["wrong"], found["errors"]) == (0, [])
    assert filed(officer, found["id"])["outcomes"] == {"stored": 1}

    assert total(officer, disaster) == FULL | {"affected": 1300, "deaths": 1}


def test_a_second_table_of_the_round_keeps_the_marks_of_the_first(officer, disaster, first):
    for people in (1300, 1350):
        found = checked(officer, disaster, book([TOWNSHIP, "", people, 1]), round_="r2",
                        as_of=LATER.isoformat())  # fmt: skip
        filed(officer, found["id"])

    latest = officer.get(f"/api/v1/rollup?disaster={disaster['id']}&area={TOWNSHIP}").json
    assert latest["values"] == FULL | {"affected": 1350, "deaths": 1}
    trace = f"/api/v1/figure-trace?disaster={disaster['id']}&area={TOWNSHIP}&indicator=injured"
    assert officer.get(trace).json["said"][0]["carried"]["round"] == "r1"


def test_a_message_from_a_chat_takes_over_what_it_does_not_speak_of(
    browse, officer, disaster, first
):
    clerk = browse(f"township_reporter@{TOWNSHIP}")
    page = take(clerk, "我镇受灾1300人", "0")
    assert 'name="partial" value="true"' in page.text
    assert '<option value="message" selected>' in page.text
    form = {
        "csrf": token_of(page), "id": new_id(), "disaster_id": disaster["id"],
        "area_code": TOWNSHIP, "round": "r2", "as_of": LATER.isoformat(), "partial": "true",
        "values.affected": "1300", "entered_for.told_by": "老李", "entered_for.means": "message",
    }  # fmt: skip
    answer = clerk.post("/reports/new", data=form)

    assert answer.status_code == 303, answer.text
    shown = officer.get("/api/v1" + answer.headers["Location"]).json
    assert shown["values"] == FULL | {"affected": 1300}
    assert shown["entered_for"] == {"told_by": "老李", "means": "message"}
    assert {code for mark in shown["carried"] for code in mark["codes"]} == FULL.keys() - {
        "affected"
    }


def test_what_is_refused_comes_back_as_a_part_still(browse, disaster, first):
    clerk = browse(f"township_reporter@{TOWNSHIP}")
    page = take(clerk, "我镇受灾1300人", "0")
    form = {
        "csrf": token_of(page), "id": new_id(), "disaster_id": disaster["id"],
        "area_code": TOWNSHIP, "round": "r2", "as_of": LATER.isoformat(), "partial": "true",
        "values.affected": "1300", "entered_for.means": "message",
    }  # fmt: skip
    answer = clerk.post("/reports/new", data=form)

    assert answer.status_code == 422
    assert 'name="partial" value="true"' in answer.text and 'href="#told_by"' in answer.text
    assert '<option value="message" selected>' in answer.text


def test_a_village_without_a_report_takes_nothing_over(person, disaster):
    clerk = person(f"township_reporter@{TOWNSHIP}")
    report_id = file(clerk, disaster, {"affected": 3}, area_code=VILLAGE, partial=True)

    shown = clerk.get(f"/api/v1/reports/{report_id}").json
    assert (shown["values"], shown["carried"]) == ({"affected": 3}, [])


def test_a_figure_said_to_be_unknown_is_not_taken_over():
    kept, unfit = rules.taken_over({"deaths": None}, {"deaths": 3, "affected": 9, "injured": None})

    assert (kept, unfit) == ({"affected": 9}, frozenset())
