"""A toll that falls says why, by whatever way it falls; so do figures older than the last ones."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.conftest import MORNING, new_id
from tests.damage_reports.test_pages import filled
from tests.factories.city import COUNTY, TOWNSHIP
from tests.factories.tables import book, checked
from tests.reporting import open_round

HOUR = timedelta(hours=1)


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def send(reporter, disaster):
    """Return what files a report: its id, and what was refused by which rule at which field."""

    def put(values, round_="r1", *, hours=0, **more):
        body = {
            "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": round_,
            "as_of": (MORNING + hours * HOUR).isoformat(), "values": values,
        } | more  # fmt: skip
        report_id = new_id()
        answer = reporter.put(f"/api/v1/reports/{report_id}", body)
        if answer.status_code in (200, 201):
            return report_id
        assert answer.status_code == 422, answer.json
        return [(each["field"], each["code"]) for each in answer.json["errors"]]

    return put


FALLS = [("values.deaths", "V20")]


def test_a_correction_within_the_round_says_why_the_dead_are_fewer(send):
    first = send({"affected": 9, "deaths": 5})

    assert send({"affected": 9, "deaths": 0}, base=first) == FALLS
    assert isinstance(
        send({"affected": 9, "deaths": 0}, base=first, reasons={"deaths": "身份核实"}), str
    )


def test_a_fall_by_way_of_not_known_says_why_at_both_steps(send):
    send({"affected": 9, "deaths": 5})
    assert send({"affected": 9, "deaths": None}, "r2", hours=2) == FALLS
    send({"affected": 9, "deaths": None}, "r2", hours=2, reasons={"deaths": "核实中"})

    assert send({"affected": 9, "deaths": 0}, "r3", hours=4) == FALLS
    assert isinstance(send({"affected": 9, "deaths": 5}, "r3", hours=4), str)


def test_so_does_one_by_way_of_two_corrections_of_a_round(send):
    first = send({"affected": 9, "deaths": 5})
    second = send({"affected": 9, "deaths": None}, base=first, reasons={"deaths": "核实中"})

    assert send({"affected": 9, "deaths": 0}, base=second) == FALLS


def test_a_known_figure_is_not_left_out_without_a_word(send):
    send({"affected": 9, "deaths": 5, "relocated_rt": 3})

    assert send({"affected": 9}, "r2", hours=2) == FALLS
    second = send({"affected": 9}, "r2", hours=2, reasons={"deaths": "另行上报"})
    assert isinstance(second, str)
    assert isinstance(send({"affected": 9}, base=second, round_="r2", hours=2), str)
    assert isinstance(send({"affected": 10}, "r3", hours=4), str), "asked once, not for ever"


def test_a_figure_explained_once_is_what_the_next_is_held_against(send):
    send({"affected": 9, "deaths": 5})
    send({"affected": 9, "deaths": 3}, "r2", hours=2, reasons={"deaths": "重复统计"})

    assert isinstance(send({"affected": 9, "deaths": 3}, "r3", hours=4), str)


def test_a_report_sent_blind_is_still_a_rival_and_no_refusal(send, person, disaster):
    first = send({"affected": 9, "deaths": 5})
    blind = send({"affected": 9, "deaths": 0}, hours=-1)

    shown = person(f"county_reviewer@{COUNTY}").get(f"/api/v1/reports/{blind}").json
    assert (shown["state"], shown["base"]) == ("rival", None)
    assert isinstance(first, str)


def test_a_row_of_a_table_is_held_against_the_last_known_figure(send, person, disaster):
    send({"affected": 9, "deaths": 5})
    send({"affected": 9, "deaths": None}, "r2", hours=2, reasons={"deaths": "核实中"})
    clerk = person(f"township_reporter@{COUNTY}")
    found = checked(clerk, disaster, book([TOWNSHIP, "", 9, 0]), round_="r3",
                    as_of=(MORNING + 4 * HOUR).isoformat())  # fmt: skip

    assert [each["field"] for each in found["errors"]] == ["deaths"]


def test_the_browser_knows_what_was_last_known(send, browse, disaster):
    send({"affected": 9, "deaths": 5}, "20131006T0800")
    send({"affected": 9, "deaths": None}, "20131006T1000", hours=2, reasons={"deaths": "核实中"})
    page = browse(f"township_reporter@{TOWNSHIP}").get("/reports/new").text

    assert re.search(r'"known":\{"deaths":"?5"?\}', page)
    facts = browse(f"township_reporter@{TOWNSHIP}").get("/phone/facts").json
    assert facts["form"]["rounds"][0]["known"] == {"deaths": 5}


def test_figures_of_an_earlier_time_than_the_last_report_say_why_they_come_now(send):
    send({"affected": 9}, "r1")
    assert send({"affected": 8}, "r2", hours=-20) == [("as_of", "V30")]

    assert isinstance(
        send({"affected": 8}, "r2", hours=-20, reasons={"as_of": "补报前一日数字"}), str
    )


def test_a_correction_may_not_quietly_be_of_an_earlier_time_than_what_it_corrects(send):
    first = send({"affected": 9}, hours=2)

    assert send({"affected": 9}, hours=1, base=first) == [("as_of", "V30")]
    assert isinstance(send({"affected": 10}, hours=2, base=first), str)


def test_a_round_that_is_reported_late_is_not_held_against_the_rounds_after_it(
    send, person, disaster
):
    for number in range(2):
        open_round(person, disaster, f"r{number}", as_of=MORNING + 2 * number * HOUR)
    send({"affected": 9}, "r1", hours=2)

    assert isinstance(send({"affected": 8}, "r0"), str)


def test_the_form_asks_for_the_reason_beside_the_time(send, browse, disaster):
    send({"affected": 9}, "20131006T0800", hours=2)
    clerk = browse(f"township_reporter@{TOWNSHIP}")
    page = clerk.get("/reports/new?round=20131006T0600")
    form = filled(page, **{"values.affected": "8"}) | {
        "as_of": "2013-10-06T07:00", "round": "20131006T0600",
    }  # fmt: skip
    refused = clerk.post("/reports/new", data=form)
    assert refused.status_code == 422
    assert 'name="reasons.as_of"' in refused.text and 'href="#as_of"' in refused.text
    assert clerk.post("/reports/new", data=form | {"reasons.as_of": "补报"}).status_code == 303
