"""The pages of sources follow what happens: nobody has to load them again."""

from __future__ import annotations

from tests.damage_reports.sources import choose, said
from tests.damage_reports.test_rounds import file
from tests.factories.city import COUNTY, TOWNSHIP


def test_the_queue_and_the_totals_follow_claims_and_rules(server, open_page, person, disaster):
    file(person("township_reporter"), disaster, affected=300)
    page = open_page("city_reviewer")
    page.goto(f"{server.url}/reports/sources?disaster={disaster['id']}&area={COUNTY}")
    page.locator(".empty-state").wait_for()

    said(person("bureau_liaison"), disaster, "water", 500)
    line = page.locator(f'[data-key="{TOWNSHIP}-affected"]')
    line.wait_for()
    line.locator("a").click()
    page.locator('[data-part="said"]').get_by_text("500").wait_for()

    page.goto(f"{server.url}/reports?disaster={disaster['id']}&area={COUNTY}")
    choose(person("city_reviewer"), disaster, "water", "report")
    page.locator("tr.total .from").wait_for()
    assert "500" in page.locator("tr.total").inner_text()
