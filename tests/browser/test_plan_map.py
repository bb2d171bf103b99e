"""The map of one plan in a real browser: rows and flows are one, with or without WebGL."""

from __future__ import annotations

import os

import pytest

from tests.factories.city import COUNTY, VILLAGE
from tests.factories.hazards import box, make_hazard
from tests.factories.plans import make_plan
from tests.factories.shelters import make_shelter

LOOKS = os.environ.get("LOOKS", "")  # a folder: what the pages look like is kept there
OTHER = "990101001002"
NO_WEBGL = """HTMLCanvasElement.prototype.getContext = new Proxy(
  HTMLCanvasElement.prototype.getContext,
  { apply: (get, canvas, [kind, ...rest]) =>
      (kind === 'webgl2' ? null : Reflect.apply(get, canvas, [kind, ...rest])) })"""


def look(page, name):
    if LOOKS:
        page.screenshot(path=f"{LOOKS}/{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


@pytest.fixture
def plan(person, disaster):
    """Return a plan of one village to two shelters, one near and one far, a flood beside it."""
    manager = person(f"shelter_manager@{COUNTY}")
    officer = person(f"duty_officer@{COUNTY}")
    make_shelter(manager, name="村文化礼堂", capacity_max=4, capacity_night=4)
    make_shelter(manager, name="镇中心学校避灾安置中心", point=[121.58, 29.85], capacity_max=90)
    make_hazard(officer, disaster, name="姚江漫堤", shape=box(121.52, 29.80, 121.55, 29.82))
    return make_plan(officer, disaster, groups=[{"area_code": VILLAGE, "people": 42}])


def opened(page, server, plan):
    page.goto(f"{server.url}/evacuation-plans/{plan}")
    page.wait_for_selector("#plan-map[data-flows]")
    page.wait_for_selector("#plan-map[data-drawn=true]")
    return page


def test_a_row_shows_its_flow_and_a_flow_its_row(open_page, server, plan):
    page = opened(open_page(f"duty_officer@{COUNTY}", width=1440, height=900), server, plan)
    rows = page.locator("#villages tbody tr")
    assert page.locator("#plan-map").get_attribute("data-flows") == str(rows.count()) == "2"

    button = rows.first.locator("[data-flow]")
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator("#plan-map").get_attribute("data-chosen") == rows.first.get_attribute(
        "data-key"
    )
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "false"

    page.locator("[data-ground=all]").click()
    page.wait_for_function("() => document.querySelector('#plan-map').dataset.drawn === 'true'")
    box = page.locator("#plan-map canvas").bounding_box()
    for step in range(60):  # somewhere on this diagonal lies a flow
        across = (step + 1) / 62
        page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * (1 - across))
        if page.locator("#villages tr.selected").count():
            break
    chosen = page.locator("#villages tr.selected")
    assert chosen.count() == 1
    assert chosen.get_attribute("data-key") == page.locator("#plan-map").get_attribute(
        "data-chosen"
    )


def test_without_webgl_the_page_says_so_and_the_list_stands(open_page, server, plan):
    page = open_page(f"duty_officer@{COUNTY}")
    page.add_init_script(NO_WEBGL)
    page.goto(f"{server.url}/evacuation-plans/{plan}")
    page.wait_for_selector("#plan-map[data-drawn=never]")
    assert "列表" in page.locator("[data-ground-message]").inner_text()
    page.locator("#villages [data-flow]").first.click()
    assert page.locator("#villages tr.selected").count() == 1
    look(page, "plan-no-webgl")


@pytest.mark.parametrize(
    ("lang", "width", "theme"), [("zh", 1440, "light"), ("en", 360, "dark"), ("en", 320, "light")]
)
def test_the_plan_and_its_paper_fit_every_screen(open_page, server, plan, lang, width, theme):
    page = open_page(f"duty_officer@{COUNTY}", width=width, height=900, lang=lang)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": server.url}])
    opened(page, server, plan)
    page.locator("#villages [data-flow]").last.click()
    page.wait_for_timeout(600 if LOOKS else 0)
    look(page, f"plan-{lang}-{width}-{theme}")
    page.goto(f"{server.url}/evacuation-plans/{plan}/print")
    look(page, f"paper-{lang}-{width}-{theme}")
