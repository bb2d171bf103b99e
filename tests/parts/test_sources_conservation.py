"""Joins and splits keep every sum also where other sources and rules of choice have a say.

Random filings, claims, rules, joins, separations and splits of four disasters. After every join,
separation and split: the totals of what is part of nothing add up to what they were; they are made
of exactly the reports and claims they are traced to; and memory says what the tables say.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import uuid6
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from damage_reports import queries, schemas, services
from damage_reports.queries import totals
from damage_reports.rules import Basis
from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.parts import queries as regrouped
from relief_ops.errors import IllegalTransition, Invalid
from tests.conftest import MORNING
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, OTHER_COUNTY, TOWNSHIP, ZONE_CODE
from tests.parts import test_conservation as plain

pytestmark = pytest.mark.sqlite_first

EXAMPLES = {"sqlite": 8, "postgresql": 4}
REGROUPINGS = {"join", "separate", "split"}
PLACES = [TOWNSHIP, FAR_TOWNSHIP, ZONE_CODE, COUNTY, OTHER_COUNTY]
ORDERS = [("water", "report"), ("report", "water"), ("housing", "water", "report")]

sources = st.sampled_from(["water", "housing"])
says = st.tuples(
    st.just("say"), plain.which, st.sampled_from(PLACES), sources, st.sampled_from([None, 0, 50])
)
rules = st.tuples(
    st.just("choose"), plain.which, st.sampled_from([CITY, COUNTY, TOWNSHIP]),
    st.sampled_from(ORDERS),
)  # fmt: skip
told = st.lists(st.one_of(plain.filings, says, rules), min_size=8, max_size=12)
acts = st.one_of(says, rules, plain.acts, plain.acts)
stories = st.tuples(told, st.lists(acts, min_size=8, max_size=14))


@pytest.mark.parametrize("times", [1, pytest.param(4, marks=pytest.mark.nightly)])
def test_no_join_and_no_split_moves_a_sum_that_sources_have_a_say_in(app, times):
    regrouped_often: set[str] = set()

    @settings(
        max_examples=times * EXAMPLES[db.engine().dialect.name], deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(stories)
    def conserved(story: tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]) -> None:
        world = _World()
        for act in [*story[0], *story[1]]:
            before = world.sums()
            if world.tell(*act) and act[0] in REGROUPINGS:
                regrouped_often.add(act[0])
                assert before == world.sums(), act
        world.agree()

    with act_as(SYSTEM):
        conserved()
    assert regrouped_often == REGROUPINGS


class _World(plain._World):
    """Four disasters with sources and rules, and no model of them."""

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[tuple[Any, ...], Any] = {}

    def tell(self, act: str, *given: Any) -> bool:
        """Do it; return whether the product let it happen. What is separated was joined."""
        if act == "separate":
            with db.reading() as session:
                joined = regrouped.grouping(session).wholes
            mine = [n for n in plain.FOUR if self.ids[n] in joined] or plain.FOUR
            given = (mine[given[0] % len(mine)],)
        try:
            with db.transaction() as session:
                getattr(self, f"_{act}")(session, *given)
        except (IllegalTransition, Invalid):
            return False
        if act == "file":
            self._note_file(*given)
        return True

    def _say(self, session: Any, n: int, code: str, source: str, value: int | None) -> None:
        tree, disaster = geo.tree(session), disasters.disaster(session, self.ids[n])
        made, place = uuid6.uuid7(), (n, code, source)
        order = schemas.PutClaim(
            disaster_id=disaster.id, area_code=code, indicator="affected", source=source,
            value=value, as_of=MORNING + timedelta(minutes=len(self.last)),
            base=self.last.get(place),
        )  # fmt: skip
        services.put_claim(
            session, plain._attempt(made), order, area=tree.by_code(code), disaster=disaster,
            actor_id=plain.REPORTER,
        )  # fmt: skip
        self.last[place] = made

    def _choose(self, session: Any, n: int, code: str, order: tuple[str, ...]) -> None:
        tree, disaster = geo.tree(session), disasters.disaster(session, self.ids[n])
        made, place = uuid6.uuid7(), (n, code)
        wanted = schemas.PutSourceRule(
            disaster_id=disaster.id, area_code=code, sources=list(order), reason="会商定",
            base=self.last.get(place),
        )  # fmt: skip
        services.put_source_rule(
            session, plain._attempt(made), wanted, area=tree.by_code(code), disaster=disaster,
            actor_id=plain.REVIEWER,
        )  # fmt: skip
        self.last[place] = made

    def sums(self) -> dict[str, Decimal]:
        """Return what all that is part of nothing says together; each adds up to its origins."""
        found: dict[str, Decimal] = {}
        with db.reading() as session:
            wholes = regrouped.grouping(session).wholes
            for disaster_id in set(self.ids) - set(wholes):
                for code in (CITY, COUNTY, OTHER_COUNTY):
                    asked = self._asked(session, disaster_id, code)
                    value = totals.rollup(session, **asked).area.values.get("affected")
                    of = totals.Asked(
                        session, *asked.values(), Basis.REPORTED, None, None, "affected"
                    )
                    made_of = [each.value for each in queries.origins(of)]
                    assert value == (sum(made_of, Decimal(0)) if made_of else None)
                    if value is not None:
                        found[code] = found.get(code, Decimal(0)) + value
        return found

    def agree(self) -> None:
        """See that memory says what the tables say."""
        with db.reading() as session:
            for disaster_id in self.ids:
                for basis in Basis:
                    asked = self._asked(session, disaster_id, CITY, basis=basis)
                    assert queries.rollup(session, **asked) == totals.rollup(session, **asked)
