"""What went wrong in other stock systems, by the number it has there, replayed on ours (F18).

Each test says in one sentence what its report says. The requests of a story come at the same
moment, from several people, through the API as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from relief_ops import db, plugins
from relief_ops.auth import SYSTEM, act_as
from stockpile.models import Balance
from stockpile.queries.register import LEDGER
from tests.conftest import Caller, new_id
from tests.factories import allocation, handouts
from tests.factories import stock as made

pytestmark = [pytest.mark.slow, pytest.mark.target("F18")]
ITEM = {"name_zh": "毯", "name_en": "Blanket", "unit_zh": "条", "unit_en": "pieces"}
DONE = (200, 201)


@pytest.fixture
def depot(manager):
    return made.depot(manager)


@pytest.fixture
def new_item(manager) -> Callable[..., str]:
    """Return a maker of items that no other round has any of."""
    numbers = count()

    def make(**changes: Any) -> str:
        code = f"story_{next(numbers)}"
        body = {"item_class": "bedding"} | ITEM | changes
        assert manager.put(f"/api/v1/items/{code}", body).status_code == 201
        return code

    return make


@pytest.fixture
def at_once(app) -> Iterator[Callable[..., list[int]]]:
    """Return what lets everybody act at the same moment and returns their status codes."""
    with ThreadPoolExecutor(8) as pool:

        def run(*acts: Callable[[], Any]) -> list[int]:
            ready = Barrier(len(acts))

            def start(act: Callable[[], Any]) -> int:
                ready.wait()
                while (answer := act()).status_code == 503:  # busy: nothing was booked
                    pass
                assert answer.status_code in (*DONE, 409, 412), answer.json
                return answer.status_code

            return list(pool.map(start, acts))

        yield run


@pytest.fixture
def another(app, manager, keeper):
    """Return a maker of further browsers of the manager, or of the keeper."""

    def make(who: Caller | None = None) -> Caller:
        who = who or manager
        return Caller(app.test_client(), who.token, who.user_id)

    return make


def proofs() -> list[str]:
    """Return everything the checks of the stock find wrong."""
    with act_as(SYSTEM), db.reading() as session:
        wanted = [each for each in plugins.contributed("checks") if "stock" in each.id]
        assert len(wanted) > 5
        return [found for each in wanted for found in each.run(session)]


def rows(item: str) -> list[tuple[int, int]]:
    """Return (on hand, promised) of every balance of an item in a physical place."""
    with act_as(SYSTEM), db.reading() as session:
        return [
            tuple(row)
            for row in session.execute(
                select(Balance.on_hand, Balance.promised)
                .where(Balance.item_code == item, Balance.physical)
                .execution_options(**LEDGER)
            )
        ]


def test_inventree_12478_one_lot_is_taken_once_across_all_paths_that_take_stock(
    manager, keeper, reporter, disaster, depot, new_item, at_once, another
):
    """What was free was read without a lock: two took a whole lot of 5, across kinds of order."""
    for number in range(10):
        item = new_item()
        kit = new_item(item_class="packs", parts={item: 5})
        lot = made.stock(manager, depot, item=item, quantity=5)
        made.need(reporter, disaster, item=item, quantity=5)
        plan = allocation.make_plan(manager, disaster, items=[item])
        need = made.need(reporter, disaster, item=item, quantity=5)
        who, packing = another(keeper), {"depot": depot, "kit": kit, "number": 1}
        issue = {"kind": "issue", "source": depot, "item": item, "lot": lot, "quantity": 5}
        acts = [
            partial(made.reserve, another(), need, quantity=5, all_or_nothing=True),
            partial(allocation.apply, another(), plan),
            partial(handouts.hand_out, another(keeper), disaster, depot, item=item, quantity=5),
            partial(who.put, f"/api/v1/kit-acts/{new_id()}", packing | {"direction": "assemble"}),
            partial(made.move, another(), **issue),
        ]
        first = number % len(acts)
        told = at_once(*acts[first:], *acts[:first])

        assert sum(code in DONE for code in told) == 1
        promised = 5 if told[-first] in DONE or told[1 - first] in DONE else 0
        assert rows(item) == [(promised, promised)]
    assert proofs() == []


def test_inventree_2380_what_allocates_by_itself_gives_no_more_than_there_is(
    manager, reporter, disaster, depot, new_item
):
    """The button that allocates by itself allocated more than the stock there was."""
    item = new_item()
    made.stock(manager, depot, item=item, quantity=4)
    made.stock(manager, depot, item=item, quantity=3)
    first, second = (made.need(reporter, disaster, item=item, quantity=40) for _each in range(2))
    plan = allocation.make_plan(manager, disaster, items=[item])

    assert sum(allocation.got(allocation.shown(manager, plan)).values()) == 7
    assert allocation.apply(manager, plan).status_code == 200
    assert [made.reserve(manager, each).status_code for each in (first, second)] == [409, 409]
    needs = [manager.get(f"/api/v1/needs/{each}").json for each in (first, second)]
    assert sum(each["promised"] for each in needs) == 7
    assert sorted(rows(item)) == [(3, 3), (4, 4)] and proofs() == []


def test_inventree_7285_an_item_listed_twice_is_not_allocated_twice(
    manager, keeper, reporter, disaster, depot, new_item
):
    """A part that stood twice in a list got one stock item twice, and could not be freed again."""
    item = new_item()
    lot = made.stock(manager, depot, item=item, quantity=5)
    needs = [made.need(reporter, disaster, item=item, quantity=5) for _each in range(2)]
    plan = allocation.make_plan(manager, disaster, items=[item])
    assert sum(allocation.got(allocation.shown(manager, plan)).values()) == 5
    twice = [{"item": item, "quantity": 5}] * 2
    assert handouts.hand_out(keeper, disaster, depot, lines=twice).status_code == 422
    kept = [made.reserve(manager, each, id=new_id(), quantity=3).json for each in needs]
    assert [each["quantity"] for each in kept] == [3, 2]

    sent = new_id()
    body = {"reservation_ids": [kept[0]["id"], kept[1]["id"], kept[0]["id"]]}
    assert manager.put(f"/api/v1/shipments/{sent}", body).status_code == 201
    twice = [{"lot": lot, "received": 5}] * 2
    assert keeper.put(f"/api/v1/shipments/{sent}/receipt", {"lines": twice}).status_code == 422
    assert manager.put(f"/api/v1/shipments/{sent}/turn-back", {}).status_code == 200
    assert sorted(rows(item)) == [(0, 0), (5, 0)]
    assert made.reserve(manager, needs[0], quantity=5, all_or_nothing=True).status_code == 201
    assert proofs() == []


def allocate_and_issue(who: Caller, need: str, reservation: str) -> Any:
    kept = made.reserve(who, need, id=reservation, quantity=5, all_or_nothing=True)
    return made.ship(who, reservation) if kept.status_code in DONE else kept


def test_openboxes_6061_two_requisitions_for_the_same_five_are_not_both_sent(
    manager, reporter, disaster, depot, new_item, at_once, another
):
    """Two requisitions for 5 of 5 were both allocated and issued by themselves: −5 were left."""
    for _round in range(6):
        item = new_item()
        made.stock(manager, depot, item=item, quantity=5)
        needs = [made.need(reporter, disaster, item=item, quantity=5) for _each in range(2)]

        told = at_once(*(partial(allocate_and_issue, another(), need, new_id()) for need in needs))
        assert sorted(told) == [201, 409]
        assert made.balance(manager, depot) == (0, 0)
        assert sorted(rows(item)) == [(0, 0), (5, 0)]  # all of it is on one road
    assert proofs() == []


def test_openboxes_229_one_shelf_is_not_picked_for_line_after_line(
    manager, reporter, disaster, depot, new_item, at_once, another
):
    """Several lines of a shipment could each be picked from one bin, whatever was left in it."""
    item = new_item()
    made.stock(manager, depot, item=item, quantity=93)
    needs = [made.need(reporter, disaster, item=item, quantity=60) for _each in range(3)]
    ids = {new_id(): need for need in needs}
    told = at_once(*(partial(made.reserve, another(), ids[each], id=each) for each in ids))
    assert sorted(told) == [201, 201, 409]

    kept = {"reservation_ids": [each for each, code in zip(ids, told, strict=True) if code == 201]}
    addresses = [f"/api/v1/shipments/{new_id()}" for _each in range(3)]
    sent = at_once(*(partial(another().put, each, kept) for each in addresses))
    assert sorted(sent) == [201, 409, 409]
    assert sorted(rows(item)) == [(0, 0), (93, 0)] and proofs() == []


def test_odoo_268942_what_is_there_once_is_promised_once_and_in_one_row(
    manager, reporter, disaster, depot, new_item, at_once, another
):
    """Whoever found the row of a serial number locked wrote a second: 2 reserved, 1 there."""
    for _round in range(5):
        item, lot = new_item(), new_id()
        needs = [made.need(reporter, disaster, item=item, quantity=1) for _each in range(6)]
        body = {"kind": "receive", "to": depot, "item": item, "lot": lot, "quantity": 1}
        came = at_once(*(partial(made.move, another(), **body) for _each in range(2)))
        assert came == [201, 201]  # the first of a lot that nobody has seen here before
        assert rows(item) == [(2, 0)]
        ids = {new_id(): need for need in needs}
        told = at_once(*(partial(made.reserve, another(), ids[each], id=each) for each in ids))

        assert sorted(told) == [201, 201, 409, 409, 409, 409]
        assert rows(item) == [(2, 2)]
        kept = [each for each, code in zip(ids, told, strict=True) if code == 201]
        assert [made.ship(manager, each).status_code for each in kept] == [201, 201]
    assert proofs() == []


def test_odoo_62139_what_is_reserved_stays_the_sum_of_its_lines_while_somebody_counts(
    manager, keeper, reporter, disaster, depot, new_item, at_once, another
):
    """Pickings done while stock was counted left another sum reserved than that of their lines."""
    for difference in (-2, 0, 2):
        item = new_item()
        lot = made.stock(manager, depot, item=item, quantity=20)
        ids = [new_id() for _each in range(3)]
        for each in ids:
            need = made.need(reporter, disaster, item=item, quantity=6)
            assert made.reserve(manager, need, id=each).status_code == 201
        count_it = {"kind": "count", "source": depot, "item": item, "lot": lot}
        told = at_once(
            partial(made.ship, another(), ids[0]),
            partial(made.ship, another(), ids[1]),
            partial(another().put, f"/api/v1/stock/reservations/{ids[2]}/release", {}),
            partial(made.move, another(keeper), **count_it, quantity=20 + difference),
        )

        assert told[:3] == [201, 201, 201]
        assert sum(promised for _there, promised in rows(item)) == 0
        assert proofs() == []


def keep_and_release(who: Caller, need: str, reservation: str) -> Any:
    kept = made.reserve(who, need, id=reservation, quantity=4)
    address = f"/api/v1/stock/reservations/{reservation}/release"
    return who.put(address, {}) if kept.status_code in DONE else kept


def test_odoo_32434_the_stock_stays_the_sum_of_its_movements_under_many_workers(
    manager, reporter, disaster, depot, new_item, at_once, another
):
    """Under many workers at once the stock was no longer the sum of the lines that moved it."""
    item, other = new_item(), made.depot(manager, name="二库")
    lot = made.stock(manager, depot, item=item, quantity=30)
    need = made.need(reporter, disaster, item=item, quantity=1_000)
    moved = [
        {"kind": "receive", "to": depot, "quantity": 3},
        {"kind": "issue", "source": depot, "quantity": 2},
        {"kind": "transfer", "source": depot, "to": other, "quantity": 7},
        {"kind": "transfer", "source": other, "to": depot, "quantity": 5},
    ]
    for _round in range(10):
        at_once(
            *(partial(made.move, another(), **body, item=item, lot=lot) for body in moved),
            partial(made.reserve, another(), need, quantity=2),
            partial(keep_and_release, another(), need, new_id()),
        )
        assert all(0 <= promised <= there for there, promised in rows(item))
    with act_as(SYSTEM), db.reading() as session:
        total = select(func.sum(Balance.on_hand)).where(Balance.item_code == item)
        assert session.scalar(total.execution_options(**LEDGER)) == 0
    assert proofs() == []
