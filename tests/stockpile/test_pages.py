"""The pages of the stockpile: who sees them, what they say, and their forms without JavaScript."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from stockpile.queries import proposals
from tests.factories import stock as made
from tests.factories.city import FAR_TOWNSHIP, OTHER_COUNTY, TOWNSHIP
from tests.factories.stock import new_id

TOMORROW, IN_THREE_WEEKS = (
    f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}" for days in (1, 23)
)
PAGES = ("", "/needs", "/shipments", "/receive", "/count", "/needs/new")


@pytest.fixture
def depot(manager):
    return made.depot(manager, minimums={"tent_12": 500})


@pytest.fixture
def lot(manager, depot):
    return made.stock(manager, depot, quantity=100, expires_on=IN_THREE_WEEKS)


@pytest.fixture
def need(reporter, disaster):
    return made.need(reporter, disaster, quantity=40)


def post(caller, path, **fields):
    """Send a form as a phone without JavaScript does; the token excuses it from CSRF."""
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(f"/stock{path}", data=fields, headers=headers)


def test_a_stranger_is_sent_to_sign_in(stranger):
    answer = stranger.get("/stock")

    assert answer.status_code == 302 and "/sign-in" in answer.location


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens(person, disaster, lot, need, path):
    who = person("logistics_manager", "duty_officer")

    assert who.get(f"/stock{path}").status_code == 200


def test_what_is_where_filters_sorts_and_exports(manager, depot, lot):
    made.stock(manager, depot, item="quilt", quantity=7)
    tents = manager.get("/stock?item=tent_12&sort=-on_hand").text

    assert "12平方米单帐篷" in tents and ">100<" in tents and ">7<" not in tents
    book = manager.get("/stock/balances.xlsx")
    assert book.status_code == 200 and book.data[:2] == b"PK"
    assert made.depot and manager.get("/stock?page=x&sort=nonsense").status_code == 200


def test_another_countys_keeper_sees_nothing_of_it(person, depot, lot, need):
    keeper = person(f"depot_keeper@{OTHER_COUNTY}")

    assert "东山县库" not in keeper.get("/stock").text
    for path in (f"/depots/{depot}", f"/lots/{lot}", f"/needs/{need}"):
        assert keeper.get(f"/stock{path}").status_code == 404


def test_a_need_is_promised_shipped_and_received_by_forms(manager, keeper, depot, lot, need):
    page = manager.get(f"/stock/needs/{need}").text
    form_id = re.search(r'name="id" value="([^"]+)"', page)[1]
    assert "东山县库" in page and "km" in page

    first = post(manager, f"/needs/{need}/promise", id=form_id)
    again = post(manager, f"/needs/{need}/promise", id=form_id)
    assert first.status_code == 303 and again.status_code == 303
    assert made.balance(manager, depot) == (100, 40)

    shipment = new_id()
    assert "浙" not in keeper.get("/stock/shipments").text
    sent = post(keeper, "/dispatch", id=shipment, reservation_ids=form_id, depot=depot,
                vehicle="浙B·1", eta=f"{TOMORROW}T10:00")  # fmt: skip
    assert sent.status_code == 303
    assert "浙B·1" in keeper.get("/stock/shipments").text

    fields = {f"received.{lot}": "38", f"damaged.{lot}": "2", "note": "雨淋"}
    assert post(keeper, f"/shipments/{shipment}/receipt", **fields).status_code == 303
    assert "雨淋" in keeper.get(f"/stock/shipments/{shipment}").text
    assert manager.get(f"/api/v1/needs/{need}").json["received"] == 38


def test_goods_are_taken_in_and_counted_by_forms(keeper, manager, depot):
    fields = {"id": new_id(), "kind": "receive", "to": depot, "item": "quilt", "quantity": "12"}
    assert post(keeper, "/receive", **fields, expires_on="").status_code == 303
    page = keeper.get(f"/stock/count?depot={depot}").text
    lot = re.search(r'name="lot" value="([^"]+)"', page)[1]
    counted = {"id": new_id(), "kind": "count", "from": depot, "item": "quilt", "lot": lot}

    assert post(keeper, "/count", **counted, quantity="10").status_code == 303
    assert made.balance(manager, depot) == (10, 0)
    assert "盘点差额" in keeper.get(f"/stock/depots/{depot}").text


def test_a_form_with_a_mistake_comes_back_with_what_was_typed(keeper, depot):
    fields = {"id": new_id(), "kind": "receive", "to": depot, "item": "quilt", "quantity": "-4"}
    answer = post(keeper, "/receive", **fields)

    assert answer.status_code == 422 and 'value="-4"' in answer.text
    assert "error-summary" in answer.text


def test_a_need_is_asked_for_and_withdrawn_by_forms(reporter, disaster):
    need_id = new_id()
    fields = {"id": need_id, "disaster_id": disaster["id"], "area_code": "990101000000",
              "item": "quilt", "quantity": "3", "priority": "1"}  # fmt: skip

    assert post(reporter, "/needs", **fields, due_at="").status_code == 303
    assert reporter.get(f"/stock/needs/{need_id}").status_code == 200
    wrong = fields | {"quantity": "0", "id": new_id()}
    assert post(reporter, "/needs", **wrong).status_code == 422
    assert post(reporter, f"/needs/{need_id}/withdrawal").status_code == 303
    assert reporter.get(f"/api/v1/needs/{need_id}").json["state"] == "withdrawn"


def test_a_page_without_javascript_or_chinese(manager, depot, lot):
    manager.client.set_cookie("lang", "en")
    page = manager.get("/stock").text

    assert "What is where" in page and "Tent 12 m²" in page


def test_layers_totals_attention_and_search_show_the_stock(manager, keeper, depot, lot, need):
    reservation = made.reserve(manager, need).json["id"]
    shipment = made.ship(keeper, reservation).json["id"]
    made.was_due(shipment, datetime(2020, 1, 1, tzinfo=UTC))
    queue = manager.get("/api/v1/attention").json["attention"]

    kinds = {each["kind"] for each in queue}
    assert {"stock_minimum", "stock_expiry", "shipment_overdue"} <= kinds


def test_a_receipt_that_is_refused_keeps_what_was_typed(manager, keeper, lot, need):
    shipment = made.ship(keeper, made.reserve(manager, need).json["id"]).json["id"]
    typed = {f"received.{lot}": "-7", f"damaged.{lot}": "3", "note": "湿了两箱"}
    for act in ("receipt", "turn-back"):
        answer = post(keeper, f"/shipments/{shipment}/{act}", **typed)

        assert answer.status_code == 422
        for words in ('value="-7"', 'value="3"', 'value="湿了两箱"', "error-summary"):
            assert words in answer.text


@pytest.mark.parametrize("act", ["receipt", "turn-back"])
@pytest.mark.parametrize("blank", ["received", "damaged"])
def test_a_number_that_was_cleared_says_nothing(manager, keeper, depot, lot, need, act, blank):
    shipment = made.ship(keeper, made.reserve(manager, need).json["id"]).json["id"]
    typed = {f"received.{lot}": "30", f"damaged.{lot}": "9"} | {f"{blank}.{lot}": ""}

    answer = post(keeper, f"/shipments/{shipment}/{act}", **typed)

    assert answer.status_code == 422 and "请填写数量" in answer.text
    assert f'name="{blank}.{lot}" type="number" inputmode="numeric" min="0" value=""' in answer.text
    assert made.balance(manager, depot) == (60, 0)


@pytest.mark.parametrize("act", ["receipt", "turn-back"])
@pytest.mark.parametrize("wrong", [{"received": "3"}, {"damaged": "3"}, {"received.x": "3"},
                                   {"received.{lot}.x": "3"}])  # fmt: skip
def test_a_count_of_another_shape_is_refused(manager, keeper, depot, lot, need, act, wrong):
    shipment = made.ship(keeper, made.reserve(manager, need).json["id"]).json["id"]
    typed = {key.format(lot=lot): value for key, value in wrong.items()}

    assert post(keeper, f"/shipments/{shipment}/{act}", **typed).status_code == 422
    assert made.balance(manager, depot) == (60, 0)


def test_a_promise_that_is_refused_shows_its_need_and_why(manager, depot, need):
    answer = post(manager, f"/needs/{need}/promise", id=new_id())

    assert answer.status_code == 409
    assert "error-summary" in answer.text and "12平方米单帐篷" in answer.text


def test_so_much_of_one_depot_is_promised_from_the_page(manager, depot, lot, need):
    page = stock_page(manager, f"/needs/{need}")
    assert 'name="depot"' in page and 'name="purpose"' not in page

    fields = {"id": new_id(), "quantity": "4", "depot": depot}
    assert post(manager, f"/needs/{need}/promise", **fields).status_code == 303

    assert manager.get(f"/api/v1/needs/{need}").json["promised"] == 4


def test_what_was_given_for_a_purpose_is_promised_from_the_page_by_naming_it(
    manager, reporter, disaster, depot
):
    gift = new_id()
    made.move(manager, kind="donation", to=depot, item="quilt", quantity=30, lot=gift,
               donor="慈善总会", purpose="独居老人")  # fmt: skip
    need = made.need(reporter, disaster, item="quilt", quantity=10)
    address = f"/needs/{need}/promise"
    assert "独居老人" in stock_page(manager, f"/needs/{need}")
    assert post(manager, address, id=new_id()).status_code == 409

    assert post(manager, address, id=new_id(), purpose="独居老人").status_code == 303

    (line,) = manager.get("/api/v1/stock/reservations").json["lines"]
    assert line["lot"] == gift


def test_a_promise_of_too_much_keeps_what_was_typed(manager, depot, lot, need):
    fields = {"id": new_id(), "quantity": "4000", "depot": depot}
    answer = post(manager, f"/needs/{need}/promise", **fields)

    assert answer.status_code == 409
    assert 'value="4000"' in answer.text and f'value="{depot}" selected' in answer.text


def test_a_need_is_changed_from_its_page_and_keeps_what_was_typed_where_it_is_wrong(
    reporter, person, disaster
):
    need = made.need(reporter, disaster, item="quilt", quantity=10)
    address = f"/needs/{need}/change"
    more = {"quantity": "60", "priority": "1", "due_at": ""}
    assert post(reporter, address, revision="1", **more).status_code == 303

    found = reporter.get(f"/api/v1/needs/{need}").json
    assert (found["quantity"], found["priority"], found["revision"]) == (60, 1, 2)
    stale = post(reporter, address, revision="1", **more | {"quantity": "70"})
    assert stale.status_code == 412 and 'name="revision" value="2"' in stale.text
    assert 'value="70"' in stale.text
    wrong = post(reporter, address, revision="2", **more | {"quantity": "viele"})
    assert wrong.status_code == 422 and 'value="viele"' in wrong.text
    neighbour = person(f"township_reporter@{FAR_TOWNSHIP}")
    assert post(neighbour, address, revision="2", **more).status_code == 404
    keeper = person(f"depot_keeper@{TOWNSHIP}")
    assert post(keeper, address, revision="2", **more).status_code == 403


def stock_page(caller, path):
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.get(f"/stock{path}", headers=headers).text


def test_the_page_of_a_lot_leads_from_the_gift_to_whom_it_went(
    manager, keeper, depot, lot, need, monkeypatch
):
    monkeypatch.setattr(proposals, "ENTRIES", 2)
    shipment = made.ship(manager, made.reserve(manager, need).json["id"]).json["id"]
    keeper.put(f"/api/v1/shipments/{shipment}/receipt", {})

    latest, first = stock_page(manager, f"/lots/{lot}"), stock_page(manager, f"/lots/{lot}?page=2")

    assert f"/stock/shipments/{shipment}" in latest and f"/stock/lots/{lot}?page=2" in latest
    assert "供应商" not in latest.split("历史")[-1] and "供应商" in first


def test_what_was_counted_once_is_counted_again_though_the_book_says_nothing_is_left(
    manager, keeper, depot, lot
):
    other = made.depot(manager, name="西库")
    move = {"kind": "count", "source": depot, "item": "tent_12", "lot": lot, "reason": "盘点"}
    assert made.move(keeper, quantity=40, **move).json["waits_for_second_count"]
    away = {"kind": "transfer", "source": depot, "to": other, "item": "tent_12", "lot": lot}
    assert made.move(manager, quantity=100, **away).status_code == 201

    assert f'value="{lot}"' in stock_page(manager, f"/count?depot={depot}")
    assert made.move(manager, quantity=0, **move).status_code == 201

    assert f'value="{lot}"' not in stock_page(manager, f"/count?depot={depot}")


def test_what_is_where_shows_a_past_moment_as_it_was(manager, depot, lot):
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=3)):
        issue = {"kind": "issue", "source": depot, "item": "tent_12", "lot": lot}
        made.move(manager, quantity=100, reason="发放", **issue)
        before = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")

        then, now = stock_page(manager, f"?at={before}"), stock_page(manager, "")

    assert "当时的应承数未保留" in then and ">100<" in then.replace("\n", "")
    assert "当时的应承数未保留" not in now and f"/stock/lots/{lot}" not in now
