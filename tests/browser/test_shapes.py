"""Townships with an outline are fills one can point at and click; the others stay circles."""

from shapely import box

from relief_ops import db
from relief_ops.admin import importing as files
from relief_ops.auth import SYSTEM, act_as
from relief_ops.geo import importing
from tests.browser.test_desk import report, settled
from tests.factories import outlines
from tests.factories.city import TOWNSHIP
from tests.geo.test_formats import asked


def test_a_township_with_an_outline_is_filled_and_clicked_anywhere(
    open_page, server, person, disaster, app
):
    with act_as(SYSTEM), db.transaction() as session:
        importing.import_outlines(session, {TOWNSHIP: box(121.3, 29.6, 121.56, 30.0)})
    report(person, disaster, area=TOWNSHIP, affected=1234, part=1)
    page = open_page("duty_officer")
    page.goto(f"{server.url}/desk?centre=121.5,29.8&zoom=11&indicator=affected")
    settled(page)
    page.wait_for_function("() => document.getElementById('stage').dataset.drawn === 'true'")
    page.locator("#chooser", has_text="乡镇填色").wait_for()
    area = page.locator("#map canvas").bounding_box()
    x, y = area["x"] + area["width"] * 0.45, area["y"] + area["height"] * 0.2

    page.mouse.move(x, y)
    page.locator("#hover", has_text="临江镇").wait_for()
    assert "1,234" in page.locator("#hover").inner_text()
    page.mouse.click(x, y)
    page.locator("#drawer h2", has_text="临江镇").wait_for()


def test_an_outline_imported_elsewhere_appears_without_a_reload(
    open_page, server, person, disaster, app
):
    page = open_page("duty_officer")
    page.goto(f"{server.url}/desk?centre=121.6,29.85&zoom=11&indicator=affected")
    settled(page)
    page.wait_for_function("() => document.getElementById('stage').dataset.drawn === 'true'")
    assert page.locator("#chooser", has_text="乡镇填色").count() == 0

    with act_as(SYSTEM), db.transaction() as session:
        made = files.plan(session, outlines.geojson(outlines.frame()), asked())
        files.carry_out(session, made, asked(), actor_id=None)

    page.locator("#chooser", has_text="乡镇填色").wait_for()
