"""A-2: the eight key tasks without a pointer; the focus is drawn, in order, and never trapped."""

from __future__ import annotations

import pytest

from relief_ops import cli, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.auth.models import User
from tests.browser.keys import Keys
from tests.browser.test_map import report
from tests.conftest import new_id
from tests.factories import stock
from tests.factories.city import CITY, COUNTY, TOWNSHIP
from tests.factories.shelters import open_shelter

pytestmark = [pytest.mark.proof, pytest.mark.target("A-2")]
PASSWORD = "Correct-Horse-7-Battery"  # pragma: allowlist secret
ROLES = (f"township_reporter@{TOWNSHIP}", "county_reviewer", f"shelter_manager@{COUNTY}",
         "logistics_manager", "duty_officer")  # fmt: skip


@pytest.fixture
def keys(open_page, disaster):
    """Return the keyboard of somebody who may do all of it."""
    return Keys(open_page(*ROLES, width=1440, height=900))


@pytest.fixture
def at(keys, server):
    """Return an opener of pages for the keyboard."""

    def go(path):
        keys.page.goto(f"{server.url}{path}")
        return keys

    return go


@pytest.fixture
def shelter(person, disaster):
    return open_shelter(person(f"shelter_manager@{COUNTY}"), disaster)


def test_signing_in(browser, server, faults, app):
    with act_as(SYSTEM), db.transaction() as session:
        user_id = cli.make_user(session, "clerk", "clerk", (f"duty_officer@{CITY}",))
        session.get_one(User, user_id).password_hash = cli.hash_of(PASSWORD)
    page = browser.new_context().new_page()
    page.goto(f"{server.url}/sign-in")
    keys = Keys(page)

    keys.to("#login").type("clerk").to("#password").type(PASSWORD).press("Enter")
    page.wait_for_url(f"{server.url}/")
    page.context.close()


def test_a_follow_up_report_is_filed(at, person, disaster):
    report(person, disaster, TOWNSHIP, "2013-10-06T01:00:00Z", 100)
    keys = at(f"/reports/new?area={TOWNSHIP}")

    keys.to("#f-affected").type("250")
    keys.to("form[data-report-form] button[type=submit]").press("Enter")

    keys.page.locator("text=县里已收到这份报告").wait_for()


def test_one_report_is_accepted_and_one_returned(at, person, disaster):
    for affected, action in ((100, "accept"), (200, "return")):
        report_id = new_id()
        body = {"disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": f"r{affected}",
                "as_of": f"2013-10-06T0{affected // 100}:00:00Z", "base": None,
                "values": {"affected": affected}}  # fmt: skip
        reporter = person(f"township_reporter@{TOWNSHIP}")
        assert reporter.put(f"/api/v1/reports/{report_id}", body).status_code == 201
        keys = at(f"/reports/{report_id}")

        if action == "return":
            keys.to("#reason").type("数字不符")
        keys.to(f"button[value={action}]").press("Enter")
        keys.page.locator(f".notice.{'ok' if action == 'accept' else 'act'}", has_text={
            "accept": "已采纳", "return": "已退回"}[action]).wait_for()  # fmt: skip


def test_a_household_is_checked_in_and_a_need_opened(at, shelter):
    keys = at(f"/shelters/{shelter}/check-in")
    keys.to("#people").type("4").to("#arrival button[type=submit]").press("Enter")
    keys.page.locator("[data-part=figures]", has_text="4 / 50").wait_for()

    keys = at(f"/shelters/{shelter}")
    keys.to("#need [name=item]").press("ArrowDown").to("#need [name=quantity]").type("10")
    keys.to("#need button").press("Enter")
    keys.page.locator("[data-part=needs] li", has_text="0 / 10").wait_for()


def test_stock_is_promised(at, person, disaster):
    manager = person("logistics_manager")
    stock.stock(manager, stock.depot(manager), quantity=50)
    need_id = stock.need(manager, disaster)
    keys = at(f"/stock/needs/{need_id}")

    keys.to("#promise form button").press("Enter")

    promised = keys.page.locator(".panel.figures > span", has_text="已应承")
    promised.locator(".big", has_text="10").wait_for()


def test_a_village_is_found_and_its_panel_closed_again(at):
    keys = at("/desk?view=list")
    page = keys.page
    page.wait_for_function("() => document.documentElement.dataset.seq !== undefined")
    keys.press("Control+k").type("临江镇001")
    page.locator("#search-results [role=option]").first.wait_for()
    assert page.evaluate("() => document.activeElement.id") == "search-box"
    keys.press("Enter")
    page.locator("#drawer h2", has_text="临江镇001村").wait_for()
    page.wait_for_function("() => document.activeElement.id === 'drawer'")

    keys.tab()
    assert page.evaluate("() => document.getElementById('drawer').contains(document.activeElement)")
    keys.press("Escape")
    assert page.locator("#drawer").is_hidden()
    assert page.evaluate("() => document.activeElement !== document.body")


def test_the_views_are_changed_and_the_focus_comes_back_from_the_panel(at):
    keys = at("/desk")
    page = keys.page
    page.wait_for_function("() => document.getElementById('stage').dataset.drawn === 'true'")
    keys.to("button[data-view=list]").press("Enter")
    page.locator("#list tbody tr").first.wait_for()
    row = f'#list [data-code="{TOWNSHIP}"] button'
    keys.to(row).press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'drawer'")
    keys.press("Escape")
    assert page.evaluate("(row) => document.activeElement.matches(row)", row)

    keys.press("g")
    tile = f'.tile[data-code="{TOWNSHIP}"]'
    page.locator(tile).wait_for()
    keys.to(".tile").press("ArrowRight", "ArrowLeft", "Enter")
    page.wait_for_function("() => document.activeElement.id === 'drawer'")
    keys.press("Escape")
    assert page.evaluate("() => document.activeElement.matches('.tile')")

    keys.press("m")
    assert page.locator("#stage").get_attribute("data-view") == "map"


@pytest.mark.parametrize("view", ["map", "tiles", "list"])
def test_tab_leaves_every_part_of_the_desk(at, view):
    keys = at(f"/desk?view={view}&open={TOWNSHIP}")
    page = keys.page
    page.locator("#drawer h2", has_text="临江镇").wait_for()
    page.wait_for_function("() => !document.querySelector('#drawer').matches('[aria-busy]')")

    stops = keys.round()

    assert len(stops) > 20
    assert any("search-box" in each for each in stops)
    assert any("关闭" in each for each in stops)
    assert any("maplibregl-canvas" in each for each in stops) == (view == "map")
