"""The pages of boxes: they work without JavaScript, by numbers, ranges and hand scanners."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from stockpile.boxes.rules import label
from tests.conftest import new_id
from tests.factories import boxes as made
from tests.factories import stock
from tests.factories.city import OTHER_COUNTY


def post(caller, path, **fields):
    """Send a form as a browser without JavaScript does; the token excuses it from CSRF."""
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(path, data=fields, headers=headers)


@pytest.fixture
def shipment(keeper, promise):
    made.pack(keeper, promise, per_box=10)
    return stock.ship(keeper, promise).json["id"]


@pytest.fixture
def address(shipment):
    return f"/stock/shipments/{shipment}/boxes"


def test_the_pick_list_packs_and_prints(keeper, depot, promise):
    line = made.line_of(keeper, promise)
    done = post(keeper, f"/stock/lines/{line}/packing", id=new_id(), per_box="20")

    assert done.status_code == 303
    assert "1 至 3" in keeper.get(done.location).text
    labels = keeper.get(f"/stock/depots/{depot}/labels").text
    assert re.findall(r'data-number="(\d+)"', labels) == ["1", "2", "3"]
    assert labels.count("data:image/svg+xml") == 3


def test_what_cannot_be_packed_is_said_on_the_pick_list(keeper, promise):
    line = made.line_of(keeper, promise)

    refused = post(keeper, f"/stock/lines/{line}/packing", id=new_id(), per_box="0")
    assert refused.status_code == 422 and "error-summary" in refused.text


def test_boxes_are_told_by_number_range_and_hand_scanner(keeper, receiver, shipment, address):
    rows = made.boxes(keeper, shipment=shipment)
    read = label(UUID(rows[4]["id"]), 5, 10, "quilt")
    done = post(receiver, address, id=new_id(), stage="arrived", boxes=f"1-2，4 {read}")

    assert done.status_code == 303
    shown = receiver.get(address).text
    assert "4／5 箱" in shown
    assert re.search(r'data-part="missing">\s*3\s*<', shown)


def test_the_receipt_is_filled_in_with_what_the_boxes_say(receiver, lot, shipment, address):
    post(receiver, address, id=new_id(), stage="arrived", boxes="1-3")
    post(receiver, address, id=new_id(), stage="damaged", boxes="4")

    shown = receiver.get(address).text
    assert re.search(rf'name="received.{lot}"[^>]*value="30"', shown)
    assert re.search(rf'name="damaged.{lot}"[^>]*value="10"', shown)


@pytest.mark.parametrize(
    ("boxes", "words"),
    [("9", "没有箱号 9"), ("abc", "abc"), ("", "请说明是哪些箱"), ("relief-box:0", "relief-box:0")],
)
def test_what_is_no_box_of_it_is_said_and_nothing_is_kept(
    receiver, shipment, address, boxes, words
):
    refused = post(
        receiver, address, id=new_id(), stage="arrived", boxes=f"1 {boxes}" if boxes else ""
    )

    assert refused.status_code == 422 and words in refused.text
    assert all(not each["said"] for each in made.boxes(receiver, shipment=shipment))


def test_the_form_sent_twice_says_it_once(receiver, shipment, address):
    form = new_id()
    for _ in range(2):
        post(receiver, address, id=form, stage="arrived", boxes="1")

    box = made.boxes(receiver, shipment=shipment)[0]["id"]
    steps = [each["step"] for each in receiver.get(f"/api/v1/boxes/{box}").json["chain"]]
    assert steps.count("box_arrived") == 1


def test_the_way_of_a_box_stands_on_its_page(receiver, shipment, address):
    post(receiver, address, id=new_id(), stage="opened", boxes="1")
    box = made.boxes(receiver, shipment=shipment)[0]["id"]

    shown = receiver.get(f"/stock/boxes/{box}").text
    assert "此箱缺少以下环节的记录" in shown and "箱已装车" in shown and "第 1 箱" in shown


def test_nothing_of_it_is_seen_from_elsewhere(person, keeper, depot, shipment, address):
    box = made.boxes(keeper, shipment=shipment)[0]["id"]
    elsewhere = person(f"depot_keeper@{OTHER_COUNTY}")

    for path in (address, f"/stock/boxes/{box}", f"/stock/depots/{depot}/picking",
                 f"/stock/shipments/{shipment}/labels"):  # fmt: skip
        assert elsewhere.get(path).status_code == 404


def test_the_phone_carries_the_boxes_of_both_ends_and_who_handles_no_goods_none(
    person, keeper, receiver, disaster, shipment
):
    def carried(caller):
        return caller.get(f"/phone/boxes/facts?disaster={disaster['id']}").json

    box = made.boxes(keeper, shipment=shipment)[0]["id"]
    assert len(carried(keeper)["boxes"]) == len(carried(receiver)["boxes"]) == 5
    made.read(receiver, box, "opened")
    assert len(carried(receiver)["boxes"]) == 4, "what is open is met no more"
    assert carried(person(f"depot_keeper@{OTHER_COUNTY}"))["boxes"] == []
    assert carried(person("township_reporter"))["stages"] == []


def test_what_has_no_labels_is_not_booked_as_lost(
    manager, reporter, keeper, receiver, disaster, depot
):
    made_of = {}
    for item in ("quilt", "tent_12"):
        made_of[item] = stock.stock(manager, depot, item=item, quantity=10)
    needs = [stock.need(reporter, disaster, item=item, quantity=10) for item in made_of]
    promises = [stock.reserve(manager, need).json["id"] for need in needs]
    made.pack(keeper, promises[0], per_box=10)
    sent = keeper.put(f"/api/v1/shipments/{new_id()}", {"reservation_ids": promises}).json["id"]
    address = f"/stock/shipments/{sent}/boxes"
    post(receiver, address, id=new_id(), stage="arrived", boxes="1")

    shown = receiver.get(address).text
    for lot in made_of.values():
        assert re.search(rf'name="received.{lot}"[^>]*value="10"', shown)
    assert "无箱签，请清点" in shown


def test_a_label_of_another_shipment_or_a_void_one_is_said(
    receiver, keeper, promise, address, shipment
):
    old = made.boxes(keeper, shipment=shipment)[0]
    assert made.pack(keeper, promise, per_box=25).status_code == 201
    read = label(UUID(old["id"]), 1, 10, "quilt")

    refused = post(receiver, address, id=new_id(), stage="arrived", boxes=read)
    assert refused.status_code == 422 and "箱签已作废" in refused.text


def test_a_wall_of_numbers_is_refused_and_harms_nothing(receiver, address):
    many = " ".join(f"{each}-{each + 1999}" for each in range(1, 100_000, 2_000))

    assert post(receiver, address, id=new_id(), stage="arrived", boxes=many).status_code == 422
