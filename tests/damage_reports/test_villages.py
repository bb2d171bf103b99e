"""What the villages filed for a round, beside the township's own figure: a note, never a figure."""

from __future__ import annotations

from random import Random
from uuid import UUID

import pytest
from sqlalchemy import event

from damage_reports import queries
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters import queries as disasters
from tests.conftest import MORNING, new_id
from tests.damage_reports.test_phone import facts, put_round
from tests.factories.city import TOWNSHIP, VILLAGE
from tests.spine.test_live import cookie_of

REPORTER = f"township_reporter@{TOWNSHIP}"
VILLAGES = [f"{TOWNSHIP[:6]}00{n}000" for n in (1, 2, 3)]


@pytest.fixture
def officer(person):
    return person(f"village_officer@{TOWNSHIP}")


def file(caller, disaster, area, values, *, base=None, round_="r1"):
    report_id = new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": area, "round": round_, "base": base,
        "as_of": MORNING.isoformat(), "values": values,
    }  # fmt: skip
    answer = caller.put(f"/api/v1/reports/{report_id}", body)
    assert answer.status_code in (200, 201), answer.json
    return report_id


def below(caller, query=""):
    return facts(caller, query)["form"]["rounds"][0]["villages"]


def test_a_township_is_told_what_its_villages_filed_for_this_round_and_how_many(
    person, officer, disaster
):
    file(officer, disaster, VILLAGES[2], {"affected": 7}, round_="r0")  # before rounds were opened
    put_round(person, disaster, "r1")
    file(officer, disaster, VILLAGES[0], {"affected": 1000, "missing": None, "crop_affected": 6.67})
    file(officer, disaster, VILLAGES[1], {"affected": 234, "crop_affected": 3.33})
    file(person(REPORTER), disaster, TOWNSHIP, {"affected": 5})

    found = below(person(REPORTER))

    assert (found["filed"], found["of"]) == (2, 3)
    assert found["sums"] == {"affected": [1234, 2], "crop_affected": [10, 2]}


def test_what_counts_is_the_last_word_of_each_village(person, officer, disaster):
    put_round(person, disaster, "r1")
    first = file(officer, disaster, VILLAGE, {"affected": 100})
    corrected = file(officer, disaster, VILLAGE, {"affected": 130}, base=first)
    file(officer, disaster, VILLAGE, {"affected": 900})  # a rival: counts nothing until settled
    assert below(person(REPORTER))["sums"]["affected"] == [130, 1]

    verdict = {"action": "return", "reason": "请核实"}
    answer = person(f"township_reviewer@{TOWNSHIP}").put(
        f"/api/v1/reports/{corrected}/verdict", verdict | {"id": new_id()}
    )
    assert answer.status_code in (200, 201), answer.json
    assert below(person(REPORTER)) is None


def test_a_figure_that_is_once_a_township_is_one_as_soon_as_any_village_has_it(
    person, officer, disaster
):
    put_round(person, disaster, "r1")
    for village, flooded in zip(VILLAGES, (0, 1, 1), strict=True):
        file(officer, disaster, village, {"flooded_townships": flooded})

    assert below(person(REPORTER))["sums"]["flooded_townships"] == [1, 3]


def test_a_village_and_a_round_nobody_filed_for_have_no_such_note(person, officer, disaster):
    put_round(person, disaster, "r1")
    assert below(person(REPORTER)) is None
    file(officer, disaster, VILLAGE, {"affected": 1})

    assert below(person(f"village_officer@{VILLAGE}")) is None


def test_the_sums_are_those_of_the_totals_where_only_villages_filed(person, officer, disaster):
    put_round(person, disaster, "r1")
    random = Random("villages")
    codes = ["affected", "crop_affected", "collapsed_rooms", "flooded_townships"]
    for village in VILLAGES:
        values = {code: random.choice([None, random.randint(0, 99)]) for code in codes}
        values["flooded_townships"] = random.choice([0, 1])
        file(officer, disaster, village, {**values, "affected": random.randint(100, 999)})
    with act_as(SYSTEM), db.reading() as session:
        held = disasters.disaster(session, UUID(disaster["id"]))
        tree = disasters.division_tree(session, held)
        form = queries.form_of(session, held.form_version)
        area = tree.by_code(TOWNSHIP)
        found = queries.villages(session, held, area, tree, form, rounds=["r1"])["r1"]
        total = queries.rollup(session, disaster_id=held.id, area=area, tree=tree, form=form).area

    assert found.sums == total.below
    assert found.known["affected"] == 3


def test_the_form_at_a_desk_says_the_same_and_takes_any_figure(app, person, officer, disaster):
    file(officer, disaster, VILLAGE, {"affected": 1234})
    reporter = app.test_client()
    reporter.set_cookie("session", cookie_of(person(REPORTER)))
    page = reporter.get(f"/reports/new?area={TOWNSHIP}&round=r1").text

    assert "本轮已有 1/3 村上报" in page
    assert "各村合计 1,234（1/3 村）" in page
    other = reporter.get(f"/reports/new?area={TOWNSHIP}&round=r2").text
    assert "data-village-sum=" not in other
    file(person(REPORTER), disaster, TOWNSHIP, {"affected": 5})


def test_it_costs_two_questions_whatever_the_number_of_rounds_and_villages(
    person, officer, disaster
):
    asked = []
    for code in ("r1", "r2", "r3"):
        for village in VILLAGES:
            file(officer, disaster, village, {"affected": 1}, round_=code)
    with act_as(SYSTEM), db.reading() as session:
        held = disasters.disaster(session, UUID(disaster["id"]))
        tree = disasters.division_tree(session, held)
        form = queries.form_of(session, held.form_version)
        heard = (db.engine(), "before_cursor_execute", lambda *a: asked.append(a[2]))
        event.listen(*heard)
        rounds = ["r1", "r2", "r3"]
        found = queries.villages(session, held, tree.by_code(TOWNSHIP), tree, form, rounds=rounds)
        event.remove(*heard)

    assert {code: each.sums["affected"] for code, each in found.items()} == dict.fromkeys(rounds, 3)
    assert len(asked) == 2
