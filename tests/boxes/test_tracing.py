"""One box followed from the supplier to a household: every step told, and by whom (F21)."""

from __future__ import annotations

from tests.factories import boxes as made
from tests.factories import handouts, stock


def way(caller, box):
    return caller.get(f"/api/v1/boxes/{box}").json


def sent(keeper, promise, depot):
    """Pack and send; return the shipment and its first box."""
    made.pack(keeper, promise, per_box=10)
    box = made.boxes(keeper, depot=depot)[0]["id"]
    made.read(keeper, box, "loaded")
    return stock.ship(keeper, promise).json["id"], box


def place_of(caller, shipment):
    return caller.get(f"/api/v1/shipments/{shipment}").json["to"]


def test_a_box_is_followed_from_the_stock_to_the_household_without_a_gap(
    keeper, receiver, promise, depot, disaster
):
    shipment, box = sent(keeper, promise, depot)
    made.read(receiver, box, "arrived")
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {})
    made.read(receiver, box, "opened")
    given = handouts.hand_out(receiver, disaster, place_of(receiver, shipment), quantity=2)
    assert given.status_code == 201, given.json

    found = way(keeper, box)
    assert [each["step"] for each in found["chain"]] == [
        "receive", "promised", "packed", "box_loaded", "dispatched", "box_arrived", "received",
        "box_opened", "handed_out",
    ]  # fmt: skip
    assert found["unsaid"] == []
    assert all(each["told_by"] for each in found["chain"])
    last = found["chain"][-1]
    assert (last["quantity"], last["handout_id"]) == (2, given.json["id"])
    assert "何试验" not in str(found)


def test_what_nobody_told_is_named(keeper, receiver, promise, depot):
    made.pack(keeper, promise, per_box=10)
    box = made.boxes(keeper, depot=depot)[0]["id"]
    shipment = stock.ship(keeper, promise).json["id"]
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {})
    made.read(receiver, box, "opened")

    assert way(keeper, box)["unsaid"] == ["loaded", "arrived"]


def test_a_word_that_comes_late_stands_where_it_belongs(keeper, receiver, promise, depot):
    """A phone without a network told it before the receipt, and was heard after it."""
    shipment, box = sent(keeper, promise, depot)
    when = way(keeper, box)["chain"][-1]["at"]
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {})
    made.read(receiver, box, "arrived", at=when)

    steps = [each["step"] for each in way(keeper, box)["chain"]]
    assert steps.index("box_arrived") < steps.index("received")
    assert way(keeper, box)["unsaid"] == []


def test_a_handout_taken_back_is_no_end_of_the_way(keeper, receiver, promise, depot, disaster):
    shipment, box = sent(keeper, promise, depot)
    made.read(receiver, box, "arrived")
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {})
    made.read(receiver, box, "opened")
    given = handouts.hand_out(receiver, disaster, place_of(receiver, shipment)).json["id"]
    receiver.put(f"/api/v1/handouts/{given}/taking-back", {"reason": "x"})

    assert "handed_out" not in [each["step"] for each in way(keeper, box)["chain"]]


def test_a_truck_that_turned_back_brings_its_boxes_home(keeper, promise, depot):
    shipment, box = sent(keeper, promise, depot)
    keeper.put(f"/api/v1/shipments/{shipment}/turn-back", {})

    assert way(keeper, box)["chain"][-1]["step"] == "turned_back"
    assert made.boxes(keeper, depot=depot) == []
