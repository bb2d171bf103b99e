"""Eight processes ask a thousand times each for one of 500 units: exactly 500 are promised (D-7).

No lock of one process helps against another: what holds is in the database. The same services
without their guard must sell too much, or the race proves nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.config import ROOT
from relief_ops.disasters.needs.models import Need
from stockpile.models import Balance, ReservationLine
from stockpile.queries import checks
from stockpile.queries.register import LEDGER
from tests.factories import stock as made

pytestmark = pytest.mark.target("D-7")
PROCESSES, ASKS, THERE, ROUNDS, FEW = 8, 1_000, 500, 20, 5  # few before an issue closes
SHORT = 400, 200  # asks and units of the one round of `make test`


class Race:
    """A stock in two depots, and eight processes that ask for it."""

    def __init__(self, program: subprocess.Popen[str], people, disaster) -> None:
        self.program, self.disaster = program, disaster
        self.manager, self.reporter = people
        self.depots = [made.depot(self.manager, name=name) for name in ("一库", "二库")]
        self.item, self.needs, self.rounds = "", [], 0

    def fill(self, quantity: int) -> None:
        """Bring in an item of this round's own, half into each depot, and open eight needs."""
        self.rounds += 1
        self.item = f"race_{self.rounds}"
        body = {"item_class": "tents", "name_zh": "帐篷", "name_en": "Tent", "unit_zh": "顶",
                "unit_en": "pieces", "pack_size": 1, "returnable": True}  # fmt: skip
        assert self.manager.put(f"/api/v1/items/{self.item}", body).status_code == 201
        for depot in self.depots:
            made.stock(self.manager, depot, item=self.item, quantity=quantity // 2)
        self.needs = [
            made.need(self.reporter, self.disaster, item=self.item, quantity=2 * ASKS)
            for _each in range(PROCESSES)
        ]

    def run(self, asks: int) -> dict[str, int]:
        """Let all eight ask so often and return what they were told."""
        assert self.program.stdin is not None and self.program.stdout is not None
        print(json.dumps({"needs": self.needs, "asks": asks}), file=self.program.stdin, flush=True)
        return json.loads(self.program.stdout.readline())

    def books(self) -> tuple[int, int, int]:
        """Return what is promised of the item by its lines, its balances and its needs."""
        with act_as(SYSTEM), db.reading() as session:
            return tuple(
                session.scalar(
                    select(func.sum(column)).where(item == self.item).execution_options(**LEDGER)
                )
                for column, item in (
                    (ReservationLine.quantity, ReservationLine.item_code),
                    (Balance.promised, Balance.item_code),
                    (Need.promised, Need.item_code),
                )
            )  # fmt: skip


@pytest.fixture
def racing(database, tmp_path, manager, reporter, disaster):
    @contextmanager
    def start(*flags: str) -> Iterator[Race]:
        command = [sys.executable, "-m", "tests.stockpile.allocating", database, tmp_path, *flags]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as program:
            yield Race(program, (manager, reporter), disaster)
            program.stdin.close()
            assert program.wait(30) == 0

    return start


def proofs() -> list[str]:
    with act_as(SYSTEM), db.reading() as session:
        return [
            *checks.balances_are_the_fold(session),
            *checks.nothing_appears(session),
            *checks.promises_are_kept(session),
            *checks.board_is_right(session),
        ]


def sell(race: Race, rounds: int, *, asks: int, there: int) -> dict[str, int]:
    """Hold so many rounds, each of them exact; return what the eight were told in all."""
    total: Counter[str] = Counter()
    for _round in range(rounds):
        race.fill(there)
        told = race.run(asks)

        assert told["promised"] == there
        assert told["refused"] == PROCESSES * asks - there
        assert race.books() == (there, there, there)
        total.update(told)
    assert proofs() == []
    return total


@pytest.mark.slow
def test_eight_processes_at_once_sell_exactly_what_is_there(racing, tell):
    with racing() as race:
        tell(rounds=1, **sell(race, 1, asks=SHORT[0], there=SHORT[1]))


@pytest.mark.proof
@pytest.mark.parametrize(
    "rounds",
    [
        pytest.param(FEW, marks=pytest.mark.long(150)),
        pytest.param(ROUNDS, marks=[pytest.mark.long(600), pytest.mark.nightly]),
    ],
)
def test_a_thousand_asks_of_each_round_after_round_sell_exactly_what_is_there(racing, tell, rounds):
    with racing() as race:
        tell(rounds=rounds, **sell(race, rounds, asks=ASKS, there=THERE))


@pytest.mark.slow
def test_the_same_services_without_their_guard_sell_too_much(racing, tell):
    with racing("unguarded") as race:
        race.fill(50)
        told = race.run(100)

        tell(there=50, promised=told["promised"])
        assert told["promised"] > 50
        assert race.books()[0] > race.books()[1]
    assert proofs() != []
