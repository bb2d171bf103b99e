"""The public page and the look-up as people see them: in both languages, on the narrowest phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_accessibility import AXE, RUN, TAGS
from tests.browsing import listen
from tests.conftest import new_id
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP
from tests.factories.evacuation import household
from tests.factories.shelters import open_shelter

PATH = "/public/shelters"


@pytest.fixture
def opened(browser: Browser, server: Any, faults: list[str]):
    """Return a maker of pages nobody is signed in to."""
    contexts = []

    def make(**options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        listen(page, faults)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def township(person: Callable[..., Any], disaster: dict[str, Any]) -> None:
    """Fill the township: one shelter with room, one full, one closing; one more beside it."""
    manager = person("shelter_manager")
    open_shelter(
        manager, disaster, wheelchair=2, pets=3, public_phone="0574-86120000", address="滨江路1号"
    )
    full = open_shelter(manager, disaster, name="镇文化礼堂", point=[121.507, 29.803])
    body = {"disaster_id": disaster["id"], "people": 50}
    assert manager.put(f"/api/v1/shelters/{full}/arrivals/{new_id()}", body).status_code == 201
    shut = open_shelter(manager, disaster, name="旧祠堂", point=[121.51, 29.8])
    state = {"disaster_id": disaster["id"], "state": "closing", "reason": "屋顶漏水"}
    assert manager.put(f"/api/v1/shelters/{shut}/state", state).status_code in (200, 201)
    open_shelter(manager, disaster, name="望海小学", area_code=NEIGHBOUR, point=[121.6, 29.85])


def wide(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_moves_sideways(opened, server, township, lang):
    page = opened(viewport={"width": 1000, "height": 900})
    for asked in ("", f"&area={TOWNSHIP}", "&q=001村", "&q=乌有", "&near=29.8,121.5"):
        page.set_viewport_size({"width": 1000, "height": 900})
        page.goto(f"{server.url}{PATH}?lang={lang}{asked}")
        page.evaluate(AXE.read_text("utf-8") + ";0")
        assert page.evaluate(RUN, TAGS) == [], asked
        page.set_viewport_size({"width": 320, "height": 700})
        assert wide(page) <= 320, asked


def test_a_phone_without_scripts_finds_its_way_by_lists(opened, server, township):
    page = opened(viewport={"width": 320, "height": 700}, java_script_enabled=False)
    page.goto(f"{server.url}{PATH}?lang=zh")

    page.get_by_role("link", name="东山县").click()
    page.get_by_role("link", name="临江镇", exact=True).click()

    assert page.locator("h1").inner_text().endswith("临江镇")
    assert page.locator(".shelters > .many, .shelters > .few").count() == 2
    assert page.locator(".instead").count() == 2 and not page.locator("#near").is_visible()
    for button in page.locator("button:visible, .acts a").all():
        assert button.bounding_box()["height"] >= 44
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").inner_text().endswith("临江镇")


def test_a_phone_that_gives_its_position_is_shown_the_nearest(opened, server, township):
    page = opened(geolocation={"latitude": 29.84951, "longitude": 121.60049},
                  permissions=["geolocation"])  # fmt: skip
    page.goto(f"{server.url}{PATH}?lang=en")
    page.locator("#near button").click()
    page.wait_for_url("**near=29.850*")

    assert page.locator(".shelters h3").first.inner_text() == "望海小学"
    assert "of you" in page.locator(".shelters > li").first.inner_text()


def test_a_relative_is_answered_at_the_desk(server, open_page, person, disaster):
    keeper = person(f"township_reporter@{TOWNSHIP}")
    household(keeper, name="何平安测", phone="13812345678")
    page = open_page(f"duty_officer@{COUNTY}", width=360, height=740)
    page.goto(f"{server.url}/evacuation/look-up?disaster={disaster['id']}&area={COUNTY}")
    page.locator("#name").fill("何平安测")
    page.locator("#phone").fill("138 1234 5678")
    page.locator("#inquiry").select_option("family")
    page.locator("main button[type=submit], .form-actions button").last.click()
    page.locator("#answer").wait_for()

    assert "转移清单" in page.locator("#answer").inner_text()
    assert wide(page) <= 360 and "何平安" not in page.url
