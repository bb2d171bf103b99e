"""Several people at once, and amounts nobody can mean."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.factories import stock
from tests.suppliers.test_suppliers import call, deliver, left, ordered, shown

HANDS = 6


def at_once(act):
    """Do it with several hands at the same moment and return the statuses."""
    start = threading.Barrier(HANDS)

    def go(_hand):
        start.wait()
        return act().status_code

    with ThreadPoolExecutor(HANDS) as pool:
        return sorted(pool.map(go, range(HANDS)))


def test_several_at_once_never_call_off_more_than_is_agreed(planner, disaster, agreement, depot):
    told = at_once(lambda: call(planner, disaster, agreement, depot, quantity=40))

    assert told == [201, 201, 422, 422, 422, 422]
    assert left(planner, agreement) == 20


def test_several_deliveries_at_once_are_each_counted(
    planner, signer, taker, disaster, agreement, depot
):
    call_id = ordered(planner, signer, disaster, agreement, depot, quantity=100)
    told = at_once(lambda: deliver(taker, call_id, 10))

    assert told == [201] * HANDS
    assert shown(planner, call_id)["received"] == 60
    assert stock.balance(planner, depot) == (60, 0)


@pytest.mark.parametrize("quantity", [0, -1, 10**9, 1.5, "", None, "许多"])
def test_no_such_amount_is_called_off_or_delivered(
    planner, signer, taker, disaster, agreement, depot, quantity
):
    call_id = ordered(planner, signer, disaster, agreement, depot)

    assert call(planner, disaster, agreement, depot, quantity=quantity).status_code == 422
    assert deliver(taker, call_id, quantity).status_code == 422
    assert (left(planner, agreement), stock.balance(planner, depot)) == (60, (0, 0))
