"""A driver's pictures: taken without a network, sent once when it is back, seen at both ends."""

from __future__ import annotations

import hashlib
import os
import re

import pytest
from sqlalchemy import select

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.files import store
from stockpile.transport.models import TripPhoto
from tests.browser.test_accessibility import AXE, RUN, TAGS
from tests.browser.test_photos import BYTES, chosen, large
from tests.browsing import became, listen
from tests.factories import stock as made
from tests.factories.city import COUNTY, TOWNSHIP
from tests.faults.proxy import Fault, Kind, Proxy
from tests.files.pictures import jpeg
from tests.reporting import MET
from tests.transport.conftest import assign
from tests.transport.test_way import way

LOOKS = os.environ.get("LOOKS", "")  # a folder: what the pages look like is kept there
HERE = {"longitude": 121.53, "latitude": 29.83, "accuracy": 12}
HELD = """async () => { await navigator.serviceWorker.ready;
  return (await caches.keys()).some((name) => name.startsWith("drive-")); }"""
STATES = """async ([count, state]) => {
  const { all } = await import("/static/js/outbox/store.js");
  const items = (await all("items")).filter((each) => each.kind === "trip_photo");
  return items.length === count && items.every((each) => each.state === state);
}"""
SENT_ORDER = """async () => {
  const { all } = await import("/static/js/outbox/store.js");
  const items = (await all("items")).filter((each) => each.receipt);
  const seq = (each) => each.receipt.seq;
  return items.sort((a, b) => seq(a) - seq(b)).map(({ about }) => about.said ?? about.kind)
    .filter((each) => each !== "position");
}"""


@pytest.fixture
def keeper(person):
    return person(f"depot_keeper@{COUNTY}")


@pytest.fixture
def shipment(person, keeper, disaster):
    """Forty tents on the road to a township."""
    manager = person(f"logistics_manager@{COUNTY}")
    made.stock(manager, made.depot(manager), quantity=100)
    need = made.need(person(f"township_reporter@{TOWNSHIP}"), disaster, quantity=40)
    return made.ship(keeper, made.reserve(manager, need).json["id"], vehicle="浙B·12345").json["id"]


@pytest.fixture
def cab(browser, server, faults, keeper, shipment):
    """Return a maker of drivers' phones that opened the link; nobody is signed in."""
    contexts = []

    def make(*, url: str = "", width: int = 320, lang: str = "zh"):
        root = url or server.url
        context = browser.new_context(
            viewport={"width": width, "height": 640}, geolocation=HERE, permissions=["geolocation"]
        )
        contexts.append(context)
        context.add_cookies([{"name": "lang", "value": lang, "url": root}])
        page = context.new_page()
        page.set_default_timeout(40_000)
        listen(page, faults, MET)
        page.goto(root + "/way/" + assign(keeper, shipment).json["link"].rsplit("/", 1)[1])
        page.locator("button[type=submit]").click()
        page.wait_for_selector("html[data-ready='drive']")
        assert became(page, HELD)
        return page

    yield make
    for context in contexts:
        context.close()


def look(page, name: str) -> None:
    if LOOKS:
        page.screenshot(path=f"{LOOKS}/{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(RUN, TAGS) == [], name


def take(page, kind: str, *pictures: dict, there: int) -> None:
    page.locator(f"#photo-{kind}").set_input_files(list(pictures))
    page.wait_for_function("(n) => document.querySelectorAll('.photos li').length === n", arg=there)


def said(page, words: str) -> None:
    page.locator(".photo-section [role=status]", has_text=words).wait_for()


def stored() -> list[str]:
    with act_as(SYSTEM), db.reading() as session:
        rows = session.scalars(select(TripPhoto.sha256).execution_options(any_drill=True))
        return sorted(each for each in rows if each)


@pytest.mark.parametrize(("lang", "width"), [("zh", 320), ("en", 320), ("zh", 390), ("en", 390)])
def test_a_picture_taken_without_a_network_is_seen_by_the_receiver_when_it_is_back(
    cab, open_page, server, keeper, shipment, lang, width
):
    page = cab(width=width, lang=lang)
    page.context.set_offline(True)
    page.locator("[data-say='loaded']").click()
    take(page, "goods", chosen("a.jpg", large(1)), there=1)
    take(page, "road", chosen("b.jpg", jpeg(2, size=(900, 700))), there=2)
    page.locator("[data-say='left']").click()
    page.locator("[data-say='arrived']").wait_for()
    assert became(page, STATES, [2, "waiting"])
    page.reload()
    page.locator(".photos li").nth(1).wait_for()
    assert page.locator(".photos li[data-state=waiting] img").count() == 2
    look(page, f"drive-photos-offline-{lang}-{width}")
    assert stored() == []

    page.context.set_offline(False)
    assert became(page, STATES, [2, "sent"])
    assert page.evaluate(SENT_ORDER) == ["loaded", "left", "goods", "road"]
    page.locator(".photos li[data-state=sent]").nth(1).wait_for()
    look(page, f"drive-photos-sent-{lang}-{width}")

    (goods, _road) = way(keeper, shipment)["photos"]
    assert (goods["kind"], goods["time_source"]) == ("goods", "camera")
    there = open_page(f"depot_keeper@{TOWNSHIP}", width=width, height=844, lang=lang)
    is_seen(there, f"{server.url}/stock/shipments/{shipment}", "goods" if lang == "en" else "货物")


def is_seen(there, address: str, words: str) -> None:
    """Look at the shipment's page and at its way: both show the two pictures."""
    name = f"{there.evaluate('document.documentElement.lang')}-{there.viewport_size['width']}"
    there.goto(address)
    assert became(there, "() => document.querySelectorAll('#photos img').length === 2")
    picture = there.locator("#photos img").first
    picture.scroll_into_view_if_needed()
    assert became(there, "() => document.querySelector('#photos img').naturalWidth > 0")
    assert words in picture.get_attribute("alt").lower()
    look(there, f"shipment-photos-{name}")
    there.goto(f"{address}/way")
    there.locator("#photos img").first.scroll_into_view_if_needed()
    look(there, f"way-photos-{name}")


def test_an_open_page_of_the_way_shows_a_picture_as_it_comes(cab, open_page, server, shipment):
    there = open_page(f"depot_keeper@{TOWNSHIP}")
    there.goto(f"{server.url}/stock/shipments/{shipment}/way")
    there.locator("html[data-seq]").wait_for()
    page = cab()
    take(page, "handover", chosen("a.jpg", jpeg(3)), there=1)

    there.locator("#photos img").wait_for(state="attached")


def test_pictures_cut_off_in_mid_piece_arrive_once_and_byte_for_byte(cab, server):
    with Proxy(server.port) as proxy:
        page = cab(url=proxy.url)
        page.context.set_offline(True)
        take(page, "road", *(chosen(f"{n}.jpg", large(10 + n)) for n in range(3)), there=3)
        kept = page.evaluate(BYTES)
        cuts = (Kind.RESET_REQUEST, Kind.SWALLOW, Kind.RESET_RESPONSE, Kind.REPEAT)
        proxy.script = lambda n: Fault(cuts[n // 3 % 4]) if n % 3 == 2 else None
        page.context.set_offline(False)
        assert became(page, STATES, [3, "sent"], seconds=120)
        proxy.script = lambda _number: None
        page.context.close()

    assert stored() == sorted(sha256 for sha256, _size in kept)
    for sha256, size in kept:
        data = store.content_path(sha256).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (sha256, size)


def test_the_same_once_no_picture_by_name_and_six_at_most(cab):
    page = cab()
    take(page, "goods", chosen("a.jpg", jpeg(20)), chosen("b.jpg", jpeg(20)), there=1)
    said(page, "b.jpg 已经在这里")
    take(page, "goods", chosen("text.jpg", b"this is no picture"), there=1)
    said(page, "text.jpg 不能作为图片读取")
    more = [chosen(f"{n}.jpg", jpeg(20 + n)) for n in range(1, 7)]
    take(page, "road", *more, there=6)
    said(page, "6.jpg 没有保存：每趟最多6张照片")

    page.locator(".photo-kinds").wait_for(state="hidden")
    assert became(page, STATES, [6, "sent"])
    assert len(stored()) == 6
    look(page, "drive-photos-six")


def test_a_link_that_ended_says_so_of_each_picture_that_did_not_go(cab, keeper, shipment):
    page = cab()
    page.context.set_offline(True)
    take(page, "road", chosen("a.jpg", jpeg(30)), there=1)
    assign(keeper, shipment, driver="李师傅")
    page.context.set_offline(False)

    page.locator(".photos li", has_text=re.compile("仅在本机：链接已失效")).wait_for()
    page.locator(".photo-kinds").wait_for(state="hidden")
    assert stored() == []
    look(page, "drive-photos-ended")


def test_it_is_done_with_keys_alone(cab):
    page = cab()
    page.on("filechooser", lambda _chooser: None)  # from here on none is shown by the browser
    for kind in ("road", "goods", "handover"):
        for _step in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == f"photo-{kind}":
                break
        label = page.locator(f"label[for=photo-{kind}]")
        assert label.evaluate("(each) => getComputedStyle(each).outlineStyle") == "solid"
    with page.expect_file_chooser() as asked:
        page.keyboard.press("Enter")
    asked.value.set_files([chosen("a.jpg", jpeg(40))])

    page.locator(".photos li[data-state=sent]").wait_for()
    assert page.evaluate("document.activeElement.id") == "photo-handover"
