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
