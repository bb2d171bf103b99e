"""What a shelter has too much of goes where it was asked for, like anything that is promised."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from relief_ops import clock, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.boards import queries as boards
from stockpile.models import Shipment
from stockpile.plans.rules import reservation_id
from stockpile.queries import checks, road
from stockpile.queries.register import below
from tests.advice.test_advice import advice
from tests.conftest import new_id
from tests.factories import stock
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP
from tests.factories.shelters import open_shelter

BLANKETS = "blanket"  # one a person, ten in a pack


@pytest.fixture
def manager(person):
    return person(f"logistics_manager@{COUNTY}")


@pytest.fixture
def officer(person):
    return person(f"duty_officer@{COUNTY}", f"shelter_manager@{COUNTY}")


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def full(manager, officer, disaster):
    """Return a shelter with twenty people and a hundred blankets."""
    shelter = open_shelter(officer, disaster, name="物资多的避灾点")
    enter(officer, disaster, shelter, 20)
    stock.stock(manager, shelter, item=BLANKETS, quantity=100)
    return shelter


def enter(officer, disaster, shelter, people):
    inside = {"disaster_id": disaster["id"], "people": people}
    answer = officer.put(f"/api/v1/shelters/{shelter}/arrivals/{new_id()}", inside)
    assert answer.status_code == 201, answer.json


def state(officer, disaster, shelter, word, **more):
    body = {"disaster_id": disaster["id"], "state": word} | more
    answer = officer.put(f"/api/v1/shelters/{shelter}/state", body)
    assert answer.status_code in (200, 201), answer.json


def given(caller, disaster):
    return [each for each in advice(caller, disaster)["moves"] if each["why"] == "surplus"]


def promise(caller, disaster, moves, moves_id=None):
    keys = ("balance", "to", "quantity", "need")
    chosen = [{key: each[key] for key in keys} for each in moves]
    body = {"disaster_id": disaster["id"], "area_code": COUNTY, "moves": chosen}
    return caller.put(f"/api/v1/stock-moves/{moves_id or new_id()}", body)


def test_it_keeps_what_its_people_take_and_gives_the_rest_where_it_was_asked_for(
    manager, reporter, full, disaster
):
    need = stock.need(reporter, disaster, item=BLANKETS, quantity=200)
    (move,) = given(manager, disaster)

    assert (move["from"], move["need"], move["quantity"]) == (full, need, 80)
    assert move["people"] == 20
    assert move["minutes"] >= 0


def test_it_gives_no_more_than_was_asked_for_and_not_promised(manager, reporter, full, disaster):
    stock.need(reporter, disaster, item=BLANKETS, quantity=30)
    (move,) = given(manager, disaster)
    assert move["quantity"] == 30

    assert promise(manager, disaster, [move]).status_code == 201
    assert given(manager, disaster) == []


def test_what_was_promised_away_is_not_given_twice(manager, reporter, full, disaster):
    stock.need(reporter, disaster, item=BLANKETS, quantity=50)
    assert promise(manager, disaster, given(manager, disaster)).status_code == 201

    stock.need(reporter, disaster, item=BLANKETS, quantity=100)
    assert [each["quantity"] for each in given(manager, disaster)] == [30]


def test_what_it_asks_for_itself_is_not_too_much(manager, reporter, officer, full, disaster):
    stock.need(reporter, disaster, item=BLANKETS, quantity=50)
    place = {"place": full, "item": BLANKETS, "quantity": 10, "area_code": TOWNSHIP}
    stock.need(officer, disaster, **place)

    assert given(manager, disaster) == []


def test_what_nobody_works_out_by_heads_stays_where_it_is(manager, reporter, full, disaster):
    stock.stock(manager, full, item="tent_12", quantity=50)
    stock.need(reporter, disaster, item="tent_12", quantity=50)

    assert given(manager, disaster) == []


def test_a_shelter_that_waits_for_its_people_gives_nothing(manager, reporter, officer, disaster):
    shelter = open_shelter(officer, disaster, name="等人来的避灾点")
    stock.stock(manager, shelter, item=BLANKETS, quantity=100)
    stock.need(reporter, disaster, item=BLANKETS, quantity=50)

    assert given(manager, disaster) == []


def test_a_closed_shelter_keeps_only_what_must_be_looked_at_first(
    manager, reporter, officer, disaster
):
    shelter = open_shelter(officer, disaster, name="已关的避灾点")
    for item in (BLANKETS, "tent_12"):
        stock.stock(manager, shelter, item=item, quantity=50)
        stock.need(reporter, disaster, item=item, quantity=40)
    for word in ("closing", "closed"):
        state(officer, disaster, shelter, word)

    (move,) = given(manager, disaster)
    assert (move["from"], move["item"], move["quantity"]) == (shelter, BLANKETS, 40)


def test_whoever_came_since_the_last_headcount_counts(manager, reporter, officer, full, disaster):
    count = {"disaster_id": disaster["id"], "total": 20, "base": None,
             "as_of": clock.now().isoformat()}  # fmt: skip
    answer = officer.put(f"/api/v1/shelters/{full}/headcounts/{new_id()}", count)
    assert answer.status_code == 201, answer.json
    enter(officer, disaster, full, 30)
    stock.need(reporter, disaster, item=BLANKETS, quantity=200)

    (move,) = given(manager, disaster)
    assert (move["quantity"], move["people"]) == (50, 50)


def test_what_expired_is_not_what_its_people_keep(manager, reporter, officer, disaster):
    shelter = open_shelter(officer, disaster, name="有过期水的避灾点")
    enter(officer, disaster, shelter, 40)
    past = clock.local_date(clock.now()) - timedelta(days=3)
    stock.stock(manager, shelter, item="water", quantity=60, expires_on=str(past))
    stock.stock(manager, shelter, item="water", quantity=40, expires_on="2099-01-01")
    stock.need(reporter, disaster, item="water", quantity=100)

    (move,) = given(manager, disaster)
    assert move["quantity"] == 10  # ten boxes a day, for three days


def test_what_only_some_take_stays_while_nobody_knows_how_many_they_are(
    manager, reporter, officer, disaster
):
    shelter = open_shelter(officer, disaster, name="有婴儿的避灾点")
    enter(officer, disaster, shelter, 40)
    stock.stock(manager, shelter, item="soft_food", quantity=50)  # for those over sixty
    stock.need(reporter, disaster, item="soft_food", quantity=50)

    assert given(manager, disaster) == []


def test_a_shelter_that_serves_another_disaster_gives_nothing(
    manager, reporter, officer, person, full, disaster
):
    other = new_id()
    body = {key: each for key, each in disaster.items() if key != "id"} | {"name": "另一场台风"}
    answer = person("duty_officer").put(f"/api/v1/disasters/{other}", body)
    assert answer.status_code == 201, answer.json
    state(officer, {"id": other}, full, "open", reason="两场台风接连")
    stock.need(reporter, disaster, item=BLANKETS, quantity=50)

    assert given(manager, disaster) == []


def test_what_its_people_need_by_now_does_not_leave(
    person, manager, officer, reporter, full, disaster
):
    stock.need(reporter, disaster, item=BLANKETS, quantity=80)
    reservation = moved(person, manager, disaster, given(manager, disaster))
    enter(officer, disaster, full, 10)

    answer = stock.ship(person(f"depot_keeper@{COUNTY}"), reservation)
    assert answer.status_code == 409
    assert "物资多的避灾点" in answer.json["detail"] and "毛毯" in answer.json["detail"]
    assert on_hand(officer, full, disaster) == 100


def test_who_asked_for_it_does_not_promise_it(person, disaster, full):
    both = person(f"logistics_manager@{COUNTY}", f"township_reporter@{TOWNSHIP}")
    stock.need(both, disaster, item=BLANKETS, quantity=30)

    assert promise(both, disaster, given(both, disaster)).status_code == 403


def test_a_need_withdrawn_or_met_since_is_refused_whole(manager, reporter, full, disaster):
    need = stock.need(reporter, disaster, item=BLANKETS, quantity=30)
    moves = given(manager, disaster)
    answer = reporter.put(f"/api/v1/needs/{need}/withdrawal", {})
    assert answer.status_code in (200, 201), answer.json

    assert promise(manager, disaster, moves).status_code == 409


def moved(person, manager, disaster, moves):
    """Promise moves, have them ordered, and return the reservation of the first."""
    plan = new_id()
    assert promise(manager, disaster, moves, plan).status_code == 201
    order = {"plan_id": plan, "means": "paper", "number": "调〔2013〕1号"}
    signed = person(f"order_signer@{COUNTY}").put(f"/api/v1/dispatch-orders/{new_id()}", order)
    assert signed.status_code == 201, signed.json
    return str(reservation_id(UUID(plan), UUID(moves[0]["need"])))


def on_hand(officer, shelter, disaster):
    answer = officer.get(f"/api/v1/shelters/{shelter}/supplies?disaster={disaster['id']}")
    assert answer.status_code == 200, answer.json
    return {each["item"]: each["on_hand"] for each in answer.json["items"]}[BLANKETS]


def figures(disaster):
    """Return what reached places by area, as the relief-work form is offered it."""
    with act_as(SYSTEM), reading() as session:
        root, found = geo.tree(session).root.id, disasters.disaster(session, UUID(disaster["id"]))
        assert checks.issued_is_what_arrived(session) == []
        assert checks.balances_are_the_fold(session) == []
        return {
            each.indicator: each.value
            for each in boards.proposed_below(session, found, root)
            if each.indicator.startswith("issued.")
        }


def test_ordered_it_leaves_the_shelter_and_meets_the_need(
    person, manager, officer, reporter, full, disaster
):
    need = stock.need(reporter, disaster, item=BLANKETS, quantity=30)
    reservation = moved(person, manager, disaster, given(manager, disaster))
    keeper = person(f"depot_keeper@{COUNTY}")
    sent = stock.ship(keeper, reservation)
    assert sent.status_code == 201, sent.json
    answer = keeper.put(f"/api/v1/shipments/{sent.json['id']}/receipt", {})
    assert answer.status_code == 200, answer.json

    assert on_hand(officer, full, disaster) == 70
    assert manager.get(f"/api/v1/needs/{need}").json["received"] == 30


def test_what_expired_in_the_shelter_that_gives_it_is_in_the_queue(
    manager, reporter, full, disaster
):
    stock.need(reporter, disaster, item=BLANKETS, quantity=30)
    assert promise(manager, disaster, given(manager, disaster)).status_code == 201
    came = manager.get(f"/api/v1/stock/movements?place={full}").json["movements"]
    (lot,) = {each["lot"] for each in came}
    stock.expire(lot, date(2013, 1, 1))

    path = f"/api/v1/attention?disaster={disaster['id']}&area={COUNTY}"
    queue = manager.get(path).json["attention"]
    (told,) = [each for each in queue if each["kind"] == "stock_promised_expired"]
    assert "物资多的避灾点" in told["title"] and "30" in told["title"]
    assert manager.get(told["href"]).status_code == 200


def test_before_the_order_is_signed_it_stays(person, manager, reporter, full, disaster):
    need = stock.need(reporter, disaster, item=BLANKETS, quantity=30)
    plan = new_id()
    promise(manager, disaster, given(manager, disaster), plan)

    keeper = person(f"depot_keeper@{COUNTY}")
    answer = stock.ship(keeper, str(reservation_id(UUID(plan), UUID(need))))
    assert answer.status_code == 409


def supplied(person, manager, officer, disaster):
    """Return a shelter that got a hundred blankets from a depot and has twenty people."""
    depot = stock.depot(manager)
    stock.stock(manager, depot, item=BLANKETS, quantity=100)
    keeper = person(f"depot_keeper@{COUNTY}")
    made = open_shelter(officer, disaster, name="先到的避灾点", point=[121.52, 29.81])
    wanted = stock.need(officer, disaster, place=made, area_code=TOWNSHIP, item=BLANKETS,
                        quantity=100)  # fmt: skip
    promised = new_id()
    assert stock.reserve(manager, wanted, id=promised).status_code == 201
    shipment = stock.ship(keeper, promised).json["id"]
    keeper.put(f"/api/v1/shipments/{shipment}/receipt", {})
    enter(officer, disaster, made, 20)
    assert figures(disaster) == {"issued.blanket": 100}
    return made


def sent_to(disaster, code):
    """Return how many blankets the places of an area got, as the recovery reckons."""
    with act_as(SYSTEM), reading() as session:
        area = geo.tree(session).by_code(code)
        at = Shipment.to_area.in_(below(area.id))
        return road.received(session, UUID(disaster["id"]), at)[BLANKETS]


def test_what_went_on_counts_once_where_it_is(person, manager, officer, disaster):
    supplied(person, manager, officer, disaster)
    keeper = person(f"depot_keeper@{COUNTY}")
    other = person(f"township_reporter@{NEIGHBOUR}")
    stock.need(other, disaster, area_code=NEIGHBOUR, item=BLANKETS, quantity=30)
    reservation = moved(person, manager, disaster, given(manager, disaster))
    onward = stock.ship(keeper, reservation).json["id"]
    assert figures(disaster) == {"issued.blanket": 70}
    keeper.put(f"/api/v1/shipments/{onward}/receipt", {})
    assert figures(disaster) == {"issued.blanket": 100}
    assert [sent_to(disaster, code) for code in (COUNTY, TOWNSHIP, NEIGHBOUR)] == [100, 70, 30]


def test_turned_back_it_lies_in_the_shelter_and_counts_there_again(
    person, manager, officer, reporter, disaster
):
    first = supplied(person, manager, officer, disaster)
    stock.need(reporter, disaster, item=BLANKETS, quantity=30)
    reservation = moved(person, manager, disaster, given(manager, disaster))
    keeper = person(f"depot_keeper@{COUNTY}")
    shipment = stock.ship(keeper, reservation).json["id"]
    assert figures(disaster) == {"issued.blanket": 70}
    answer = keeper.put(f"/api/v1/shipments/{shipment}/turn-back", {"note": "路断"})
    assert answer.status_code in (200, 201), answer.json

    assert on_hand(officer, first, disaster) == 100
    assert figures(disaster) == {"issued.blanket": 100}


def test_what_a_shelter_had_beside_its_shipments_is_taken_off_no_figure(
    person, manager, officer, reporter, full, disaster
):
    supplied(person, manager, officer, disaster)
    neighbour = person(f"township_reporter@{NEIGHBOUR}")
    stock.need(neighbour, disaster, area_code=NEIGHBOUR, item=BLANKETS, quantity=160)
    moves = [each for each in given(manager, disaster) if each["from"] == full]
    reservation = moved(person, manager, disaster, moves)
    keeper = person(f"depot_keeper@{COUNTY}")
    shipment = stock.ship(keeper, reservation).json["id"]
    keeper.put(f"/api/v1/shipments/{shipment}/receipt", {})

    assert figures(disaster) == {"issued.blanket": 180}


def test_its_pick_list_and_the_plan_show_it(person, manager, reporter, full, disaster):
    stock.need(reporter, disaster, item=BLANKETS, quantity=30)
    plan = new_id()
    promise(manager, disaster, given(manager, disaster), plan)
    keeper = person(f"depot_keeper@{COUNTY}")

    here = f"disaster={disaster['id']}&area={COUNTY}"
    assert "物资多的避灾点" in keeper.get(f"/stock/depots/{full}/picking?{here}").text
    assert "物资多的避灾点" in keeper.get(f"/stock/shipments?{here}").text
    assert "物资多的避灾点" in manager.get(f"/stock/plans/{plan}?{here}").text
    assert manager.get(f"/stock/advice?{here}").status_code == 200


def test_a_keeper_elsewhere_sends_nothing_from_it(person, manager, reporter, full, disaster):
    stock.need(reporter, disaster, item=BLANKETS, quantity=30)
    reservation = moved(person, manager, disaster, given(manager, disaster))

    stranger = person(f"depot_keeper@{NEIGHBOUR}")
    assert stock.ship(stranger, reservation, depot=full).status_code == 404
