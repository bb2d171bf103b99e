"""Which of two reports for one round counts: seen side by side, with its reason."""

from __future__ import annotations

import pytest

from tests.conftest import MORNING, new_id
from tests.damage_reports.test_pages import token_of
from tests.factories.city import COUNTY, TOWNSHIP
from tests.reporting import open_round


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def county(person):
    return person(f"county_reviewer@{COUNTY}")


@pytest.fixture
def send(reporter, disaster, person):
    open_round(person, disaster, "r1")

    def put(values, **more):
        body = {
            "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
            "as_of": MORNING.isoformat(), "values": values,
        } | more  # fmt: skip
        answer = reporter.put(f"/api/v1/reports/{new_id()}", body)
        assert answer.status_code in (200, 201), answer.json
        return answer.json["id"]

    return put


@pytest.fixture
def conflict(send):
    """File, file blind, and settle it from below with a revision: rival, and what stands since."""
    first = send({"affected": 100})
    rival = send({"affected": 130})
    return rival, send({"affected": 140}, base=first)


def settle(who, report_id, **more):
    order = {"id": new_id(), "keep": True} | more
    return who.put(f"/api/v1/reports/{report_id}/settlement", order)


def affected(who, disaster):
    path = f"/api/v1/rollup?disaster={disaster['id']}&area={TOWNSHIP}"
    return who.get(path).json["values"]["affected"]


def test_a_stale_rival_does_not_take_the_place_of_a_newer_report_unseen(conflict, county, disaster):
    rival, standing = conflict
    refused = settle(county, rival, reason="电话核实")

    assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")
    assert standing in refused.json["detail"] and "第2版" in refused.json["detail"]
    assert affected(county, disaster) == 140


def test_who_names_the_version_seen_may_let_the_older_one_count_with_a_reason(
    conflict, county, disaster
):
    rival, standing = conflict
    without = settle(county, rival, seen=standing)
    kept = settle(county, rival, seen=standing, reason="电话核实,130为准")

    assert without.status_code == 422
    assert [(each["field"], each["code"]) for each in without.json["errors"]] == [("reason", "V20")]
    assert kept.status_code == 200, kept.json
    assert affected(county, disaster) == 130


def test_naming_another_version_than_the_one_that_stands_is_refused(conflict, county, send):
    rival, standing = conflict
    send({"affected": 150}, base=standing)

    assert settle(county, rival, seen=standing, reason="电话核实").status_code == 409


def test_the_reason_is_kept_and_shown_whichever_way_it_is_decided(conflict, county, browse):
    rival, _standing = conflict
    settle(county, rival, keep=False, reason="晚到的旧数")

    shown = county.get(f"/api/v1/reports/{rival}").json
    assert [(each["action"], each["reason"]) for each in shown["verdicts"]] == [
        ("discard", "晚到的旧数")
    ]
    page = browse(f"county_reviewer@{COUNTY}").get(f"/reports/{rival}").text
    assert "晚到的旧数" in page and "不采用这一份" in page


def test_a_rival_newer_than_what_stands_needs_no_more_than_before(send, county, disaster):
    send({"affected": 100})
    rival = send({"affected": 130})

    assert settle(county, rival).status_code == 200
    assert affected(county, disaster) == 130


def test_both_stand_side_by_side_on_the_page_and_nothing_typed_is_lost(
    conflict, browse, disaster, county, send
):
    rival, standing = conflict
    clerk = browse(f"county_reviewer@{COUNTY}")
    page = clerk.get(f"/reports/{rival}")
    assert f'name="seen" value="{standing}"' in page.text
    assert "现行版本比这一份更新" in page.text

    form = {"csrf": token_of(page), "id": new_id(), "keep": "true", "seen": standing}
    refused = clerk.post(f"/reports/{rival}/settlement", data=form)
    assert refused.status_code == 422 and "140" in refused.text

    newer = send({"affected": 150}, base=standing)
    stale = clerk.post(f"/reports/{rival}/settlement", data=form | {"reason": "电话核实"})
    assert stale.status_code == 409
    assert 'value="电话核实"' in stale.text and f'name="seen" value="{newer}"' in stale.text

    form |= {"seen": newer, "reason": "电话核实", "id": new_id()}
    assert clerk.post(f"/reports/{rival}/settlement", data=form).status_code == 303
    assert affected(county, disaster) == 130
