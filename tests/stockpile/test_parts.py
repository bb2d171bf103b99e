"""A promise leaves in parts, truck by truck: each has its own shipment, the rest stays open."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import Caller
from tests.factories import boxes as packed
from tests.factories import stock as made
from tests.factories.stock import new_id
from tests.stockpile.test_pages import post


@pytest.fixture
def depot(manager):
    return made.depot(manager)


@pytest.fixture
def lot(manager, depot):
    return made.stock(manager, depot, item="quilt", quantity=900)


@pytest.fixture
def need(reporter, disaster):
    return made.need(reporter, disaster, item="quilt", quantity=900)


@pytest.fixture
def promise(manager, lot, need):
    return made.reserve(manager, need).json["id"]


def part(caller, promise, lot, quantity, **more):
    return made.ship(caller, promise, lines=[{"lot": lot, "quantity": quantity}], **more)


def shown(caller, need):
    found = caller.get(f"/api/v1/needs/{need}").json
    return found["promised"], found["shipped"], found["received"], found["state"]


def open_of(caller, promise):
    lines = caller.get(f"/api/v1/stock/reservations/{promise}").json["lines"]
    return [each["quantity"] for each in lines if each["state"] == "open"]


def test_a_truck_takes_its_part_and_the_rest_stays_promised(
    manager, keeper, depot, lot, need, promise, proofs
):
    answer = part(keeper, promise, lot, 300, vehicle="浙B·11111")

    assert answer.status_code == 201, answer.json
    assert made.balance(manager, depot) == (600, 600)
    assert shown(manager, need)[:3] == (900, 300, 0)
    assert open_of(manager, promise) == [600]
    assert part(keeper, promise, lot, 300, vehicle="浙B·22222").status_code == 201
    assert made.ship(keeper, promise, vehicle="浙B·33333").status_code == 201
    assert shown(manager, need) == (900, 900, 0, "shipped") and open_of(manager, promise) == []
    roads = manager.get("/api/v1/shipments?state=on_the_way").json["shipments"]
    assert sorted((each["vehicle"], each["lines"][0]["quantity"]) for each in roads) == [
        ("浙B·11111", 300), ("浙B·22222", 300), ("浙B·33333", 300)
    ]  # fmt: skip
    assert len({each["number"] for each in roads}) == 3 and proofs() == []


def test_what_arrives_or_turns_back_is_of_its_own_truck_alone(
    person, manager, keeper, depot, lot, need, promise, proofs
):
    first = part(keeper, promise, lot, 300).json["id"]
    second = part(keeper, promise, lot, 200).json["id"]

    assert manager.put(f"/api/v1/shipments/{first}/receipt", {}).status_code == 200
    assert shown(manager, need)[:3] == (900, 500, 300)
    assert manager.put(f"/api/v1/shipments/{second}/turn-back", {}).status_code == 200

    assert shown(manager, need)[:3] == (700, 300, 300)
    assert open_of(manager, promise) == [400]
    assert made.balance(manager, depot) == (600, 400) and proofs() == []
    released = manager.put(f"/api/v1/stock/reservations/{promise}/release", {})
    assert released.status_code == 201 and shown(manager, need)[:3] == (300, 300, 300)
    assert proofs() == []


@pytest.mark.parametrize(
    ("quantity", "status"), [(901, 409), (0, 422), (-1, 422), (1.5, 422), (10**9, 422)]
)
def test_more_than_is_open_or_nothing_does_not_leave(
    manager, keeper, depot, lot, promise, quantity, status
):
    assert part(keeper, promise, lot, quantity).status_code == status
    assert part(keeper, promise, new_id(), 5).status_code == 409
    assert made.ship(keeper, promise, lines=[]).status_code == 422
    assert made.balance(manager, depot) == (900, 900)


def test_a_part_is_sent_once_however_often_it_is_said(manager, keeper, depot, lot, promise):
    shipment = new_id()

    first, again = (part(keeper, promise, lot, 300, id=shipment) for _time in range(2))

    assert (first.status_code, again.status_code) == (201, 200) and first.json == again.json
    assert made.balance(manager, depot) == (600, 600)


def test_trucks_that_are_loaded_at_once_never_take_more_than_was_promised(
    app, manager, keeper, depot, lot, need, promise, proofs
):
    def leave(shipment):
        asking = Caller(app.test_client(), keeper.token, keeper.user_id)
        while (answer := part(asking, promise, lot, 400, id=shipment)).status_code == 503:
            pass
        return answer.status_code

    with ThreadPoolExecutor(6) as pool:
        told = sorted(pool.map(leave, [new_id() for _truck in range(6)]))

    assert told == [201, 201, 409, 409, 409, 409]
    assert shown(manager, need)[:2] == (900, 800) and open_of(manager, promise) == [100]
    assert made.balance(manager, depot) == (100, 100) and proofs() == []


def test_packed_goods_leave_in_part_as_the_boxes_that_were_read_as_loaded(
    manager, keeper, depot, lot, promise, proofs
):
    assert packed.pack(keeper, promise, per_box=100).status_code == 201
    boxes = packed.boxes(keeper, depot=depot)
    for each in boxes[:3]:
        assert packed.read(keeper, each["id"], "loaded").status_code == 201

    refused = part(keeper, promise, lot, 250)
    assert refused.status_code == 409 and "300" in refused.json["detail"]
    shipment = part(keeper, promise, lot, 300).json["id"]

    assert [each["number"] for each in packed.boxes(keeper, shipment=shipment)] == [1, 2, 3]
    assert [each["number"] for each in packed.boxes(keeper, depot=depot)] == [4, 5, 6, 7, 8, 9]
    assert proofs() == []


def test_the_page_offers_all_of_it_and_takes_less(manager, keeper, depot, lot, promise, disaster):
    page = keeper.client.get(
        f"/stock/shipments?disaster={disaster['id']}",
        headers={"Authorization": f"Bearer {keeper.token}"},
    ).text
    assert f'name="parts.{promise}.{lot}" min="0" max="900" value="900"' in page

    fields = {"id": new_id(), "depot": depot, "reservation_ids": promise}
    answer = post(keeper, "/dispatch", **fields, **{f"parts.{promise}.{lot}": "250"})

    assert answer.status_code == 303
    assert made.balance(manager, depot) == (650, 650)


@pytest.fixture
def two_lots(manager, reporter, disaster, depot):
    """A promise that two lots of one depot share: 60 of the first to expire, 30 of the other."""
    lots = [
        made.stock(manager, depot, item="quilt", quantity=60, expires_on="2097-01-01"),
        made.stock(manager, depot, item="quilt", quantity=60, expires_on="2098-01-01"),
    ]
    need = made.need(reporter, disaster, item="quilt", quantity=90)
    return made.reserve(manager, need).json["id"], *lots


def untouched(keeper, disaster, depot):
    """Return the fields of the first form of what waits, as a browser sends it."""
    page = keeper.get(f"/stock/shipments?disaster={disaster['id']}").text
    form = page.split('action="/stock/dispatch')[1].split("</form>")[0]
    fields = {"depot": depot, "id": new_id(), "reservation_ids": []}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(f' {each}="([^"]*)"', tag) for each in ("name", "value"))
        if name[1] == "reservation_ids":
            fields["reservation_ids"] += [value[1]] if " checked" in tag else []
        elif name[1] not in ("csrf", "id"):
            fields[name[1]] = value[1] if value else ""
    return fields


def test_a_form_nobody_touched_sends_a_promise_of_two_lots_whole(
    manager, keeper, disaster, depot, two_lots
):
    answer = post(keeper, "/dispatch", **untouched(keeper, disaster, depot))

    assert answer.status_code == 303
    assert made.balance(manager, depot) == (30, 0)


def test_what_is_unticked_stays(manager, keeper, disaster, depot, two_lots):
    promise, first, other = two_lots
    fields = untouched(keeper, disaster, depot)
    fields["reservation_ids"].remove(f"{promise}:{first}")

    assert post(keeper, "/dispatch", **fields).status_code == 303
    assert made.balance(manager, depot, lot=first) == (60, 60)
    assert made.balance(manager, depot, lot=other) == (30, 0)


@pytest.mark.parametrize("typed", ["", "x", "-1", "61"])
def test_a_load_that_is_refused_comes_back_as_it_was_typed(
    manager, keeper, disaster, depot, two_lots, typed
):
    promise, first, other = two_lots
    fields = untouched(keeper, disaster, depot)
    fields["reservation_ids"].remove(f"{promise}:{other}")
    fields |= {f"parts.{promise}.{first}": typed, "vehicle": "浙B·44444"}
    fields |= {"eta": "2099-01-01T08:00"}

    answer = post(keeper, f"/dispatch?disaster={disaster['id']}", **fields)

    assert answer.status_code == (409 if typed == "61" else 422)
    assert "error-summary" in answer.text and made.balance(manager, depot) == (120, 90)
    for words in (f'max="60" value="{typed}"', 'value="浙B·44444"', 'value="2099-01-01T08:00"'):
        assert words in answer.text
    assert answer.text.count(" checked") == 1
    assert typed or "请填写数量" in answer.text


@pytest.mark.parametrize("none", ["ticked", "wanted"])
def test_a_load_of_nothing_is_explained(manager, keeper, disaster, depot, two_lots, none):
    fields = untouched(keeper, disaster, depot)
    if none == "ticked":
        fields["reservation_ids"] = []
    else:
        fields |= {each: "0" for each in fields if each.startswith("parts.")}

    answer = post(keeper, "/dispatch", **fields)

    assert answer.status_code == 422 and "请勾选" in answer.text
    assert made.balance(manager, depot) == (120, 90)


def test_a_part_goes_in_whole_packs_unless_it_is_all_of_it(
    manager, keeper, reporter, disaster, depot
):
    lot = made.stock(manager, depot, item="quilt", quantity=33)
    need = made.need(reporter, disaster, item="quilt", quantity=40)
    promise = made.reserve(manager, need).json["id"]

    refused = part(keeper, promise, lot, 12)
    assert (refused.status_code, "5" in refused.json["detail"]) == (422, True)
    assert part(keeper, promise, lot, 10).status_code == 201
    assert part(keeper, promise, lot, 23).status_code == 201
    assert made.balance(manager, depot) == (0, 0)


def test_what_is_packed_otherwise_leaves_by_the_box(manager, keeper, depot, lot, promise):
    assert packed.pack(keeper, promise, per_box=12).status_code == 201
    assert (
        packed.read(keeper, packed.boxes(keeper, depot=depot)[0]["id"], "loaded").status_code < 300
    )

    assert part(keeper, promise, lot, 12).status_code == 201
    assert made.balance(manager, depot) == (888, 888)
