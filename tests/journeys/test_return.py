"""A report is returned and sent again: on the phone that sent it, on the county's second screen."""

from __future__ import annotations

from tests.conftest import new_id
from tests.factories.city import COUNTY, TOWNSHIP
from tests.reporting import open_round, stored

REPORTER = f"township_reporter@{TOWNSHIP}"
REASON = "倒塌间数与照片不符"


def send_back(person, report_id):
    order = {"id": new_id(), "action": "return", "reason": REASON}
    county = person(f"county_reviewer@{COUNTY}")
    assert county.put(f"/api/v1/reports/{report_id}/verdict", order).status_code in (200, 201)


def test_what_the_county_returns_is_owed_again_on_the_phone_and_the_board_follows(
    phone, open_page, server, person, disaster
):
    open_round(person, disaster)
    board = open_page(f"county_reviewer@{COUNTY}")
    board.goto(f"{server.url}/reports/board?disaster={disaster['id']}&area={COUNTY}")
    row = board.locator(f'.blocks [data-key="{TOWNSHIP}"]')
    row.wait_for()

    reporter = phone(REPORTER)
    reporter.file("affected", "742")
    reporter.until("sent")
    [first] = reporter.items()
    row.get_by_text("已收到").or_(row.get_by_text("已报")).or_(row.get_by_text("待审")).wait_for()

    send_back(person, first["id"])
    row.get_by_text("退回").wait_for()
    page = reporter.open()
    owed = page.locator('[data-round="r1"]')
    owed.get_by_text("退回了").wait_for()
    assert REASON in owed.inner_text()
    assert "已报" not in owed.inner_text()

    owed.locator("a").click()
    page.locator("#f-affected").wait_for()
    assert page.locator("#f-affected").input_value() == "742"
    reporter.key("affected", "750")
    reporter.save()
    reporter.until("sent", 2)
    again = reporter.items()[1]
    assert (again["base"], stored()) == (first["id"], 2)
    row.get_by_text("重报").wait_for()
    page = reporter.open()
    page.locator('[data-round="r1"]').wait_for()
    assert page.get_by_text("退回了").count() == 0, "it is with the county again"
