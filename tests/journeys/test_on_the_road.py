"""From the need to the signed receipt on three screens; the driver has no account, no network."""

from __future__ import annotations

import os

import pytest

from tests.browsing import became, listen
from tests.factories import stock as made
from tests.factories.allocation import work
from tests.factories.city import COUNTY, TOWNSHIP
from tests.reporting import MET

LOOKS = os.environ.get("LOOKS", "")  # a folder: what the pages look like is kept there
DEPOT = {"longitude": 121.50, "latitude": 29.80}
ON_THE_WAY = {"longitude": 121.53, "latitude": 29.83, "accuracy": 12}
HELD = """async () => { await navigator.serviceWorker.ready;
  return (await caches.keys()).some((name) => name.startsWith("drive-")); }"""
SAID = """async () => {
  const { all } = await import("/static/js/outbox/store.js");
  const items = (await all("items")).filter((each) => each.kind === "sighting");
  const kinds = items.sort((a, b) => a.order - b.order).map((each) => each.about.said);
  return items.every((each) => each.state === "%s") && kinds.length >= %d && kinds.join(" ");
}"""


def look(page, name):
    if LOOKS:
        page.screenshot(path=f"{LOOKS}/{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


@pytest.fixture
def stocked(person):
    """Thirty tents in the county's depot."""
    manager = person(f"logistics_manager@{COUNTY}")
    made.stock(manager, made.depot(manager), quantity=30)


def asked(page, server, disaster):
    """Ask for forty tents on a township's phone."""
    page.goto(f"{server.url}/stock/needs/new?disaster={disaster['id']}&area={TOWNSHIP}")
    page.select_option("#item", "tent_12")
    page.fill("#quantity", "40")
    look(page, "need-phone")
    page.locator("main form.form button[type=submit]").click()
    page.wait_for_url("**/stock/needs/0*")


def shared(page, server, disaster):
    """Share what there is by a plan, see why it is not enough, promise it: the plan's address."""
    page.goto(f"{server.url}/stock/plans?disaster={disaster['id']}&area={COUNTY}")
    page.locator("form[action='/stock/plans'] button").click()
    page.wait_for_url("**/stock/plans/0*")
    work()
    page.locator("#needs tbody a").first.click()
    page.locator("[data-why]").wait_for()
    assert "75" in page.locator("#why-head").inner_text()
    look(page, "plan-why")
    page.locator("form[action$='/application'] button").click()
    page.locator("[data-part=state] .state.ok").wait_for()
    return page.url.split("?")[0].split("#")[0]


def ordered(page, plan):
    """Sign the order: another person than who planned it."""
    page.goto(plan)
    page.fill("#number", "东应急令〔2013〕3号")
    page.locator("form[action$='/order'] button[value='paper']").click()
    page.locator("[data-part=order] .state.ok").wait_for()
    look(page, "order-signed")


@pytest.fixture
def cab(browser, server, faults):
    """A driver's phone that knows where it is; nobody is signed in."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, geolocation=DEPOT, permissions=["geolocation"]
    )
    context.add_cookies([{"name": "lang", "value": "zh", "url": server.url}])
    page = context.new_page()
    page.set_default_timeout(40_000)
    listen(page, faults, MET)
    yield page
    context.close()


def given(keeper, server, disaster):
    """Send the goods off at the depot's desk and give them to a driver: (shipment, link)."""
    keeper.goto(f"{server.url}/stock/shipments?disaster={disaster['id']}&area={COUNTY}")
    keeper.locator("form.pad button.primary").first.click()
    keeper.wait_for_url("**/stock/shipments/0*")
    shipment = keeper.url.rsplit("/", 1)[1].split("?")[0]
    keeper.goto(f"{server.url}/stock/shipments/{shipment}/way")
    keeper.fill("#driver", "张师傅")
    keeper.fill("#phone", "13800000000")
    keeper.locator("form[action$='/way'] button[type=submit]").click()
    return shipment, keeper.locator("input[readonly]").input_value()


def open_link(cab, server, link):
    cab.goto(server.url + "/way/" + link.rsplit("/", 1)[1])
    look(cab, "way-phone")
    cab.locator("button[type=submit]").click()
    cab.wait_for_url("**/drive")
    cab.wait_for_selector("html[data-ready='drive']")
    assert became(cab, HELD)
    look(cab, "drive-loaded")


def drive_without_a_network(cab):
    cab.context.set_offline(True)
    cab.locator("[data-say='loaded']").click()
    cab.locator("[data-say='left']").click()
    cab.context.set_geolocation(ON_THE_WAY)
    cab.locator("#obstacle summary").click()
    cab.locator("[data-cause='flooded']").click()
    assert became(cab, SAID % ("waiting", 3))
    look(cab, "drive-offline")
    cab.reload()
    cab.locator("[data-say='arrived']").wait_for()


def test_from_the_need_to_the_signature_and_custody_has_no_gap(
    open_page, server, person, disaster, stocked, cab
):
    asked(open_page(f"township_reporter@{TOWNSHIP}", width=390, height=844), server, disaster)
    desk = open_page(f"logistics_manager@{COUNTY}", width=1440, height=900)
    plan = shared(desk, server, disaster)
    ordered(open_page(f"order_signer@{COUNTY}", width=1280, height=900, lang="en"), plan)
    keeper = open_page(f"depot_keeper@{COUNTY}", width=1280, height=900)
    shipment, link = given(keeper, server, disaster)
    look(keeper, "way-link")
    open_link(cab, server, link)
    drive_without_a_network(cab)

    cab.context.set_offline(False)
    assert became(cab, SAID % ("sent", 3)).startswith("loaded left")
    officer = person("duty_officer")
    url = f"/api/v1/layers/trucks?disaster={disaster['id']}"
    (truck,) = officer.get(url).json["features"]
    assert truck["properties"]["state"] == "act"

    cab.locator("[data-say='arrived']").click()
    assert became(cab, SAID % ("sent", 4))
    there = open_page(f"depot_keeper@{TOWNSHIP}", width=390, height=844, lang="en")
    there.goto(f"{server.url}/stock/shipments/{shipment}")
    there.locator("form[action$='/receipt'] button.primary").click()
    there.goto(f"{server.url}/stock/shipments/{shipment}/way")
    look(there, "way-received")

    chain = officer.get(f"/api/v1/shipments/{shipment}/trips").json["custody"]
    assert [each["step"] for each in chain] == [
        "dispatched", "loaded", "left", "arrived", "received",
    ]  # fmt: skip
    assert all(each["told_by"] for each in chain)
    cab.reload()
    cab.get_by_text("这批物资已签收").wait_for()
    look(cab, "drive-received")
