"""Whatever is reported, claimed and ruled, a total is the sum of the figures the rules choose.

The oracle below replays what happened in plain Python from the definition, at any two times:
what figures are valid at, and what was known. Both readers are held against it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest
import uuid6
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from damage_reports import queries, schemas, services
from damage_reports.queries import totals
from damage_reports.rules import Basis
from relief_ops import clock, db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.models import Disaster
from tests.conftest import MORNING
from tests.damage_reports.test_totals_property import _attempt, _disaster
from tests.factories.city import CITY, COUNTY, OTHER_COUNTY, TOWNSHIP, ZONE_CODE, parent_of, rows

pytestmark = pytest.mark.sqlite_first

CODES = ("affected", "dike_km")
GROUPS = {"affected": "people", "dike_km": "infrastructure"}
COUNTY_TOWN = "990102000000"
TOWNS = [row["code"] for row in rows() if row["level"] == "township"]
VILLAGES = [row["code"] for row in rows() if row["level"] == "village"]
AREAS = (CITY, COUNTY, OTHER_COUNTY, TOWNSHIP, ZONE_CODE)
HOUR = timedelta(hours=1)
PERSON, JUDGE = uuid6.uuid7(), uuid6.uuid7()
EXAMPLES = {"sqlite": 25, "postgresql": 8}

hours = st.integers(0, 5)
figures = st.sampled_from([None, 0, 1, 7, 40])
bases = st.sampled_from(list(Basis))
# The same few figures of the same few places come often, so that sources and revisions meet.
codes = st.sampled_from(["affected", "affected", "affected", "dike_km"])
said_by = st.sampled_from(["water", "water", "water", "model"])
reports = st.tuples(
    st.just("report"), st.sampled_from([TOWNSHIP, TOWNSHIP, COUNTY_TOWN, ZONE_CODE, *VILLAGES[:3]]),
    st.dictionaries(codes, figures, min_size=1), hours, st.booleans(),
)  # fmt: skip
claims = st.tuples(
    st.just("claim"), st.sampled_from([TOWNSHIP, TOWNSHIP, COUNTY, ZONE_CODE, OTHER_COUNTY]),
    codes, said_by, figures, hours,
)  # fmt: skip
orders = st.sampled_from([
    ("water", "report"), ("water", "model", "report"), ("model", "water", "report"),
    ("report", "water"), ("report",), (), (),
])  # fmt: skip
rules = st.tuples(
    st.just("rule"), st.sampled_from([CITY, COUNTY, TOWNSHIP]),
    st.sampled_from(["", "affected", "group:people", "alone:affected"]), orders,
)  # fmt: skip
happenings = st.lists(st.one_of(reports, claims, claims, rules), min_size=14, max_size=26)


# --- the oracle


@dataclass
class World:
    """What had happened by some moment, kept apart from the product."""

    reports: dict[str, list[tuple[int, dict[str, int | None], bool]]] = field(default_factory=dict)
    claims: dict[tuple[str, str, str], list[tuple[int, int | None]]] = field(default_factory=dict)
    rules: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def then(self, each: tuple[Any, ...]) -> World:
        """Return the world after one more thing has happened."""
        made = World(
            {k: list(v) for k, v in self.reports.items()},
            {k: list(v) for k, v in self.claims.items()}, dict(self.rules),
        )  # fmt: skip
        getattr(made, f"_{each[0]}")(*each[1:])
        return made

    def _report(self, area: str, values: dict[str, int | None], hour: int, accepted: bool) -> None:
        self.reports.setdefault(area, []).append((hour, values, accepted))

    def _claim(self, area: str, code: str, source: str, value: int | None, hour: int) -> None:
        earlier = self.claims.get((area, code, source), [])
        kept = [each for each in earlier if each[0] < hour]
        self.claims[(area, code, source)] = [*kept, (hour, value)]

    def _rule(self, area: str, figures: str, order: list[str]) -> None:
        self.rules[(area, figures)] = tuple(order)

    def report(self, area: str, at: int, basis: Basis) -> dict[str, int | None]:
        """Return the latest report valid by then; of two of one hour the later one."""
        found = [
            (hour, number, values)
            for number, (hour, values, accepted) in enumerate(self.reports.get(area, []))
            if hour <= at and (accepted or basis is Basis.REPORTED)
        ]
        return max(found, key=lambda each: each[:2])[2] if found else {}

    def claim(self, area: str, code: str, source: str, at: int) -> int | None:
        valid = [each for each in self.claims.get((area, code, source), []) if each[0] <= at]
        return max(valid)[1] if valid else None

    def order(self, area: str, code: str) -> tuple[str, ...]:
        own = self.rules.get((area, f"alone:{code}"))
        if own:
            return own
        while area:
            for key in (code, f"group:{GROUPS[code]}", ""):
                if self.rules.get((area, key)):
                    return self.rules[(area, key)]
            area = parent_of(area)
        return ("report",)

    def value(self, area: str, code: str, at: int, basis: Basis) -> int | None:
        """Return the figure of an area by the definition, from the top down."""
        if area in VILLAGES:
            return self.report(area, at, basis).get(code)
        for source in self.order(area, code):
            found = (
                self.reported(area, code, at, basis)
                if source == "report"
                else self.claim(area, code, source, at)
            )
            if found is not None:
                return found
        return None

    def reported(self, area: str, code: str, at: int, basis: Basis) -> int | None:
        """Return an own figure, else the sum of the figures below."""
        if area in TOWNS:
            own = self.report(area, at, basis).get(code)
            if own is not None:
                return own
        below = [row["code"] for row in rows() if row["parent_code"] == area]
        known = [self.value(each, code, at, basis) for each in below]
        added = [each for each in known if each is not None]
        return sum(added) if added else None


# --- the same through the product


def test_a_total_is_the_sum_of_what_the_rules_choose_at_any_two_times(app):
    examples = EXAMPLES[db.engine().dialect.name]

    @settings(
        max_examples=examples, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(happenings, st.data())
    def agrees(happened: list[tuple[Any, ...]], data: st.DataObject) -> None:
        with act_as(SYSTEM), db.transaction() as session:
            disaster_id = _disaster(session).id
        worlds, moments = [World()], [clock.now()]
        for number, each in enumerate(happened):
            taken = _carry_out(disaster_id, each, number)
            worlds.append(worlds[-1].then(each) if taken else worlds[-1])
            moments.append(clock.now())
            if number % 3 == 0:  # memory is brought along from the log
                _compare(disaster_id, worlds[-1], data.draw(bases), queries.rollup, (CITY, COUNTY))
        then = st.integers(0, len(happened))
        one, other, at = data.draw(then), data.draw(then), MORNING + data.draw(hours) * HOUR
        for world, seen in (
            (worlds[-1], Times()),
            (worlds[one], Times(None, moments[one])),
            (worlds[other], Times(at, moments[other])),
            (worlds[-1], Times(at, None)),
        ):
            _compare(disaster_id, world, data.draw(bases), totals.rollup, AREAS, seen)
        _compare(disaster_id, worlds[-1], data.draw(bases), queries.rollup, AREAS)

    agrees()


def _carry_out(disaster_id: UUID, each: tuple[Any, ...], number: int) -> bool:
    with act_as(SYSTEM), db.transaction() as session:
        disaster = session.get_one(Disaster, disaster_id)
        tree = geo.tree(session, MORNING.date())
        do = {"report": _put_report, "claim": _put_claim, "rule": _put_rule}[each[0]]
        return do(session, disaster, tree, each, number)


def _put_report(session: Any, disaster: Any, tree: Any, each: Any, number: int) -> bool:
    _kind, code, values, hour, accepted = each
    order = schemas.PutReport(
        disaster_id=disaster.id, area_code=code, round=f"r{number}", values=values,
        as_of=MORNING + timedelta(hours=hour), reasons=dict.fromkeys([*CODES, "as_of"], "核减"),
    )  # fmt: skip
    report_id = uuid6.uuid7()
    services.put_report(
        session, _attempt(report_id), order, area=tree.by_code(code), disaster=disaster,
        actor_id=PERSON,
    )  # fmt: skip
    if accepted:
        verdict = schemas.PutVerdict(id=uuid6.uuid7(), action="accept")
        services.put_verdict(
            session, _attempt(verdict.id), verdict, report=queries.report(session, report_id),
            disaster=disaster, actor_id=JUDGE,
        )  # fmt: skip
    return True


def _put_claim(session: Any, disaster: Any, tree: Any, each: Any, _number: int) -> bool:
    _kind, area, code, source, value, hour = each
    form = queries.form_of(session, "2020")
    standing = queries.current_claim(
        session, disaster_id=disaster.id, area_id=tree.by_code(area).id,
        indicator_id=form[code].id, source=source,
    )  # fmt: skip
    order = schemas.PutClaim(
        disaster_id=disaster.id, area_code=area, indicator=code, source=source, value=value,
        as_of=MORNING + timedelta(hours=hour), base=standing.id if standing else None,
    )  # fmt: skip
    services.put_claim(
        session, _attempt(uuid6.uuid7()), order, area=tree.by_code(area), disaster=disaster,
        actor_id=PERSON,
    )  # fmt: skip
    return True


def _put_rule(session: Any, disaster: Any, tree: Any, each: Any, _number: int) -> bool:
    """Set the rule as drawn; one that the product refuses has not happened."""
    _kind, area, figures, order = each
    kind, _sign, name = figures.partition(":")
    scope = {
        "indicator": name if kind == "alone" else ("" if name else kind),
        "group": name if kind == "group" else "",
        "only_here": kind == "alone",
    }
    standing = queries.current_rule(
        session, disaster_id=disaster.id, area_id=tree.by_code(area).id, **scope
    )
    taken_back = not order and standing is not None and bool(standing.sources)
    if not (taken_back or "report" in order):
        return False
    asked = schemas.PutSourceRule(
        disaster_id=disaster.id, area_code=area, sources=list(order), reason="会商",
        base=standing.id if standing else None, **scope,
    )  # fmt: skip
    services.put_source_rule(
        session, _attempt(uuid6.uuid7()), asked, area=tree.by_code(area), disaster=disaster,
        actor_id=PERSON,
    )  # fmt: skip
    return True


class Times(NamedTuple):
    """The two times of a question: valid at, and known at; None is now."""

    at: datetime | None = None
    known_at: datetime | None = None


NOW = Times()


def _compare(
    disaster_id: UUID, world: World, basis: Basis, read: Any, areas: Collection[str],
    seen: Times = NOW,
) -> None:  # fmt: skip
    hour = 9 if seen.at is None else int((seen.at - MORNING).total_seconds() // 3600)
    for unit in _read(disaster_id, basis, read, areas, seen):
        for code in CODES:
            wanted = world.value(unit.node.code, code, hour, basis)
            assert unit.values.get(code) == wanted, (unit.node.code, code, basis, seen)
            if unit.node.level in ("city", "county"):
                assert unit.known.get(code, 0) <= unit.expected, (unit.node.code, code)


def _read(
    disaster_id: UUID, basis: Basis, read: Any, areas: Collection[str], seen: Times
) -> Iterator[queries.Unit]:
    with act_as(SYSTEM), db.reading() as session:
        tree, form = geo.tree(session, MORNING.date()), queries.form_of(session, "2020")
        for code in areas:
            found = read(
                session, disaster_id=disaster_id, area=tree.by_code(code), tree=tree, form=form,
                basis=basis, **seen._asdict(),
            )  # fmt: skip
            yield from (found.area, *found.children)
