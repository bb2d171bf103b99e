"""The signed order under a plan: nothing leaves before, and never by whoever planned it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine

from relief_ops import clock, geo, i18n
from relief_ops.auth import SYSTEM, act_as
from relief_ops.db import reading
from stockpile.queries.authority import authorities
from tests.conftest import new_id
from tests.factories import stock
from tests.factories.allocation import apply, fix, make_plan, shown
from tests.factories.city import COUNTY, FAR_TOWNSHIP
from tests.spine.test_live import cookie_of
from tests.stockpile.test_pages import post


@pytest.fixture
def signer(person):
    return person(f"order_signer@{COUNTY}")


@pytest.fixture
def need(reporter, disaster):
    return stock.need(reporter, disaster, quantity=10)


@pytest.fixture
def applied(manager, disaster, need):
    """A plan that promised ten tents of one depot."""
    stock.stock(manager, stock.depot(manager), quantity=20)
    plan = make_plan(manager, disaster)
    assert apply(manager, plan).status_code == 200
    return plan


def sign(caller, plan, order_id=None, **changes):
    body = {"plan_id": plan, "means": "paper", "number": "东应急令〔2013〕3号"} | changes
    return caller.put(f"/api/v1/dispatch-orders/{order_id or new_id()}", body)


def send_off(caller):
    (line,) = caller.get("/api/v1/stock/reservations").json["lines"]
    return stock.ship(caller, line["reservation_id"], depot=line["depot"])


def test_nothing_leaves_before_the_order_and_everything_after(manager, signer, applied, need):
    refused = send_off(manager)
    assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")

    assert sign(signer, applied).status_code == 201

    assert send_off(manager).status_code == 201
    assert manager.get(f"/api/v1/needs/{need}").json["shipped"] == 10
    order = shown(manager, applied)["order"]
    assert (order["means"], order["number"]) == ("paper", "东应急令〔2013〕3号")


def test_whoever_planned_or_promised_it_does_not_sign(person, manager, disaster, need):
    both = person(f"logistics_manager@{COUNTY}", f"order_signer@{COUNTY}")
    stock.stock(manager, stock.depot(manager), quantity=20)
    planned = make_plan(both, disaster)
    assert apply(manager, planned).status_code == 200

    assert sign(both, planned).status_code == 403
    assert sign(manager, planned).status_code == 403  # and has no permission for it
    assert shown(manager, planned)["order"] is None


def test_what_is_promised_need_by_need_waits_for_no_order(manager, reporter, disaster):
    stock.stock(manager, stock.depot(manager), quantity=20)
    stock.reserve(manager, stock.need(reporter, disaster, quantity=5))

    assert send_off(manager).status_code == 201


def test_by_word_of_mouth_it_leaves_at_once_and_the_paper_follows(manager, signer, applied):
    order = new_id()
    assert sign(signer, applied, order, means="word", number="").status_code == 201
    assert send_off(manager).status_code == 201
    assert shown(manager, applied)["order"]["written_at"] is None

    paper = {"number": "东应急令〔2013〕4号"}
    answer = signer.put(f"/api/v1/dispatch-orders/{order}/paper", paper)
    again = signer.put(f"/api/v1/dispatch-orders/{order}/paper", paper)

    assert answer.status_code == again.status_code == 200
    assert answer.json["seq"] == again.json["seq"]
    order = signer.get(f"/api/v1/dispatch-orders/{order}").json
    assert order["number"] == paper["number"] and order["written_at"]
    other = signer.put(f"/api/v1/dispatch-orders/{order['id']}/paper", {"number": "x"})
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"number": ""}, "number"), ({"means": "word"}, ""), ({"means": "smoke"}, "means")],
)
def test_what_is_wrong_in_an_order_is_named_and_nothing_leaves(
    manager, signer, applied, changes, field
):
    answer = sign(signer, applied, **changes)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]
    assert send_off(manager).status_code == 409


def test_a_plan_is_ordered_once_and_only_when_it_promises(
    manager, person, signer, disaster, reporter, applied
):
    order = new_id()
    receipt = sign(signer, applied, order).json
    assert sign(signer, applied, order).json["seq"] == receipt["seq"]
    assert sign(signer, applied).status_code == 409

    stock.need(reporter, disaster, quantity=4)
    assert sign(signer, make_plan(manager, disaster)).status_code == 409
    assert sign(person(f"order_signer@{FAR_TOWNSHIP}"), applied).status_code == 404


def test_the_queue_says_what_waits_for_a_signature(app, manager, signer, disaster, applied):
    def queue():
        address = f"/api/v1/attention?disaster={disaster['id']}&area={COUNTY}"
        entries = signer.get(address).json["attention"]
        return [each for each in entries if each["kind"] == "dispatch_order"]

    (waiting,) = queue()
    assert waiting["href"] == f"/stock/plans/{applied}"

    sign(signer, applied, means="word", number="")
    (paper,) = queue()
    assert paper["title"] != waiting["title"]
    order = shown(signer, applied)["order"]["id"]
    signer.put(f"/api/v1/dispatch-orders/{order}/paper", {"number": "5"})
    assert queue() == []


def test_the_page_offers_the_signature_only_to_who_may_give_it(app, manager, signer, applied):
    def page(caller, tail=""):
        client = app.test_client()
        client.set_cookie("session", cookie_of(caller))
        return client.get(f"/stock/plans/{applied}{tail}").data.decode()

    form = f'action="/stock/plans/{applied}/order"'
    assert form in page(signer) and form not in page(manager)
    assert "尚未签发" in page(manager, "/print") or "Not signed yet" in page(manager, "/print")

    sign(signer, applied)
    assert form not in page(signer)
    assert "东应急令〔2013〕3号" in page(manager, "/print")


def test_whoever_fixed_a_part_by_hand_does_not_sign(person, manager, disaster, need):
    both = person(f"logistics_manager@{COUNTY}", f"order_signer@{COUNTY}")
    stock.stock(manager, stock.depot(manager), quantity=20)
    plan = make_plan(manager, disaster)
    assert fix(both, plan, need, 8).status_code == 201
    assert apply(manager, plan).status_code == 200

    assert sign(both, plan).status_code == 403


def test_an_order_by_word_with_a_number_is_refused_on_the_page_too(signer, applied):
    fields = {"id": new_id(), "means": "word", "number": "3"}

    assert post(signer, f"/plans/{applied}/order", **fields).status_code == 422
    assert sign(signer, applied, number="   ").status_code == 422


def test_the_printed_order_holds_only_what_is_still_promised(
    app, manager, signer, reporter, disaster, need, browse
):
    stock.stock(manager, stock.depot(manager), quantity=20)
    other = stock.need(reporter, disaster, quantity=4)
    plan = make_plan(manager, disaster)
    assert apply(manager, plan).status_code == 200
    assert reporter.put(f"/api/v1/needs/{need}/withdrawal", {}).status_code == 200

    assert sign(signer, plan).status_code == 201

    page = browse(f"logistics_manager@{COUNTY}").get(f"/stock/plans/{plan}/print").text
    rows = re.findall(r'<td class="num"[^>]*>(\d+) ', page)
    assert rows == ["4"]
    assert manager.get(f"/api/v1/needs/{other}").json["promised"] == 4


@pytest.mark.parametrize(
    ("day", "orders", "ships"),
    [
        (date(2013, 10, 7), "民政局", "民政局"),
        (date(2024, 7, 1), "应急管理局", "粮食和物资储备局"),
    ],
)
def test_who_orders_and_who_ships_goes_by_the_day(app, day, orders, ships):
    with app.app_context(), act_as(SYSTEM), reading() as session:
        i18n.speak("zh")
        assert authorities(session, day, geo.tree(session).root.id) == (orders, ships)


def test_the_printed_order_says_who_orders_and_who_ships(manager, person, disaster, browse):
    depot = stock.depot(manager)
    stock.stock(manager, depot, quantity=20)
    stock.need(person(f"township_reporter@{FAR_TOWNSHIP}"), disaster, area_code=FAR_TOWNSHIP)
    stock.need(person(f"duty_officer@{COUNTY}"), disaster)
    plan_id = make_plan(manager, disaster)
    paper = browse(f"logistics_manager@{COUNTY}").get(f"/stock/plans/{plan_id}/print")

    assert "粮食和物资储备局" in paper.data.decode()


def test_whoever_fixed_a_line_is_not_offered_the_button(person, manager, browse, disaster, need):
    both = (f"logistics_manager@{COUNTY}", f"order_signer@{COUNTY}")
    third = person(*both)
    stock.stock(manager, stock.depot(manager), quantity=20)
    plan = make_plan(manager, disaster)
    assert fix(third, plan, need, 5).status_code in (200, 201)
    assert apply(manager, plan).status_code == 200
    page = f"/stock/plans/{plan}"

    assert "签发动用指令" not in third.get(page).text
    assert "签发动用指令" in browse(f"order_signer@{COUNTY}").get(page).text


def test_whoever_planned_it_does_not_put_the_order_on_paper(
    person, signer, manager, disaster, need
):
    both = person(f"logistics_manager@{COUNTY}", f"order_signer@{COUNTY}")
    stock.stock(manager, stock.depot(manager), quantity=20)
    plan, order = make_plan(both, disaster), new_id()
    assert apply(manager, plan).status_code == 200
    assert sign(signer, plan, order, means="word", number="").status_code == 201
    path, paper = f"/api/v1/dispatch-orders/{order}/paper", {"number": "3号"}

    assert both.put(path, paper).status_code == 403
    assert signer.put(path, paper).status_code == 200


def test_open_orders_stand_by_age_until_all_of_them_is_on_the_road(
    manager, signer, reporter, disaster, applied, browse
):
    stock.need(reporter, disaster, quantity=4)
    later = make_plan(manager, disaster)
    assert apply(manager, later).status_code == 200
    sign(signer, later, number="东应急令〔2013〕5号")
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        sign(signer, applied)
        reading = browse(f"logistics_manager@{COUNTY}")
        head = reading.get("/stock/plans").text.split('id="rows-head"')[0]
        assert head.index("5号") < head.index("3号") and "2.0" in head

        for line in manager.get("/api/v1/stock/reservations").json["lines"]:
            if line["quantity"] == 4:
                stock.ship(manager, line["reservation_id"], depot=line["depot"])
        left = reading.get("/stock/plans").text.split('id="rows-head"')[0]
    assert "5号" not in left and "3号" in left
