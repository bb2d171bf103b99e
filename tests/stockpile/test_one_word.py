"""One person's word empties no lot, whatever it is booked as and in however many pieces."""

from __future__ import annotations

import pytest

from tests.factories import stock as made
from tests.factories.city import COUNTY, OTHER_COUNTY

QUILT = "tent_12"


@pytest.fixture
def depot(manager):
    return made.depot(manager)


@pytest.fixture
def lot(manager, depot):
    return made.stock(manager, depot, item=QUILT, quantity=1000)


def held(caller, depot):
    rows = caller.get(f"/api/v1/stock/balances?depot={depot}").json["balances"]
    return sum(each["on_hand"] for each in rows)


@pytest.fixture
def say(depot, lot):
    """Return what books a movement there and says whether it waits."""

    def move(caller, kind, quantity=None, **more):
        if kind == "correction":
            body = {"reason": "录错", **more}
        else:
            body = {"source": depot, "item": QUILT, "lot": lot, "quantity": quantity, **more}
        answer = made.move(caller, kind=kind, **body)
        assert answer.status_code == 201, answer.json
        return answer.json["id"], answer.json["waits_for_second_count"]

    return move


def test_a_lot_is_not_counted_away_in_steps(keeper, manager, depot, say, proofs):
    assert say(keeper, "count", 980)[1] is False

    assert say(keeper, "count", 961)[1] is True
    assert held(keeper, depot) == 980
    assert say(keeper, "write_off", 5, reason="破损")[1] is True, "nor written off what is left"

    assert say(manager, "count", 961)[1] is False
    assert held(keeper, depot) == 961
    assert say(keeper, "count", 950)[1] is False, "what two people found is where it begins anew"
    assert proofs() == []


def test_who_miscounts_and_counts_again_has_lost_nothing(keeper, depot, say):
    for found in (985, 1000, 985, 1000, 985):
        assert say(keeper, "count", found)[1] is False

    assert held(keeper, depot) == 985


def test_a_loss_taken_back_and_back_again_is_a_loss(keeper, depot, say, proofs):
    off, _waits = say(keeper, "write_off", 15, reason="破损")
    back, _waits = say(keeper, "correction", corrects=off)
    assert say(keeper, "correction", corrects=back)[1] is False

    assert say(keeper, "write_off", 15, reason="破损")[1] is True
    assert held(keeper, depot) == 985
    assert proofs() == []


def test_a_loss_two_people_saw_is_not_taken_back_twice_by_one(keeper, manager, depot, say):
    say(keeper, "write_off", 900, reason="受潮")
    off, _waits = say(manager, "write_off", 900, reason="受潮")
    back, waits = say(keeper, "correction", corrects=off)
    assert (waits, held(keeper, depot)) == (False, 1000)

    _again, waits = say(keeper, "correction", corrects=back)

    assert (waits, held(keeper, depot)) == (True, 1000)


@pytest.mark.parametrize(("kind", "more"), [("receive", {}), ("donation", {"donor": "红十字会"})])
def test_what_came_in_is_taken_back_when_a_second_person_does_it_too(
    keeper, manager, depot, proofs, kind, more
):
    came = made.move(keeper, kind=kind, to=depot, item=QUILT, quantity=900, **more).json["id"]
    back = {"kind": "correction", "corrects": came, "reason": "录错"}
    for _again in range(2):
        answer = made.move(keeper, **back)
        assert (answer.status_code, answer.json["waits_for_second_count"]) == (201, True)
    assert held(keeper, depot) == 900

    assert made.move(manager, **back).json["waits_for_second_count"] is False
    assert held(keeper, depot) == 0
    assert proofs() == []


def test_a_small_slip_of_what_came_in_is_taken_back_at_once(keeper, depot):
    came = made.move(keeper, kind="receive", to=depot, item=QUILT, quantity=10).json["id"]
    answer = made.move(keeper, kind="correction", corrects=came, reason="录错")

    assert answer.json["waits_for_second_count"] is False
    assert held(keeper, depot) == 0


def test_the_second_person_finds_what_waits_to_be_taken_back(keeper, manager, depot, disaster):
    came = made.move(keeper, kind="receive", to=depot, item=QUILT, quantity=900).json["id"]
    page = f"/stock/movements/{came}/correction"
    signed = {"Authorization": f"Bearer {keeper.token}"}
    form = {"id": made.new_id(), "reason": "录错"}

    answer = keeper.client.post(page, data=form, headers=signed)

    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, page)
    own, other = keeper.get(page).text, manager.get(page).text
    assert "须由第二人同样撤销" in own and "由您提出" in own
    assert "由另一人提出" in other
    queue = manager.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
    (told,) = [each for each in queue if each["kind"] == "stock_count"]
    assert told["href"] == page


def test_two_movements_of_one_size_are_not_taken_for_each_other(keeper, manager, depot):
    first, other = (
        made.move(keeper, kind="receive", to=depot, item=QUILT, quantity=900).json["id"]
        for _each in range(2)
    )
    made.move(keeper, kind="correction", corrects=first, reason="录错")

    answer = made.move(manager, kind="correction", corrects=other, reason="录错")

    assert answer.json["waits_for_second_count"] is True
    assert held(keeper, depot) == 1800


@pytest.fixture
def back(keeper, manager, reporter, disaster, depot, lot):
    """Return what sends so much and turns it back with so much of it left."""

    def turn(who, quantity, left, sender=keeper):
        need = made.need(reporter, disaster, item=QUILT, quantity=quantity)
        shipment = made.ship(sender, made.reserve(manager, need).json["id"]).json["id"]
        body = {"lines": [{"lot": lot, "received": left}]}
        return who.put(f"/api/v1/shipments/{shipment}/turn-back", body)

    return turn


def test_what_one_sends_and_turns_back_empty_is_counted_by_another(keeper, depot, back, proofs):
    refused = back(keeper, 900, 0)

    assert (refused.status_code, "第二人" in refused.json["detail"]) == (409, True)
    assert held(keeper, depot) == 100 and proofs() == []


def test_what_another_sent_is_counted_by_who_takes_it_back(keeper, manager, depot, back, proofs):
    assert back(manager, 900, 0).status_code == 200

    assert held(keeper, depot) == 100 and proofs() == []


def test_small_losses_of_what_came_back_are_one_large(keeper, depot, back, say, proofs):
    assert back(keeper, 100, 90).status_code == 200
    assert back(keeper, 100, 90).status_code == 409

    assert say(keeper, "write_off", 15, reason="破损")[1] is True
    assert held(keeper, depot) == 890 and proofs() == []


def test_two_movements_of_one_lot_wait_side_by_side(keeper, manager, depot, disaster, proofs):
    lot = made.stock(manager, depot, item=QUILT, quantity=100)
    more = {"item": QUILT, "lot": lot, "quantity": 900}
    came = [made.move(keeper, kind="receive", to=depot, **more).json["id"] for _each in range(2)]
    for each in came:
        answer = made.move(keeper, kind="correction", corrects=each, reason="录错")
        assert answer.json["waits_for_second_count"] is True, answer.json

    queue = manager.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
    links = {each["href"] for each in queue if each["kind"] == "stock_count"}
    assert links == {f"/stock/movements/{each}/correction" for each in came}
    for each in came:
        answer = made.move(manager, kind="correction", corrects=each, reason="录错")
        assert answer.json["waits_for_second_count"] is False
    assert held(keeper, depot) == 100 and proofs() == []


def test_what_was_asked_by_mistake_is_withdrawn_and_nobody_books_it(
    keeper, manager, person, depot, disaster, say
):
    off, waits = say(keeper, "write_off", 900, reason="受潮")
    assert waits
    address = f"/api/v1/stock/claims/{off}/withdrawal"
    assert person(f"depot_keeper@{OTHER_COUNTY}").put(address, {}).status_code == 404

    answer = keeper.put(address, {})

    assert answer.status_code == 200 and keeper.put(address, {}).json == answer.json
    assert manager.get(f"/api/v1/stock/counts?depot={depot}").json["waiting"] == []
    queue = manager.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
    assert not [each for each in queue if each["kind"] == "stock_count"]
    assert say(manager, "write_off", 900, reason="受潮")[1], "nobody stands behind it any more"
    log = keeper.get(f"/api/v1/events?after=0&area={COUNTY}").json["events"]
    assert log[-2]["name"] == "stock.count_withdrawn"


def test_a_count_that_waits_is_counted_again_and_not_withdrawn(keeper, depot, say):
    claim, waits = say(keeper, "count", 100)
    assert waits

    assert keeper.put(f"/api/v1/stock/claims/{claim}/withdrawal", {}).status_code == 409


def test_the_page_that_says_it_waits_withdraws_it_too(keeper, depot, say):
    off, _waits = say(keeper, "write_off", 900, reason="受潮")
    headers = {"Authorization": f"Bearer {keeper.token}"}
    address = f"/stock/claims/{off}/withdrawal"
    page = keeper.client.get(f"/stock/move?kind=write_off&place={depot}", headers=headers)
    assert address in page.text

    assert keeper.client.post(address, headers=headers).status_code == 303
    page = keeper.client.get(f"/stock/move?kind=write_off&place={depot}", headers=headers)
    assert address not in page.text


def test_what_one_sends_and_receives_short_is_counted_by_another(
    keeper, manager, reporter, disaster, depot, lot, proofs
):
    def arrives(who, received, quantity=400):
        need = made.need(reporter, disaster, quantity=quantity)
        promise = made.reserve(manager, need).json["id"]
        shipment = made.ship(keeper, promise, depot=depot).json["id"]
        body = {"lines": [{"lot": lot, "received": received}]}
        return who.put(f"/api/v1/shipments/{shipment}/receipt", body), shipment

    refused, shipment = arrives(keeper, 0)
    assert refused.status_code == 409 and "第二人" in refused.json["detail"]
    assert arrives(keeper, 97, 100)[0].status_code == 200, "a few is a few"

    body = {"lines": [{"lot": lot, "received": 0}]}
    assert manager.put(f"/api/v1/shipments/{shipment}/receipt", body).status_code == 200
    assert proofs() == []
