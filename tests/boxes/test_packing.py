"""Boxes are made of what is promised; each word on one is kept, once, by whom it concerns."""

from __future__ import annotations

import pytest

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from stockpile.boxes.queries import boxes_add_up
from tests.conftest import new_id
from tests.factories import boxes as made
from tests.factories import stock
from tests.factories.city import OTHER_COUNTY, TOWNSHIP
from tests.spine.test_log import in_threads

BOTH, AT = new_id(), "2013-10-07T00:00:00Z"


def queue(caller, disaster):
    found = caller.get(f"/api/v1/attention?disaster={disaster['id']}").json
    return [each for each in found["attention"] if each["kind"] == "boxes_unseen"]


def numbers(rows):
    return [(each["number"], each["quantity"]) for each in rows]


@pytest.fixture
def packed(keeper, depot, promise):
    """Return five boxes of ten quilts that lie in the depot."""
    assert made.pack(keeper, promise, per_box=10).status_code == 201
    return made.boxes(keeper, depot=depot)


@pytest.fixture
def shipment(keeper, promise, packed):
    return stock.ship(keeper, promise).json["id"]


def test_each_box_has_a_number_of_its_depot_and_the_last_holds_the_rest(keeper, depot, promise):
    assert made.pack(keeper, promise, per_box=20).status_code == 201

    assert numbers(made.boxes(keeper, depot=depot)) == [(1, 20), (2, 20), (3, 10)]


def test_without_a_number_each_box_holds_a_pack_of_the_item(keeper, depot, promise):
    made.pack(keeper, promise)

    pack = next(
        each["pack_size"] for each in keeper.get("/api/v1/items").json["items"]
        if each["code"] == "quilt"
    )  # fmt: skip
    assert {each["quantity"] for each in made.boxes(keeper, depot=depot)} == {pack}


def test_packed_anew_the_old_labels_are_void_and_numbers_go_on(keeper, depot, promise, packed):
    made.pack(keeper, promise, per_box=25)

    assert numbers(made.boxes(keeper, depot=depot)) == [(6, 25), (7, 25)]
    assert keeper.get(f"/api/v1/boxes/{packed[0]['id']}").json["replaced"] is True


def test_once_a_label_was_read_it_stays(keeper, promise, packed):
    made.read(keeper, packed[0]["id"], "loaded")

    refused = made.pack(keeper, promise, per_box=25)
    assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")


def test_packing_twice_the_same_is_one_packing(keeper, depot, promise):
    first, again = (made.pack(keeper, promise, as_id=BOTH, per_box=10) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert len(made.boxes(keeper, depot=depot)) == 5


def test_too_many_boxes_and_no_quantity_are_refused_with_what_to_do(
    manager, keeper, reporter, depot, disaster
):
    stock.stock(manager, depot, item="quilt", quantity=5_000)
    need = stock.need(reporter, disaster, item="quilt", quantity=5_000)
    many = stock.reserve(manager, need).json["id"]

    refused = made.pack(keeper, many, per_box=1)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "per_box")
    for wrong in (0, -1, 1.5, 10**9, "ten"):
        assert made.pack(keeper, many, per_box=wrong).status_code == 422
    assert made.boxes(keeper, depot=depot) == []


def test_what_was_released_or_has_arrived_is_not_packed(manager, keeper, promise, depot):
    line = made.line_of(keeper, promise)
    manager.put(f"/api/v1/stock/reservations/{promise}/release", {})

    refused = keeper.put(f"/api/v1/packings/{new_id()}", {"line_id": line})
    assert refused.status_code == 409


def test_a_word_is_kept_once_and_another_under_its_id_is_refused(keeper, receiver, packed):
    box, word = packed[0]["id"], new_id()
    first, again = (made.read(keeper, box, "loaded", as_id=word, at=AT) for _ in range(2))
    other = made.read(keeper, packed[1]["id"], "loaded", as_id=word)

    assert (first.status_code, again.status_code) == (201, 200) and first.json == again.json
    assert (other.status_code, other.json["code"]) == (409, "body_differs")
    chain = keeper.get(f"/api/v1/boxes/{box}").json["chain"]
    assert [each["step"] for each in chain].count("box_loaded") == 1


def test_each_end_speaks_for_itself(person, packed):
    here = person(f"depot_keeper@{TOWNSHIP}")
    elsewhere = person(f"depot_keeper@{OTHER_COUNTY}")
    box = packed[0]["id"]

    assert made.read(here, box, "arrived").status_code == 201
    assert made.read(here, box, "loaded").status_code == 404, "it was loaded where it left"
    for stage in ("loaded", "arrived", "opened"):
        assert made.read(elsewhere, box, stage).status_code == 404
    assert elsewhere.get(f"/api/v1/boxes/{box}").status_code == 404


def test_nonsense_is_refused(keeper, packed):
    assert made.read(keeper, packed[0]["id"], "lost").status_code == 422
    assert made.read(keeper, new_id(), "loaded").status_code == 404
    assert keeper.get("/api/v1/boxes").status_code == 422


def test_signed_for_and_not_seen_stands_in_the_queue(
    keeper, receiver, manager, disaster, packed, shipment
):
    for each in packed[:3]:
        made.read(receiver, each["id"], "arrived")
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {})

    (line,) = queue(manager, disaster)
    assert "2" in line["title"] and line["href"].endswith(f"{shipment}/boxes")
    for each in packed[3:]:
        made.read(receiver, each["id"], "arrived")
    assert queue(manager, disaster) == []


def test_a_place_that_counts_without_labels_is_left_alone(
    receiver, manager, disaster, packed, shipment
):
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {})

    assert queue(manager, disaster) == []


def test_a_surplus_on_top_of_all_boxes_is_no_box_unseen(
    receiver, manager, disaster, lot, packed, shipment
):
    for each in packed:
        made.read(receiver, each["id"], "arrived")
    counted = [{"lot": lot, "received": 55, "damaged": 0}]
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {"lines": counted})

    assert queue(manager, disaster) == []


def test_four_who_pack_at_once_get_numbers_of_their_own(
    manager, keeper, reporter, depot, disaster, lot
):
    promises = [
        stock.reserve(manager, stock.need(reporter, disaster, item="quilt", quantity=20)).json["id"]
        for _ in range(4)
    ]
    answers = []

    def pack(number):
        answers.append(made.pack(keeper, promises[number], per_box=5).status_code)

    in_threads(4, pack)

    assert answers == [201] * 4
    found = [each["number"] for each in made.boxes(keeper, depot=depot)]
    assert sorted(found) == list(range(1, 17))


def test_what_was_signed_as_short_is_not_asked_for_again(
    receiver, manager, disaster, lot, packed, shipment
):
    for each in packed[:3]:
        made.read(receiver, each["id"], "arrived")
    counted = [{"lot": lot, "received": 30, "damaged": 0}]
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {"lines": counted})

    assert queue(manager, disaster) == []


def test_the_boxes_of_a_promise_hold_what_is_promised(keeper, promise, packed):
    made.pack(keeper, promise, per_box=7)

    with act_as(SYSTEM), db.reading() as session:
        assert boxes_add_up(session) == []
