"""Supplies held by agreement: entered, called off, signed by another, delivered, ended."""

from __future__ import annotations

import json

import pytest

from tests.conftest import new_id
from tests.evacuation.test_lists import events_named
from tests.factories import stock
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.suppliers import agreement_body, call_body


def write(caller, agreement_id=None, *, revision=None, **changes):
    headers = {"If_Match": f'"{revision}"'} if revision else {}
    path = f"/api/v1/supply-agreements/{agreement_id or new_id()}"
    return caller.put(path, agreement_body(**changes), **headers)


def call(caller, disaster, agreement, depot, call_id=None, **changes):
    body = call_body(disaster["id"], agreement, depot, **changes)
    return caller.put(f"/api/v1/call-offs/{call_id or new_id()}", body)


def called(caller, disaster, agreement, depot, **changes):
    call_id = new_id()
    answer = call(caller, disaster, agreement, depot, call_id, **changes)
    assert answer.status_code == 201, answer.json
    return call_id


def step(caller, call_id, name, **body):
    return caller.put(f"/api/v1/call-offs/{call_id}/{name}", body)


def ordered(planner, signer, disaster, agreement, depot, **changes):
    call_id = called(planner, disaster, agreement, depot, **changes)
    answer = step(signer, call_id, "signature", means="paper", number="东应急调〔2013〕7号")
    assert answer.status_code == 200, answer.json
    return call_id


def deliver(caller, call_id, quantity, delivery_id=None, **more):
    path = f"/api/v1/call-offs/{call_id}/deliveries/{delivery_id or new_id()}"
    return caller.put(path, {"quantity": quantity} | more)


def left(caller, agreement):
    (line,) = caller.get(f"/api/v1/supply-agreements/{agreement}").json["lines"]
    return line["left"]


def shown(caller, call_id):
    return caller.get(f"/api/v1/call-offs/{call_id}").json


def queue(caller, disaster):
    answer = caller.get(f"/api/v1/attention?disaster={disaster['id']}").json
    return [each["kind"] for each in answer["attention"] if each["kind"].startswith("call_off")]


def test_an_agreement_is_entered_and_shown_with_its_telephone_masked(planner, agreement):
    found = planner.get(f"/api/v1/supply-agreements/{agreement}").json

    assert (found["supplier"], found["in_force"]) == ("东山试验食品", True)
    assert found["lines"][0]["price_yuan"] == 24.5
    assert "13912345678" not in str(found) and "周试验" not in str(found)
    (event,) = events_named("supplier.agreement_written")
    assert json.loads(event.payload).keys() == {"agreement_id", "revision"}


def test_whom_to_call_is_read_in_full_on_the_record(planner, agreement):
    found = planner.get(f"/api/v1/supply-agreements/{agreement}/contact").json

    assert found == {"contact": "周试验", "phone": "13912345678"}
    assert len(events_named("supplier.contact_read")) == 1


def test_an_agreement_is_changed_by_whoever_saw_its_last_revision(planner, agreement):
    assert write(planner, agreement, supplier="改名").status_code == 409
    assert write(planner, agreement, revision=1, supplier="改名").status_code == 200
    assert write(planner, agreement, supplier="再改").status_code == 428
    assert write(planner, agreement, revision=1, supplier="再改").status_code == 412


@pytest.mark.parametrize(
    "changes",
    [{"supplier": " "}, {"valid_from": "2013-13-01"}, {"valid_to": "2012-12-31"}, {"lines": []},
     {"lines": [{"item": "gold", "quantity": 1, "lead_hours": 1}]},
     {"lines": [{"item": "water", "quantity": 1, "lead_hours": 1}] * 2},
     {"lines": [{"item": "water", "quantity": 0, "lead_hours": 1}]},
     {"lines": [{"item": "water", "quantity": 1, "lead_hours": 1, "price_yuan": -1}]},
     {"lines": [{"item": "water", "quantity": 1, "lead_hours": 1, "price_yuan": 1.234}]},
     {"phone": "打前台"}, {"area_code": "999999999999"}, {"kind": "loan"}],
)  # fmt: skip
def test_a_bad_agreement_is_explained_and_not_kept(planner, changes):
    answer = write(planner, **changes)

    assert answer.status_code == 422
    assert planner.get("/api/v1/supply-agreements").json["agreements"] == []


def test_goods_are_called_off_in_whole_packs_and_wait_for_another_persons_signature(
    planner, signer, disaster, agreement, depot
):
    call_id = called(planner, disaster, agreement, depot, quantity=40)

    assert shown(planner, call_id)["state"] == "asked"
    assert left(planner, agreement) == 60
    assert queue(planner, disaster) == ["call_off_unsigned"]
    assert deliver(planner, call_id, 40).status_code == 409
    assert step(signer, call_id, "signature", means="paper", number="7号").status_code == 200
    found = shown(planner, call_id)
    assert (found["state"], found["number"]) == ("signed", "7号")
    assert found["due_at"] > found["signed_at"]


def test_whoever_called_it_off_does_not_sign_it(person, disaster, agreement, depot):
    both = person(f"logistics_manager@{COUNTY}", f"order_signer@{COUNTY}")
    call_id = called(both, disaster, agreement, depot)

    assert step(both, call_id, "signature", means="word").status_code == 403
    assert shown(both, call_id)["state"] == "asked"


def test_by_word_of_mouth_the_paper_follows(planner, signer, disaster, agreement, depot):
    call_id = called(planner, disaster, agreement, depot)
    assert step(signer, call_id, "signature", means="paper").status_code == 422
    assert step(signer, call_id, "signature", means="word").status_code == 200
    assert "call_off_paper" in queue(planner, disaster)

    assert step(signer, call_id, "paper", number="8号").status_code == 200
    assert step(signer, call_id, "paper", number="9号").status_code == 409
    assert "call_off_paper" not in queue(planner, disaster)


def test_what_comes_is_stock_of_the_depot_at_once(
    planner, signer, taker, disaster, agreement, depot
):
    call_id = ordered(planner, signer, disaster, agreement, depot)
    answer = deliver(taker, call_id, 25, expires_on="2014-10-01")

    assert answer.status_code == 201, answer.json
    assert stock.balance(planner, depot) == (25, 0)
    found = shown(planner, call_id)
    assert (found["state"], found["received"]) == ("signed", 25)
    deliver(taker, call_id, 15)
    assert shown(planner, call_id)["state"] == "delivered"
    assert stock.balance(planner, depot) == (40, 0)
    assert deliver(taker, call_id, 1).status_code == 409


def test_the_same_delivery_sent_twice_is_booked_once(
    planner, signer, taker, disaster, agreement, depot
):
    call_id, delivery_id = ordered(planner, signer, disaster, agreement, depot), new_id()
    first = deliver(taker, call_id, 10, delivery_id)
    again = deliver(taker, call_id, 10, delivery_id)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["seq"] == again.json["seq"]
    assert stock.balance(planner, depot) == (10, 0)
    assert deliver(taker, call_id, 11, delivery_id).status_code == 409


def test_more_than_was_called_for_is_booked_and_counted(
    planner, signer, taker, disaster, agreement, depot
):
    call_id = ordered(planner, signer, disaster, agreement, depot)
    deliver(taker, call_id, 55)

    assert stock.balance(planner, depot) == (55, 0)
    assert left(planner, agreement) == 45


def test_nobody_calls_off_more_than_is_agreed(planner, disaster, agreement, depot):
    called(planner, disaster, agreement, depot, quantity=70)
    answer = call(planner, disaster, agreement, depot, quantity=31)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "quantity"
    assert "30" in answer.json["errors"][0]["message"]
    assert call(planner, disaster, agreement, depot, quantity=30).status_code == 201


def test_a_call_off_taken_back_or_ended_short_gives_the_rest_back(
    planner, signer, taker, disaster, agreement, depot
):
    first = called(planner, disaster, agreement, depot)
    assert step(planner, first, "end", reason="改由市级调拨").status_code == 200
    assert (shown(planner, first)["state"], left(planner, agreement)) == ("cancelled", 100)

    second = ordered(planner, signer, disaster, agreement, depot)
    deliver(taker, second, 15)
    step(planner, second, "end", reason="供应商无货")
    assert (shown(planner, second)["state"], left(planner, agreement)) == ("closed", 85)
    assert deliver(taker, second, 1).status_code == 409


def test_an_agreement_never_holds_less_than_is_called_off(planner, disaster, agreement, depot):
    called(planner, disaster, agreement, depot)
    less = [{"item": "water", "quantity": 39, "lead_hours": 12}]
    other = [{"item": "rice", "quantity": 50, "lead_hours": 12}]

    assert write(planner, agreement, revision=1, lines=less).status_code == 422
    assert write(planner, agreement, revision=1, lines=other).status_code == 422
    assert left(planner, agreement) == 60


def test_an_agreement_that_is_over_or_holds_something_else_gives_nothing(planner, disaster, depot):
    over = new_id()
    write(planner, over, valid_to="2013-02-01")

    answer = call(planner, disaster, over, depot)
    assert answer.json["errors"][0]["code"] == "not_in_force"
    answer = call(planner, disaster, over, depot, item="rice")
    assert answer.json["errors"][0]["code"] == "not_offered"


def test_what_is_left_and_no_whole_pack_can_be_called_off_too(planner, disaster, depot):
    odd = new_id()
    write(planner, odd, lines=[{"item": "quilt", "quantity": 12, "lead_hours": 1}])
    first = called(planner, disaster, odd, depot, item="quilt", quantity=8)
    second = called(planner, disaster, odd, depot, item="quilt", quantity=2)

    assert shown(planner, first)["quantity"] == 10  # in packs of five
    assert shown(planner, second)["quantity"] == 2
    assert call(planner, disaster, odd, depot, item="quilt", quantity=1).status_code == 422


def test_an_agreement_of_which_more_came_than_was_agreed_can_still_be_changed(
    planner, signer, taker, disaster, agreement, depot
):
    call_id = ordered(planner, signer, disaster, agreement, depot, quantity=100)
    deliver(taker, call_id, 120)

    assert write(planner, agreement, revision=1, supplier="改名").status_code == 200
    assert left(planner, agreement) == 0


def test_a_second_signer_does_not_get_the_receipt_of_the_first(
    planner, signer, person, disaster, agreement, depot
):
    call_id = called(planner, disaster, agreement, depot)
    assert step(signer, call_id, "signature", means="word").status_code == 200
    assert step(signer, call_id, "signature", means="word").status_code == 200

    another = person(f"order_signer@{COUNTY}")
    assert step(another, call_id, "signature", means="word").status_code == 409


def test_a_delivery_of_one_call_off_is_no_delivery_of_another(
    planner, signer, taker, disaster, agreement, depot
):
    one, other = (ordered(planner, signer, disaster, agreement, depot) for _each in range(2))
    delivery_id = new_id()
    assert deliver(taker, one, 5, delivery_id).status_code == 201

    assert deliver(taker, other, 5, delivery_id).status_code == 409
    assert shown(planner, other)["received"] == 0


def test_a_call_off_by_word_that_ended_short_still_needs_its_paper(
    planner, signer, taker, disaster, agreement, depot
):
    call_id = called(planner, disaster, agreement, depot)
    step(signer, call_id, "signature", means="word")
    deliver(taker, call_id, 5)
    step(planner, call_id, "end", reason="供应商无货")

    assert "call_off_paper" in queue(planner, disaster)


def test_what_its_agreement_does_not_cover_any_more_is_not_signed(
    planner, signer, disaster, agreement, depot
):
    call_id = called(planner, disaster, agreement, depot)
    write(planner, agreement, revision=1, valid_to="2013-02-01")

    assert step(signer, call_id, "signature", means="word").status_code == 409


def test_a_late_delivery_stands_in_the_queue(planner, signer, disaster, depot):
    at_once = new_id()
    write(planner, at_once, lines=[{"item": "water", "quantity": 50, "lead_hours": 0}])
    ordered(planner, signer, disaster, at_once, depot)

    assert "call_off_late" in queue(planner, disaster)


def test_strangers_neighbours_and_other_roles_neither_see_nor_act(
    stranger, person, planner, disaster, agreement, depot
):
    neighbour = person(f"logistics_manager@{OTHER_COUNTY}")
    reader = person(f"duty_officer@{COUNTY}")
    call_id = called(planner, disaster, agreement, depot)

    assert stranger.get("/api/v1/supply-agreements").status_code == 401
    assert neighbour.get(f"/api/v1/supply-agreements/{agreement}").status_code == 404
    assert neighbour.get(f"/api/v1/supply-agreements/{agreement}/contact").status_code == 404
    assert neighbour.get(f"/api/v1/call-offs/{call_id}").status_code == 404
    assert call(neighbour, disaster, agreement, depot).status_code == 404
    assert reader.get(f"/api/v1/supply-agreements/{agreement}/contact").status_code == 403
    assert call(reader, disaster, agreement, depot).status_code == 403
    assert step(planner, call_id, "signature", means="word").status_code == 403
    assert deliver(reader, call_id, 1).status_code == 403


def test_a_keeper_of_the_depot_sees_what_the_county_called_off_for_it(
    planner, signer, person, disaster, agreement
):
    depot = stock.depot(planner, name="塘头镇库", area_code=TOWNSHIP)
    call_id = ordered(planner, signer, disaster, agreement, depot)
    keeper = person(f"depot_keeper@{TOWNSHIP}")

    assert shown(keeper, call_id)["supplier"] == "东山试验食品"
    assert deliver(keeper, call_id, 40).status_code == 201


def test_the_books_are_proved(planner, signer, taker, disaster, agreement, depot):
    from relief_ops import db
    from stockpile.suppliers.models import CallOff
    from stockpile.suppliers.queries import deliveries_add_up

    call_id = ordered(planner, signer, disaster, agreement, depot)
    deliver(taker, call_id, 10)
    with db.reading() as session:
        assert deliveries_add_up(session) == []
    with db.transaction() as session:
        session.query(CallOff).execution_options(any_drill=True, scope="shared").update(
            {"received": 11}
        )
    with db.reading() as session:
        (said,) = deliveries_add_up(session)
    assert "11 counted, 10 delivered" in said


def test_what_comes_costs_what_the_agreement_said_when_it_was_called_off(
    planner, signer, taker, disaster, agreement, depot
):
    call_id = ordered(planner, signer, disaster, agreement, depot)
    dearer = agreement_body()
    dearer["lines"][0]["price_yuan"] = 99
    path = f"/api/v1/supply-agreements/{agreement}"
    assert planner.put(path, dearer, If_Match="1").status_code == 200

    assert deliver(taker, call_id, 25).status_code == 201

    (row,) = planner.get(f"/api/v1/stock/balances?depot={depot}").json["balances"]
    assert (row["on_hand"], row["price_yuan"]) == (25, 24.5)
