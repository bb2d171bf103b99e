"""Hazards and evacuation plans in a real browser: entered, asked for, followed, applied, drawn."""

from __future__ import annotations

import json
import os

import pytest

from tests.factories.city import COUNTY, VILLAGE
from tests.factories.hazards import box
from tests.factories.plans import work
from tests.factories.shelters import make_shelter

LOOKS = os.environ.get("LOOKS", "")  # a folder: what the pages look like is kept there


def look(page, name):
    wide = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if LOOKS:
        page.screenshot(path=f"{LOOKS}/{name}.png", full_page=True)
    assert wide, f"{name} scrolls sideways"


@pytest.fixture
def shelters(person):
    manager = person(f"shelter_manager@{COUNTY}")
    wet = make_shelter(manager, name="低处避灾点", capacity_max=50)
    dry = make_shelter(manager, name="高处避灾点", point=[121.53, 29.83], capacity_max=5)
    return wet, dry


def plan_round_it(page, address, name):
    page.goto(address)
    page.locator("details > summary").last.click()
    page.fill("#groups", f"{VILLAGE} 9 1")
    look(page, f"plan-form-{name}")
    page.locator("form[action='/evacuation-plans'] button").click()
    page.wait_for_url("**/evacuation-plans/0*")
    work()
    page.wait_for_selector("#villages")  # the page follows by itself
    assert page.locator("#villages tbody tr").count() == 2
    look(page, f"plan-{name}")
    page.locator("form[action$='/application'] button").click()
    page.wait_for_selector("[data-part=state] .state.ok")
    look(page, f"applied-{name}")


@pytest.mark.parametrize(("lang", "width"), [("zh", 1000), ("en", 1000), ("zh", 360), ("en", 360)])
def test_a_flood_is_entered_and_a_plan_made_round_it(
    open_page, server, shelters, disaster, lang, width
):
    page = open_page(f"duty_officer@{COUNTY}", width=width, lang=lang)
    here = f"disaster={disaster['id']}&area={COUNTY}"
    page.goto(f"{server.url}/hazards?{here}")
    page.locator("details > summary").last.click()
    look(page, f"hazard-form-{lang}-{width}")
    page.select_option("#kind", "flood")
    page.fill("#name", "姚江漫堤")
    page.fill("#reason", "水位超保证")
    page.fill("#shape", json.dumps(box(121.49, 29.79, 121.51, 29.81)))
    page.select_option("#coordinates", "wgs84")
    page.fill("#from_at", "2013-10-06T08:00")
    page.locator("form[action='/hazards'] button").click()
    page.wait_for_url("**/hazards/0*")
    look(page, f"hazard-{lang}-{width}")
    page.goto(f"{server.url}/hazards?{here}")
    look(page, f"hazards-{lang}-{width}")
    page.goto(f"{server.url}/shelters/{shelters[0]}?disaster={disaster['id']}")
    assert page.locator("[data-flag=in_danger]").count() == 1
    look(page, f"shelter-{lang}-{width}")

    plan_round_it(page, f"{server.url}/evacuation-plans?{here}", f"{lang}-{width}")


def test_the_flows_are_drawn_on_the_map(open_page, server, shelters, disaster):
    page = open_page(f"duty_officer@{COUNTY}", width=1500, height=900)
    page.goto(f"{server.url}/evacuation-plans?disaster={disaster['id']}&area={COUNTY}")
    page.locator("details > summary").last.click()
    page.fill("#groups", f"{VILLAGE} 55")
    page.locator("form[action='/evacuation-plans'] button").click()
    page.wait_for_url("**/evacuation-plans/0*")
    work()
    page.wait_for_selector("#villages")
    with page.expect_response("**/layers/evacuation_flows*") as answer:
        page.locator("a[href*='off=evacuation_flows']").click()
    assert len(answer.value.json()["features"]) == 2
    page.goto(page.url + "&centre=121.51,29.81&zoom=12")
    page.wait_for_selector("#stage[data-drawn]")
    look(page, "flows")
