"""Figures worth a second look, on every road to them: API, list, board, the report itself."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.damage_reports.test_pages import token_of
from tests.damage_reports.test_rounds import FIRST, SECOND, file, judge, open_round
from tests.factories.city import COUNTY, FAR_TOWNSHIP, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP

FOURTH = "990202000000"


@pytest.fixture
def officer(person):
    return person("duty_officer")


@pytest.fixture
def told(person, disaster, officer):
    """Return a way to file a round for all four townships; what is not given is usual."""

    def tell(code, **other):
        open_round(officer, disaster, code)
        reviewer = person("township_reporter")
        usual = {"affected": 900, "crop_affected": 40, "deaths": 0}
        return {
            area: file(reviewer, disaster, area, code, values=usual | other.get(f"t{area}", {}),
                       reasons={"crop_affected": "核实中"})
            for area in (TOWNSHIP, NEIGHBOUR, FAR_TOWNSHIP, FOURTH)
        }  # fmt: skip

    return tell


def asked(caller, disaster, **more):
    query = "&".join(f"{key}={value}" for key, value in more.items())
    answer = caller.get(f"/api/v1/outliers?disaster={disaster['id']}&{query}")
    assert answer.status_code == 200, answer.json
    return answer.json


def test_hectares_in_mu_are_found_with_the_words_that_explain_them(told, officer, disaster):
    told(FIRST)
    reports = told(SECOND, **{f"t{TOWNSHIP}": {"crop_affected": 600}})

    found = asked(officer, disaster, round=SECOND)["outliers"]
    assert [(each["area_code"], each["indicator"], each["why"]) for each in found] == [
        (TOWNSHIP, "crop_affected", "mu")
    ]
    assert (found[0]["value"], found[0]["last"], found[0]["meant"]) == (600, 40, 40)
    assert found[0]["low"] <= 40 <= found[0]["high"]
    assert "亩" in found[0]["message"]
    assert found[0]["report_id"] == reports[TOWNSHIP]
    assert asked(officer, disaster, round=FIRST)["outliers"] == []


def test_nothing_is_held_up_and_a_returned_report_is_no_longer_listed(
    told, person, officer, disaster
):
    told(FIRST)
    reports = told(SECOND, **{f"t{TOWNSHIP}": {"crop_affected": 600}})
    assert asked(officer, disaster, round=SECOND)["outliers"]

    judge(person("county_reviewer"), reports[TOWNSHIP], "return", "亩?")
    assert asked(officer, disaster, round=SECOND)["outliers"] == []


def test_the_figure_put_right_is_at_once_no_longer_listed(told, person, officer, disaster):
    told(FIRST)
    reports = told(SECOND, **{f"t{TOWNSHIP}": {"crop_affected": 600}})
    assert len(asked(officer, disaster, round=SECOND)["outliers"]) == 1

    file(
        person("township_reporter"), disaster, TOWNSHIP, SECOND, base=reports[TOWNSHIP],
        values={"affected": 900, "crop_affected": 41, "deaths": 0},
        reasons={"crop_affected": "亩误作公顷"},
    )  # fmt: skip
    assert asked(officer, disaster, round=SECOND)["outliers"] == []


def test_what_is_not_known_is_no_finding(told, officer, disaster):
    told(FIRST)
    told(SECOND, **{f"t{TOWNSHIP}": {"crop_affected": None}})
    assert asked(officer, disaster, round=SECOND)["outliers"] == []


def test_everybody_is_told_the_same_of_a_figure_but_only_of_their_own(
    told, person, officer, disaster
):
    told(FIRST)
    told(SECOND, **{f"t{TOWNSHIP}": {"crop_affected": 600}})

    whole = asked(officer, disaster, round=SECOND)["outliers"]
    mine = person(f"county_reviewer@{COUNTY}")
    assert asked(mine, disaster, round=SECOND, area=COUNTY)["outliers"] == whole
    beside = person(f"county_reviewer@{OTHER_COUNTY}")
    assert asked(beside, disaster, round=SECOND, area=OTHER_COUNTY)["outliers"] == []
    refused = beside.get(f"/api/v1/outliers?disaster={disaster['id']}&area={COUNTY}")
    assert refused.status_code in (403, 404)


def test_a_stranger_is_refused_and_bad_addresses_are_said(stranger, officer, disaster):
    assert stranger.get(f"/api/v1/outliers?disaster={disaster['id']}").status_code == 401
    open_round(officer, disaster)
    for bad in (f"disaster={disaster['id']}&round=none", "disaster=x", "area=1"):
        answer = officer.get(f"/api/v1/outliers?{bad}")
        assert answer.status_code in (400, 404, 422), (bad, answer.status_code)
        assert answer.json["detail"]


def test_before_any_round_the_list_says_so(officer, browse, disaster):
    assert asked(officer, disaster) == {"round": None, "outliers": []}
    page = browse("duty_officer").get(f"/reports/outliers?disaster={disaster['id']}")
    assert (page.status_code, "empty-state" in page.text) == (200, True)


def test_the_pages_lead_from_the_board_to_the_list_to_the_report(told, browse, disaster):
    told(FIRST)
    reports = told(SECOND, **{f"t{TOWNSHIP}": {"crop_affected": 600}})
    page = browse("city_reviewer")

    board = page.get(f"/reports/board?disaster={disaster['id']}&round={SECOND}").text
    assert 'data-part="doubts">1<' in board and "/reports/outliers?" in board
    listed = page.get(f"/reports/outliers?disaster={disaster['id']}&round={SECOND}").text
    assert f"/reports/{reports[TOWNSHIP]}" in listed and "亩" in listed
    only = page.get(
        f"/reports/outliers?disaster={disaster['id']}&round={SECOND}&indicator=crop_affected"
    )
    assert f"/reports/{reports[TOWNSHIP]}" in only.text
    assert "亩" in page.get(f"/reports/{reports[TOWNSHIP]}").text
    assert "亩当成公顷" not in page.get(f"/reports/{reports[NEIGHBOUR]}").text


def vouch(caller, report, indicator="crop_affected", reason="问过村里,属实", voucher_id=None):
    body = {"id": voucher_id or new_id(), "indicator": indicator, "reason": reason}
    return caller.put(f"/api/v1/reports/{report}/vouchers", body)


def test_a_figure_found_right_leaves_the_list_until_it_changes(told, person, officer, disaster):
    told(FIRST)
    reports = told(SECOND, **{f"t{TOWNSHIP}": {"crop_affected": 600}})
    reviewer, voucher_id = person("county_reviewer"), new_id()
    answer = vouch(reviewer, reports[TOWNSHIP], voucher_id=voucher_id)
    assert answer.status_code == 201, answer.json

    assert asked(officer, disaster, round=SECOND)["outliers"] == []
    [found] = asked(officer, disaster, round=SECOND, looked_at=1)["outliers"]
    assert found["vouched"]["reason"] == "问过村里,属实"
    assert vouch(reviewer, reports[TOWNSHIP], voucher_id=voucher_id).json == answer.json
    assert vouch(reviewer, reports[TOWNSHIP]).status_code == 409

    for value, listed in ((600, 0), (620, 1)):
        reports[TOWNSHIP] = file(
            person("township_reporter"), disaster, TOWNSHIP, SECOND, base=reports[TOWNSHIP],
            values={"affected": 901, "crop_affected": value, "deaths": 0},
        )  # fmt: skip
        assert len(asked(officer, disaster, round=SECOND)["outliers"]) == listed


def test_nobody_vouches_for_what_they_sent_or_for_what_is_not_there(told, person, disaster):
    told(FIRST)
    reports = told(SECOND, **{f"t{TOWNSHIP}": {"crop_affected": 600}})

    assert vouch(person("township_reporter"), reports[TOWNSHIP]).status_code == 403
    assert vouch(person(f"county_reviewer@{OTHER_COUNTY}"), reports[TOWNSHIP]).status_code == 404
    reviewer = person("county_reviewer")
    for indicator, reason in (("no_such", "x"), ("missing", "x"), ("affected", "")):
        answer = vouch(reviewer, reports[TOWNSHIP], indicator, reason)
        assert answer.status_code == 422 and answer.json["errors"], (indicator, reason)


def test_a_reviewer_vouches_from_the_list(told, browse, disaster):
    told(FIRST)
    reports = told(SECOND, **{f"t{TOWNSHIP}": {"crop_affected": 600}})
    page, back = browse("county_reviewer"), f"disaster={disaster['id']}&round={SECOND}"
    listed = page.get(f"/reports/outliers?{back}")
    assert f"/reports/{reports[TOWNSHIP]}/vouchers" in listed.text

    form = {
        "csrf": token_of(listed), "id": new_id(), "indicator": "crop_affected",
        "reason": "<b>看过照片</b>", "back": back,
    }  # fmt: skip
    answer = page.post(f"/reports/{reports[TOWNSHIP]}/vouchers", data=form)

    assert answer.status_code == 303, answer.text
    after = page.get(answer.headers["Location"]).text
    assert f"/reports/{reports[TOWNSHIP]}" not in after
    shown = page.get(f"{answer.headers['Location']}&looked_at=1").text
    assert "&lt;b&gt;看过照片" in shown and "/vouchers" not in shown
