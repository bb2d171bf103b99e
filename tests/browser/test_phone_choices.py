"""What the phone's form offers besides its boxes: the disaster, and what a figure means."""

from __future__ import annotations

from datetime import timedelta

from tests.conftest import MORNING, new_id
from tests.factories.city import TOWNSHIP
from tests.reporting import open_round

REPORTER = f"township_reporter@{TOWNSHIP}"


def test_another_disaster_can_be_chosen_and_stays_chosen(phone, person, disaster):
    later = disaster | {"id": new_id(), "name": "后一场", "kind": "flood",
                        "started_at": "2013-10-07T00:00:00Z"}  # fmt: skip
    body = {key: later[key] for key in ("name", "kind", "started_at", "division_date")}
    assert person("duty_officer").put(f"/api/v1/disasters/{later['id']}", body).status_code == 201
    open_round(person, disaster)
    open_round(person, later, as_of=MORNING + timedelta(days=1))
    reporter = phone(REPORTER)
    reporter.open().locator("#bar", has_text="后一场").wait_for()
    reporter.page.locator("#which-disaster").select_option(disaster["id"])
    reporter.page.locator("#bar", has_text="试验台风").wait_for()
    reporter.reopen()
    reporter.page.locator("#strip.ok").wait_for()
    reporter.file("affected", "7")
    reporter.until("sent")

    kept = reporter.items()[0]["receipt"]["id"]
    sent = person("county_reviewer").get(f"/api/v1/reports/{kept}").json
    assert sent["disaster_id"] == disaster["id"]


def test_what_a_figure_means_is_one_tap_away_also_without_a_network(phone, person, disaster):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.offline()
    row = reporter.open("/phone/report?group=transfer").locator('[data-field="relocated_cum"]')
    row.locator("input").click()
    row.get_by_role("button", name="解释", exact=True).click()

    assert "不能在现有住房居住" in row.locator(".means").inner_text()
    assert row.locator("input").evaluate("(box) => box === document.activeElement")
    row.get_by_role("button", name="解释", exact=True).click()
    assert row.locator(".means").is_hidden()
