"""What `rollup` filed, kept apart from the product: the independent account.

Three disasters: `whole` with every village, `part` that joins it with every fourth, and `aside`
into which townships are split off. Values are revised, unknown, returned, and doubled by rivals
that are set aside or take over; a bureau says figures of townships and of a county, and takes
some back.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import uuid6

from damage_reports import schemas, services
from damage_reports.queries import form_of, indicators, report
from damage_reports.rules import totals as oracle
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.parts import schemas as part_schemas
from relief_ops.disasters.parts import services as parts
from tests.bench import data
from tests.bench.world import CITY, MORNING, areas

CLAIMED, SOURCE = "crop_affected", "water"
JUDGE = UUID(int=1)
TOWNSHIPS_CLAIMED, SPLIT_OFF = 40, 3
Values = dict[str, int | None]


@dataclass
class Filed:
    """The report that stands for one village in one disaster, and whether it counts."""

    id: UUID
    values: Values
    counts: bool = True


class Step(NamedTuple):
    """One thing to do: what is sent where, and by whom."""

    kind: str
    area: str
    path: str
    body: dict[str, Any]


class Books:
    """Every village's figures in two disasters, and what a bureau says beside them."""

    def __init__(self) -> None:
        self.random = random.Random("rollup")
        self.disaster, self.part, self.aside = (data.disaster() for _ in range(3))
        self.villages = areas("village")
        with act_as(SYSTEM), db.reading() as session:
            self.form = form_of(session, "2020")
            assert set(self.form) <= set(indicators(session))
        self.codes = sorted(self.form)
        self.latest: dict[str, dict[str, Filed]] = {self.disaster: {}, self.part: {}}
        self.claims: dict[str, int | None] = {}
        self.bases: dict[str, UUID] = {}
        self.left: list[str] = []
        self.did: dict[str, int] = {}

    # --- the beginning

    def file_all(self) -> None:
        """File the whole indicator set for every village; equal figures break no rule."""
        for disaster, step, codes in ((self.disaster, 1, self.codes), (self.part, 4, ())):
            bodies = []
            for node in self.villages[::step]:
                values: Values = dict.fromkeys(codes, 0)
                filed = Filed(uuid6.uuid7(), values | self._figures())
                self.latest[disaster][node.code] = filed
                bodies.append((filed.id, self._report(disaster, node.code, filed.values, None)))
            data.file_reports(bodies, batch=300)

    def choose(self) -> None:
        """Let the bureau's figures of crops go before the reports, in the whole only."""
        townships = sorted({node.code[:9] + "000" for node in self.villages})
        places = [*self.random.sample(townships, TOWNSHIPS_CLAIMED), areas("county")[0].code]
        self.do(self._claim(place) for place in places)
        self._rule(self.disaster)
        self._rule(self.aside)  # or nothing could be split off into it

    def _rule(self, disaster_id: str) -> None:
        order = schemas.PutSourceRule(
            disaster_id=UUID(disaster_id), area_code=CITY, indicator=CLAIMED,
            sources=[SOURCE, "report"], reason="会商",
        )  # fmt: skip
        with act_as(SYSTEM), db.transaction() as session:
            disaster = disasters.disaster(session, UUID(disaster_id))
            services.put_source_rule(
                session, data.attempt(uuid6.uuid7()), order, disaster=disaster, actor_id=JUDGE,
                area=disasters.area_by_code(session, CITY, disaster),
            )  # fmt: skip

    def join(self) -> None:
        """Let the part count in the whole from now on."""
        order = part_schemas.PutPart(part_id=UUID(self.part), reason="会商")
        with act_as(SYSTEM), db.transaction() as session:
            whole, part = (
                disasters.disaster(session, UUID(each)) for each in (self.disaster, self.part)
            )
            parts.join(
                session, data.attempt(uuid6.uuid7()), order, whole=whole, part=part, actor_id=JUDGE
            )

    def split(self) -> None:
        """Move some more townships of the whole into the one beside it."""
        whole = areas("county")[0].code[:6]  # the bureau speaks for all of it: it is not cut up
        free = {node.code[:9] + "000" for node in self.villages if node.code[:6] != whole}
        gone = self.random.sample(sorted(free - {*self.left}), SPLIT_OFF)
        order = part_schemas.PutSplit(into_id=UUID(self.aside), area_codes=gone, reason="会商")
        with act_as(SYSTEM), db.transaction() as session:
            source, into = (
                disasters.disaster(session, UUID(each)) for each in (self.disaster, self.aside)
            )
            parts.split(
                session, data.attempt(uuid6.uuid7()), order, source=source, into=into,
                actor_id=JUDGE,
            )  # fmt: skip
        self.left += gone

    # --- edits

    def _figures(self) -> Values:
        """Return figures for an edit: known ones, and now and then an unknown one."""
        affected = self.random.randrange(200, 900)
        return {
            "affected": None if self.random.random() < 0.1 else affected,
            CLAIMED: None if self.random.random() < 0.1 else self.random.randrange(40),
            "flooded_townships": self.random.choice([None, 0, 0, 1]),
        }

    def steps(self) -> list[Step]:
        """Return what the next edit sends, one or two things, and book what must come of it."""
        kind = self.random.choices(["revise", "return", "rival", "claim"], [80, 8, 4, 8])[0]
        if kind == "claim":
            return [self._claim(self.random.choice(sorted(self.claims)))]
        disaster = self.random.choices([self.disaster, self.part], [4, 1])[0]
        code = self.random.choice(list(self.latest[disaster]))
        before = self.latest[disaster][code]
        if kind == "return" and before.counts:
            return [self._return(disaster, code, before)]
        if kind == "rival" and before.counts:
            return self._rival(disaster, code, before)
        made = Filed(uuid6.uuid7(), before.values | self._figures())
        self.latest[disaster][code] = made
        self._count("revised")
        return [self._filing(disaster, code, made, before.id)]

    def _filing(self, disaster: str, code: str, made: Filed, base: UUID | None) -> Step:
        body = self._report(disaster, code, made.values, base)
        return Step("report", code, f"/api/v1/reports/{made.id}", body)

    def _return(self, disaster: str, code: str, filed: Filed) -> Step:
        self.latest[disaster][code] = Filed(filed.id, filed.values, counts=False)
        self._count("returned")
        body = {"id": str(uuid6.uuid7()), "action": "return", "reason": "重核"}
        return Step("verdict", code, f"/api/v1/reports/{filed.id}/verdict", body)

    def _rival(self, disaster: str, code: str, before: Filed) -> list[Step]:
        """File blind beside what stands; a person sets it aside or lets it count instead."""
        made, keep = (
            Filed(uuid6.uuid7(), before.values | self._figures()),
            self.random.random() < 0.5,
        )
        if keep:
            self.latest[disaster][code] = made
        self._count("took over" if keep else "withdrawn")
        body = {"id": str(uuid6.uuid7()), "keep": keep, "reason": "电话核实"}
        settled = Step("settlement", code, f"/api/v1/reports/{made.id}/settlement", body)
        return [self._filing(disaster, code, made, None), settled]

    def _claim(self, area: str) -> Step:
        """Let the bureau say a figure, or take back what it said."""
        value = None if self.random.random() < 0.3 else self.random.randrange(500)
        made, base = uuid6.uuid7(), self.bases.get(area)
        self.claims[area], self.bases[area] = value, made
        self._count("claimed" if value is not None else "claim withdrawn")
        body = {
            "disaster_id": self.disaster, "area_code": area, "indicator": CLAIMED,
            "source": SOURCE, "value": value, "as_of": MORNING.isoformat(),
            "base": str(base) if base else None,
        }  # fmt: skip
        return Step("claim", area, f"/api/v1/figure-claims/{made}", body)

    def _report(
        self, disaster: str, code: str, values: Values, base: UUID | None
    ) -> dict[str, Any]:
        """Return a report; falling figures carry their reason."""
        more = {"base": str(base) if base else None, "reasons": dict.fromkeys(values, "核减重复")}
        return data.report_body(disaster, code, values, **more)

    def _count(self, what: str) -> None:
        self.did[what] = self.did.get(what, 0) + 1

    def edit(self, count: int, *, batch: int = 200) -> None:
        """Edit through the services, many in one transaction."""
        while count > 0:
            some = min(batch, count)
            self.do(step for _ in range(some) for step in self.steps())
            count -= some

    def do(self, steps: Iterable[Step]) -> None:
        """Carry steps out through the services, in one transaction."""
        with act_as(SYSTEM), db.transaction() as session:
            for step in steps:
                _carry_out(session, step)

    # --- what must come of it

    def totals(self, code: str) -> dict[str, Decimal | None]:
        """Return every area's total of one figure by the rules, from these books alone."""
        how = oracle.RollUp(self.form[code].roll_up)
        every = [self._of_one(each, code, how) for each in (self.disaster, self.part)]
        found: dict[str, Decimal | None] = {}
        for township in {node.code[:9] + "000" for node in self.villages}:
            known = [each[township] for each in every if each[township] is not None]
            found[township] = None
            if known:
                found[township] = max(known) if how is oracle.RollUp.ANY_THEN_SUM else _sum(known)
        claimed = self.claims if code == CLAIMED else {}
        for node in areas("county"):
            below = [value for place, value in found.items() if place[:6] == node.code[:6]]
            if claimed.get(node.code) is not None:  # the bureau's word for the whole's own share
                below = [Decimal(claimed[node.code] or 0), *self._below(every[1], node.code)]
            found[node.code] = _sum(below)
        found[CITY] = _sum(found[node.code] for node in areas("county"))
        return found

    @staticmethod
    def _below(townships: dict[str, Decimal | None], county: str) -> list[Decimal | None]:
        return [value for place, value in townships.items() if place[:6] == county[:6]]

    def _of_one(self, disaster: str, code: str, how: oracle.RollUp) -> dict[str, Decimal | None]:
        """Return by township what one disaster holds, the bureau's figure before the reports'."""
        values: dict[str, list[Decimal | None]] = {}
        for node in self.villages:
            filed, here = self.latest[disaster].get(node.code), node.code[:9] + "000"
            gone = disaster == self.disaster and here in self.left
            value = filed.values.get(code) if filed and filed.counts and not gone else None
            values.setdefault(here, []).append(None if value is None else Decimal(value))
        found = {place: oracle.add_up(each, how=how) for place, each in values.items()}
        if disaster == self.disaster and code == CLAIMED:
            said = {k: Decimal(v) for k, v in self.claims.items() if v is not None and k in found}
            found |= {place: value for place, value in said.items() if place not in self.left}
        return found


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    return oracle.add_up(values)


def _carry_out(session: Any, step: Step) -> None:
    written = UUID(step.path.split("/")[4])
    if step.kind == "report":
        data.file_report(session, written, step.body)
        return
    if step.kind == "claim":
        order = schemas.PutClaim.model_validate(step.body)
        disaster = disasters.disaster(session, order.disaster_id)
        services.put_claim(
            session, data.attempt(written, base=order.base), order, disaster=disaster,
            area=disasters.area_by_code(session, order.area_code, disaster), actor_id=JUDGE,
        )  # fmt: skip
        return
    found = report(session, written)
    given = {
        "report": found, "disaster": disasters.disaster(session, found.disaster_id),
        "actor_id": JUDGE,
    }  # fmt: skip
    attempt = data.attempt(UUID(step.body["id"]))
    if step.kind == "verdict":
        services.put_verdict(
            session, attempt, schemas.PutVerdict.model_validate(step.body), **given
        )
    else:
        settled = schemas.PutSettlement.model_validate(step.body)
        services.put_settlement(session, attempt, settled, **given)
