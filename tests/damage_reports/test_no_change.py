"""24小时零报告: no change is a filing of its own, the whole report once more."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import MORNING, new_id
from tests.damage_reports.test_pages import hidden, token_of
from tests.factories.city import TOWNSHIP
from tests.reporting import open_round

ROOT = Path(__file__).parents[2]
LATER = MORNING + timedelta(hours=24)
FULL = {"affected": 9, "deaths": 1, "missing": None, "relocated_rt": 3}


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def send(reporter, disaster, person):
    open_round(person, disaster, "r1")
    open_round(person, disaster, "r2", as_of=LATER)

    def put(values, round_="r2", as_of=LATER, **more):
        body = {
            "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": round_,
            "as_of": as_of.isoformat(), "values": values, "no_change": True,
        } | more  # fmt: skip
        report_id = new_id()
        answer = reporter.put(f"/api/v1/reports/{report_id}", body)
        if answer.status_code == 201:
            return reporter.get(f"/api/v1/reports/{report_id}").json
        assert answer.status_code == 422, answer.json
        return [(each["field"], each["code"]) for each in answer.json["errors"]]

    put(FULL, "r1", MORNING, no_change=False)
    return put


def test_the_whole_report_once_more_is_a_zero_report(send):
    shown = send(FULL)

    assert (shown["no_change"], shown["values"]) == (True, FULL)


def test_a_figure_left_out_or_added_is_a_change(send):
    left_out = {key: value for key, value in FULL.items() if key != "relocated_rt"}

    assert send(left_out) == [("values.relocated_rt", "V24")]
    assert send(FULL | {"injured": 2}) == [("values.injured", "V24")]


def test_only_a_follow_up_says_so(reporter, disaster, person, send):
    order = {
        "disaster_id": disaster["id"], "code": "r3", "kind": "final",
        "as_of": (LATER + timedelta(hours=2)).isoformat(),
    }  # fmt: skip
    assert person("duty_officer").put(f"/api/v1/rounds/{new_id()}", order).status_code == 201

    assert ("no_change", "V24") in send(FULL, "r3", LATER + timedelta(hours=2))


def test_one_press_at_the_desk_files_the_whole_report_again(send, browse, disaster, reporter):
    clerk = browse(f"township_reporter@{TOWNSHIP}")
    page = clerk.get("/reports/new?round=r2")
    assert 'name="no_change" value="true"' in page.text and "无变化" in page.text

    form = {
        "csrf": token_of(page), "id": hidden(page, "id"), "disaster_id": disaster["id"],
        "area_code": TOWNSHIP, "round": "r2", "as_of": "2013-10-07T08:00", "no_change": "true",
        "values.affected": "9", "values.deaths": "1", "unknown.missing": "1",
        "values.relocated_rt": "3",
    }  # fmt: skip
    wrong = clerk.post("/reports/new", data=form | {"values.deaths": "2"})
    assert wrong.status_code == 422 and "但因灾死亡人口与上一次不同" in wrong.text
    answer = clerk.post("/reports/new", data=form)
    assert answer.status_code == 303, answer.text
    shown = reporter.get("/api/v1" + answer.headers["Location"]).json
    assert (shown["no_change"], shown["values"]) == (True, FULL)
    assert "无变化" in clerk.get(answer.headers["Location"]).text


def test_a_correction_offers_no_such_press(send, browse, disaster):
    send(FULL)

    page = browse(f"township_reporter@{TOWNSHIP}").get("/reports/new?round=r2").text
    assert 'name="no_change"' not in page


def test_the_phone_sends_the_flag_only_where_it_was_pressed():
    script = """
        const { carriedOver, reportOf } = await import(process.argv[1]);
        const fields = [{ code: "affected", scale: 0, unit: { en: "people" } },
                        { code: "missing", scale: 0, unit: { en: "people" } }];
        const about = { round: { code: "r2", kind: "update" }, as_of: "x", fields,
          reasons: { deaths: " ", affected: "核减" },
          entries: carriedOver(fields, { affected: 9, missing: null }) };
        console.log(JSON.stringify([reportOf({ ...about, no_change: true }, null),
                                    reportOf(about, null)]));
    """
    module = str(ROOT / "static/js/reports/phone/figures.js")
    command = [shutil.which("node") or "node", "--input-type=module", "-e", script, module]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    same, plain = json.loads(ran.stdout)

    assert (same["no_change"], same["values"]) == (True, {"affected": 9, "missing": None})
    assert "no_change" not in plain and plain["reasons"] == {"affected": "核减"}
