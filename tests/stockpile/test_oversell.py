"""Two hundred people ask for fifty tents at once: fifty are handed out, never one more.

The same race is run with a naive variant that reads, checks and writes; it must lose, or the
race proves nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import update

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from stockpile.models import Balance
from stockpile.queries import checks
from stockpile.queries.register import LEDGER
from stockpile.services.ledger import balance_id
from tests.conftest import Caller
from tests.factories import stock as made
from tests.factories.stock import new_id

pytestmark = pytest.mark.target("D-7")

ASKED, THERE, HANDS = 200, 50, 12


def hand_out(ask: Callable[[int], bool]) -> int:
    """Let everybody ask at once and return how many were promised a tent."""
    with ThreadPoolExecutor(HANDS) as pool:
        return sum(pool.map(ask, range(ASKED)))


@pytest.fixture
def depot(manager):
    return made.depot(manager)


@pytest.fixture
def lot(manager, depot):
    return made.stock(manager, depot, quantity=THERE)


@pytest.fixture
def needs(reporter, disaster):
    return [made.need(reporter, disaster, quantity=ASKED) for _each in range(4)]


def proofs() -> list[str]:
    with act_as(SYSTEM), db.reading() as session:
        return [
            *checks.balances_are_the_fold(session),
            *checks.nothing_appears(session),
            *checks.promises_are_kept(session),
            *checks.board_is_right(session),
        ]


@pytest.mark.slow
def test_two_hundred_requests_for_fifty_tents_hand_out_exactly_fifty(
    app, manager, depot, lot, needs
):
    def ask(number: int) -> bool:
        asking = Caller(app.test_client(), manager.token, manager.user_id)
        while True:
            answer = made.reserve(asking, needs[number % 4], id=ids[number], quantity=1)
            if answer.status_code != 503:
                assert answer.status_code in (201, 200, 409), answer.json
                return answer.status_code != 409

    ids = [new_id() for _each in range(ASKED)]

    assert hand_out(ask) == THERE
    assert made.balance(manager, depot) == (THERE, THERE)
    promised = [manager.get(f"/api/v1/needs/{each}").json["promised"] for each in needs]
    assert sum(promised) == THERE
    assert proofs() == []


@pytest.mark.slow
def test_the_same_race_is_lost_by_reading_checking_and_writing(app, depot, lot):
    balance = balance_id(UUID(depot), UUID(lot))

    def naive(_number: int) -> bool:
        with act_as(SYSTEM):
            with db.reading() as session:
                row = session.get(Balance, balance, execution_options=LEDGER)
                free, promised = row.on_hand - row.promised, row.promised
            time.sleep(0.002)
            if free < 1:
                return False
            with db.transaction() as session:
                change = update(Balance).where(Balance.id == balance)
                session.execute(change.values(promised=promised + 1))
            return True

    assert hand_out(naive) > THERE


@pytest.mark.slow
def test_two_parallel_full_lot_reservations_get_the_lot_once(
    app, manager, depot, reporter, disaster
):
    """InvenTree #12478: two requests at the same moment each took the whole lot of five."""
    for _round in range(10):
        made.stock(manager, depot, quantity=5)
        needs = [made.need(reporter, disaster, quantity=5) for _each in range(2)]

        def ask(need: str) -> int:
            asking = Caller(app.test_client(), manager.token, manager.user_id)
            return made.reserve(asking, need, quantity=5, all_or_nothing=True).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(ask, needs)) == [201, 409]
    assert made.balance(manager, depot) == (50, 50)


@pytest.mark.slow
def test_stock_never_goes_below_zero_however_many_issue_at_once(app, manager, depot, lot):
    """OpenBoxes #6061: parallel issues left a stock of minus five."""

    def issue(_number: int) -> bool:
        asking = Caller(app.test_client(), manager.token, manager.user_id)
        answer = made.move(asking, kind="issue", source=depot, item="tent_12", lot=lot, quantity=10)
        return answer.status_code == 201

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(issue, range(16))) == 5
    assert made.balance(manager, depot) == (0, 0)
    assert proofs() == []


def test_what_was_transferred_away_can_no_longer_be_promised_there(
    manager, depot, lot, reporter, disaster
):
    """A promise made after a transfer does not count on stock that has left."""
    other = made.depot(manager, name="二库")
    need = made.need(reporter, disaster, quantity=THERE)
    made.move(
        manager, kind="transfer", source=depot, to=other, item="tent_12", lot=lot, quantity=THERE
    )

    assert made.reserve(manager, need, depot=depot).status_code == 409
    answer = made.reserve(manager, need)
    assert [(each["depot"], each["quantity"]) for each in answer.json["lines"]] == [(other, THERE)]
    assert made.move(
        manager, kind="transfer", source=other, to=depot, item="tent_12", lot=lot, quantity=1
    ).status_code == 409  # fmt: skip


def test_fifty_retries_of_one_promise_promise_once(app, manager, depot, lot, needs):
    reservation = new_id()

    def ask(_number: int) -> int:
        asking = Caller(app.test_client(), manager.token, manager.user_id)
        while True:
            answer = made.reserve(asking, needs[0], id=reservation, quantity=3)
            if answer.status_code != 503:
                return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(ask, range(50)))
    assert sorted(set(statuses)) == [200, 201] and statuses.count(201) == 1
    assert made.balance(manager, depot) == (THERE, 3)
