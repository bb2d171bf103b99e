"""Figures beside rosters: what differs is found, and holds the final report until explained."""

from __future__ import annotations

from datetime import timedelta

from tests.conftest import MORNING, new_id
from tests.damage_reports.test_rounds import FIRST, open_round
from tests.factories.city import COUNTY, TOWNSHIP, VILLAGE
from tests.factories.rosters import MISSING, add, revise

DYING = {"affected": 900, "deaths": 1, "missing": 1}


def report(caller, disaster, values, *, kind="update", area=TOWNSHIP, **more):
    report_id = new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": area, "round": kind, "kind": kind,
        "as_of": MORNING.isoformat(), "values": values,
    } | more  # fmt: skip
    return report_id, caller.put(f"/api/v1/reports/{report_id}", body)


def lines(caller, area=TOWNSHIP):
    answer = caller.get(f"/api/v1/reconciliation?area={area}")
    assert answer.status_code == 200, answer.json
    return {each["indicator"]: each for each in answer.json["lines"]}


def wrong(answer):
    return {(each["code"], each["field"]) for each in answer.json["errors"]}


def test_a_figure_that_agrees_with_its_roster_is_silent(keeper, disaster):
    add(keeper, disaster)
    add(keeper, disaster, **MISSING)

    report_id, answer = report(keeper, disaster, DYING, kind="final")

    assert answer.status_code == 201, answer.json
    assert not keeper.get(f"/api/v1/reports/{report_id}").json["findings"]
    assert {each["state"] for each in lines(keeper).values()} == {"equal"}


def test_before_the_final_report_a_difference_is_a_warning(keeper, disaster):
    report_id, answer = report(keeper, disaster, DYING)

    assert answer.status_code == 201
    found = keeper.get(f"/api/v1/reports/{report_id}").json["findings"]
    assert {(each["rule"], each["severity"], each["field"]) for each in found} == {
        ("V16", "warning", "deaths"), ("V16", "warning", "missing"),
    }  # fmt: skip
    assert lines(keeper)["deaths"]["state"] == "differs"


def test_the_final_report_is_refused_until_each_difference_has_its_reason(keeper, disaster):
    values = DYING | {"collapsed_rooms": 4, "relocated_cum": 10, "relocated_central_cum": 10,
                      "relocated_scattered_cum": 0}  # fmt: skip

    _id, refused = report(keeper, disaster, values, kind="final")

    assert refused.status_code == 422
    assert wrong(refused) == {
        ("V16", "values.deaths"), ("V16", "values.missing"), ("V17", "values.collapsed_rooms"),
        ("V27", "values.relocated_cum"), ("V27", "values.relocated_central_cum"),
    }  # fmt: skip
    assert all("花名册" in each["message"] or "台账" in each["message"]
               for each in refused.json["errors"])  # fmt: skip
    reasons = {code: "家属正在核对" for code in ("deaths", "missing", "collapsed_rooms")}
    _id, half = report(keeper, disaster, values, kind="final", reasons=reasons)
    assert {field for _rule, field in wrong(half)} == {
        "values.relocated_cum", "values.relocated_central_cum",
    }  # fmt: skip

    reasons |= {"relocated_cum": "台账续录", "relocated_central_cum": "台账续录"}
    report_id, taken = report(keeper, disaster, values, kind="final", reasons=reasons)

    assert taken.status_code == 201
    assert keeper.get(f"/api/v1/reports/{report_id}").json["reasons"] == reasons
    assert (
        lines(keeper)["deaths"] | {"reason": "家属正在核对", "state": "explained"}
        == (lines(keeper)["deaths"])
    )


def test_a_round_opened_as_final_is_final_whatever_the_report_calls_itself(
    person, keeper, disaster
):
    assert open_round(person("duty_officer"), disaster, kind="final").status_code == 201

    _id, answer = report(keeper, disaster, DYING, kind="update", round=FIRST)

    assert ("V16", "values.deaths") in wrong(answer)


def test_a_person_in_the_roster_whose_figure_nobody_gave_holds_the_final_report(keeper, disaster):
    add(keeper, disaster)

    _id, update = report(keeper, disaster, {"affected": 5})
    _id, final = report(keeper, disaster, {"affected": 5}, kind="final")
    _id, unknown = report(keeper, disaster, {"affected": 5, "deaths": None}, kind="final")

    assert (update.status_code, final.status_code, unknown.status_code) == (201, 422, 422)
    assert wrong(final) == wrong(unknown) == {("V16", "values.deaths")}
    assert lines(keeper)["deaths"]["state"] == "not_reported"


def test_a_list_nobody_has_begun_is_no_warning_but_an_empty_one_at_the_end(keeper, disaster):
    values = {"affected": 9, "minor_rooms": 2}
    report_id, _answer = report(keeper, disaster, values)
    assert not keeper.get(f"/api/v1/reports/{report_id}").json["findings"]

    assert wrong(report(keeper, disaster, values, kind="final")[1]) == {
        ("V17", "values.minor_rooms")
    }
    add(keeper, disaster, "houses", collapsed_rooms=0, minor_rooms=1)
    report_id, _answer = report(keeper, disaster, values, round="u2")
    found = keeper.get(f"/api/v1/reports/{report_id}").json["findings"]
    assert [(each["rule"], each["field"]) for each in found] == [("V17", "minor_rooms")]


def test_a_missing_person_found_alive_leaves_both_counts_a_dead_one_goes_over(keeper, disaster):
    found, dead = add(keeper, disaster, **MISSING), add(keeper, disaster, **MISSING)
    assert lines(keeper)["missing"]["counted"] == 2

    revise(keeper, disaster, found, outcome="found_alive")
    revise(keeper, disaster, dead, outcome="declared_dead")

    counted = lines(keeper)
    assert (counted["missing"]["counted"], counted["deaths"]["counted"]) == (0, 1)


def test_a_household_counts_once_under_its_worst_damage(keeper, disaster):
    add(keeper, disaster, "houses", collapsed_rooms=2, collapsed_dwelling_rooms=1, severe_rooms=3,
        severe_dwelling_rooms=3)  # fmt: skip

    counted = {code: each["counted"] for code, each in lines(keeper).items()}

    assert counted["collapsed_rooms"] == 2 and counted["severe_dwelling_rooms"] == 3
    assert counted["collapsed_dwelling_households"] == 1
    assert counted["severe_dwelling_households"] == 0


def test_people_who_went_home_after_the_figures_are_still_among_them(keeper, disaster):
    late = (MORNING + timedelta(hours=3)).isoformat()
    values = {"affected": 9, "relocated_central_rt": 4, "relocated_central_cum": 4,
              "relocated_cum": 4, "relocated_rt": 4, "relocated_scattered_cum": 0,
              "relocated_scattered_rt": 0}  # fmt: skip
    add(keeper, disaster, "relocated", people=4, moved_at="2013-10-05T12:00:00Z", returned_at=late)
    add(keeper, disaster, "relocated", people=2, moved_at=late)

    _id, answer = report(keeper, disaster, values, kind="final")

    assert answer.status_code == 201, answer.json
    assert lines(keeper)["relocated_central_rt"]["state"] == "equal"


def test_a_county_counts_each_township_as_of_its_own_figures(person, keeper, disaster):
    late = (MORNING + timedelta(hours=3)).isoformat()
    add(keeper, disaster, "relocated", people=4, moved_at="2013-10-05T12:00:00Z", returned_at=late)
    values = {"affected": 9, "relocated_scattered_rt": 0, "relocated_scattered_cum": 0}
    values |= {f"relocated{how}_{span}": 4 for how in ("", "_central") for span in ("rt", "cum")}
    assert report(keeper, disaster, values)[1].status_code == 201

    answer = person(f"county_reviewer@{COUNTY}").get(f"/api/v1/reconciliation?area={COUNTY}").json

    assert answer["differing"] == 0
    assert {each["differing"] for each in answer["children"]} == {0}


def test_a_village_counts_its_own_rows_and_its_township_all_of_them(keeper, person, disaster):
    add(keeper, disaster)
    add(keeper, disaster, area_code=TOWNSHIP)
    officer = person(f"village_officer@{VILLAGE}")

    assert report(officer, disaster, {"affected": 3, "deaths": 1}, area=VILLAGE,
                  kind="final")[1].status_code == 201  # fmt: skip
    _id, answer = report(keeper, disaster, {"affected": 3, "deaths": 2}, kind="final")
    assert answer.status_code == 201, answer.json
    assert lines(keeper, VILLAGE)["deaths"]["counted"] == 1
    assert lines(keeper)["deaths"]["counted"] == 2


def test_a_village_that_left_it_to_its_township_raises_no_alarm(person, keeper, disaster):
    add(keeper, disaster)
    assert report(keeper, disaster, {"affected": 3, "deaths": 1})[1].status_code == 201

    answer = keeper.get(f"/api/v1/reconciliation?area={TOWNSHIP}").json

    assert answer["differing"] == 0
    assert {each["differing"] for each in answer["children"]} == {0}
