"""A file of points is checked and each look-alike decided, in a browser and on a phone."""

from __future__ import annotations

import pytest
from shapely import Point

from tests.browser.test_phone_rosters import met
from tests.factories import outlines
from tests.factories.city import COUNTY, TOWNSHIP
from tests.factories.shelters import make_shelter

SAID = {"area_code": TOWNSHIP, "kind": "point_village", "capacity_max": 80}
ROWS = [SAID | {"name": name} for name in ("临江村避灾点", "镇中心小学避灾点", "新桥村避灾点")]
POINTS = [Point(121.5, 29.8), Point(121.52, 29.82), Point(121.54, 29.84)]


@pytest.mark.parametrize(("lang", "width"), [("zh", 1000), ("en", 360)])
def test_a_geopackage_is_taken_in_once_every_look_alike_is_decided(
    server, open_page, person, disaster, faults, lang, width
):
    manager = person(f"shelter_manager@{COUNTY}")
    same = make_shelter(manager, point=[121.501, 29.8], toilets=4)
    other = make_shelter(manager, name="老年活动中心", point=[121.5203, 29.82])
    data = outlines.geopackage(outlines.frame(ROWS, POINTS))
    page = open_page(f"shelter_manager@{COUNTY}", width=width, lang=lang)
    page.goto(f"{server.url}/shelters/import")
    file = {"name": "避灾点.gpkg", "mimeType": "application/octet-stream", "buffer": data}
    page.set_input_files("#file", file)
    page.check('input[value="cgcs2000"]')
    page.locator("form[action='/shelters/import'] button").click()
    page.wait_for_url("**/shelters/import/0*")

    assert page.locator(".decision").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(f'.decision input[value="{same}"]').check()
    page.locator("form[action$='/application'] button").click()
    page.locator(".error-summary").wait_for()
    met(faults, 422)
    assert page.locator(f'.decision input[value="{same}"]').is_checked()

    page.locator(f'.decision:has(input[value="{other}"]) input[value="add"]').check()
    page.locator("form[action$='/application'] button").click()
    page.locator(".notice.ok").wait_for()

    rows = manager.get("/api/v1/shelters?sort=name").json["shelters"]
    assert sorted(each["name"] for each in rows) == sorted(
        [each["name"] for each in ROWS] + ["老年活动中心"]
    )
    stored = manager.get(f"/api/v1/shelters/{same}").json
    assert (stored["capacity_max"], stored["toilets"], stored["revision"]) == (80, 4, 2)
    assert manager.get(f"/api/v1/shelters/{other}").json["revision"] == 1
