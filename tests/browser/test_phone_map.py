"""The map on the phone: drawn without a network, moved by finger and key, told by a list."""

from __future__ import annotations

import pytest

from tests.browser.test_phone_rosters import SIDEWAYS, SMALL
from tests.browsing import became
from tests.factories.city import COUNTY, TOWNSHIP
from tests.factories.shelters import open_shelter

REPORTER = f"township_reporter@{TOWNSHIP}"
FRESH = """async () => { const { facts } = await import("/static/js/reports/phone/facts.js");
  return Boolean(facts()?.map?.layers.length); }"""


@pytest.fixture
def sheltered(person, disaster):
    """Return a disaster in which one shelter is open."""
    open_shelter(person(f"shelter_manager@{COUNTY}"), disaster)
    return disaster


def test_it_is_there_without_a_network_and_the_list_finds_what_it_shows(phone, sheltered):
    reporter = phone(REPORTER)
    became(reporter.page, FRESH)
    reporter.offline()
    reporter.reopen()
    page = reporter.page
    page.locator('a[href="/phone/map"]').click()
    page.locator(".ground .land").wait_for()

    assert page.locator(".ground text", has_text="临江镇").count() == 1
    row = page.locator('[data-layer="shelters"] li button').first
    before = page.locator(".ground").get_attribute("viewBox")
    row.click()
    assert row.get_attribute("aria-pressed") == "true"
    assert page.locator(".ground .mark.chosen").count() == 1
    assert page.locator(".ground").get_attribute("viewBox") != before
    assert "开放" in page.locator(".phone-map .caption").inner_text()


def test_keys_and_buttons_move_it(phone, sheltered):
    reporter = phone(REPORTER)
    became(reporter.page, FRESH)
    page = reporter.open("/phone/map")
    ground = page.locator(".ground")
    ground.wait_for()
    seen = [ground.get_attribute("viewBox")]
    for key in ("ArrowRight", "ArrowUp", "+", "-"):
        ground.press(key)
        seen.append(ground.get_attribute("viewBox"))
    page.get_by_role("button", name="全图").click()
    seen.append(ground.get_attribute("viewBox"))

    assert len(set(seen)) >= 5
    assert all(len(each.split()) == 4 for each in seen)


def test_where_one_stands_is_asked_of_the_phone_and_said_when_it_does_not_know(phone, sheltered):
    reporter = phone(REPORTER)
    became(reporter.page, FRESH)
    page = reporter.open("/phone/map")
    page.locator(".ground").wait_for()
    page.get_by_role("button", name="我的位置").click()
    page.locator(".phone-map .caption", has_text="无法定位").wait_for()

    reporter.context.grant_permissions(["geolocation"])
    reporter.context.set_geolocation({"longitude": 121.501, "latitude": 29.801})
    page.get_by_role("button", name="我的位置").click()
    page.locator(".ground .here").wait_for()
    assert "按离我由近到远" in page.locator('[data-layer="shelters"]').inner_text()


def test_it_fits_a_narrow_phone(phone, sheltered):
    reporter = phone(REPORTER)
    became(reporter.page, FRESH)
    page = reporter.open("/phone/map")
    page.locator(".ground").wait_for()
    page.set_viewport_size({"width": 320, "height": 700})

    assert (page.evaluate(SMALL), page.evaluate(SIDEWAYS)) == ([], 0)
