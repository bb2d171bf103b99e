"""Drawing the outline of a risk point in a real browser: by clicks, by keys, with no WebGL."""

from __future__ import annotations

import os

import pytest

from tests.browser.test_plan_map import NO_WEBGL
from tests.factories.city import TOWNSHIP
from tests.factories.evacuation import API

LOOKS = os.environ.get("LOOKS", "")  # a folder: what the pages look like is kept there
KEEPER = f"township_reporter@{TOWNSHIP}"


@pytest.fixture
def keeper(person):
    return person(KEEPER)


def opened(page, server):
    page.goto(f"{server.url}/evacuation/risk-points/new?area={TOWNSHIP}")
    page.wait_for_selector("#outline-map[data-drawn=true]")
    page.fill("#name", "后山坡")
    return page


def click(page, *corners):
    box = page.locator("#outline-map canvas").bounding_box()
    for across, down in corners:
        x, y = box["x"] + box["width"] * across, box["y"] + box["height"] * down
        page.mouse.click(x, y)
        page.wait_for_timeout(350)  # two clicks at once would be a double click


def corners(page):
    return int(page.locator("#outline-map").get_attribute("data-corners"))


def test_an_outline_is_clicked_taken_back_finished_and_kept(open_page, server, keeper, disaster):
    page = opened(open_page(KEEPER, width=1000, height=900), server)
    page.locator("#outline-map").scroll_into_view_if_needed()
    click(page, (0.3, 0.3), (0.6, 0.3), (0.6, 0.6), (0.7, 0.8))
    assert corners(page) == 4
    page.locator("[data-draw=undo]").click()
    assert corners(page) == 3
    page.locator("[data-draw=finish]").click()
    click(page, (0.5, 0.9))
    assert corners(page) == 3  # finished: a click is no corner any more
    if LOOKS:
        page.screenshot(path=f"{LOOKS}/outline.png", full_page=True)
    typed = page.locator("#outline").input_value().split("\n")
    page.locator(".form-actions .primary").click()
    page.wait_for_url("**/evacuation/places*")
    [risk] = keeper.get(f"{API}/risk-points?area={TOWNSHIP}").json["risk_points"]
    kept = [" ".join(f"{each}" for each in corner) for corner in risk["outline"]]
    assert kept == [*typed, typed[0]]


def test_crossing_sides_are_said_at_once_and_keys_alone_can_draw(
    open_page, server, keeper, disaster
):
    page = opened(open_page(KEEPER, width=360, height=900, lang="en"), server)
    page.fill("#outline", "121.5 29.8\n121.52 29.82\n121.52 29.8\n121.5 29.82")
    assert "crosses itself" in page.locator("[data-drawing-state]").inner_text()
    page.locator("[data-draw=clear]").press("Enter")
    assert corners(page) == 0
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.locator("[data-draw=middle]").press("Enter")
        before = page.locator("#outline").input_value()
        page.locator("#outline-map canvas").press(key)
        page.wait_for_timeout(500)  # the map glides
        assert page.locator("#outline").input_value() == before
    assert corners(page) == 3
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if LOOKS:
        page.screenshot(path=f"{LOOKS}/outline-360.png", full_page=True)
    assert "finish" in page.locator("[data-drawing-state]").inner_text()


def test_without_webgl_the_corners_are_typed(open_page, server, disaster):
    page = open_page(KEEPER)
    page.add_init_script(NO_WEBGL)
    page.goto(f"{server.url}/evacuation/risk-points/new?area={TOWNSHIP}")
    page.wait_for_selector("#outline-map[data-drawn=never]")
    page.fill("#outline", "121.5 29.8\n121.52 29.8\n121.52 29.82")
    assert corners(page) == 3
    assert page.locator("[data-draw=middle]").is_hidden()
