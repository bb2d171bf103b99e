"""Emergency plans of areas: entered version by version, withdrawn, due for review, compared."""

from __future__ import annotations

import io
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import openpyxl
import pytest
import uuid6

from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.auth.models import User
from shelters.contingency.rules import Due, due, years_after
from tests.conftest import new_id
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP
from tests.matrix.stage import drill_body


@pytest.fixture
def planner(person):
    return person(f"township_reporter@{TOWNSHIP}", login="planner")


def put(caller, plan_id=None, **changes):
    body = {"area_code": TOWNSHIP, "kind": "relief", "title": "临江镇自然灾害救助应急预案",
            "approved_on": "2024-03-20", "body": "一、总则\n二、转移"} | changes  # fmt: skip
    return caller.put(f"/api/v1/contingency-plans/{plan_id or new_id()}", body)


def adopt(caller, **changes) -> str:
    plan = new_id()
    answer = put(caller, plan, **changes)
    assert answer.status_code in (200, 201), answer.json
    return plan


def shown(caller, plan):
    answer = caller.get(f"/api/v1/contingency-plans/{plan}")
    assert answer.status_code == 200, answer.json
    return answer.json


def page(caller, path):
    return caller.client.get(path, headers={"Authorization": f"Bearer {caller.token}"})


def test_a_version_replaces_the_one_before_and_both_stay_to_be_read(planner):
    first = adopt(planner)
    second = adopt(planner, base=first, changes="新增二级响应", body="一、总则\n二、避险转移")

    assert [shown(planner, each)["state"] for each in (first, second)] == ["replaced", "current"]
    assert [shown(planner, each)["number"] for each in (first, second)] == [1, 2]
    assert shown(planner, first)["body"] == "一、总则\n二、转移"
    text = page(planner, f"/evacuation/contingency/{second}").text
    assert "<del>二、转移</del>" in text and "<ins>二、避险转移</ins>" in text
    assert "新增二级响应" in text


def test_whoever_did_not_see_the_version_that_stands_is_told_which_it_is(planner):
    first = adopt(planner)

    for base in (None, new_id()):
        answer = put(planner, base=base, changes="x")
        assert answer.status_code == 412
        assert answer.json["current"] == {"id": first, "revision": 1}
    assert put(planner, base=first).json["errors"][0]["field"] == "changes"


def test_the_same_version_sent_again_is_kept_once_and_another_under_its_id_is_refused(planner):
    plan = adopt(planner)

    again = put(planner, plan)
    assert (again.status_code, again.json["revision"]) == (200, 1)
    assert put(planner, plan, title="别的").status_code == 409


def test_of_many_first_versions_at_once_one_stands(app, planner):
    with ThreadPoolExecutor(6) as several:
        answers = list(several.map(lambda _turn: put(planner).status_code, range(6)))

    assert sorted(answers) == [201, *[412] * 5]
    listed = planner.get(f"/api/v1/contingency-plans?area={TOWNSHIP}").json
    assert listed["total"] == 1


def test_a_plan_is_withdrawn_with_its_reason_and_a_later_one_counts_on(planner):
    plan = adopt(planner)
    address = f"/api/v1/contingency-plans/{plan}/withdrawal"

    assert planner.put(address, {"reason": " "}).status_code == 422
    assert planner.put(address, {"reason": "并入县级预案"}).status_code == 201
    assert shown(planner, plan)["state"] == "withdrawn"
    assert shown(planner, plan)["reason"] == "并入县级预案"
    assert planner.get(f"/api/v1/contingency-plans?area={TOWNSHIP}").json["plans"] == []
    assert shown(planner, adopt(planner))["number"] == 2
    assert planner.put(address, {"reason": "又一次"}).status_code == 409


def test_dates_that_cannot_be_are_said_at_their_field(planner):
    tomorrow = clock.local_date(clock.now()) + timedelta(days=1)

    def field(**changes):
        answer = put(planner, **changes)
        assert answer.status_code == 422
        return answer.json["errors"][0]["field"]

    assert field(approved_on=tomorrow.isoformat()) == "approved_on"
    assert field(review_on="2024-03-20") == "review_on"
    assert field(body="") == "body"
    assert field(body="长" * 20_001) == "body"


def test_without_a_day_it_is_looked_at_again_after_the_years_of_the_parameters(planner):
    assert shown(planner, adopt(planner))["review_on"] == "2027-03-20"
    assert years_after(date(2024, 2, 29), 3) == date(2027, 2, 28)


def test_when_a_plan_is_due():
    today = date(2026, 11, 30)

    found = [due(today + timedelta(days=left), today, warn_days=90) for left in (-1, 0, 90, 91)]
    assert found == [Due.OVERDUE, Due.SOON, Due.SOON, Due.FINE]
    assert due(None, today, warn_days=90) == Due.NONE


def test_a_neighbour_sees_nothing_and_writes_nothing(planner, person):
    plan = adopt(planner)
    neighbour = person(f"township_reporter@{NEIGHBOUR}", login="neighbour")

    assert neighbour.get(f"/api/v1/contingency-plans/{plan}").status_code == 404
    assert put(neighbour).status_code == 404
    answer = neighbour.put(f"/api/v1/contingency-plans/{plan}/withdrawal", {"reason": "x"})
    assert answer.status_code == 404


def test_an_account_of_a_drill_reads_the_plans_and_changes_none(planner, person):
    plan = adopt(planner)
    exercising = person(f"township_reporter@{TOWNSHIP}", login="exercising")
    drill_id = uuid6.uuid7()
    director = person("drill_director")
    assert director.put(f"/api/v1/drills/{drill_id}", drill_body(1)).status_code == 201
    with act_as(SYSTEM), db.transaction() as session:
        session.get(User, exercising.user_id).drill_id = drill_id

    assert shown(exercising, plan)["number"] == 1
    assert put(exercising, base=plan, changes="x").status_code == 403
    address = f"/api/v1/contingency-plans/{plan}/withdrawal"
    assert exercising.put(address, {"reason": "x"}).status_code == 403


def test_who_may_not_read_an_area_sees_none_of_its_plans_in_the_list(planner, person):
    adopt(planner)
    both = person(f"township_reporter@{NEIGHBOUR}", f"depot_keeper@{TOWNSHIP}", login="both")

    assert both.get(f"/api/v1/contingency-plans?area={TOWNSHIP}").status_code == 403


def test_a_form_told_of_another_version_replaces_it_only_when_that_is_said(planner):
    mine = {"id": new_id(), "area_code": TOWNSHIP, "kind": "relief", "title": "预案",
            "approved_on": "2024-05-01", "body": "我的\r\n第二行", "base": "",
            "changes": "改"}  # fmt: skip
    theirs = adopt(planner, body="他们的")

    def sent(**more):
        return planner.client.post(
            "/evacuation/contingency", data=mine | more,
            headers={"Authorization": f"Bearer {planner.token}"},
        )  # fmt: skip

    for _again in range(2):
        answer = sent()
        assert answer.status_code == 412
        assert f"/evacuation/contingency/{theirs}" in answer.text and "第二行" in answer.text
        assert 'href="#instead"' in answer.text
    assert sent(instead=theirs).status_code == 303
    assert shown(planner, mine["id"])["body"] == "我的\n第二行"
    assert shown(planner, theirs)["state"] == "replaced"


def test_a_long_text_of_which_every_line_changed_is_compared_at_once(planner):
    old = "\n".join(f"第{n}条 各村应当在汛前完成检查" for n in range(900))
    first = adopt(planner, body=old)
    second = adopt(planner, base=first, changes="编号", body=old.replace("条", "项"))

    began = time.perf_counter()
    text = page(planner, f"/evacuation/contingency/{second}").text
    assert time.perf_counter() - began < 5
    assert text.count("<del>") == text.count("<ins>") == 900


def test_plans_are_of_todays_areas_whatever_disaster_is_looked_at(planner, disaster):
    plan = adopt(planner)

    asked = f"?disaster={disaster['id']}&area={TOWNSHIP}"
    assert (
        f"/evacuation/contingency/{plan}" in page(planner, f"/evacuation/contingency{asked}").text
    )
    assert page(planner, f"/evacuation/contingency/new{asked}&kind=flood").status_code == 200


def test_the_county_sees_who_has_a_plan_and_whose_is_overdue(planner, person):
    adopt(planner, approved_on="2020-01-01", review_on="2021-01-01")
    county = person(f"county_reviewer@{COUNTY}", login="county")

    text = page(county, f"/evacuation/contingency?area={COUNTY}").text
    assert "复审超期" in text or "review overdue" in text
    book = openpyxl.load_workbook(
        io.BytesIO(page(county, f"/evacuation/contingency/export?area={COUNTY}").data)
    )
    rows = [row for row in book.active.values if row[0] == TOWNSHIP]
    assert len(rows) == 2
    assert {row[4] for row in rows} == {1, None}


def test_a_form_sent_wrong_keeps_what_was_typed_and_says_what_is_missing(app, planner):
    def sent(**more):
        return planner.client.post(
            "/evacuation/contingency", data=form | more,
            headers={"Authorization": f"Bearer {planner.token}"},
        )  # fmt: skip

    form = {"id": new_id(), "area_code": TOWNSHIP, "kind": "flood", "title": "防汛预案",
            "document": "", "approved_on": "", "review_on": "", "body": "一、汛前检查",
            "base": ""}  # fmt: skip
    answer = sent()
    assert answer.status_code == 422
    assert "一、汛前检查" in answer.text

    answer = sent(approved_on="2024-05-01")
    assert answer.status_code == 303
    listed = planner.get(f"/api/v1/contingency-plans?area={TOWNSHIP}").json["plans"]
    assert [each["kind"] for each in listed] == ["flood"]


def test_a_plan_whose_review_has_passed_stands_in_the_queue_until_it_is_renewed(planner, disaster):
    def told():
        rows = planner.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
        return [each["title"] for each in rows if each["kind"] == "contingency_overdue"]

    first = adopt(planner, approved_on="2020-01-01", review_on="2021-01-01")
    assert len(told()) == 1 and "1" in told()[0]
    assert put(planner, base=first, changes="换届").status_code in (200, 201)

    assert told() == []
