"""A report's goods: what is missing is asked for with one button, on a phone too."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.factories.city import COUNTY, TOWNSHIP


@pytest.mark.parametrize(("lang", "width"), [("zh", 1000), ("en", 360)])
def test_what_those_in_want_lack_is_asked_for_with_one_button(
    server, open_page, person, disaster, lang, width
):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    report_id = new_id()
    body = {"disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
            "as_of": "2013-10-06T01:00:00Z", "base": None,
            "values": {"affected": 400, "urgent_aid_rt": 40}}  # fmt: skip
    assert reporter.put(f"/api/v1/reports/{report_id}", body).status_code == 201
    page = open_page(f"duty_officer@{COUNTY}", width=width, lang=lang)
    page.goto(f"{server.url}/reports/{report_id}/goods")
    blanket = page.locator('[data-key="blanket"]')
    assert blanket.locator("input").input_value() == "40"

    page.locator("form[method=post] .form-actions button").click()
    page.locator(".notice.ok").wait_for()

    assert blanket.locator("input").input_value() == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
