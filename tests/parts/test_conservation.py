"""Whatever joins, separates and splits, no figure is lost and none is counted twice.

Random filings, judgements, joins, separations and splits of four disasters, against a model in
plain Python. After every act: the totals of all disasters that are part of nothing add up to
what they were, for every township and figure; every figure is traced to exactly one report; and
every table asked as it was known before any act is what it was then.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import uuid6
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from damage_reports import queries, schemas, services
from damage_reports.queries import proof, totals
from damage_reports.rules import Basis, RollUp, roll_up
from damage_reports.rules.totals import Row
from relief_ops import clock, db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts import queries as regrouped
from relief_ops.disasters.parts import schemas as part_schemas
from relief_ops.disasters.parts import services as part_services
from relief_ops.disasters.parts.models import DisasterPart
from relief_ops.errors import IllegalTransition, Invalid
from relief_ops.receipts import Attempt
from tests.conftest import MORNING
from tests.factories.city import (
    CITY,
    COUNTY,
    FAR_TOWNSHIP,
    NEIGHBOUR,
    OTHER_COUNTY,
    TOWNSHIP,
    VILLAGE,
    ZONE_CODE,
    rows,
)

# Few places: what is filed, joined and split meets often.
UNITS = [TOWNSHIP, VILLAGE, NEIGHBOUR, FAR_TOWNSHIP, f"{FAR_TOWNSHIP[:6]}001000", ZONE_CODE]
AREAS = [COUNTY, TOWNSHIP, NEIGHBOUR, FAR_TOWNSHIP, OTHER_COUNTY]
TOWNSHIPS = [row["code"] for row in rows() if row["level"] == "township"]
ASKED = (CITY, COUNTY, OTHER_COUNTY, TOWNSHIP, ZONE_CODE)
HOW = {"affected": RollUp.SUM, "loss_total": RollUp.SUM, "flooded_townships": RollUp.ANY_THEN_SUM}
FOUR = range(4)
REPORTER, REVIEWER = uuid6.uuid7(), uuid6.uuid7()
EXAMPLES = {"sqlite": 8, "postgresql": 4}

figures = st.fixed_dictionaries(
    {"affected": st.sampled_from([None, 0, 1, 7])},
    optional={
        "loss_total": st.sampled_from([None, Decimal("0.01"), Decimal("33.33")]),
        "flooded_townships": st.sampled_from([None, 0, 1]),
    },
)  # fmt: skip
which = st.sampled_from(FOUR)
judged = st.one_of(st.none(), st.just({}), st.just({"affected": 4}))
filings = st.tuples(st.just("file"), which, st.sampled_from(UNITS), figures, judged)
areas = st.lists(st.sampled_from(AREAS), min_size=1, max_size=2)
acts = st.one_of(
    filings,
    st.tuples(st.just("join"), which, which),
    st.tuples(st.just("separate"), which),
    st.tuples(st.just("split"), which, which, areas),
    st.tuples(st.just("split"), which, which, areas),
)
stories = st.tuples(
    st.lists(filings, min_size=5, max_size=10), st.lists(acts, min_size=8, max_size=14)
)


@pytest.mark.parametrize("times", [1, pytest.param(4, marks=pytest.mark.nightly)])
def test_no_join_and_no_split_loses_a_figure_or_counts_it_twice(app, times):
    @settings(
        max_examples=times * EXAMPLES[db.engine().dialect.name], deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(stories)
    def conserved(story: tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]) -> None:
        world = _World()
        for act in [*story[0], *story[1]]:
            before = world.read() if act[0] != "file" else None
            world.do(*act)
            if before is not None:
                assert before == world.read()
            world.remember()
        world.agree_with_the_model()
        world.agree_with_what_was_known()

    with act_as(SYSTEM):
        conserved()


@dataclass
class _Read:
    """What the disasters that are part of nothing say together, by township and figure.

    `traced` counts each report's figure: it must be there once.
    """

    sums: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    traced: Counter[tuple[UUID, str, Decimal]] = field(default_factory=Counter)


@dataclass
class _Filed:
    """One report of the model."""

    number: int
    code: str
    values: dict[str, Any]
    judged: dict[str, int] | None


class _World:
    """Four disasters and a model of them."""

    def __init__(self) -> None:
        self.filed: list[_Filed] = []
        self.homes = {(n, code): n for n in FOUR for code in TOWNSHIPS}
        self.wholes: dict[int, int] = {}
        self.kept: list[tuple[datetime, dict[UUID, Any]]] = []
        with db.transaction() as session:
            self.ids = [self._open(session, n) for n in FOUR]

    def _open(self, session: Any, number: int) -> UUID:
        made = Disaster(
            id=uuid6.uuid7(), name=f"过程{number}", kind="flood", storm_code="", sub_kind="",
            started_at=MORNING, state="active", division_date=MORNING.date(), revision=1,
            form_version="2020", drill_id=None, area_id=geo.tree(session).root.id, ended_at=None,
        )  # fmt: skip
        session.add(made)
        return made.id

    def do(self, act: str, *given: Any) -> None:
        """Do it in the product and in the model; both must say the same of what is allowed."""
        if act == "separate" and self.wholes:
            given = (sorted(self.wholes)[given[0] % len(self.wholes)],)
        allowed = getattr(self, f"_may_{act}")(*given)
        try:
            with db.transaction() as session:
                getattr(self, f"_{act}")(session, *given)
        except (IllegalTransition, Invalid):
            assert not allowed, (act, given)
            return
        assert allowed, (act, given)
        getattr(self, f"_note_{act}")(*given)

    # --- filing

    def _may_file(self, *_given: Any) -> bool:
        return True

    def _file(self, session: Any, n: int, code: str, values: Any, judged: Any) -> None:
        tree, disaster = geo.tree(session), disasters.disaster(session, self.ids[n])
        hour = len(self.filed)
        order = schemas.PutReport(
            disaster_id=disaster.id, area_code=code, round=f"r{hour}", values=values,
            as_of=MORNING + timedelta(hours=hour), reasons=dict.fromkeys(HOW, "核减"),
        )  # fmt: skip
        report_id = uuid6.uuid7()
        services.put_report(
            session, _attempt(report_id), order, area=tree.by_code(code), disaster=disaster,
            actor_id=REPORTER,
        )  # fmt: skip
        if judged is not None:
            verdict = schemas.PutVerdict(
                id=uuid6.uuid7(), action="own" if judged else "accept", values=judged,
                reason="核定" if judged else "",
            )  # fmt: skip
            services.put_verdict(
                session, _attempt(verdict.id), verdict, report=queries.report(session, report_id),
                disaster=disaster, actor_id=REVIEWER,
            )  # fmt: skip

    def _note_file(self, n: int, code: str, values: Any, judged: Any) -> None:
        self.filed.append(_Filed(n, code, values, judged))

    # --- joining

    def _chain(self, n: int) -> list[int]:
        return [n, *self._chain(self.wholes[n])] if n in self.wholes else [n]

    def _may_join(self, whole: int, part: int) -> bool:
        return part not in self.wholes and part not in self._chain(whole)

    def _join(self, session: Any, whole: int, part: int) -> None:
        order = part_schemas.PutPart(part_id=self.ids[part], reason="会商决定")
        one, other = (disasters.disaster(session, self.ids[n]) for n in (whole, part))
        attempt = _attempt(uuid6.uuid7())
        part_services.join(session, attempt, order, whole=one, part=other, actor_id=REVIEWER)

    def _note_join(self, whole: int, part: int) -> None:
        self.wholes[part] = whole

    def _may_separate(self, part: int) -> bool:
        return part in self.wholes

    def _separate(self, session: Any, part: int) -> None:
        rows = regrouped.memberships(session, self.ids[part])
        mine = [row for row in rows if row.part_id == self.ids[part] and row.to_at is None]
        if not mine:
            raise IllegalTransition("there is nothing to separate")
        order = part_schemas.EndPart(id=uuid6.uuid7(), reason="查明")
        row: DisasterPart = mine[0]
        part_services.separate(session, _attempt(order.id), order, row=row, actor_id=REVIEWER)

    def _note_separate(self, part: int) -> None:
        del self.wholes[part]

    # --- splitting

    def _may_split(self, source: int, into: int, areas: list[str]) -> bool:
        townships = _expanded(areas)
        held = all(self.homes[source, each] == source for each in townships)
        theirs = any(
            self.homes[each.number, _township(each.code)] == into for each in self.filed
            if _township(each.code) in townships
        )  # fmt: skip
        return source != into and held and not theirs

    def _split(self, session: Any, source: int, into: int, areas: list[str]) -> None:
        order = part_schemas.PutSplit(into_id=self.ids[into], area_codes=areas, reason="查明")
        one, other = (disasters.disaster(session, self.ids[n]) for n in (source, into))
        attempt = _attempt(uuid6.uuid7())
        part_services.split(session, attempt, order, source=one, into=other, actor_id=REVIEWER)

    def _note_split(self, source: int, into: int, areas: list[str]) -> None:
        for each in _expanded(areas):
            for n in FOUR:
                if self.homes[n, each] == source:
                    self.homes[n, each] = into

    # --- reading

    def _asked(self, session: Any, disaster_id: UUID, code: str, **more: Any) -> dict[str, Any]:
        tree = geo.tree(session, MORNING.date())
        form = queries.form_of(session, "2020")
        asked = {"disaster_id": disaster_id, "area": tree.by_code(code), "tree": tree}
        return asked | {"form": form} | more

    def read(self) -> _Read:
        """Return the totals by township and the traces of what is part of nothing."""
        found = _Read()
        with db.reading() as session:
            for n in FOUR:
                if n in self.wholes:
                    continue
                for county in (COUNTY, OTHER_COUNTY):
                    asked = self._asked(session, self.ids[n], county)
                    for unit in totals.rollup(session, **asked).children:
                        for figure in {"affected", "loss_total"} & set(unit.values):
                            place = (unit.node.code, figure)
                            found.sums[place] = found.sums.get(place, 0) + unit.values[figure]
                found.traced.update(self._traced(session, n))
        assert set(found.traced.values()) <= {1}
        return found

    def _traced(self, session: Any, n: int) -> Counter[tuple[UUID, str, Decimal]]:
        """Trace each figure of the city, and see that it adds up to its total."""
        asked = self._asked(session, self.ids[n], CITY)
        whole = totals.rollup(session, **asked).area
        traced: Counter[tuple[UUID, str, Decimal]] = Counter()
        for code in ("affected", "loss_total"):
            rest = (Basis.REPORTED, None, None, code)
            question = totals.Asked(session, *asked.values(), *rest)
            sources = queries.origins(question)
            assert whole.values.get(code) == _none_or_sum([each.value for each in sources])
            traced.update((each.report_id, code, each.value) for each in sources)
        return traced

    def remember(self) -> None:
        """Keep what every disaster says now, to ask for it later as it was known now."""
        with db.reading() as session:
            said = {each: self._said(session, each, None) for each in self.ids}
        self.kept.append((clock.now(), said))

    def _said(self, session: Any, disaster_id: UUID, known_at: datetime | None) -> Any:
        asked = self._asked(session, disaster_id, CITY, known_at=known_at)
        found = queries.rollup(session, **asked)
        parts = [(each.disaster_id, each.unit.values, each.unit.known) for each in found.parts]
        return found.area, found.children, parts

    def agree_with_what_was_known(self) -> None:
        """See that every table of the past comes back as it was."""
        with db.reading() as session:
            for at, said in self.kept:
                for each in self.ids:
                    assert self._said(session, each, at) == said[each]

    def agree_with_the_model(self) -> None:
        """See that every total of every disaster is what the model says, by both readers."""
        with db.reading() as session:
            tree = geo.tree(session, MORNING.date())
            for n in FOUR:
                assert proof.totals_of(session, session.get_one(Disaster, self.ids[n])) == []
                for basis in Basis:
                    units = self._units(tree, n, basis)
                    for code in ASKED:
                        asked = self._asked(session, self.ids[n], code, basis=basis)
                        for reader in (totals.rollup, queries.rollup):
                            found = reader(session, **asked)
                            for unit in (found.area, *found.children):
                                _same(unit, units)

    def _units(self, tree: geo.AreaTree, n: int, basis: Basis) -> dict[str, dict[str, Any]]:
        """Return each township as the model has it: the disaster and its parts together."""
        members = [each for each in FOUR if n in self._chain(each)]
        units: dict[str, dict[str, Any]] = {}
        for code in TOWNSHIPS:
            found = [self._held(tree, each, code, basis) for each in members]
            values = {}
            for figure, how in HOW.items():
                known = [each[figure].value for each in found if each[figure].value is not None]
                if known:
                    values[figure] = max(known) if how is RollUp.ANY_THEN_SUM else sum(known)
            filed = any(
                self.homes[each.number, code] in members for each in self.filed
                if _township(each.code) == code and (basis is Basis.REPORTED or _is_in(each))
            )  # fmt: skip
            owes = any(self.homes[each, code] == each for each in members)
            expected = filed or (owes and not tree.by_code(code).pseudo)
            units[code] = {"values": values, "reported": filed, "expected": expected}
        return units

    def _held(self, tree: geo.AreaTree, member: int, code: str, basis: Basis) -> Any:
        latest: dict[str, dict[str, Any]] = {}
        for each in self.filed:
            if _township(each.code) == code and self.homes[each.number, code] == member:
                if basis is Basis.REPORTED:
                    latest[each.code] = each.values
                elif _is_in(each):
                    latest[each.code] = each.values | (each.judged or {})
        rows = [
            Row(node.code, None if node.code == code else code, statistical=node.code == code,
                values={key: None if value is None else Decimal(value)
                        for key, value in latest.get(node.code, {}).items()})
            for node in (tree.by_code(code), *tree.children(tree.by_code(code).id))
        ]  # fmt: skip
        return {
            figure: roll_up(rows, indicator=figure, how=how)[code] for figure, how in HOW.items()
        }


def _is_in(each: _Filed) -> bool:
    return each.judged is not None


def _attempt(write_id: UUID) -> Attempt:
    return Attempt(id=write_id, base="", digest=write_id.hex * 2)


def _township(code: str) -> str:
    return f"{code[:6]}000000"


def _expanded(areas: list[str]) -> set[str]:
    return {
        each for code in areas for each in TOWNSHIPS
        if each == code or (code.endswith("00000000") and each.startswith(code[:4]))
    }  # fmt: skip


def _none_or_sum(values: list[Decimal]) -> Decimal | None:
    return sum(values, Decimal(0)) if values else None


def _same(unit: queries.Unit, units: dict[str, dict[str, Any]]) -> None:
    """Compare a township with the model's, and what lies above with the sum of its townships."""
    code = unit.node.code
    if unit.node.level == "village":
        return
    mine = [each for at, each in units.items() if at == code or at.startswith(_prefix(code))]
    values = {
        figure: sum(known) for figure in HOW
        if (known := [each["values"][figure] for each in mine if figure in each["values"]])
    }  # fmt: skip
    assert unit.values == values, code
    assert unit.reported == sum(each["reported"] for each in mine), code
    assert unit.expected == sum(each["expected"] for each in mine), code
    if unit.node.level != "township":
        known = {f: sum(f in each["values"] for each in mine) for f in values}
        assert unit.known == known, code


def _prefix(code: str) -> str:
    if code == CITY:
        return code[:2]
    return code[:4] if code.endswith("00000000") else code
