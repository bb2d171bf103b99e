"""A report read out as digits: understood, refused, filed once, and followed by its full copy."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from damage_reports import queries
from damage_reports.rules import spoken
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from tests.conftest import MORNING, new_id
from tests.damage_reports.test_pages import token_of
from tests.damage_reports.test_stability import respond
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP

FIGURES = {
    "affected": 12000, "deaths": 0, "missing": None, "relocated_cum": 2300, "collapsed_rooms": 3,
    "severe_rooms": 12, "crop_affected": 310.5, "loss_total": 2600,
}  # fmt: skip
SAID = {"told_by": "值班员老王", "means": "radio"}
SLOT = "20131006T0800"


@pytest.fixture
def officer(person):
    return person(f"duty_officer@{COUNTY}")


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


def order(disaster, **changes):
    return {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": SLOT,
        "as_of": MORNING.isoformat(), "values": FIGURES | {"injured": 7},
    } | changes  # fmt: skip


@pytest.fixture(autouse=True)
def opened(disaster, person):
    body = {"disaster_id": disaster["id"], "code": SLOT, "as_of": MORNING.isoformat()}
    answer = person("duty_officer").put(f"/api/v1/rounds/{new_id()}", body)
    assert answer.status_code == 201, answer.json


def core(number=1, round_=1, **changes):
    figures = {code: value if value is None else spoken.Decimal(str(value))
               for code, value in (FIGURES | changes).items()}  # fmt: skip
    local = MORNING + timedelta(hours=8)
    return spoken.Core(number, "01010", round_, spoken.minute_of(local), figures)


def say(who, digits):
    return who.get(f"/api/v1/report-codes/{digits}")


def put(who, digits, **changes):
    return who.put(f"/api/v1/report-codes/{digits}", SAID | changes)


def test_a_stranger_is_told_to_sign_in(stranger, disaster):
    assert say(stranger, spoken.encode(core())).status_code == 401


def test_the_neighbours_reporter_hears_nothing_of_it(person, disaster):
    neighbour = person(f"township_reporter@{NEIGHBOUR}")

    assert say(neighbour, spoken.encode(core())).status_code == 404
    assert put(neighbour, spoken.encode(core())).status_code == 404


def test_digits_are_read_back_before_anything_is_filed(officer, disaster):
    digits = spoken.encode(core())
    answer = say(officer, " ".join(spoken.aloud(each) for each in spoken.groups_of(digits)))

    assert answer.status_code == 200, answer.json
    told = answer.json
    assert (told["area"], told["round"], told["disaster_id"]) == ("临江镇", SLOT, disaster["id"])
    assert told["values"] == FIGURES
    assert told["as_of"].startswith("2013-10-06T00:00")
    assert told["groups"][0] == {"digits": "00101", "aloud": "洞洞幺洞幺"}
    assert officer.get(f"/api/v1/reports/{told['report_id']}").status_code == 404


def test_the_same_digits_at_two_desks_are_one_report(person, officer, disaster):
    digits = spoken.encode(core())
    first = put(officer, digits)
    second = put(person("duty_officer"), digits, told_by="王镇长", means="satellite_phone")

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json == first.json
    report = officer.get(f"/api/v1/reports/{first.json['id']}").json
    assert report["entered_for"] == SAID | {"code": digits}
    assert report["values"] == FIGURES


def test_the_full_copy_follows_what_was_read_out(officer, reporter, disaster):
    by_radio = put(officer, spoken.encode(core())).json
    sent = reporter.put(f"/api/v1/reports/{new_id()}", order(disaster))

    assert sent.status_code == 200, sent.json
    assert (sent.json["revision"], "rival_of" in sent.json) == (2, False)
    now = officer.get(f"/api/v1/reports/{sent.json['id']}").json
    assert (now["base"], now["current"], now["entered_for"]) == (by_radio["id"], True, None)
    total = officer.get(f"/api/v1/rollup?disaster={disaster['id']}&area={TOWNSHIP}").json
    assert (total["values"]["affected"], total["values"]["injured"]) == (12000, 7)


def test_unknown_and_unsaid_are_the_same_to_the_full_copy(officer, reporter, disaster):
    put(officer, spoken.encode(core()))
    figures = {code: value for code, value in FIGURES.items() if value is not None}
    sent = reporter.put(f"/api/v1/reports/{new_id()}", order(disaster, values=figures))

    assert "rival_of" not in sent.json


@pytest.mark.parametrize(
    ("code", "value"), [("affected", 12001), ("missing", 0), ("crop_affected", 310.51)]
)
def test_one_core_figure_that_differs_makes_it_a_rival(officer, reporter, disaster, code, value):
    by_radio = put(officer, spoken.encode(core())).json
    values = FIGURES | {code: value}
    sent = reporter.put(f"/api/v1/reports/{new_id()}", order(disaster, values=values))

    assert sent.json["rival_of"] == by_radio["id"]


def test_two_copies_over_the_network_are_rivals_as_ever(person, reporter, disaster):
    first = reporter.put(f"/api/v1/reports/{new_id()}", order(disaster)).json
    again = person(f"duty_officer@{COUNTY}").put(
        f"/api/v1/reports/{new_id()}", order(disaster, entered_for=SAID)
    )

    assert again.json["rival_of"] == first["id"]


def test_a_retry_of_the_full_copy_gets_its_receipt_again(officer, reporter, disaster):
    put(officer, spoken.encode(core()))
    report_id = new_id()
    first = reporter.put(f"/api/v1/reports/{report_id}", order(disaster))
    again = reporter.put(f"/api/v1/reports/{report_id}", order(disaster))

    assert (again.status_code, again.json) == (200, first.json)


def test_digits_of_figures_that_are_here_already_file_nothing(officer, reporter, disaster):
    reporter.put(f"/api/v1/reports/{new_id()}", order(disaster))
    digits = spoken.encode(core())

    assert say(officer, digits).json["known"] is True
    assert put(officer, digits).status_code == 409


def test_digits_with_other_figures_are_a_rival(officer, reporter, disaster):
    sent = reporter.put(f"/api/v1/reports/{new_id()}", order(disaster)).json

    assert put(officer, spoken.encode(core(affected=11000))).json["rival_of"] == sent["id"]


def test_a_rule_that_needs_a_reason_asks_for_it(officer, person, reporter, disaster):
    before = {"disaster_id": disaster["id"], "code": "r0", "as_of": MORNING.isoformat()}
    assert person("duty_officer").put(f"/api/v1/rounds/{new_id()}", before).status_code == 201
    earlier = order(disaster, round="r0", as_of=(MORNING - timedelta(hours=2)).isoformat())
    earlier["values"] = {"affected": 20000, "collapsed_rooms": 9}
    reporter.put(f"/api/v1/reports/{new_id()}", earlier)
    digits = spoken.encode(core())

    refused = put(officer, digits)
    filed = put(officer, digits, reasons={"collapsed_rooms": "重复统计", "affected": "重复统计"})

    assert refused.status_code == 422 and refused.json["errors"][0]["code"] == "V20"
    assert filed.status_code == 201, filed.json


def test_the_round_that_was_opened_has_its_number(officer, person, disaster):
    for code in ("2013-10-06T12:00", "2013-10-06T10:00"):
        body = {"disaster_id": disaster["id"], "code": code, "as_of": f"{code}:00+08:00"}
        assert person("duty_officer").put(f"/api/v1/rounds/{new_id()}", body).status_code == 201

    said = [say(officer, spoken.encode(core(round_=number))).json["round"] for number in (1, 2, 3)]
    assert said == [SLOT, "2013-10-06T12:00", "2013-10-06T10:00"]


def problem(answer):
    assert answer.status_code == 422, answer.json
    return [(each["code"], each["message"]) for each in answer.json["errors"]]


def test_wrong_groups_are_named(officer, disaster):
    digits = spoken.encode(core())
    spoilt = [*digits]
    spoilt[12] = "1" if spoilt[12] != "1" else "2"
    spoilt[21] = "1" if spoilt[21] != "1" else "2"

    found = problem(say(officer, "".join(spoilt)))
    assert [code for code, _words in found] == ["group", "group"]
    assert "3" in found[0][1] and "4" in found[0][1]
    assert "5" in found[1][1] and "6" in found[1][1]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda d: d[:7] + "x" + d[8:], "letters"),
        (lambda d: "<script>alert(1)</script>", "letters"),
        (lambda d: "12345", "too_short"),
        (lambda d: d[:-10], "whole"),
        (lambda d: d[:-1], "length"),
        (lambda d: d + "12345" * 60, "too_long"),
        (lambda d: "0038011054041213455812003009949999700185", "edition"),
        (lambda d: "7" * 900, "too_long"),
    ],
)
def test_what_is_no_report_says_what_it_is(officer, disaster, spoil, code):
    answer = officer.get("/api/v1/report-codes/" + spoil(spoken.encode(core())).replace("/", " "))

    assert code in [kind for kind, _words in problem(answer)]


def test_a_township_nobody_knows_is_said(officer, disaster):
    digits = spoken.encode(spoken.Core(1, "77777", 0, 0, core().values))

    assert problem(say(officer, digits))[0][0] == "area"


def test_a_round_nobody_opened_is_said(officer, disaster):
    digits = spoken.encode(spoken.Core(1, "01010", 9, 0, core().values))

    assert problem(say(officer, digits))[0][0] == "round"


def test_a_closed_disaster_takes_no_more_digits(officer, disaster):
    with db.transaction() as session:
        session.get(Disaster, UUID(disaster["id"])).state = "closed"

    assert problem(say(officer, spoken.encode(core())))[0][0] == "disaster"


def test_the_digits_of_another_drill_are_never_taken_for_this_one(officer, person, disaster):
    drills = []
    for seed in (1, 2):
        drill_id, disaster_id = new_id(), new_id()
        drill = {"name": "演练", "storm": "1323", "seed": seed, "drill_start": MORNING.isoformat()}
        director = person("drill_director")
        assert director.put(f"/api/v1/drills/{drill_id}", drill).status_code == 201
        body = {key: value for key, value in disaster.items() if key != "id"}
        opened = director.put(
            f"/api/v1/disasters/{disaster_id}", body | {"drill_id": drill_id, "name": "演练台风"}
        )
        assert opened.status_code == 201, opened.json
        drills.append((drill_id, disaster_id))
    [(first, told), (_second, other)] = drills

    by_slot = say(officer, spoken.encode(core(2, 0))).json
    assert (by_slot["disaster_id"], by_slot["drill"]) == (told, True)
    assert (by_slot["round"], by_slot["as_of"][:16]) == (SLOT, "2013-10-06T00:00")
    assert say(officer, spoken.encode(core(3, 0))).json["disaster_id"] == other
    ended = {"speed": 1, "paused": True, "ended": True}
    assert person("drill_director").put(
        f"/api/v1/drills/{first}/clock", ended, If_Match="1"
    ).status_code in (200, 201)
    assert problem(say(officer, spoken.encode(core(2, 0))))[0][0] == "disaster"
    assert problem(say(officer, spoken.encode(core(4, 0))))[0][0] == "disaster"


def test_the_page_reads_back_and_files_for_who_has_no_network(browse, disaster):
    officer, digits = browse(f"duty_officer@{COUNTY}"), spoken.encode(core())
    assert officer.get("/reports/code").status_code == 200

    page = officer.get(f"/reports/code?digits={digits}")
    assert "临江镇" in page.text and "12,000" in page.text and "洞洞幺洞幺" in page.text
    form = {"csrf": token_of(page), "digits": digits, "told_by": "老王", "means": "radio"}
    filed = officer.post("/reports/code", data=form)
    assert filed.status_code == 303, filed.text
    shown = officer.get(filed.headers["Location"]).text
    assert "老王" in shown and "电台" in shown and " ".join(spoken.groups_of(digits)) in shown
    again = officer.post("/reports/code", data=form | {"told_by": "老李"})
    assert again.headers["Location"] == filed.headers["Location"]
    assert "无需再报" in officer.get(f"/reports/code?digits={digits}").text


def test_the_page_marks_the_wrong_group_and_keeps_what_was_typed(browse, disaster):
    officer, digits = browse(f"duty_officer@{COUNTY}"), spoken.encode(core())
    wrong = ("1" if digits[0] != "1" else "2") + digits[1:]
    officer.set_cookie("lang", "en")
    page = officer.get(f"/reports/code?digits={wrong}")

    assert "A digit is wrong in group 1 or 2" in page.text
    assert page.text.count('<li class="wrong">') == 2
    assert f">{wrong}</textarea>" in page.text


def test_the_page_says_that_digits_are_of_the_edition_before_and_marks_no_group(browse, disaster):
    officer = browse(f"duty_officer@{COUNTY}")
    officer.set_cookie("lang", "en")
    page = officer.get("/reports/code?digits=0038011054041213455812003009949999700185")

    assert "made by an older edition" in page.text
    assert page.text.count('<li class="wrong">') == 0


def test_script_among_the_digits_is_text_on_the_page(browse, disaster):
    page = browse(f"duty_officer@{COUNTY}").get("/reports/code?digits=<script>alert(1)</script>")

    assert page.status_code == 200 and "<script>alert" not in page.text


def test_the_page_without_who_said_it_asks_for_them(browse, disaster):
    officer, digits = browse(f"duty_officer@{COUNTY}"), spoken.encode(core())
    page = officer.get(f"/reports/code?digits={digits}")
    answer = officer.post(
        "/reports/code", data={"csrf": token_of(page), "digits": digits, "means": "radio"}
    )

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_report_shows_the_digits_it_can_be_read_out_with(browse, officer, disaster, reporter):
    report_id = new_id()
    reporter.put(f"/api/v1/reports/{report_id}", order(disaster))
    page = browse(f"township_reporter@{TOWNSHIP}").get(f"/reports/{report_id}").text

    for group in spoken.groups_of(spoken.encode(core())):
        assert f"<b>{group}</b>" in page
    assert 'href="sms:?body=00101%20' in page


def test_a_daily_round_nobody_opened_has_a_number_and_is_filed_under_its_own_name(drill, person):
    disaster_id, move = drill
    respond(person, {"id": disaster_id})
    move(17)
    midnight = MORNING + timedelta(hours=16)
    figures = {code: value if value is None else spoken.Decimal(str(value))
               for code, value in FIGURES.items()}  # fmt: skip
    with act_as(SYSTEM), db.reading() as session:
        disaster = disasters.disaster(session, UUID(disaster_id))
        area = disasters.area_by_code(session, TOWNSHIP, disaster)
        digits = queries.digits_of(
            session, disaster, area, round_="2013-10-07T00:00", as_of=midnight, values=figures
        )
    told = say(person("duty_officer"), digits).json
    assert (told["round"], told["as_of"][:16]) == ("2013-10-07T00:00", "2013-10-06T16:00")
