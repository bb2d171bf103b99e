"""A shelter's supplies: what is short is asked for with one button, on a phone too."""

from __future__ import annotations

import pytest

from tests.conftest import MORNING, new_id
from tests.factories.city import COUNTY
from tests.factories.shelters import open_shelter


@pytest.mark.parametrize(("lang", "width"), [("zh", 1000), ("en", 360)])
def test_what_is_short_is_asked_for_with_one_button(
    server, open_page, person, disaster, lang, width
):
    keeper = person(f"shelter_manager@{COUNTY}")
    shelter = open_shelter(keeper, disaster)
    count = {"disaster_id": disaster["id"], "as_of": MORNING.isoformat(), "total": 40}
    keeper.put(f"/api/v1/shelters/{shelter}/headcounts/{new_id()}", count)
    page = open_page(f"duty_officer@{COUNTY}", width=width, lang=lang)
    page.goto(f"{server.url}/shelters/{shelter}/supplies?disaster={disaster['id']}")
    water = page.locator('[data-key="water"]')
    assert water.locator("input").input_value() == "30"
    page.locator(".form-actions button").click()
    page.locator(".notice.ok").wait_for()

    assert water.locator("td").nth(6).inner_text() == "30"
    assert water.locator("input").input_value() == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
