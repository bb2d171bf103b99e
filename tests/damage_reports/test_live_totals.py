"""The kept totals are the read totals, whatever happened in between."""

from __future__ import annotations

import random
from dataclasses import asdict
from uuid import UUID

import pytest
from sqlalchemy import event

from damage_reports import queries
from damage_reports.queries import totals
from damage_reports.rules import Basis
from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters import queries as disasters
from tests.conftest import MORNING, new_id
from tests.damage_reports.sources import choose, said
from tests.factories.city import CITY, COUNTY, TOWNSHIP, ZONE_CODE, rows

UNITS = [row["code"] for row in rows() if row["level"] in ("township", "village")]


def both(disaster, code: str, basis: Basis):
    with act_as(SYSTEM), db.reading() as session:
        found = disasters.disaster(session, UUID(disaster["id"]))
        tree = disasters.division_tree(session, found)
        asked = {
            "disaster_id": found.id, "area": tree.by_code(code), "tree": tree, "basis": basis,
            "form": queries.form_of(session, found.form_version),
        }  # fmt: skip
        return queries.rollup(session, **asked), totals.rollup(session, **asked)


def plain(rollup) -> list[dict]:
    return [asdict(unit) for unit in (rollup.area, *rollup.children)]


def agree(disaster) -> None:
    for basis in Basis:
        for code in (CITY, COUNTY, TOWNSHIP):
            kept, read = both(disaster, code, basis)
            assert plain(kept) == plain(read), (code, basis)


@pytest.fixture
def city(app):
    geo.forget()
    with db.reading() as session:
        geo.tree(session)


def test_kept_and_read_totals_agree_after_every_step(city, person, disaster):
    random_ = random.Random(5)
    reporter, reviewer = person("township_reporter"), person("city_reviewer")
    agree(disaster)
    standing: dict[str, str] = {}
    for turn in range(40):
        code = random_.choice([*UNITS, ZONE_CODE])
        report_id = new_id()
        body = {
            "disaster_id": disaster["id"], "area_code": code, "round": "r1",
            "as_of": MORNING.isoformat(), "base": standing.get(code),
            "values": {"affected": random_.choice([None, 0, 3, 70]), "crop_affected": 1.5},
            "reasons": {"affected": "核减"},
        }  # fmt: skip
        answer = reporter.put(f"/api/v1/reports/{report_id}", body)
        assert answer.status_code in (200, 201), answer.json
        standing[code] = report_id
        if turn % 3 == 0:
            action = random_.choice(["accept", "return", "own"])
            verdict = {
                "id": new_id(), "action": action, "reason": "核定",
                "values": {"affected": 9} if action == "own" else {},
            }  # fmt: skip
            judged = reviewer.put(f"/api/v1/reports/{report_id}/verdict", verdict)
            assert judged.status_code in (200, 201), judged.json
        if turn % 4 == 0:
            agree(disaster)
    agree(disaster)


def test_kept_and_read_totals_agree_while_sources_and_rules_come_and_go(city, person, disaster):
    random_ = random.Random(11)
    reporter, bureau, ruler = (
        person("township_reporter"), person("bureau_liaison"), person("city_reviewer")
    )  # fmt: skip
    agree(disaster)
    claims: dict[tuple[str, str], str] = {}
    rules: dict[str, str] = {}
    for turn in range(45):
        what = random_.choice(["report", "claim", "claim", "rule"])
        if what == "report":
            body = {
                "disaster_id": disaster["id"], "area_code": random_.choice(UNITS),
                "round": f"r{turn}", "as_of": MORNING.isoformat(), "values": {"affected": turn},
                "reasons": {"affected": "核减"},
            }  # fmt: skip
            assert reporter.put(f"/api/v1/reports/{new_id()}", body).status_code == 201
        elif what == "claim":
            grain = (
                random_.choice([TOWNSHIP, COUNTY, ZONE_CODE]),
                random_.choice(["water", "model"]),
            )
            area, source = grain
            claims[grain] = said(
                bureau, disaster, source, random_.choice([None, 0, 90]), area_code=area,
                base=claims.get(grain),
            )  # fmt: skip
        else:
            area = random_.choice([CITY, COUNTY, TOWNSHIP])
            order = random_.sample(["water", "model", "report"], 3)
            rules[area] = choose(ruler, disaster, *order, area=area, base=rules.get(area))
        agree(disaster)


def test_where_nobody_set_a_rule_totals_cost_one_short_query_more_or_none(city, person, disaster):
    """The present is answered from memory, the past with one query more."""
    agree(disaster)
    with act_as(SYSTEM), db.reading() as session:
        asked = said_statements(session, disaster)

    assert not [each for each in asked if "figure_claim" in each]
    assert len([each for each in asked if "source_rule" in each]) == 1, "the past asks for rules"


def said_statements(session, disaster) -> list[str]:
    """Return the statements of one total of the present and one of the past."""
    found = disasters.disaster(session, UUID(disaster["id"]))
    tree = disasters.division_tree(session, found)
    asked = {
        "disaster_id": found.id, "area": tree.by_code(CITY), "tree": tree,
        "form": queries.form_of(session, found.form_version),
    }  # fmt: skip
    heard: list[str] = []
    event.listen(db.engine(), "before_cursor_execute", hear := _hearer(heard))
    try:
        queries.rollup(session, **asked)
        queries.rollup(session, known_at=MORNING, **asked)
    finally:
        event.remove(db.engine(), "before_cursor_execute", hear)
    return heard


def _hearer(heard: list[str]):
    def hear(_connection, _cursor, statement, *_more):
        heard.append(statement)

    return hear


def test_many_changes_at_once_are_read_whole(city, person, disaster):
    reporter = person("township_reporter")
    agree(disaster)
    for code in UNITS:
        body = {
            "disaster_id": disaster["id"], "area_code": code, "round": "r1",
            "as_of": MORNING.isoformat(), "values": {"affected": 2},
        }  # fmt: skip
        assert reporter.put(f"/api/v1/reports/{new_id()}", body).status_code == 201

    agree(disaster)
