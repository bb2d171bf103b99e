"""The pages of sources follow what happens: nobody has to load them again."""

from __future__ import annotations

from tests.damage_reports.sources import choose, said
from tests.damage_reports.test_rounds import file
from tests.factories import tables
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP


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


def test_a_table_that_was_looked_through_names_its_wrong_cells_without_a_reload(
    server, open_page, disaster
):
    page = open_page("bureau_liaison")
    page.goto(f"{server.url}/reports/sources/import?disaster={disaster['id']}&source=water")
    data = tables.book([TOWNSHIP, "", -5, 0], [NEIGHBOUR, "", 4, 0])
    kind = "application/octet-stream"
    page.locator("#file").set_input_files({"name": "水利.xlsx", "mimeType": kind, "buffer": data})
    page.locator("form[method=post] button.primary").click()
    page.wait_for_url("**/reports/sources/import/*")

    tables.work()

    page.locator("#cells").wait_for()
    assert "数据!C2" in page.locator("#report-import").inner_text()
