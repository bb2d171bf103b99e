"""Whatever is filed, accepted and withdrawn, the SQL and the oracle say the same of every area.

Random filings by townships, villages and a zone code with villages of its own; both bases,
both readers (the tables, and what is kept in memory). A hundred and twenty cities on SQLite.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import uuid6
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from damage_reports import queries, schemas, services
from damage_reports.queries import proof, totals
from damage_reports.rules import Basis, RollUp, roll_up
from damage_reports.rules.totals import Row
from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.models import Disaster
from relief_ops.geo import importing
from relief_ops.geo.models import Area, AreaVersion
from relief_ops.receipts import Attempt
from tests.conftest import MORNING
from tests.factories.city import CITY, COUNTY, OTHER_COUNTY, SINCE, TOWNSHIP, ZONE_CODE, rows

pytestmark = pytest.mark.sqlite_first

ZONE_VILLAGES = tuple(f"{ZONE_CODE[:6]}{number}000" for number in ("001", "002"))
UNITS = [row["code"] for row in rows() if row["level"] in ("township", "village")]
UNITS += ZONE_VILLAGES
ASKED = (CITY, COUNTY, OTHER_COUNTY, TOWNSHIP, ZONE_CODE)
HOW = {"affected": RollUp.SUM, "flooded_townships": RollUp.ANY_THEN_SUM}
REPORTER, REVIEWER = uuid6.uuid7(), uuid6.uuid7()
EXAMPLES = {"sqlite": 120, "postgresql": 40}

figures = st.fixed_dictionaries({}, optional={
    "affected": st.sampled_from([None, 0, 1, 7]),
    "flooded_townships": st.sampled_from([None, 0, 1]),
})  # fmt: skip
# The zone code and its villages come often: they are what this test was widened for.
places = st.one_of(st.sampled_from(UNITS), st.sampled_from([ZONE_CODE, *ZONE_VILLAGES]))
# What the county says: nothing, accepted, or accepted with a figure of its own beside it.
judged = st.one_of(st.none(), st.just({}), st.fixed_dictionaries({}, optional={
    "affected": st.just(4), "flooded_townships": st.just(1),
}))  # fmt: skip
# What was not judged may be withdrawn: the area's report of the round before counts again.
filings = st.lists(st.tuples(places, figures, judged, st.booleans()), max_size=10)


@pytest.fixture
def zone_with_villages(app) -> None:
    """Give the zone code two villages."""
    with act_as(SYSTEM), db.transaction() as session:
        zone = geo.tree(session).by_code(ZONE_CODE)
        for code in ZONE_VILLAGES:
            area_id = importing.area_id_of(code, SINCE)
            session.execute(insert(Area), [importing._area(area_id, {"level": "village"})])
            version = {
                "id": uuid6.uuid7(), "area_id": area_id, "parent_id": zone.id, "code": code,
                "name": f"园区{code[6:9]}村", "valid_from": SINCE, "valid_to": None,
            }  # fmt: skip
            session.execute(insert(AreaVersion), [version])
        importing.rebuild_closure(session)
    geo.forget()
    with db.reading() as session:
        geo.tree(session)


def test_the_sql_and_the_oracle_agree_on_any_city(zone_with_villages):
    examples = EXAMPLES[db.engine().dialect.name]

    @settings(
        max_examples=examples, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(filings)
    def agrees(filed: list[tuple[str, dict[str, int | None], dict[str, int] | None, bool]]) -> None:
        with act_as(SYSTEM), db.transaction() as session:
            disaster, latest = _file(session, filed)
        for basis in Basis:
            with act_as(SYSTEM), db.reading() as session:
                _compare(session, disaster, latest[basis], basis)

    agrees()


def _file(session: Any, filed: Any) -> tuple[UUID, dict[Basis, dict[str, Any]]]:
    """File each in a round of its own, an hour apart; return the figures that stand."""
    tree, disaster = geo.tree(session), _disaster(session)
    latest: dict[Basis, dict[str, Any]] = {basis: {} for basis in Basis}
    for hour, (code, values, judged, withdrawn) in enumerate(filed):
        order = schemas.PutReport(
            disaster_id=disaster.id, area_code=code, round=f"r{hour}", values=values,
            as_of=MORNING + timedelta(hours=hour), reasons=dict.fromkeys(HOW, "核减"),
        )  # fmt: skip
        report_id = uuid6.uuid7()
        services.put_report(
            session, _attempt(report_id), order, area=tree.by_code(code), disaster=disaster,
            actor_id=REPORTER,
        )  # fmt: skip
        report = queries.report(session, report_id)
        if judged is None and withdrawn:
            _withdraw(session, report, disaster)
            continue
        latest[Basis.REPORTED][code] = values
        if judged is not None:
            verdict = schemas.PutVerdict(
                id=uuid6.uuid7(), action="own" if judged else "accept", values=judged,
                reason="核定" if judged else "",
            )  # fmt: skip
            services.put_verdict(
                session, _attempt(verdict.id), verdict, report=report, disaster=disaster,
                actor_id=REVIEWER,
            )  # fmt: skip
            latest[Basis.ACCEPTED][code] = values | judged
    return disaster.id, latest


def _withdraw(session: Any, report: Any, disaster: Disaster) -> None:
    order = schemas.PutWithdrawal(id=uuid6.uuid7(), reason="重复填报")
    services.put_withdrawal(
        session, _attempt(order.id), order, report=report, disaster=disaster,
        actor_id=REPORTER, for_township=False,
    )  # fmt: skip


def _disaster(session: Any) -> Disaster:
    disaster = Disaster(
        id=uuid6.uuid7(), name="试验", kind="typhoon", storm_code="", started_at=MORNING,
        state="open", division_date=MORNING.date(), form_version="2020", drill_id=None,
        area_id=geo.tree(session).root.id, ended_at=None,
        revision=1,
    )  # fmt: skip
    session.add(disaster)
    session.flush()
    return disaster


def _attempt(report_id: UUID) -> Attempt:
    return Attempt(id=report_id, base="", digest=report_id.hex * 2)


def _compare(session: Any, disaster_id: UUID, latest: dict[str, Any], basis: Basis) -> None:
    tree, form = geo.tree(session, MORNING.date()), queries.form_of(session, "2020")
    oracle = {code: roll_up(_rows(tree, latest), indicator=code, how=how)
              for code, how in HOW.items()}  # fmt: skip
    for code in ASKED:
        asked = {
            "disaster_id": disaster_id, "area": tree.by_code(code), "tree": tree, "form": form,
            "basis": basis,
        }  # fmt: skip
        for read in (totals.rollup, queries.rollup):
            found = read(session, **asked)
            for unit in (found.area, *found.children):
                _same(unit, oracle, latest)
    assert proof.totals_of(session, session.get_one(Disaster, disaster_id)) == []


def _rows(tree: geo.AreaTree, latest: dict[str, Any]) -> list[Row]:
    return [
        Row(
            node.code,
            tree.node(node.parent_id).code if node.parent_id else None,
            statistical=node.level == "township",
            pseudo=node.pseudo,
            filed=node.code in latest,
            values={
                code: None if value is None else Decimal(value)
                for code, value in latest.get(node.code, {}).items()
            },
        )
        for node in tree
    ]


def _same(unit: queries.Unit, oracle: dict[str, Any], latest: dict[str, Any]) -> None:
    for code in HOW:
        total = oracle[code][unit.node.code]
        assert unit.values.get(code) == total.value, (unit.node.code, code)
        assert unit.known.get(code, 0) == total.known, (unit.node.code, code)
        if unit.node.level in ("city", "county"):
            assert unit.expected == total.of, unit.node.code
    silent_zone = unit.node.code == ZONE_CODE and not {ZONE_CODE, *ZONE_VILLAGES} & set(latest)
    if unit.node.level == "township":
        assert unit.expected == (0 if silent_zone else 1), unit.node.code
