"""What a level signs never changes; what is corrected later is a difference (peers.md F10, F11)."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from damage_reports import queries
from damage_reports.models import Summary
from damage_reports.rules import Basis
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters import queries as disasters
from tests.conftest import MORNING, new_id
from tests.damage_reports.test_pages import token_of
from tests.damage_reports.test_rounds import FIRST, SECOND, file, open_round
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP, VILLAGE
from tests.factories.figures import file_final
from tests.factories.rosters import add
from tests.spine.test_log import in_threads


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{CITY}")


@pytest.fixture
def preparer(person):
    return person(f"county_reviewer@{CITY}")


@pytest.fixture
def head(person):
    return person(f"unit_head@{CITY}")


@pytest.fixture
def opened(person, disaster):
    open_round(person("duty_officer"), disaster)
    return disaster


def prepare(caller, disaster, area=COUNTY, code=FIRST, **more):
    body = {
        "disaster_id": disaster["id"], "area_code": area, "round": code, "basis": "reported",
    } | more  # fmt: skip
    summary_id = new_id()
    return summary_id, caller.put(f"/api/v1/summaries/{summary_id}", body)


def prepared(caller, disaster, **more):
    summary_id, answer = prepare(caller, disaster, **more)
    assert answer.status_code in (200, 201), answer.json
    return summary_id


def sign(caller, summary_id, role="unit_head", **more):
    path = f"/api/v1/summaries/{summary_id}/signatures/{new_id()}"
    return caller.put(path, {"role": role} | more)


def shown(caller, summary_id):
    return caller.get(f"/api/v1/summaries/{summary_id}").json


def test_a_signed_table_stays_and_a_correction_is_a_difference_beside_it(
    opened, reporter, preparer, head
):
    first = file(reporter, opened, affected=40)
    table = prepared(preparer, opened)
    assert sign(head, table).status_code == 201
    before = shown(preparer, table)

    file(reporter, opened, affected=55, base=first)

    after = shown(preparer, table)
    assert (after["content"], after["sha256"]) == (before["content"], before["sha256"])
    assert before["deltas"] == []
    assert {(each["area_code"], each["change"]) for each in after["deltas"]} == {
        (COUNTY, 15), (TOWNSHIP, 15),
    }  # fmt: skip
    assert (after["stage"], after["outstanding"]) == ("signed", ["statistics_head"])


def test_a_signed_table_keeps_a_report_that_is_withdrawn_and_the_difference_shows(
    opened, reporter, preparer, head
):
    first = file(reporter, opened, affected=40)
    table = prepared(preparer, opened)
    assert sign(head, table).status_code == 201
    before = shown(preparer, table)

    order = {"id": new_id(), "reason": "重复填报"}
    assert reporter.put(f"/api/v1/reports/{first}/withdrawal", order).status_code == 201

    after = shown(preparer, table)
    assert (after["content"], after["sha256"]) == (before["content"], before["sha256"])
    assert {each["area_code"] for each in after["deltas"]} == {COUNTY, TOWNSHIP}
    assert [each["now"] for each in after["deltas"]] == [None, None]


def test_what_was_not_known_when_signed_is_said_to_be_new(opened, reporter, preparer):
    table = prepared(preparer, opened)
    file(reporter, opened, affected=7)

    found = next(each for each in shown(preparer, table)["deltas"] if each["area_code"] == COUNTY)
    assert (found["signed"], found["now"], found["change"]) == (None, 7, 7)


def test_figures_of_a_later_hour_are_no_correction(opened, person, reporter, preparer):
    file(reporter, opened, affected=40)
    table = prepared(preparer, opened)
    later = (MORNING + timedelta(days=10_000)).isoformat()
    assert later > shown(preparer, table)["known_at"]

    body = {
        "disaster_id": opened["id"], "area_code": TOWNSHIP, "round": SECOND,
        "as_of": later, "values": {"affected": 90},
    }  # fmt: skip
    assert reporter.put(f"/api/v1/reports/{new_id()}", body).status_code == 422
    assert shown(preparer, table)["deltas"] == []


def test_by_telephone_it_goes_up_at_once_and_the_signature_follows(opened, preparer, head):
    table = prepared(preparer, opened)
    assert sign(preparer, table, by_telephone=True, told_by="王主任").status_code == 201
    found = shown(preparer, table)
    assert (found["stage"], found["outstanding"]) == (
        "by_telephone", ["statistics_head", "unit_head"],
    )  # fmt: skip
    sent = found["sent_at"]

    assert sign(head, table).status_code == 201
    found = shown(preparer, table)
    assert (found["stage"], found["sent_at"]) == ("signed", sent)
    assert sign(head, table).status_code == 409


def test_who_prepares_does_not_sign_and_nobody_signs_twice(opened, person):
    both = person(
        f"county_reviewer@{CITY}", f"unit_head@{CITY}", f"statistics_head@{CITY}"
    )  # fmt: skip
    heads = person(f"unit_head@{CITY}", f"statistics_head@{CITY}")
    table = prepared(both, opened)

    assert sign(both, table).status_code == 403
    assert sign(heads, table, "statistics_head").status_code == 201
    assert sign(heads, table).status_code == 403
    assert sign(person(f"unit_head@{CITY}"), table).status_code == 201


def test_a_word_by_telephone_has_a_name(opened, preparer):
    table = prepared(preparer, opened)

    answer = sign(preparer, table, by_telephone=True)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "told_by"


def test_a_new_table_names_the_one_it_replaces_and_both_are_kept(opened, reporter, preparer, head):
    first = prepared(preparer, opened)
    file(reporter, opened, affected=9)

    _, blind = prepare(preparer, opened)
    assert (blind.status_code, blind.json["current"]["id"]) == (412, first)
    second = prepared(preparer, opened, base=first)
    assert (shown(preparer, second)["revision"], shown(preparer, first)["current"]) == (2, False)
    assert sign(head, first).status_code == 409
    assert sign(head, second).status_code == 201


def test_the_same_table_sent_twice_is_one(opened, preparer):
    summary_id, answer = prepare(preparer, opened)
    body = {
        "disaster_id": opened["id"], "area_code": COUNTY, "round": FIRST, "basis": "reported",
    }  # fmt: skip
    again = preparer.put(f"/api/v1/summaries/{summary_id}", body)

    assert (again.status_code, again.json) == (200, answer.json)


def test_the_final_table_waits_for_every_area_below_and_names_it(
    person, disaster, reporter, preparer, head
):
    open_round(person("duty_officer"), disaster, kind="final")
    _, early = prepare(preparer, disaster, area=CITY)
    assert (early.status_code, early.json["code"]) == (409, "illegal_transition")
    assert "东山县、西湾县" in early.json["detail"]

    for county in (COUNTY, OTHER_COUNTY):
        children = preparer.get(f"/api/v1/areas?parent={county}").json["areas"]
        for township in (each["code"] for each in children if not each["pseudo"]):
            file_final(reporter, disaster, township, FIRST)
            assert sign(head, prepared(preparer, disaster, area=township)).status_code == 201
        assert sign(head, prepared(preparer, disaster, area=county)).status_code == 201

    assert prepare(preparer, disaster, area=CITY)[1].status_code == 201


def final_of(preparer, disaster):
    answer = prepare(preparer, disaster, area=TOWNSHIP)[1]
    return answer.status_code, answer.json.get("detail", "")


def test_a_township_signs_no_final_table_without_its_final_report(
    person, disaster, reporter, preparer
):
    file(reporter, disaster, code="2013-10-06T07:00", affected=3)
    open_round(person("duty_officer"), disaster, kind="final")
    status, words = final_of(preparer, disaster)
    assert status == 409 and words == "核报汇总表须等核报报齐后才能编制，尚缺：临江镇。"

    file_final(reporter, disaster, TOWNSHIP, FIRST, affected=3)
    assert final_of(preparer, disaster)[0] == 201


def test_where_villages_report_each_that_did_owes_its_final_one(
    person, disaster, reporter, preparer
):
    file(reporter, disaster, code="2013-10-06T07:00", area=VILLAGE, affected=3)
    open_round(person("duty_officer"), disaster, kind="final")
    assert final_of(preparer, disaster)[0] == 409

    file_final(reporter, disaster, VILLAGE, FIRST, affected=3)
    assert final_of(preparer, disaster)[0] == 201


@pytest.mark.parametrize("area", [TOWNSHIP, VILLAGE])
def test_no_final_table_is_prepared_over_a_list_that_differs_without_a_reason(
    person, disaster, reporter, preparer, area
):
    open_round(person("duty_officer"), disaster, kind="final")
    first = file_final(reporter, disaster, area, FIRST)
    add(person(f"township_reporter@{TOWNSHIP}"), disaster)
    status, words = final_of(preparer, disaster)
    assert status == 409 and "一览表" in words

    file_final(reporter, disaster, area, FIRST, base=first, reasons={"deaths": "正在核实身份"})
    assert final_of(preparer, disaster)[0] == 201


def test_bad_tables_are_refused_with_the_field(opened, preparer):
    for more, field in (
        ({"code": "none"}, "round"),
        ({"area": f"{TOWNSHIP[:6]}001000"}, "area_code"),
    ):
        _, answer = prepare(preparer, opened, **more)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    assert preparer.get(f"/api/v1/summaries?disaster={opened['id']}").status_code == 422


def correct(reporter, judges, disaster, times):
    """File, judge, return and set own figures beside two townships' reports, by seed."""
    random_ = random.Random(20131007)
    standing = {
        code: file(reporter, disaster, area=code, affected=20) for code in (TOWNSHIP, NEIGHBOUR)
    }
    yield
    for number in range(times):
        area = random_.choice((TOWNSHIP, NEIGHBOUR))
        act = random_.choice(("file", "accept", "return", "own"))
        figure = random_.randrange(99)
        if act == "file":
            standing[area] = file(
                reporter, disaster, area=area, affected=figure, base=standing[area],
                reasons={"affected": "重核"},
            )  # fmt: skip
            continue
        order = {"id": new_id(), "action": act, "reason": f"第{number}次"}
        own = {"values": {"affected": figure}} if act == "own" else {}
        judges.put(f"/api/v1/reports/{standing[area]}/verdict", order | own)
    last = file(reporter, disaster, area=TOWNSHIP, affected=123, base=standing[TOWNSHIP])
    judges.put(f"/api/v1/reports/{last}/verdict", {"id": new_id(), "action": "accept"})
    yield


def table(summary_id):
    """Return a table as it was prepared, as known then, as it is now, and its differences."""
    with act_as(SYSTEM), db.reading() as session:
        row = session.scalar(select(Summary).where(Summary.id == UUID(summary_id)))
        disaster = disasters.disaster(session, row.disaster_id)
        tree = disasters.division_tree(session, disaster)
        asked = (session, disaster, tree, tree.node(row.area_id))
        basis = Basis(row.basis)
        then = queries.lines_of(*asked, basis=basis, at=row.known_at, known_at=row.known_at)
        now = queries.lines_of(*asked, basis=basis, at=row.known_at)
        found = queries.signed(session, row, tree)
        return found, queries.written(then), now, queries.deltas_of(session, found, disaster, tree)


@pytest.mark.parametrize("times", [200, pytest.param(10_000, marks=pytest.mark.nightly)])
def test_a_table_comes_back_byte_for_byte_as_known_then_and_differences_add_up(
    opened, reporter, person, preparer, times
):
    """So many corrections, judgements and own figures after it; every cell, both bases."""
    history = correct(reporter, person("county_reviewer"), opened, times)
    next(history)
    tables = [
        prepared(preparer, opened, area=COUNTY, basis="reported"),
        prepared(preparer, opened, area=CITY, basis="accepted"),
    ]
    next(history)

    for each in tables:
        found, then, now, deltas = table(each)
        assert then == found.row.content
        changed = {(delta.area, delta.indicator): delta.change for delta in deltas}
        assert changed, "the corrections changed something"
        for before, after in zip(found.lines, now, strict=True):
            for code in {*before.values, *after.values}:
                was = before.values.get(code, Decimal(0)) + changed.get((before.area, code), 0)
                assert was == after.values.get(code, Decimal(0))
        below = sum(change for (area, _code), change in changed.items() if area != found.area.code)
        assert below == changed.get((found.area.code, "affected"), 0)


def test_while_others_file_a_table_holds_what_was_received_before_its_instant(
    opened, person, reporter, preparer, app
):
    """Reports still on their way when it is prepared are in it, or later than it: never both."""
    made, answers = [], []
    for number in range(24):
        body = {"disaster_id": opened["id"], "code": f"r{number}", "as_of": MORNING.isoformat()}
        assert person("duty_officer").put(f"/api/v1/rounds/{new_id()}", body).status_code == 201

    def write(number):
        if number % 8 == 0:
            area = (COUNTY, OTHER_COUNTY, TOWNSHIP)[number // 8 % 3]
            made.append(prepare(preparer, opened, area=area, code=FIRST)[0])
        else:
            area = f"{TOWNSHIP[:6]}00{number % 3 + 1}000"
            body = {
                "disaster_id": opened["id"], "area_code": area, "round": f"r{number}",
                "as_of": MORNING.isoformat(), "values": {"affected": 5},
            }  # fmt: skip
            answers.append(reporter.put(f"/api/v1/reports/{new_id()}", body).status_code)

    in_threads(24, write)

    assert set(answers) == {201}
    assert len(made) == 3
    for each in made:
        found, then, _now, _deltas = table(each)
        assert then == found.row.content


def test_the_pages_prepare_sign_and_export(opened, browse, reporter):
    file(reporter, opened, affected=12)
    page = browse(f"city_reviewer@{CITY}")
    address = f"/reports/summaries?disaster={opened['id']}&area={COUNTY}&round={FIRST}"
    empty = page.get(address)
    assert "尚未编制" in empty.text

    csrf, summary_id = {"csrf": token_of(empty)}, new_id()
    sent = csrf | {
        "id": summary_id, "disaster_id": opened["id"], "area_code": COUNTY, "round": FIRST,
        "base": "", "basis": "reported",
    }  # fmt: skip
    assert page.post("/reports/summaries", data=sent).status_code == 303
    again = page.post("/reports/summaries", data=sent | {"id": new_id()})
    assert again.status_code == 412 and "已有另一张汇总表" in again.text
    word = {"id": new_id(), "role": "unit_head", "by_telephone": "true", "told_by": "<b>王</b>"}
    signing = f"/reports/summaries/{summary_id}/signatures"
    assert page.post(signing, data=csrf | word).status_code == 303
    shown_page = page.get(f"/reports/summaries/{summary_id}").text
    assert "电话同意已上报" in shown_page and "<b>王</b>" not in shown_page
    assert page.get(f"/reports/summaries/{summary_id}/export").data[:2] == b"PK"


def test_a_round_nobody_opened_is_said_not_replaced_by_another(opened, browse):
    page = browse(f"city_reviewer@{CITY}")

    assert page.get(f"/reports/summaries?disaster={opened['id']}&round=none").status_code == 422
