"""One box across two hand-overs without a network, and on to a household, without a gap (F21)."""

from __future__ import annotations

from uuid import UUID

import pytest

from stockpile.boxes.rules import label
from tests.browser.test_phone_rosters import SIDEWAYS, SMALL
from tests.browsing import became
from tests.factories import boxes as made
from tests.factories import handouts, stock
from tests.factories.city import TOWNSHIP
from tests.reporting import HELD, Phone

CARRIED = """async (n) => { const { facts } = await import("/static/js/reports/phone/facts.js");
  return facts()?.boxes?.boxes.length === n; }"""


@pytest.fixture
def manager(person):
    return person("logistics_manager")


@pytest.fixture
def keeper(person):
    return person("depot_keeper")


@pytest.fixture
def depot(manager):
    return stock.depot(manager)


@pytest.fixture
def promise(manager, person, disaster, depot):
    stock.stock(manager, depot, item="quilt", quantity=100)
    reporter = person(f"township_reporter@{TOWNSHIP}")
    need = stock.need(reporter, disaster, item="quilt", quantity=50)
    return stock.reserve(manager, need).json["id"]


@pytest.fixture
def packed(keeper, depot, promise):
    """Return five boxes of ten quilts."""
    made.pack(keeper, promise, per_box=10)
    return made.boxes(keeper, depot=depot)


@pytest.fixture
def ramp(open_page, server, faults, packed):
    """Return a function that opens somebody's phone with the boxes on it, 320 points wide."""

    def make(role):
        page = open_page(role, width=320, height=640)
        found = Phone(page.context, server.url, faults)
        page.close()
        found.open("/phone/boxes")
        found.page.wait_for_function(HELD)
        became(found.page, CARRIED, len(packed))
        found.page.locator(".box-home").wait_for()
        return found

    return make


def stage(phone, name):
    phone.page.locator(f'[data-stage="{name}"]').click()
    phone.page.locator(f'[data-stage="{name}"][aria-pressed="true"]').wait_for()


def read(phone, text):
    phone.page.locator("#b-code").fill(text)
    phone.page.locator("#b-code").press("Enter")


def stand(phone, state, count):
    phone.page.wait_for_function(
        "([state, count]) => document.querySelectorAll("
        "`.box-home [data-id][data-state='${state}']`).length === count",
        arg=[state, count], timeout=40_000,
    )  # fmt: skip


def left(phone):
    return phone.page.locator("[data-left]").get_attribute("data-left")


def load(phone, boxes):
    """Say of each box, by its number and without a network, that it was loaded."""
    stage(phone, "loaded")
    phone.offline()
    for each in boxes:
        read(phone, str(each["number"]))
        waits(phone, each)
    assert left(phone) == "0"


def waits(phone, box):
    phone.page.locator(f'[data-state="waiting"]:has-text("第 {box["number"]} 箱")').first.wait_for()


def take(phone, boxes):
    """Say of each but the last, by its label and without a network, that it arrived; open one."""
    phone.offline()
    phone.reopen("/phone/boxes")
    stage(phone, "arrived")
    for each in boxes[:-1]:
        read(phone, label(UUID(each["id"]), each["number"], each["quantity"], "quilt"))
        waits(phone, each)
    read(phone, str(boxes[0]["number"]))
    phone.page.locator(".form-problem", has_text="已登记过").wait_for()
    assert left(phone) == "1" and len(phone.items()) == 4
    stage(phone, "opened")
    read(phone, str(boxes[0]["number"]))
    stand(phone, "waiting", 5)
    assert phone.page.evaluate(SIDEWAYS) <= 0 and phone.page.evaluate(SMALL) == []


def mended(phone, count):
    phone.offline(False)
    stand(phone, "sent", count)


def test_a_box_is_followed_across_two_offline_hand_overs_to_the_household(
    ramp, person, keeper, promise, packed, disaster
):
    loading = ramp("depot_keeper")
    load(loading, packed)
    shipment = stock.ship(keeper, promise).json["id"]
    mended(loading, 5)
    taking = ramp(f"depot_keeper@{TOWNSHIP}")
    take(taking, packed)
    mended(taking, 5)

    receiver = person(f"depot_keeper@{TOWNSHIP}")
    sent = receiver.get(f"/api/v1/shipments/{shipment}").json
    counted = [{"lot": sent["lines"][0]["lot"], "received": 40, "damaged": 0}]
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {"lines": counted})
    given = handouts.hand_out(receiver, disaster, sent["to"], offline=True)
    assert given.status_code == 201
    found = keeper.get(f"/api/v1/boxes/{packed[0]['id']}").json
    assert found["unsaid"] == []
    assert {"packed", "box_loaded", "dispatched", "box_arrived", "received", "box_opened",
            "handed_out"} <= {each["step"] for each in found["chain"]}  # fmt: skip
    assert keeper.get(f"/api/v1/boxes?shipment={shipment}").json["missing"] == [5]


def test_a_label_the_phone_never_heard_of_is_kept_all_the_same(ramp, keeper, packed):
    taking = ramp(f"depot_keeper@{TOWNSHIP}")
    read(taking, "77")
    taking.page.locator(".form-problem", has_text="本机没有这个箱号").wait_for()
    taking.page.evaluate(
        """async () => { const { facts } = await import("/static/js/reports/phone/facts.js");
             facts().boxes.boxes.length = 0; }"""
    )
    read(taking, label(UUID(packed[2]["id"]), 3, 10, "quilt"))
    stand(taking, "sent", 1)

    assert "arrived" in keeper.get(f"/api/v1/boxes/{packed[2]['id']}").json["said"]
