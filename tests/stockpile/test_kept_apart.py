"""Goods given for a purpose, lent, or lying where nothing may leave."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from relief_ops import clock
from tests.conftest import MORNING, new_id
from tests.factories import stock as made
from tests.factories.city import COUNTY

QUILT = "tent_12"


@pytest.fixture
def depot(manager):
    return made.depot(manager)


@pytest.fixture
def officer(person):
    return person(f"duty_officer@{COUNTY}")


def held(caller, depot, **asked):
    query = "".join(f"&{key}={value}" for key, value in asked.items())
    rows = caller.get(f"/api/v1/stock/balances?depot={depot}{query}").json["balances"]
    return {each["lot"]: each["on_hand"] for each in rows}


def given(manager, depot, quantity=5, **more):
    """Return the lot of a gift."""
    lot = new_id()
    answer = made.move(manager, kind="donation", to=depot, item=QUILT, quantity=quantity, lot=lot,
                       donor="慈善总会", **more)  # fmt: skip
    assert answer.status_code == 201, answer.json
    return lot


def shut(manager, depot, why):
    """Shut a depot, or with no reason open it again."""
    now = manager.get(f"/api/v1/depots/{depot}").json
    kept = ("name", "area_code", "address", "mode", "minimums", "owner")
    body = {key: now[key] for key in kept} | {"shut": why}
    if now["point"]:
        body |= dict(zip(("lon", "lat"), now["point"], strict=True))
    answer = manager.put(f"/api/v1/depots/{depot}", body, If_Match=str(now["revision"]))
    assert answer.status_code == 200, answer.json


@pytest.mark.parametrize("kind", ["receive", "donation"])
def test_nothing_is_poured_into_what_somebody_else_gave(manager, depot, kind):
    lot = given(manager, depot, purpose="独居老人")
    other = {"donor": "另一家"} if kind == "donation" else {}
    answer = made.move(manager, kind=kind, to=depot, item=QUILT, quantity=7, lot=lot, **other)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["lot"]
    assert held(manager, depot) == {lot: 5}


def test_a_gift_for_a_disaster_nobody_knows_is_refused_at_its_field(manager, depot):
    answer = made.move(manager, kind="donation", to=depot, item=QUILT, quantity=5, donor="某企业",
                       disaster_id=new_id())  # fmt: skip

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["disaster_id"]


def test_a_real_gift_is_not_bound_to_a_drill(person, manager, depot):
    drill, drilled, officer = new_id(), new_id(), person("drill_director")
    started = officer.put(f"/api/v1/drills/{drill}", {
        "name": "演练", "seed": 7, "drill_start": MORNING.isoformat(),
    })  # fmt: skip
    assert started.status_code == 201, started.json
    body = {"name": "演练的水", "kind": "flood", "started_at": MORNING.isoformat(),
            "division_date": "2013-10-06", "drill_id": drill}  # fmt: skip
    assert officer.put(f"/api/v1/disasters/{drilled}", body).status_code == 201

    answer = made.move(manager, kind="donation", to=depot, item=QUILT, quantity=5, donor="某企业",
                       disaster_id=drilled)  # fmt: skip

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["disaster_id"]


def test_more_of_the_same_gift_joins_it(manager, depot):
    lot = given(manager, depot)
    answer = made.move(manager, kind="donation", to=depot, item=QUILT, quantity=7, lot=lot)

    assert answer.status_code == 201, answer.json
    assert held(manager, depot) == {lot: 12}


def test_gifts_of_nobody_named_join_each_other_and_not_what_was_bought(manager, depot):
    made.move(manager, kind="receive", to=depot, item=QUILT, quantity=3)
    for _again in range(2):
        answer = made.move(manager, kind="donation", to=depot, item=QUILT, quantity=5)
        assert answer.status_code == 201, answer.json

    assert sorted(held(manager, depot).values()) == [3, 10]


def test_what_is_given_for_a_purpose_is_promised_only_where_it_is_named(
    manager, officer, depot, disaster
):
    lot = given(manager, depot, purpose="独居老人")
    need = made.need(officer, disaster, item=QUILT, quantity=4)
    assert made.reserve(manager, need).status_code == 409

    assert made.reserve(manager, need, purpose="独居老人").status_code == 201
    (row,) = manager.get(f"/api/v1/stock/balances?depot={depot}").json["balances"]
    assert (row["lot"], row["promised"]) == (lot, 4)


def test_a_part_of_a_pack_is_refused_but_for_the_rest_of_a_need(manager, officer, depot, disaster):
    made.stock(manager, depot, item="quilt", quantity=100)
    need = made.need(officer, disaster, item="quilt", quantity=20)
    wrong = made.reserve(manager, need, quantity=7)

    assert wrong.status_code == 422
    assert [each["field"] for each in wrong.json["errors"]] == ["quantity"]
    assert made.reserve(manager, need, quantity=15).status_code == 201


def test_a_lot_emptied_since_stands_in_the_past_it_lay_in(manager, depot):
    lot = made.stock(manager, depot, item=QUILT, quantity=10)
    then = clock.now()
    made.move(manager, kind="issue", source=depot, item=QUILT, quantity=10, lot=lot)

    assert held(manager, depot) == {}
    at = (then + timedelta(milliseconds=1)).isoformat().replace("+", "%2B")
    assert held(manager, depot, at=at) == {lot: 10}


def test_much_is_written_off_only_when_a_second_person_says_the_same(
    manager, keeper, depot, proofs
):
    lot = made.stock(manager, depot, item=QUILT, quantity=1000)
    off = {"kind": "write_off", "source": depot, "item": QUILT, "quantity": 900, "lot": lot,
           "reason": "受潮"}  # fmt: skip
    for _again in range(2):  # one person alone, however often
        assert made.move(keeper, **off).status_code == 201
        assert held(keeper, depot) == {lot: 1000}

    assert made.move(manager, **off).status_code == 201
    assert held(keeper, depot) == {lot: 100}
    assert proofs() == []


def test_a_large_loss_is_not_written_off_in_small_pieces(manager, keeper, depot, proofs):
    lot = made.stock(manager, depot, item=QUILT, quantity=100)
    off = {"kind": "write_off", "source": depot, "item": QUILT, "lot": lot, "reason": "破损"}
    for quantity in (6, 4, 1):
        made.move(keeper, quantity=quantity, **off)
    assert held(keeper, depot) == {lot: 90}, "ten on one word, the eleventh waits"

    made.move(manager, quantity=1, **off)
    assert held(keeper, depot) == {lot: 89}
    assert proofs() == []


def test_a_write_off_and_a_count_wait_apart(manager, keeper, depot, disaster):
    lot = made.stock(manager, depot, item=QUILT, quantity=1000)
    of = {"source": depot, "item": QUILT, "lot": lot}
    made.move(keeper, kind="count", quantity=900, **of)
    for quantity in (100, 2):  # much, and a little that is written off at once
        answer = made.move(manager, kind="write_off", quantity=quantity, reason="受潮", **of)
        assert answer.status_code == 201
    assert held(keeper, depot) == {lot: 998}

    queue = manager.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
    mine = [each["title"] for each in queue if each["kind"] == "stock_count"]
    assert len(mine) == 2 and len(set(mine)) == 2


def test_a_little_is_written_off_at_once(keeper, manager, depot):
    lot = made.stock(manager, depot, item=QUILT, quantity=1000)
    made.move(keeper, kind="write_off", source=depot, item=QUILT, quantity=10, reason="破损")

    assert held(keeper, depot) == {lot: 990}


def test_nobody_brings_back_more_than_was_lent(manager, depot, proofs):
    lot = made.stock(manager, depot, item=QUILT, quantity=20)
    out = {"item": QUILT, "lot": lot, "reason": "红十字会"}
    nameless = made.move(manager, kind="loan", source=depot, item=QUILT, quantity=5)
    assert nameless.status_code == 422
    assert made.move(manager, kind="loan", source=depot, quantity=5, **out).status_code == 201
    too_much = made.move(manager, kind="loan_back", to=depot, quantity=6, **out)
    assert too_much.status_code == 409

    assert made.move(manager, kind="loan_back", to=depot, quantity=4, **out).status_code == 201
    assert held(manager, depot) == {lot: 19}
    assert proofs() == []


def test_what_goods_cost_and_whose_they_are_is_kept_with_their_lot(manager, depot):
    made.move(manager, kind="receive", to=depot, item=QUILT, quantity=3, owner="省储备",
              price_yuan="86.50")  # fmt: skip
    made.move(manager, kind="receive", to=depot, item=QUILT, quantity=3)
    rows = manager.get(f"/api/v1/stock/balances?depot={depot}").json["balances"]

    assert sorted((each["owner"], each["price_yuan"] or 0) for each in rows) == [
        ("", 0), ("省储备", 86.5),
    ]  # fmt: skip


def test_nothing_is_promised_from_a_shut_depot_and_nothing_leaves_it(
    manager, officer, keeper, depot, disaster
):
    made.stock(manager, depot, item=QUILT, quantity=20)
    promised, open_ = (made.need(officer, disaster, item=QUILT, quantity=4) for _each in range(2))
    reservation = new_id()
    assert made.reserve(manager, promised, id=reservation).status_code == 201
    shut(manager, depot, "进水断电")

    assert made.reserve(manager, open_).status_code == 409
    refused = made.ship(keeper, reservation)
    assert refused.status_code == 409 and "进水断电" in refused.json["detail"]
    queue = manager.get(f"/api/v1/attention?disaster={disaster['id']}").json
    (told,) = [each for each in queue["attention"] if each["kind"] == "stock_shut"]
    assert "进水断电" in told["detail"]

    shut(manager, depot, "")
    assert made.reserve(manager, open_).status_code == 201
    assert made.ship(keeper, reservation).status_code == 201


def test_what_expired_on_the_way_counts_as_damaged_and_meets_no_need(
    manager, officer, keeper, depot, disaster, proofs
):
    lot = made.stock(manager, depot, item=QUILT, quantity=20)
    need = made.need(officer, disaster, item=QUILT, quantity=4)
    reservation = new_id()
    made.reserve(manager, need, id=reservation)
    shipment = made.ship(keeper, reservation).json["id"]
    made.expire(lot, date(2013, 10, 7))
    answer = keeper.put(f"/api/v1/shipments/{shipment}/receipt", {})

    assert answer.status_code in (200, 201), answer.json
    stands = officer.get(f"/api/v1/needs/{need}").json
    assert (stands["received"], stands["outstanding"]) == (0, 4)
    (line,) = manager.get(f"/api/v1/shipments/{shipment}").json["lines"]
    assert (line["received"], line["damaged"]) == (0, 4)
    assert proofs() == []


def test_what_expired_since_it_was_promised_does_not_leave(
    manager, officer, keeper, depot, disaster
):
    lot = made.stock(manager, depot, item=QUILT, quantity=20)
    need = made.need(officer, disaster, item=QUILT, quantity=4)
    reservation = made.reserve(manager, need).json["id"]
    made.expire(lot, date(2013, 10, 7))

    refused = made.ship(keeper, reservation)

    assert refused.status_code == 409 and lot[-6:].upper() in refused.json["detail"]
    queue = manager.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
    (told,) = [each for each in queue if each["kind"] == "stock_promised_expired"]
    assert "4 件已承诺物资过期" in told["title"]
    assert manager.put(f"/api/v1/stock/reservations/{reservation}/release", {}).status_code == 201
    queue = manager.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
    assert not [each for each in queue if each["kind"] == "stock_promised_expired"]


@pytest.mark.parametrize("days", [{"expires_on": "2098-05-05"}, {"made_on": "2013-01-01"}])
def test_nothing_of_other_days_is_poured_into_a_lot(manager, depot, days):
    lot = made.stock(manager, depot, item=QUILT, quantity=5, expires_on="2099-05-05")
    more = {"kind": "receive", "to": depot, "item": QUILT, "quantity": 7, "lot": lot}
    answer = made.move(manager, **more, **days)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == list(days)
    assert made.move(manager, **more, expires_on="2099-05-05").status_code == 201
