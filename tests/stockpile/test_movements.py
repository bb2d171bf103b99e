"""Movements of stock over the API: both ends, corrections, counts, the past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from relief_ops import db
from tests.factories import stock as made
from tests.factories.city import OTHER_COUNTY, TOWNSHIP
from tests.factories.stock import new_id


def test_a_stranger_is_refused(stranger):
    answer = made.move(stranger, kind="receive", to=new_id(), item="tent_12", quantity=1)

    assert answer.status_code == 401


def test_another_countys_keeper_is_refused(person, manager):
    depot = made.depot(manager)
    keeper = person(f"depot_keeper@{OTHER_COUNTY}")

    answer = made.move(keeper, kind="receive", to=depot, item="tent_12", quantity=1)
    assert answer.status_code == 404
    assert keeper.get("/api/v1/stock/balances").json["balances"] == []
    assert keeper.get(f"/api/v1/depots/{depot}").status_code == 404
    assert keeper.get(f"/api/v1/stock/movements?place={depot}").status_code == 404


def test_a_reader_books_nothing(manager, reporter):
    depot = made.depot(manager, area_code=TOWNSHIP)
    answer = made.move(reporter, kind="receive", to=depot, item="tent_12", quantity=1)

    assert answer.status_code == 403


def test_what_is_received_is_there_on_the_record_and_booked_once(manager, keeper):
    depot, movement = made.depot(manager), new_id()
    body = {"kind": "receive", "to": depot, "item": "tent_12", "quantity": 7, "document": "入库 1"}
    first = keeper.put(f"/api/v1/stock/movements/{movement}", body)
    again = keeper.put(f"/api/v1/stock/movements/{movement}", body)
    other = keeper.put(f"/api/v1/stock/movements/{movement}", body | {"quantity": 8})

    assert first.status_code == 201 and again.json == first.json and other.status_code == 409
    assert made.balance(manager, depot) == (7, 0)
    shown = keeper.get(f"/api/v1/stock/movements/{movement}").json
    assert shown["seq"] == first.json["seq"] and shown["document"] == "入库 1"


def test_the_shelf_life_gives_the_day_of_expiry(manager):
    depot = made.depot(manager)
    made.stock(manager, depot, item="water", quantity=5, made_on="2026-01-01")
    (row,) = manager.get(f"/api/v1/stock/balances?depot={depot}").json["balances"]

    assert row["expires_on"] == "2027-01-01"


def test_a_transfer_leaves_one_depot_for_another(manager):
    here, there = made.depot(manager), made.depot(manager, name="二库")
    lot = made.stock(manager, here, quantity=10)
    moved = made.move(manager, kind="transfer", source=here, to=there, item="tent_12", quantity=4)

    assert moved.status_code == 201
    assert made.balance(manager, here, lot=lot) == (6, 0)
    assert made.balance(manager, there, lot=lot) == (4, 0)
    assert made.move(
        manager, kind="transfer", source=here, to=there, item="tent_12", quantity=7
    ).status_code == 409  # fmt: skip


def test_promised_stock_cannot_be_issued_transferred_or_written_off(manager, reporter, disaster):
    depot, other = made.depot(manager), made.depot(manager, name="二库")
    lot = made.stock(manager, depot, quantity=10)
    made.reserve(manager, made.need(reporter, disaster, quantity=8))

    for body in (
        {"kind": "issue", "source": depot},
        {"kind": "write_off", "source": depot, "reason": "受潮发霉"},
        {"kind": "transfer", "source": depot, "to": other},
    ):
        answer = made.move(manager, item="tent_12", quantity=3, lot=lot, **body)
        assert answer.status_code == 409
    answer = made.move(manager, kind="issue", source=depot, item="tent_12", quantity=2)
    assert answer.status_code == 201
    assert made.balance(manager, depot) == (8, 8)


def test_nothing_is_written_off_without_saying_why(manager, keeper):
    depot = made.depot(manager)
    made.stock(manager, depot, quantity=10)
    off = {"kind": "write_off", "source": depot, "item": "tent_12", "quantity": 3}

    refused = made.move(keeper, **off, reason="  ")
    assert (refused.status_code, refused.json["code"]) == (422, "invalid")
    assert made.balance(manager, depot) == (10, 0)
    assert made.move(keeper, **off, reason="受潮发霉").status_code == 201
    assert made.balance(manager, depot) == (7, 0)


def test_a_count_books_the_difference_as_a_move(manager, keeper):
    depot = made.depot(manager)
    lot = made.stock(manager, depot, quantity=10)
    counted = {"kind": "count", "source": depot, "item": "tent_12", "lot": lot}
    made.move(keeper, **counted, quantity=8, reason="盘点")
    same = made.move(keeper, **counted, quantity=8)

    assert made.balance(manager, depot) == (8, 0)
    assert same.status_code == 201
    entries = manager.get(f"/api/v1/stock/movements?place={depot}").json["movements"]
    assert [(each["kind"], each["quantity"]) for each in entries] == [("count", 2), ("receive", 10)]
    made.move(keeper, **counted, quantity=11)
    assert made.balance(manager, depot) == (11, 0)


def test_a_count_below_what_is_promised_is_refused(manager, reporter, disaster):
    depot = made.depot(manager)
    lot = made.stock(manager, depot, quantity=10)
    made.reserve(manager, made.need(reporter, disaster, quantity=8))

    assert made.move(
        manager, kind="count", source=depot, item="tent_12", lot=lot, quantity=5
    ).json["waits_for_promises"] is True  # fmt: skip


def test_a_mistake_is_taken_back_by_a_movement_linked_both_ways(manager):
    depot, wrong = made.depot(manager), new_id()
    made.move(manager, id=wrong, kind="receive", to=depot, item="tent_12", quantity=10)
    right = made.move(manager, kind="correction", corrects=wrong, reason="录错").json["id"]
    twice = made.move(manager, kind="correction", corrects=wrong)

    assert made.balance(manager, depot) == (0, 0)
    assert manager.get(f"/api/v1/stock/movements/{wrong}").json["corrected_by"] == right
    assert manager.get(f"/api/v1/stock/movements/{right}").json["corrects"] == wrong
    assert twice.status_code == 409


def test_what_has_gone_on_cannot_be_taken_back(manager):
    depot, wrong = made.depot(manager), new_id()
    made.move(manager, id=wrong, kind="receive", to=depot, item="tent_12", quantity=10)
    made.move(manager, kind="issue", source=depot, item="tent_12", quantity=4)

    assert made.move(manager, kind="correction", corrects=wrong).status_code == 409
    assert made.balance(manager, depot) == (6, 0)


def test_an_entry_dated_back_that_a_past_day_could_not_bear_is_refused(manager):
    depot, now = made.depot(manager), datetime.now(UTC)

    def day(ago):
        return (now - timedelta(days=ago)).isoformat()

    lot = made.stock(manager, depot, quantity=10, at=day(10))
    made.move(manager, kind="issue", source=depot, item="tent_12", lot=lot, quantity=8, at=day(6))
    made.stock(manager, depot, quantity=50, lot=lot, at=day(2))

    def issued(ago, quantity):
        return made.move(
            manager, kind="issue", source=depot, item="tent_12", lot=lot, quantity=quantity,
            at=day(ago),
        ).status_code  # fmt: skip

    assert issued(11, 1) == 409, "before there was any"
    assert issued(8, 3) == 409, "two were left from the sixth day on"
    assert issued(8, 2) == 201
    assert issued(1, 51) == 409
    assert issued(1, 50) == 201
    assert issued(-1, 1) == 422, "the future"


def test_the_past_is_folded_from_the_ledger(manager):
    depot, now = made.depot(manager), datetime.now(UTC)
    then = (now - timedelta(days=5)).isoformat()
    made.stock(manager, depot, quantity=10, at=then)
    made.move(manager, kind="issue", source=depot, item="tent_12", quantity=4)
    at = (now - timedelta(days=1)).isoformat().replace("+", "%2B")
    (row,) = manager.get(f"/api/v1/stock/balances?depot={depot}&at={at}").json["balances"]

    assert row["on_hand"] == 10 and row["promised"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": 0},
        {"kind": "receive"},
        {"kind": "dispatch"},
        {"kind": "correction"},
        {"item": "unicorn"},
        {"lot": new_id()},
        {"at": "2013-10-06T08:00:00"},
    ],
)
def test_an_impossible_movement_is_explained(manager, wrong):
    depot = made.depot(manager)
    body = {"kind": "issue", "source": depot, "item": "tent_12", "quantity": 1} | wrong

    assert made.move(manager, **body).status_code == 422


def test_a_depot_is_edited_on_its_revision(person, manager, stranger):
    depot = made.depot(manager)
    body = {"name": "新名", "area_code": TOWNSHIP, "minimums": {"quilt": 100}}
    address = f"/api/v1/depots/{depot}"

    assert stranger.put(address, body).status_code == 401
    elsewhere = person(f"logistics_manager@{OTHER_COUNTY}")
    assert elsewhere.put(address, body, If_Match="1").status_code == 404
    assert person("depot_keeper").put(address, body, If_Match="1").status_code == 403
    assert manager.put(address, body).status_code == 409
    assert manager.put(address, body, If_Match="1").status_code == 200
    assert manager.put(address, body | {"name": "又"}, If_Match="1").status_code == 412
    assert manager.put(address, body | {"name": "又"}).status_code == 428
    assert manager.get(address).json["minimums"] == {"quilt": 100}
    assert manager.put(address, body | {"minimums": {"x": 1}}, If_Match="2").status_code == 422


@pytest.mark.parametrize("statement", ["UPDATE movement SET quantity = 1", "DELETE FROM movement"])
def test_an_entry_of_the_ledger_can_be_neither_changed_nor_removed(manager, statement):
    made.stock(manager, made.depot(manager), quantity=10)

    with pytest.raises(DBAPIError, match="append-only"), db.transaction() as session:
        session.execute(text(statement))


@pytest.mark.parametrize("kind", ["issue", "loan"])
def test_what_has_expired_is_given_to_nobody_even_by_name(manager, kind):
    depot, other = made.depot(manager), made.depot(manager, name="西库")
    lot = made.stock(manager, depot, item="water", quantity=20, expires_on="2013-01-01")
    move = {"source": depot, "item": "water", "lot": lot, "quantity": 5, "reason": "王五"}

    refused = made.move(manager, kind=kind, **move)

    assert refused.status_code == 409 and "2013-01-01" in refused.json["detail"]
    assert made.move(manager, kind="transfer", to=other, **move).status_code == 201
    assert made.move(manager, kind="write_off", **move).status_code == 201
    assert made.balance(manager, depot) == (10, 0)
