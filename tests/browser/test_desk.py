"""The desk in a real browser: it follows changes, survives a cut network, needs no WebGL."""

import uuid6

from tests.factories import city
from tests.factories.published import API, published_body

ROW = f'#list [data-code="{city.TOWNSHIP}"]'


def report(person, disaster, *, area: str, affected: int, part: int):
    reporter = person(f"township_reporter@{area}")
    body = {
        "disaster_id": disaster["id"],
        "area_code": area,
        "round": f"r{part}",
        "as_of": f"2013-10-06T0{part}:00:00Z",
        "values": {"affected": affected},
        "base": None,
    }
    answer = reporter.put(f"/api/v1/reports/{uuid6.uuid7()}", body)
    assert answer.status_code == 201, answer.json
    return answer.json["seq"]


def wait_for_seq(page, seq):
    page.wait_for_function(
        "(wanted) => Number(document.documentElement.dataset.seq) >= wanted", arg=seq
    )


def settled(page):
    page.wait_for_function("() => document.documentElement.dataset.seq !== undefined")


def test_a_report_filed_elsewhere_appears_without_a_reload(open_page, server, person, disaster):
    page = open_page("duty_officer")
    page.goto(f"{server.url}/desk?view=list&indicator=affected")
    settled(page)

    seq = report(person, disaster, area=city.TOWNSHIP, affected=1234, part=1)

    wait_for_seq(page, seq)
    page.locator(ROW, has_text="1,234").wait_for()


def test_nothing_is_missed_over_a_cut_network(open_page, server, person, disaster):
    page = open_page("duty_officer")
    page.goto(f"{server.url}/desk?view=list&indicator=affected")
    settled(page)

    page.wait_for_function("() => document.documentElement.dataset.age === 'live'")
    page.context.set_offline(True)
    page.wait_for_function("() => document.documentElement.dataset.age !== 'live'", timeout=40_000)
    report(person, disaster, area=city.TOWNSHIP, affected=77, part=1)
    seq = report(person, disaster, area=city.NEIGHBOUR, affected=88, part=1)
    page.context.set_offline(False)

    wait_for_seq(page, seq)
    page.locator(ROW, has_text="77").wait_for()
    page.locator(f'#list [data-code="{city.NEIGHBOUR}"]', has_text="88").wait_for()
    page.wait_for_function("() => document.documentElement.dataset.age === 'live'")


def test_map_tiles_and_list_are_one_key_apart_and_a_panel_opens(open_page, server, disaster):
    page = open_page("duty_officer")
    page.goto(f"{server.url}/desk?view=list")
    settled(page)

    page.keyboard.press("g")
    page.locator(f'.tile[data-code="{city.TOWNSHIP}"]').click()
    page.locator("#drawer h2", has_text="临江镇").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("l")

    assert page.locator("#drawer").is_hidden()
    assert page.locator("#list tbody tr").count() == 4
    assert "view=list" in page.url


def test_a_click_on_the_map_opens_the_panel(open_page, server, disaster):
    page = open_page("duty_officer")
    page.goto(f"{server.url}/desk?centre=121.5,29.8&zoom=13")
    settled(page)
    page.locator("#map canvas").wait_for()
    page.wait_for_function("() => document.getElementById('stage').dataset.drawn === 'true'")

    box = page.locator("#map canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    page.locator("#drawer h2", has_text="临江镇").wait_for()


def test_every_expected_township_has_a_tile_and_the_zone_code_none(open_page, server, disaster):
    page = open_page("duty_officer")
    page.goto(f"{server.url}/desk?view=tiles")
    page.locator(".tile").first.wait_for()

    codes = {each.get_attribute("data-code") for each in page.locator(".tile").all()}

    assert codes == set(city.POINTS)
    assert "never" in page.locator(f'.tile[data-code="{city.TOWNSHIP}"]').get_attribute("class")


def test_a_browser_that_cannot_draw_shows_the_list(open_page, server, disaster):
    page = open_page("duty_officer")
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(f"{server.url}/desk")

    page.locator("#list tbody tr").first.wait_for()

    assert page.locator("#stage").get_attribute("data-view") == "list"


def test_nothing_runs_over_the_edge_of_a_phone_of_320_pixels(open_page, server, disaster):
    for lang in ("zh", "en"):
        page = open_page("duty_officer", width=320, height=640, lang=lang)
        for view in ("map", "tiles", "list"):
            page.goto(f"{server.url}/desk?view={view}")
            settled(page)
            page.locator("#totals .total").first.wait_for(state="attached")

            over = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")

            assert over <= 0, f"{view} in {lang} is {over} pixels too wide"


def test_the_search_box_is_one_key_away(open_page, server, disaster):
    page = open_page("duty_officer")
    page.goto(f"{server.url}/desk?view=list")
    settled(page)

    page.keyboard.press("Control+k")
    page.keyboard.type("ljz")
    page.locator("#search-results [role=option]", has_text="临江镇").first.wait_for()
    page.keyboard.press("Enter")

    page.locator("#drawer h2", has_text="临江镇").wait_for()


def test_the_snapshot_opens_from_disk_without_a_network(
    open_page, server, browser, person, disaster, tmp_path, faults
):
    answer = person("duty_officer").get("/desk/snapshot.html")
    path = tmp_path / "snapshot.html"
    path.write_bytes(answer.data)
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))

    page.goto(path.as_uri())
    page.locator(".leaflet-overlay-pane path").first.wait_for(state="attached")

    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert page.locator("#headline").inner_text()
    context.close()


MARK = """() => {
  const mark = document.querySelector(".watermark");
  const style = getComputedStyle(mark);
  const box = mark.getBoundingClientRect();
  return {
    words: mark.textContent.trim(), shown: style.display !== "none" && Number(style.opacity) > 0,
    wide: box.width, high: box.height, caught: style.pointerEvents,
  };
}"""


def test_the_watermark_of_a_drill_lies_over_the_desk_and_over_every_page(open_page, server, drill):
    page = open_page("duty_officer", width=1280, height=800)
    for path, least in (("/desk", (800, 400)), ("/reports", (1000, 600))):
        page.goto(f"{server.url}{path}?disaster={drill[0]}")
        page.locator(".watermark").wait_for(state="attached")
        mark = page.evaluate(MARK)

        assert mark["words"] == "演练" and mark["shown"], path
        assert mark["wide"] > least[0] and mark["high"] > least[1], path
        assert mark["caught"] == "none", "what lies under it can be clicked"
        assert page.locator(".topbar .drill-mark").is_visible(), path


def test_the_desk_says_that_a_drill_is_invented_until_something_was_published(
    open_page, server, person, drill
):
    body = published_body(drill[0], as_of="2013-10-06T02:00:00Z")
    director = person("drill_director")
    assert director.put(f"{API}/{uuid6.uuid7()}", body).status_code == 201
    page = open_page("duty_officer", width=1280, height=800)
    page.goto(f"{server.url}/desk?disaster={drill[0]}")

    line = page.locator("#totals .proviso")
    line.wait_for()
    assert "首次公布数字（10-06 10:00）之前均为编拟" in line.inner_text()
    line.click()
    page.wait_for_url(f"**/published?disaster={drill[0]}")
    assert page.get_by_role("cell", name="受灾人口").is_visible()
