"""Random work on the ledger, step for step against a model in plain Python (quality D-5).

200 runs of 50 steps: nothing appears or vanishes, no place holds less than nothing, no more is
promised than is there, every promise is resolved once, and the balances are the fold of the
movements. A mutant that books only one side must be caught.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import uuid6
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run
from sqlalchemy import select

from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs import services as needs
from relief_ops.disasters.needs.models import Need
from relief_ops.errors import IllegalTransition
from relief_ops.receipts import Attempt
from stockpile import schemas, services
from stockpile.models import Balance, ReservationLine
from stockpile.queries import balances, checks, register
from stockpile.queries.register import LEDGER
from stockpile.rules import Draw
from stockpile.services import ledger
from tests.conftest import KINDS
from tests.factories.city import TOWNSHIP
from tests.stockpile.model import REFUSED, Model
from tests.stockpile.model import Need as ModelNeed

pytestmark = pytest.mark.target("D-5")

ASKS, GIVES = uuid6.uuid7(), uuid6.uuid7()
RUNS = {"sqlite": int(os.environ.get("LEDGER_RUNS", "200")), "postgresql": 24}
STEPS = 50
amounts = st.integers(1, 12)
depots, lots = st.sampled_from(["near", "far"]), st.sampled_from(["sooner", "later"])
LAST = ("place", "other")  # where people are
PLACES = ("near", "far", *LAST)
EXPIRY = {"sooner": date(2098, 1, 1), "later": date(2099, 1, 1)}


class Ledger(RuleBasedStateMachine):
    """The real services on a real database, and the model beside them."""

    need_names: Bundle[str] = Bundle("needs")
    promises: Bundle[str] = Bundle("promises")
    roads: Bundle[str] = Bundle("roads")

    @initialize()
    def begin(self) -> None:
        self.ids = {name: uuid6.uuid7() for name in (*PLACES, *EXPIRY)}
        self.names = {value: key for key, value in self.ids.items()}
        self.model = Model(("near", "far"), dict(EXPIRY))
        with act_as(SYSTEM), db.transaction() as session:
            # An item of this run's own: no depot of another run has any of it.
            self.item = f"t{uuid6.uuid7().hex}"
            session.add(_item(self.item))
            area = geo.tree(session).by_code(TOWNSHIP)
            self.area, self.disaster = area.id, _disaster(session, area.id)
            for name, lon in (("near", 121.51), ("far", 121.9)):
                order = schemas.PutDepot(name=name, area_code=TOWNSHIP, lon=lon, lat=29.8)
                services.put_depot(
                    session, _attempt(self.ids[name]), order, area_id=area.id, actor_id=GIVES
                )
            for name in LAST:
                geo.place(session, self.ids[name], kind="site", name="点", area_id=area.id,
                          point=(121.5, 29.8))  # fmt: skip

    def real(self, act: Any) -> Any:
        """Do something in a transaction of its own and return its result, or REFUSED."""
        try:
            with act_as(SYSTEM), db.transaction() as session:
                return act(session)
        except IllegalTransition:
            return REFUSED

    def move(
        self, kind: str, *, source: str = "", target: str = "", lot: str, quantity: int,
        little: bool = False,
    ) -> Any:  # fmt: skip
        order = schemas.PutMovement.model_validate(
            {
                "kind": kind,
                "from": self.ids.get(source),
                "to": self.ids.get(target),
                "item": self.item,
                "lot": self.ids[lot],
                "expires_on": EXPIRY[lot],
                "quantity": quantity,
                "reason": "盘点",
            }
        )

        def act(session: Any) -> None:
            if register.lot(session, self.ids[lot]) is None and kind != "receive":
                raise IllegalTransition("no such lot yet")
            # Each loss is told by somebody else: one alone takes off no more than a few.
            who = uuid6.uuid7() if kind == "write_off" or little else GIVES
            services.put_movement(session, _attempt(uuid6.uuid7()), order, actor_id=who)

        return self.real(act)

    @rule(depot=depots, lot=lots, quantity=amounts)
    def receive(self, depot: str, lot: str, quantity: int) -> None:
        self.model.receive(depot, lot, quantity)
        assert self.move("receive", target=depot, lot=lot, quantity=quantity) is None

    @rule(place=st.sampled_from(PLACES), lot=lots, quantity=amounts,
          kind=st.sampled_from(["issue", "write_off"]))  # fmt: skip
    def leave(self, place: str, lot: str, quantity: int, kind: str) -> None:
        quantity = min(quantity, 10) if kind == "write_off" else quantity  # more takes two
        expected = self.model.leave(place, lot, quantity)
        assert self.move(kind, source=place, lot=lot, quantity=quantity) == expected

    @rule(lot=lots, quantity=amounts, back=st.booleans())
    def transfer(self, lot: str, quantity: int, back: bool) -> None:
        source, target = ("far", "near") if back else ("near", "far")
        expected = self.model.transfer(source, target, lot, quantity)
        done = self.move("transfer", source=source, target=target, lot=lot, quantity=quantity)
        assert done == expected

    @rule(depot=depots, lot=lots, counted=st.integers(0, 20))
    def count(self, depot: str, lot: str, counted: int) -> None:
        if not any(key[1] == lot for key in self.model.on_hand):
            return
        little = abs(counted - self.model.on_hand.get((depot, lot), 0)) <= 10
        expected = self.model.count(depot, lot, counted)
        done = self.move("count", source=depot, lot=lot, quantity=counted, little=little)
        assert done == expected

    @rule(target=need_names, quantity=amounts, place=st.sampled_from(LAST))
    def open_need(self, quantity: int, place: str) -> str:
        name = str(uuid6.uuid7())
        self.model.needs[name] = ModelNeed(quantity, place)

        def act(session: Any) -> None:
            needs.open_need(
                session, UUID(name), needs.Asked(item=self.item, quantity=quantity),
                disaster=session.get(Disaster, self.disaster), place_id=self.ids[place],
                area_id=self.area, actor_id=ASKS,
            )  # fmt: skip

        assert self.real(act) is None
        return name

    @rule(target=promises, need=need_names, quantity=amounts)
    def reserve(self, need: str, quantity: int) -> str:
        name = str(uuid6.uuid7())
        order = schemas.PutReservation(need_id=UUID(need), quantity=quantity)

        def act(session: Any) -> Any:
            services.reserve(session, _attempt(UUID(name)), order, actor_id=GIVES)
            session.flush()
            lines = session.scalars(
                select(ReservationLine).where(ReservationLine.reservation_id == UUID(name))
            )
            return sorted(
                (self.names[each.depot_id], self.names[each.lot_id], each.quantity)
                for each in lines
            )

        assert self.real(act) == self.model.reserve(name, need, quantity)
        self.model.lines.setdefault(name, [])
        return name

    @rule(target=promises, need=need_names, lot=lots, quantity=amounts)
    def pass_on(self, need: str, lot: str, quantity: int) -> str:
        """One place promises another what it has too much of."""
        name = str(uuid6.uuid7())
        source = next(each for each in LAST if each != self.model.needs[need].place)
        balance = ledger.balance_id(self.ids[source], self.ids[lot])

        def act(session: Any) -> None:
            found, locked = needs.lock_need(session, UUID(need)), balances.lock(session, [balance])
            if not locked:
                raise IllegalTransition("nothing of it ever came here")
            draws = [Draw(balance, quantity)]
            services.promise(session, UUID(name), found, draws, locked=locked, actor_id=GIVES)

        assert self.real(act) == self.model.pass_on(name, need, source, lot, quantity)
        self.model.lines.setdefault(name, [])
        return name

    @rule(promise=promises)
    def release(self, promise: str) -> None:
        if not self.model.lines[promise]:
            return
        expected = self.model.release(promise)

        def act(session: Any) -> None:
            services.release_reservation(
                session, _attempt(uuid6.uuid7()), UUID(promise), actor_id=GIVES
            )

        assert self.real(act) == expected

    @rule(need=need_names)
    def withdraw(self, need: str) -> None:
        expected = self.model.withdraw(need)

        def act(session: Any) -> None:
            needs.withdraw(session, needs.lock_need(session, UUID(need)), actor_id=ASKS)

        assert self.real(act) == expected

    @rule(
        target=roads, promise=promises, depot=st.sampled_from(PLACES),
        part=st.none() | st.integers(1, 14),
    )  # fmt: skip
    def dispatch(self, promise: str, depot: str, part: int | None) -> str:
        name, most = str(uuid6.uuid7()), self.model.so_much(promise, depot, part)
        lines = most and [
            schemas.ShipmentLine(lot=self.ids[lot], quantity=n) for lot, n in most.items()
        ]
        order = schemas.PutShipment(reservation_ids=[UUID(promise)], lines=lines)

        def act(session: Any) -> None:
            services.dispatch(
                session, _attempt(UUID(name)), order,
                depot=register.giver(session, self.ids[depot]), actor_id=GIVES,
            )  # fmt: skip

        assert self.real(act) == self.model.dispatch(name, promise, depot, most)
        self.model.roads.setdefault(name, [])
        return name

    @rule(road=roads, good=st.integers(0, 14), damaged=st.integers(0, 3))
    def arrive(self, road: str, good: int, damaged: int) -> None:
        carried = self.model.roads[road]
        if not carried:
            return
        told = {line.lot for line in carried}
        expected = self.model.arrive(road, dict.fromkeys(told, good), dict.fromkeys(told, damaged))
        lines = [
            schemas.ReceiptLine(lot=self.ids[lot], received=good, damaged=damaged) for lot in told
        ]

        def act(session: Any) -> None:
            services.receive(
                session, _attempt(uuid6.uuid7()), schemas.PutReceipt(lines=lines), UUID(road),
                actor_id=GIVES,
            )  # fmt: skip

        assert self.real(act) == expected

    @rule(road=roads)
    def turn_back(self, road: str) -> None:
        if not self.model.roads[road]:
            return
        expected = self.model.turn_back(road)

        def act(session: Any) -> None:
            services.turn_back(
                session, _attempt(uuid6.uuid7()), schemas.TurnBack(), UUID(road), actor_id=GIVES
            )

        assert self.real(act) == expected

    @invariant()
    def balances_are_the_models(self) -> None:
        if not hasattr(self, "ids"):
            return
        wanted = {
            ledger.balance_id(self.ids[place], self.ids[lot]): (place, lot)
            for place in PLACES
            for lot in EXPIRY
        }
        with act_as(SYSTEM), db.reading() as session:
            rows = session.scalars(
                select(Balance).where(Balance.id.in_(wanted)).execution_options(**LEDGER)
            )
            stored = {wanted[row.id]: (row.on_hand, row.promised) for row in rows}
        expected = {
            key: (quantity, self.model.promised.get(key, 0))
            for key, quantity in self.model.on_hand.items()
        }
        assert {key: row for key, row in stored.items() if row != (0, 0)} == {
            key: row for key, row in expected.items() if row != (0, 0)
        }
        for on_hand, promised in stored.values():
            assert 0 <= promised <= on_hand
        there = sum(on_hand for on_hand, _promised in stored.values())
        assert there + self.model.on_the_road() == self.model.given - self.model.gone

    def teardown(self) -> None:
        if not hasattr(self, "ids"):
            return
        with act_as(SYSTEM), db.reading() as session:
            stored = {
                str(row.id): (row.quantity, row.promised, row.shipped, row.received)
                for row in session.scalars(select(Need).where(Need.item_code == self.item))
            }
        assert stored == {
            name: (need.quantity, need.promised, need.shipped, need.received)
            for name, need in self.model.needs.items()
        }


def _attempt(write_id: UUID) -> Attempt:
    return Attempt(id=write_id, base="", digest=write_id.hex)


def _item(code: str) -> Item:
    return Item(
        code=code, item_class="tents", name_zh="帐篷", name_en="Tent", unit_zh="顶",
        unit_en="pieces", pack_size=1, returnable=True,
    )  # fmt: skip


def _disaster(session: Any, area_id: UUID) -> UUID:
    found = session.scalar(select(Disaster.id).limit(1))
    if found is not None:
        return found
    made = Disaster(
        id=uuid6.uuid7(), name="大水", kind="flood", area_id=area_id, state="active",
        started_at=datetime.now(UTC), division_date=date(2013, 10, 6), form_version="2020",
        revision=1,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made.id


def _proofs() -> list[str]:
    with act_as(SYSTEM), db.reading() as session:
        return [
            *checks.balances_are_the_fold(session),
            *checks.balances_are_of_their_lots(session),
            *checks.nothing_appears(session),
            *checks.promises_are_kept(session),
            *checks.board_is_right(session),
            *checks.issued_is_what_arrived(session),
        ]


def _work(machine: type[Ledger], *, seed: int, runs: int) -> None:
    """Run a machine so often; the same seed takes the same steps again."""
    run(
        with_seed(seed)(type("Seeded", (machine,), {})),
        settings=settings(
            max_examples=runs, stateful_step_count=STEPS, deadline=None, database=None,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate],
        ),
    )  # fmt: skip


@pytest.mark.proof
@pytest.mark.parametrize("database", KINDS, indirect=True)
@pytest.mark.long(120)
def test_ten_thousand_steps_do_on_postgresql_what_the_model_does(app):
    if db.is_sqlite():
        pytest.skip("done in every run")
    _work(Ledger, seed=0, runs=200)

    assert _proofs() == []


@pytest.mark.nightly
def test_a_quarter_of_a_million_steps_do_what_the_model_does(app):
    _work(Ledger, seed=int(os.environ.get("LEDGER_SEED", "0")), runs=5_000)

    assert _proofs() == []


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(4))
def test_random_work_on_the_ledger_does_what_the_model_does(app, shard):
    seed = 4 * int(os.environ.get("LEDGER_SEED", "0")) + shard
    _work(Ledger, seed=seed, runs=RUNS[db.engine().dialect.name] // 4)

    assert _proofs() == []


@pytest.mark.slow
def test_a_ledger_that_books_only_one_side_is_caught(app, monkeypatch):
    monkeypatch.setattr(ledger, "_give", lambda session, each: None)

    with pytest.raises(AssertionError):
        _work(Ledger, seed=0, runs=5)
