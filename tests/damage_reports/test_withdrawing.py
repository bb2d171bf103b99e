"""Withdrawing a report: it counts in nothing from then on, stays to be read, is owed again."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import MORNING, new_id
from tests.damage_reports.test_filing import file, rollup
from tests.factories.city import COUNTY, FAR_TOWNSHIP, TOWNSHIP, VILLAGE

ROUND = "20131006T0800"


@pytest.fixture
def order(disaster, person):
    opened = {"disaster_id": disaster["id"], "code": ROUND, "as_of": MORNING.isoformat()}
    answer = person("duty_officer").put(f"/api/v1/rounds/{new_id()}", opened)
    assert answer.status_code == 201, answer.json

    def make(**changes):
        return {
            "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": ROUND,
            "as_of": MORNING.isoformat(), "values": {"affected": 100},
        } | changes  # fmt: skip

    return make


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def reviewer(person):
    return person(f"county_reviewer@{COUNTY}")


def withdraw(who, report_id, **changes):
    body = {"id": new_id(), "reason": "报错了村"} | changes
    return who.put(f"/api/v1/reports/{report_id}/withdrawal", body)


def standing(who, disaster):
    asked = f"disaster={disaster['id']}&area={COUNTY}&round={ROUND}"
    board = who.get(f"/api/v1/rounds/board?{asked}").json
    rows = [each for county in board["counties"] for each in county["townships"]]
    return next(each for each in rows if each["area_code"] == TOWNSHIP)["standing"]


def judge(who, report_id, **said):
    answer = who.put(f"/api/v1/reports/{report_id}/verdict", {"id": new_id()} | said)
    assert answer.status_code in (200, 201), answer.json


def test_a_stranger_and_the_neighbour_are_refused(stranger, person, order, reporter):
    report_id = file(reporter, order()).json["id"]

    assert withdraw(stranger, report_id).status_code == 401
    assert withdraw(person(f"township_reporter@{FAR_TOWNSHIP}"), report_id).status_code == 404


def test_totals_fall_at_once_and_the_round_is_owed_again(order, reporter, reviewer, disaster):
    before = standing(reviewer, disaster)
    report_id = file(reporter, order()).json["id"]
    assert rollup(reviewer, disaster, COUNTY)["values"] == {"affected": 100}
    received = standing(reviewer, disaster)

    answer = withdraw(reporter, report_id)

    assert answer.status_code == 201, answer.json
    assert rollup(reviewer, disaster, COUNTY)["values"] == {}
    assert (received, standing(reviewer, disaster)) == ("received", before)


def test_it_stays_to_be_read_with_its_reason_and_is_on_the_record(order, reporter, reviewer):
    report_id = file(reporter, order()).json["id"]
    receipt = withdraw(reporter, report_id).json

    shown = reviewer.get(f"/api/v1/reports/{report_id}").json
    heard = reviewer.get(f"/api/v1/events?area={TOWNSHIP}&after={receipt['seq'] - 1}").json
    page = reviewer.get(f"/reports/{report_id}").text
    assert (shown["state"], shown["current"]) == ("withdrawn", False)
    assert shown["values"]["affected"] == 100
    assert [(each["action"], each["reason"]) for each in shown["verdicts"]] == [
        ("withdraw", "报错了村")
    ]
    assert [each["name"] for each in heard["events"]] == ["report.withdrawn"]
    assert "报错了村" in page and f'action="/reports/{report_id}/withdrawal"' not in page


def test_as_known_before_the_withdrawal_it_still_counts(order, reporter, reviewer, disaster):
    report_id = file(reporter, order()).json["id"]
    between = reporter.get(f"/api/v1/reports/{report_id}").json["received_at"].replace("+", "%2B")
    withdraw(reporter, report_id)

    assert rollup(reviewer, disaster, COUNTY)["values"] == {}
    assert rollup(reviewer, disaster, COUNTY, known_at=between)["values"] == {"affected": 100}


def test_a_reason_is_required(order, reporter):
    report_id = file(reporter, order()).json["id"]

    assert withdraw(reporter, report_id, reason="").status_code == 422
    assert withdraw(reporter, report_id, reason="  ").status_code == 422


def test_a_retry_gets_the_first_receipt_and_a_second_withdrawal_is_refused(order, reporter):
    report_id, asked = file(reporter, order()).json["id"], new_id()
    first, again = (withdraw(reporter, report_id, id=asked) for _ in range(2))

    assert first.json == again.json
    assert withdraw(reporter, report_id).status_code == 409


def test_what_was_accepted_is_corrected_and_not_withdrawn(order, reporter, reviewer, disaster):
    report_id = file(reporter, order()).json["id"]
    judge(reviewer, report_id, action="accept")
    refused = withdraw(reporter, report_id)
    later = file(reporter, order(values={"affected": 120}, base=report_id)).json["id"]

    assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")
    assert "更正" in refused.json["detail"] or "correction" in refused.json["detail"]
    assert withdraw(reporter, later).status_code == 409  # the accepted one would be left alone
    assert rollup(reviewer, disaster, COUNTY)["values"] == {"affected": 120}


@pytest.mark.parametrize("turn", range(5))
def test_of_accepting_and_withdrawing_at_once_one_is_refused(
    turn, order, reporter, reviewer, disaster
):
    report_id = file(reporter, order()).json["id"]
    verdict = {"id": new_id(), "action": "accept"}
    start = threading.Barrier(2)

    def accept():
        start.wait()
        return reviewer.put(f"/api/v1/reports/{report_id}/verdict", verdict).status_code

    def take_back():
        start.wait()
        return withdraw(reporter, report_id).status_code

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(each) for each in (accept, take_back)]
        accepted, withdrawn = (each.result(60) for each in both)

    assert sorted((accepted, withdrawn)) in ([200, 409], [201, 409])
    counted = rollup(reviewer, disaster, COUNTY)["values"].get("affected")
    assert counted == (100 if withdrawn == 409 else None)


def test_a_returned_report_can_be_withdrawn(order, reporter, reviewer, disaster):
    report_id = file(reporter, order()).json["id"]
    judge(reviewer, report_id, action="return", reason="口径不符")

    assert withdraw(reporter, report_id).status_code == 201
    assert standing(reviewer, disaster) in ("awaited", "overdue")


def test_a_withdrawn_report_cannot_be_judged(order, reporter, reviewer):
    report_id = file(reporter, order()).json["id"]
    withdraw(reporter, report_id)

    answer = reviewer.put(
        f"/api/v1/reports/{report_id}/verdict", {"id": new_id(), "action": "accept"}
    )
    assert answer.status_code == 409


def test_no_earlier_revision_comes_back_for_it(order, reporter, reviewer, disaster):
    first = file(reporter, order()).json["id"]
    second = file(reporter, order(values={"affected": 120}, base=first)).json["id"]
    refused = withdraw(reporter, first)
    withdraw(reporter, second)

    assert refused.status_code == 409
    assert rollup(reviewer, disaster, COUNTY)["values"] == {}


def test_a_new_report_of_the_round_is_no_rival_and_carries_the_numbering_on(
    order, reporter, reviewer, disaster
):
    withdraw(reporter, file(reporter, order()).json["id"])
    answer = file(reporter, order(values={"affected": 7}))

    assert answer.status_code in (200, 201) and "rival_of" not in answer.json
    assert answer.json["revision"] == 2
    assert rollup(reviewer, disaster, COUNTY)["values"] == {"affected": 7}
    assert standing(reviewer, disaster) == "received"


def test_what_corrects_a_withdrawn_report_is_told_so(order, reporter):
    report_id = file(reporter, order()).json["id"]
    withdraw(reporter, report_id)
    answer = file(reporter, order(base=report_id))

    assert (answer.status_code, answer.json["code"]) == (412, "stale_base")
    assert answer.json["current"] is None
    assert "撤回" in answer.json["detail"] or "withdrawn" in answer.json["detail"]


def test_a_rival_is_withdrawn_and_the_one_that_stands_stays(
    person, order, reporter, reviewer, disaster
):
    file(reporter, order())
    officer = person(f"duty_officer@{COUNTY}")
    rival = file(officer, order(values={"affected": 70})).json["id"]

    assert withdraw(officer, rival).status_code == 201
    assert rollup(reviewer, disaster, COUNTY)["values"] == {"affected": 100}
    assert standing(reviewer, disaster) == "received"


def test_the_township_withdraws_its_villages_report_and_another_village_person_does_not(
    person, order, reporter, disaster
):
    village = person(f"village_officer@{VILLAGE}")
    colleague = person(f"village_officer@{VILLAGE}")
    of_village = order(area_code=VILLAGE, values={"affected": 30})
    report_id = file(village, of_village).json["id"]

    assert withdraw(colleague, report_id).status_code == 403
    assert withdraw(reporter, report_id).status_code == 201
    assert rollup(reporter, disaster, TOWNSHIP)["values"] == {}


def test_a_level_above_returns_a_report_and_does_not_withdraw_it(order, reporter, person, browse):
    duty = person("duty_officer")
    theirs = file(reporter, order()).json["id"]
    refused = withdraw(duty, theirs)
    page = browse("duty_officer").get(f"/reports/{theirs}").text

    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")
    assert "/withdrawal" not in page
    told = {"told_by": "王主任", "means": "phone"}
    own = file(duty, order(area_code=FAR_TOWNSHIP, entered_for=told)).json["id"]
    assert withdraw(duty, own).status_code in (200, 201)


def test_the_phone_hears_that_what_it_sent_was_withdrawn(order, reporter, disaster):
    report_id = file(reporter, order()).json["id"]
    withdraw(reporter, report_id)

    facts = reporter.get(f"/phone/facts?disaster={disaster['id']}&area={TOWNSHIP}").json
    found = next(each for each in facts["form"]["rounds"] if each["code"] == ROUND)
    assert [(each["id"], each["reason"]) for each in found["withdrawn"]] == [
        (report_id, "报错了村")
    ]
    assert found["report"] is None


def test_the_page_withdraws_and_says_what_is_missing(browse, person, order):
    filed_by = person(f"township_reporter@{TOWNSHIP}")
    report_id = file(filed_by, order()).json["id"]
    browser, address = browse(f"township_reporter@{TOWNSHIP}"), f"/reports/{report_id}/withdrawal"
    page = browser.get(f"/reports/{report_id}").text
    token = re.search(r'name="csrf" content="([^"]+)"', page).group(1)
    assert f'action="{address}"' in page

    def post(reason):
        return browser.post(address, data={"csrf": token, "id": new_id(), "reason": reason})

    missing, done, again = post(" "), post("重复"), post("重复")
    assert (missing.status_code, done.status_code, again.status_code) == (422, 303, 409)
    assert "重复" in browser.get(f"/reports/{report_id}").text


@pytest.mark.parametrize("turn", range(5))
def test_of_two_corrections_at_once_the_second_is_shown_the_first(turn, order, reporter, reviewer):
    """On PostgreSQL who waited for the row that was replaced saw neither of both."""
    base = file(reporter, order()).json["id"]
    start = threading.Barrier(2)

    def correct(affected):
        start.wait()
        return file(reporter, order(values={"affected": affected}, base=base))

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(correct, (120, 130)))
    first, second = sorted(answers, key=lambda each: each.status_code)

    assert (first.status_code, second.status_code) == (200, 412)
    [line] = second.json["fields"]
    kept = reviewer.get(f"/api/v1/reports/{first.json['id']}").json["values"]["affected"]
    assert second.json["current"]["id"] == first.json["id"]
    assert (line["base"], line["theirs"]) == (100, kept)
