"""An allocation plan in a real browser: asked, its reasons read, fixed by hand, promised."""

from __future__ import annotations

import os

import pytest

from tests.browser.test_phone_rosters import met
from tests.factories import stock
from tests.factories.allocation import work
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP

READY = {"zh": "待审阅", "en": "ready"}
LOOKS = os.environ.get("LOOKS", "")  # a folder: what the pages look like is kept there


def look(page, name):
    if LOOKS:
        page.screenshot(path=f"{LOOKS}/{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


@pytest.fixture
def short(person, disaster):
    """Twenty tents for two townships that lack thirty and ten."""
    manager = person(f"logistics_manager@{COUNTY}")
    stock.stock(manager, stock.depot(manager), quantity=20)
    stock.need(person(f"township_reporter@{TOWNSHIP}"), disaster, quantity=30)
    neighbour = person(f"township_reporter@{NEIGHBOUR}")
    return stock.need(neighbour, disaster, quantity=10, area_code=NEIGHBOUR)


@pytest.mark.parametrize(("lang", "width"), [("zh", 1440), ("en", 360)])
def test_a_manager_shares_too_little_says_why_and_promises_all_of_it(
    open_page, server, disaster, short, lang, width
):
    page = open_page(f"logistics_manager@{COUNTY}", width=width, height=900, lang=lang)
    page.goto(f"{server.url}/stock/plans?disaster={disaster['id']}&area={COUNTY}")
    page.locator("form[action='/stock/plans'] button").click()
    page.wait_for_url("**/stock/plans/0*")
    work()
    row = page.locator(f"#needs tr[data-key='{short}']")
    row.wait_for()  # the page follows by itself
    assert row.locator("td").nth(3).inner_text() == "5"
    page.wait_for_selector("#plan-map[data-flows='2']")
    look(page, f"plan-{lang}-{width}")

    row.locator("a").click()
    page.locator("[data-why]").wait_for()
    assert "50" in page.locator("#why-head").inner_text()
    assert page.locator("[data-why]").inner_text()
    look(page, f"why-{lang}-{width}")

    page.fill("#quantity", "9")
    page.fill("#reason", "渡轮停航")
    page.locator(".why-side form button").click()
    work()
    row.locator("td:nth-child(4)", has_text="9").wait_for()
    row.locator(".pinned").wait_for()
    page.locator("[data-part=state]", has_text=READY[lang]).wait_for()

    page.locator("form[action$='/application'] button").click()
    page.locator("[data-part=state] .state.ok").wait_for()
    assert page.locator("form[action$='/application']").count() == 0


def test_what_is_wrong_in_a_fixed_quantity_is_said_beside_it(
    open_page, server, disaster, short, faults
):
    page = open_page(f"logistics_manager@{COUNTY}")
    page.goto(f"{server.url}/stock/plans?disaster={disaster['id']}&area={COUNTY}")
    page.locator("form[action='/stock/plans'] button").click()
    page.wait_for_url("**/stock/plans/0*")
    work()
    page.locator(f"#needs tr[data-key='{short}'] a").click()

    page.fill("#quantity", "11")
    page.fill("#reason", "渡轮停航")
    page.locator(".why-side form button").click()

    assert "10" in page.locator("#e-quantity").inner_text()
    assert page.input_value("#reason") == "渡轮停航"
    met(faults, 422)
