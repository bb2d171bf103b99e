"""Somebody new files a follow-up with a slip of paper in hand and only what the screen says."""

from __future__ import annotations

import re
import time

import pytest

from tests.conftest import new_id
from tests.factories.city import COUNTY, TOWNSHIP
from tests.reporting import body, open_round

REPORTER = f"township_reporter@{TOWNSHIP}"
TAP, LOOK, MOST_SECONDS = 350, 1500, 90
EARLIER = {"affected": 9000, "deaths": 0, "injured": 2, "relocated_cum": 1254, "crop_affected": 120}
PAPER = {
    "受灾人口": ("affected", "9350"),
    "因灾受伤人口": ("injured", "3"),
    "紧急转移安置人口（累计值）": ("relocated_cum", "1310"),
    "倒塌房屋间数": ("collapsed_rooms", "4"),
    "一般损坏房屋间数": ("minor_rooms", "17"),
}


class Newcomer:
    """Reads, finds by name, taps; at the pace of a person."""

    def __init__(self, page):
        self.page = page

    def tap(self, target, *, look=0):
        self.page.wait_for_timeout(TAP + look)
        target.click()

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def write(self, label, digits):
        self.tap(self.page.get_by_label(label, exact=True), look=LOOK)
        pad = self.page.get_by_role("group", name="数字键")
        for digit in digits:
            self.tap(pad.get_by_role("button", name=digit, exact=True))

    def labels(self):
        """Return the names of the figures on the screen, from top to bottom."""
        return [each.inner_text() for each in self.page.locator("main label").all()]


def follow_up(newcomer):
    """Go through the parts of the form as they stand, and copy what the paper has."""
    page, left = newcomer.page, dict(PAPER)
    newcomer.tap(page.get_by_role("link", name="去填").first, look=LOOK)
    parts = page.get_by_role("group", name="报表各部分")
    parts.wait_for()
    for place in range(parts.get_by_role("button").count()):
        if not left:
            break
        newcomer.tap(parts.get_by_role("button").nth(place), look=LOOK // 2)
        for label in newcomer.labels():
            if label in left:
                newcomer.write(label, left.pop(label)[1])
    assert left == {}
    newcomer.tap(newcomer.button("存好，有网就送"), look=LOOK)


@pytest.mark.parametrize("network", [True, False], ids=["online", "offline"])
def test_a_newcomer_files_a_correct_follow_up_without_reading_anything(
    phone, person, disaster, network, tell
):
    open_round(person, disaster, "r0")
    open_round(person, disaster)
    reported = body(disaster, TOWNSHIP, EARLIER, round="r0")
    assert person(REPORTER).put(f"/api/v1/reports/{new_id()}", reported).status_code == 201
    reporter = phone(REPORTER)
    page = reporter.open()
    reporter.offline(not network)
    began = time.monotonic()
    follow_up(Newcomer(page))
    reporter.until("sent" if network else "waiting")
    seconds = time.monotonic() - began
    reporter.offline(False)
    page.get_by_text("县里收到").first.wait_for()

    tell(seconds_at_a_persons_pace=round(seconds))
    assert re.search(r"回执 ?[0-9A-F]{4}-\d{4}", page.locator("#content").inner_text())
    county = person(f"county_reviewer@{COUNTY}")
    total = county.get(f"/api/v1/rollup?disaster={disaster['id']}&area={COUNTY}").json["values"]
    new = {code: int(digits) for code, digits in PAPER.values()}
    assert {code: total[code] for code in EARLIER | new} == EARLIER | new
    assert seconds < MOST_SECONDS
