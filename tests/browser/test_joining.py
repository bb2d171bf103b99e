"""An officer joins two disasters on one screen; the totals on another follow by themselves."""

from __future__ import annotations

from tests.browser.test_phone_rosters import met
from tests.conftest import MORNING, new_id
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, TOWNSHIP
from tests.parts.acts import file, opened, total


def test_joining_and_splitting_on_one_screen_moves_the_totals_on_another(
    open_page, server, person, disaster
):
    officer, reporter = person("duty_officer"), person(f"township_reporter@{CITY}")
    flood = opened(officer)
    file(reporter, disaster, TOWNSHIP, affected=30)
    file(reporter, flood, NEIGHBOUR, affected=12)
    watcher = open_page(f"county_reviewer@{CITY}")
    watcher.goto(f"{server.url}/reports?disaster={disaster['id']}&area={CITY}")
    watcher.wait_for_function("() => document.documentElement.dataset.age === 'live'")
    page = open_page("duty_officer")

    page.goto(f"{server.url}/reports/parts?disaster={disaster['id']}")
    page.select_option("#join-which", flood["id"])
    page.locator("form", has=page.locator("#join-which")).get_by_role("button").click()
    page.locator("h2", has_text="把「东山暴雨」汇拢到「试验台风」").wait_for()
    page.fill("#reason", "会商决定")
    page.get_by_role("button", name="汇拢", exact=True).click()
    page.locator("[data-part=parts] a", has_text="东山暴雨").wait_for()
    watcher.locator("tr.total", has_text="42").wait_for()
    watcher.locator("[data-key^=part-]", has_text="东山暴雨").wait_for()

    page.locator("main details", has_text="东山县").locator("summary").click()
    page.locator(f"input[name=areas][value='{COUNTY}']").check()
    page.fill("#name", "东山局地暴雨")
    page.locator("form", has=page.locator("#into")).get_by_role("button").click()
    page.locator("h2", has_text="拆分到「东山局地暴雨」").wait_for()
    page.fill("#reason", "查明为另一过程")
    page.get_by_role("button", name="拆分", exact=True).click()
    page.locator("[data-part=before]", has_text="查明为另一过程").wait_for()
    watcher.locator("tr.total", has_text="12").wait_for()
    assert total(reporter, disaster) == 12


def test_a_city_that_verifies_early_reads_who_is_missing(
    open_page, server, person, disaster, faults
):
    body = {
        "disaster_id": disaster["id"], "code": "f1", "kind": "final", "as_of": MORNING.isoformat(),
    }  # fmt: skip
    assert person("duty_officer").put(f"/api/v1/rounds/{new_id()}", body).status_code == 201
    page = open_page("city_reviewer")

    page.goto(f"{server.url}/reports/summaries?disaster={disaster['id']}&area={CITY}&round=f1")
    with page.expect_response("**/reports/summaries") as answered:
        page.locator("#prepare button").click()

    assert answered.value.status == 409
    page.locator(".error-summary", has_text="东山县、西湾县").wait_for()
    met(faults, 409)
