"""The day book: a meal entered on a phone stands on another screen without a reload."""

from __future__ import annotations

import pytest

from tests.factories.city import COUNTY
from tests.factories.shelters import open_shelter


@pytest.mark.parametrize(("lang", "width"), [("zh", 360), ("en", 360)])
def test_a_meal_entered_on_a_phone_stands_on_the_desk_without_a_reload(
    server, open_page, person, disaster, lang, width
):
    shelter = open_shelter(person(f"shelter_manager@{COUNTY}"), disaster)
    address = f"{server.url}/shelters/{shelter}/daybook?disaster={disaster['id']}"
    desk = open_page(f"duty_officer@{COUNTY}", lang=lang, width=1440)
    desk.goto(address)
    phone = open_page(f"shelter_manager@{COUNTY}", lang=lang, width=width)
    phone.goto(address)
    phone.locator("#portions").fill("38")
    phone.locator("#meal-form button").click()
    phone.locator(".notice.ok").wait_for()

    desk.locator("[data-part=meals] tr[data-key] strong", has_text="38").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("lang", "width"), [("zh", 360), ("en", 360)])
def test_a_serious_incident_entered_on_a_phone_stands_on_the_headquarters_list(
    server, open_page, person, disaster, lang, width
):
    shelter = open_shelter(person(f"shelter_manager@{COUNTY}"), disaster)
    desk = open_page(f"duty_officer@{COUNTY}", lang=lang, width=1440)
    desk.goto(f"{server.url}/shelters/daybook?disaster={disaster['id']}&area={COUNTY}")
    phone = open_page(f"shelter_manager@{COUNTY}", lang=lang, width=width)
    phone.goto(f"{server.url}/shelters/{shelter}/daybook?disaster={disaster['id']}")
    phone.locator("#incidents a[href='#incident-form']").click()
    phone.locator("#kind").select_option("infectious")
    phone.locator("#severity").select_option("serious")
    phone.locator("#people").fill("6")
    phone.locator("#syndrome").select_option("diarrhoea")
    phone.locator("#incident-form button[value=open]").click()
    phone.locator(".notice.ok").wait_for()

    assert phone.locator("[data-part=outbreaks] .notice.act").count() == 1
    desk.locator("[data-part=rows] tr[data-key] .state.act").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= width
    phone.locator("[data-part=incidents] button[value=handled]").click()
    desk.locator("[data-part=rows] tr[data-key] .state.ok").wait_for()


def test_a_volunteer_comes_and_goes_by_the_keyboard_alone(server, open_page, person, disaster):
    shelter = open_shelter(person(f"shelter_manager@{COUNTY}"), disaster)
    page = open_page(f"shelter_manager@{COUNTY}", width=1000)
    page.goto(f"{server.url}/shelters/{shelter}/daybook?disaster={disaster['id']}")
    page.locator("details:has(#volunteer-form) > summary").press("Enter")
    page.locator("#name").press_sequentially("何愿试")
    page.locator("#phone").press_sequentially("13900001234")
    page.locator("[name='skills[]'][value=cooking]").press("Space")
    page.locator("#phone").press("Enter")
    page.locator("[data-part=volunteers] .state.wait").wait_for()
    page.locator("[data-part=volunteers] .acts button").first.press("Enter")
    page.locator("[data-part=volunteers] .state.ok").wait_for()
    assert "1" in page.locator("[data-part=on-duty] strong").nth(1).inner_text()
    page.locator("[data-part=volunteers] .acts button").first.press("Enter")
    page.locator("[data-part=volunteers] .state.done").wait_for()
