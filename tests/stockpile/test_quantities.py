"""A quantity is a whole number of pieces, not below zero and not beyond belief, or it is refused.

What is refused names its field and books nothing: no entry, no promise, no receipt, no event.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from relief_ops import db
from tests.factories import stock as made

NO_NUMBERS = [-1, 1.5, 10**9, "ten", "1e3", True, [3], {"n": 3}]
WRITTEN = ("movement", "reservation", "reservation_line", "receipt", "event", "lot", "count_claim")
pytestmark = pytest.mark.sqlite_first  # refused before a database is asked


@pytest.fixture
def depot(manager):
    return made.depot(manager)


@pytest.fixture
def lot(manager, depot):
    return made.stock(manager, depot, quantity=50)


@pytest.fixture
def need(reporter, disaster):
    return made.need(reporter, disaster, quantity=20)


@pytest.fixture
def shipment(manager, need, lot):
    kept = made.reserve(manager, need, quantity=10).json["id"]
    return made.ship(manager, kept).json["id"]


def written() -> dict[str, Any]:
    """Return what stands in the tables a write of the stock touches."""
    counted = {table: f"SELECT count(*), 0 FROM {table}" for table in WRITTEN}
    counted["balance"] = "SELECT sum(on_hand * on_hand), sum(promised) FROM balance"
    with db.engine().connect() as connection:
        return {table: tuple(connection.execute(text(sql)).one()) for table, sql in counted.items()}


def fields(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.json
    return [each["field"] for each in answer.json["errors"]]


@pytest.mark.parametrize("number", NO_NUMBERS, ids=str)
@pytest.mark.parametrize(
    "kind", ["receive", "donation", "return", "transfer", "issue", "write_off", "count"]
)
def test_no_movement_of_such_a_quantity_is_booked(manager, depot, lot, kind, number):
    other = made.depot(manager, name="二库")
    ends = {"to": other} if kind in ("receive", "donation", "return") else {"source": depot}
    ends |= {"to": other} if kind == "transfer" else {}
    before = written()
    answer = made.move(
        manager, kind=kind, item="tent_12", lot=lot, quantity=number, reason="破损", **ends
    )

    assert fields(answer) == ["quantity"]
    assert written() == before


@pytest.mark.parametrize("number", [0, *NO_NUMBERS], ids=str)
def test_no_promise_of_such_a_quantity_is_made(manager, lot, need, number):
    before = written()

    assert fields(made.reserve(manager, need, quantity=number)) == ["quantity"]
    assert written() == before


@pytest.mark.parametrize("number", [None, *NO_NUMBERS], ids=str)
@pytest.mark.parametrize("which", ["received", "damaged"])
def test_no_receipt_of_such_a_quantity_is_counted(keeper, shipment, lot, which, number):
    before = written()
    line = {"lot": lot, "received": 10, which: number}
    answer = keeper.put(f"/api/v1/shipments/{shipment}/receipt", {"lines": [line]})

    assert fields(answer) == [f"lines.0.{which}"]
    assert written() == before


@pytest.mark.parametrize("number", [None, 0])
@pytest.mark.parametrize("kind", ["receive", "issue"])
def test_a_movement_of_nothing_is_explained_and_not_booked(manager, depot, lot, kind, number):
    before, end = written(), {"to" if kind == "receive" else "source": depot}
    answer = made.move(manager, kind=kind, item="tent_12", lot=lot, quantity=number, **end)

    assert fields(answer) == ["quantity"] and answer.json["errors"][0]["message"]
    assert written() == before


def test_a_promise_without_a_quantity_is_of_all_that_is_outstanding(manager, lot, need):
    assert made.reserve(manager, need, quantity=None).json["quantity"] == 20
