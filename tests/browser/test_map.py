"""What the map promises: clusters, layers, places put right, classes that stand still, the past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.browsing import became
from tests.conftest import new_id
from tests.factories.city import COUNTY, FAR_TOWNSHIP, TOWNSHIP
from tests.factories.shelters import make_shelter

MANY = 130
HERE = "centre=121.5,29.8&zoom=10"
DRAWN = "() => document.getElementById('stage').dataset.drawn === 'true'"
MAP = """const { whenReady } = await import("/static/js/maps/map.js");
  const map = await new Promise((done) => { whenReady(done); });"""
CLUSTER = f"""async () => {{ {MAP}
  const [found] = map.queryRenderedFeatures({{ layers: ["shelters:calm:cluster"] }});
  const [words] = map.queryRenderedFeatures({{ layers: ["shelters:calm:count"] }});
  return found && words && {{ ...map.project(found.geometry.coordinates), zoom: map.getZoom(),
    count: words.properties.point_count }}; }}"""
CLOSER = f"async (zoom) => {{ {MAP} return map.getZoom() > zoom + 0.5; }}"
SHELTERS = f"""async (drawn) => {{ {MAP}
  const layers = map.getStyle().layers.map(({{ id }}) => id).filter((id) => /^shelters:/.test(id));
  return layers.length > 0 && (map.queryRenderedFeatures({{ layers }}).length > 0) === drawn; }}"""
POINT = f"""async ([lon, lat]) => {{ {MAP} const {{ x, y }} = map.project([lon, lat]);
  return {{ x, y }}; }}"""
PLACE = """async (code) => { const { townships } = await import("/static/js/maps/areas.js");
  const found = townships.get(code);
  return found && [...found.geometry.coordinates, found.properties.approximate]; }"""
MOVED = PLACE.replace("return found &&", "return found?.geometry.coordinates[0] > 121.51 &&")
LEGEND = """() => [...document.querySelector('#chooser .classes').children]
  .map((each) => each.innerText.split("\\n").map((line) => line.trim()))"""
ON_TOP = """() => { const box = document.getElementById("drawer");
  const { x, y } = box.getBoundingClientRect();
  return box.contains(document.elementFromPoint(x + 40, y + 20)); }"""


@pytest.fixture
def desk(open_page, server, disaster):
    """Return an opener of the desk: desk("view=list") is a duty officer's page of it."""

    def make(query="", *roles, width=1440):
        page = open_page(*(roles or ("duty_officer",)), width=width, height=900)
        page.goto(f"{server.url}/desk?{query}")
        page.wait_for_function("() => document.documentElement.dataset.age === 'live'")
        if "view=" not in query:
            page.wait_for_function(DRAWN)
        return page

    return make


def report(person, disaster, area, as_of, affected, base=None):
    body = {"disaster_id": disaster["id"], "area_code": area, "round": f"r{affected}",
            "as_of": as_of, "values": {"affected": affected}, "base": base}  # fmt: skip
    answer = person(f"township_reporter@{area}").put(f"/api/v1/reports/{new_id()}", body)
    assert answer.status_code == 201, answer.json


def spot(page, lon_lat):
    """Return where a place is on the screen."""
    point, box = page.evaluate(POINT, lon_lat), page.locator("#map canvas").bounding_box()
    return box["x"] + point["x"], box["y"] + point["y"]


def test_many_calm_shelters_are_one_circle_with_their_number_and_a_click_parts_them(desk, person):
    keeper = person(f"shelter_manager@{COUNTY}")
    for nth in range(MANY):
        place = [121.5 + nth % 13 / 2000, 29.82 + nth // 13 / 2000]
        make_shelter(keeper, name=f"试验点{nth}", point=place)
    page = desk(HERE)

    found = became(page, CLUSTER)
    assert found["count"] == MANY
    box = page.locator("#map canvas").bounding_box()
    page.mouse.click(box["x"] + found["x"], box["y"] + found["y"])
    became(page, CLOSER, found["zoom"])

    page.locator("#layer-shelters").uncheck()
    became(page, SHELTERS, False)
    assert "off=shelters" in page.url
    page.reload()
    page.wait_for_function(DRAWN)
    page.locator("#chooser label", has_text="避灾").wait_for()
    assert not page.locator("#layer-shelters").is_checked()
    page.locator("#layer-shelters").check()
    became(page, SHELTERS, True)
    assert "off=" not in page.url


def test_a_panel_opens_over_the_map_in_full_screen_too(desk):
    page = desk(HERE)
    page.locator("[data-map=full]").click()
    page.wait_for_function("() => document.fullscreenElement && innerHeight > 0")
    assert page.locator("#totals").is_hidden()
    page.wait_for_timeout(200)
    page.mouse.click(*spot(page, [121.5, 29.8]))
    page.locator("#drawer h2", has_text="临江镇").wait_for()
    assert page.evaluate(ON_TOP)

    page.locator("#drawer [data-close]").click()
    page.locator("[data-map=full]").click()
    page.wait_for_function("() => !document.fullscreenElement")
    assert page.locator("#totals").is_visible()


def test_choosing_a_county_narrows_list_and_totals_and_keeps_the_view(desk, person, disaster):
    report(person, disaster, TOWNSHIP, "2013-10-06T01:00:00Z", 100)
    report(person, disaster, FAR_TOWNSHIP, "2013-10-06T01:00:00Z", 900)
    page = desk("view=list&indicator=affected")
    page.locator('#totals [data-key="affected"][data-value="1000"]').wait_for()
    assert page.locator("#list tbody tr").count() == 4

    page.locator("details.boxed summary").click()
    page.locator("details.boxed a", has_text="东山县").click()
    page.locator('#totals [data-key="affected"][data-value="100"]').wait_for()

    page.wait_for_function("() => document.querySelectorAll('#list tbody tr').length === 2")
    assert f"area={COUNTY}" in page.url
    assert "view=list" in page.url
    assert "indicator=affected" in page.url


def test_the_legends_classes_stand_still_while_figures_grow(desk, person, disaster):
    report(person, disaster, TOWNSHIP, "2013-10-06T01:00:00Z", 1000)
    page = desk(f"{HERE}&indicator=affected")
    page.wait_for_function("() => document.querySelector('#chooser .classes strong')?.textContent")
    before = page.evaluate(LEGEND)

    report(person, disaster, TOWNSHIP, "2013-10-06T02:00:00Z", 60_000)
    page.wait_for_function("() => !document.querySelector('#chooser .classes strong').textContent")
    after = page.evaluate(LEGEND)

    assert [words for words, _count in after] == [words for words, _count in before]
    assert [count for _words, count in before] == ["1", "", "", "", ""]
    assert [count for _words, count in after] == ["", "", "1", "", ""]


def test_a_link_shows_the_same_place_figure_and_panel_to_somebody_else(desk):
    page = desk(f"centre=121.52,29.81&zoom=11.5&indicator=deaths&basis=accepted&open={TOWNSHIP}")
    page.locator("#drawer h2", has_text="临江镇").wait_for()
    centre = page.evaluate(
        f"async () => {{ {MAP} return [...map.getCenter().toArray(), map.getZoom()]; }}"
    )

    assert centre == pytest.approx([121.52, 29.81, 11.5], abs=0.001)
    assert page.locator("#indicator").input_value() == "deaths"
    assert page.locator("[data-basis=accepted]").get_attribute("aria-pressed") == "true"
    assert f"open={TOWNSHIP}" in page.url


def test_an_approximate_place_is_dragged_right_and_other_screens_see_it(desk, person):
    admin = person("system_admin")
    guessed = {"lon": 121.5, "lat": 29.8, "approximate": True}
    assert admin.put(f"/api/v1/areas/{TOWNSHIP}/point", guessed).status_code == 200
    other = desk(HERE)
    assert became(other, PLACE, TOWNSHIP) == [121.5, 29.8, True]
    page = desk(f"{HERE}&view=list&open={TOWNSHIP}", "system_admin", "duty_officer")
    page.locator("#drawer", has_text="约略").wait_for()

    page.locator("[data-move]").click()
    page.wait_for_function(DRAWN)
    start = page.locator(".maplibregl-marker").bounding_box()
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 20, steps=4)
    page.mouse.up()
    page.locator(".toast", has_text="位置已订正").wait_for()

    moved = became(other, MOVED, TOWNSHIP)
    assert moved[2] is False
    assert 29.7 < moved[1] < 29.8


@pytest.fixture
def reported_twice(person):
    """Return a typhoon of today whose township reported 100 four hours ago and 400 since."""
    now = datetime.now(UTC)
    hours = {each: (now - timedelta(hours=each)).isoformat() for each in (6, 4, 1)}
    begun = {
        "id": new_id(),
        "name": "今日台风",
        "kind": "typhoon",
        "started_at": hours[6],
        "storm": "1323",
    }
    body = {key: value for key, value in begun.items() if key != "id"}
    assert person("duty_officer").put(f"/api/v1/disasters/{begun['id']}", body).status_code == 201
    report(person, begun, TOWNSHIP, hours[4], 100)
    report(person, begun, TOWNSHIP, hours[1], 400)
    return begun


def test_the_timeline_shows_the_past_and_goes_back_to_now(open_page, server, reported_twice):
    page = open_page("duty_officer", width=1440, height=900)
    page.goto(f"{server.url}/desk?disaster={reported_twice['id']}&view=list&indicator=affected")
    row = page.locator(f'#list [data-code="{TOWNSHIP}"]')
    row.filter(has_text="400").wait_for()

    page.locator("#timeline input[type=range]").fill("267")  # of 60 hours from 18 hours ago on
    row.filter(has_text="100").wait_for()
    page.locator('#totals [data-key="affected"][data-value="100"]').wait_for()
    assert "at=" in page.url
    assert page.locator("#timeline [data-mode=past]").get_attribute("aria-pressed") == "true"

    page.locator("#timeline > button").click()
    row.filter(has_text="400").wait_for()
    page.locator('#totals [data-key="affected"][data-value="400"]').wait_for()
    assert "at=" not in page.url


def test_an_answer_that_comes_late_does_not_take_the_place_of_a_later_one(
    open_page, server, reported_twice
):
    page, held = open_page("duty_officer", width=1440, height=900), []
    page.route(
        "**/desk/totals?*",
        lambda route: route.continue_() if held else held.append(route),  # the first alone is late
    )
    page.goto(f"{server.url}/desk?disaster={reported_twice['id']}&view=list&indicator=affected")
    page.locator(f'#list [data-code="{TOWNSHIP}"]').filter(has_text="400").wait_for()
    page.locator("#timeline input[type=range]").fill("267")
    past = page.locator('#totals [data-key="affected"][data-value="100"]')
    past.wait_for()
    with page.expect_request_finished(lambda each: each == held[0].request):
        held[0].continue_()
    page.wait_for_timeout(300)
    assert past.is_visible()


def test_the_map_is_grey_while_the_line_is_cut_and_says_so(desk):
    page = desk(HERE)
    look = "() => getComputedStyle(document.getElementById('map')).filter"
    assert page.evaluate(look) == "none"
    assert page.locator("#blind-strip").is_hidden()

    page.context.set_offline(True)
    page.locator("#blind-strip", has_text="旧").wait_for(timeout=20_000)
    assert "grayscale(1)" in page.evaluate(look)

    page.context.set_offline(False)
    page.wait_for_function("() => document.documentElement.dataset.age === 'live'")
    assert page.evaluate(look) == "none"
    assert page.locator("#blind-strip").is_hidden()


def test_the_storm_is_never_shown_without_its_agency_and_averaging_time(desk, person, disaster):
    features = person("duty_officer").get("/api/v1/layers/storm_track").json["features"]
    positions = [each for each in features if each["properties"].get("wind_kt")]
    assert all("10" in each["properties"]["detail"] for each in positions)
    where = positions[len(positions) // 2]
    lon, lat = where["geometry"]["coordinates"]
    page = desk(f"centre={lon},{lat}&zoom=8&at={where['properties']['as_of'][:19]}Z")

    inset = page.locator("#storm")
    inset.locator("small", has_text="日本气象厅").wait_for()
    inset.locator(".facts", has_text="10 分钟平均").wait_for()
    x, y = spot(page, [lon, lat])
    page.mouse.move(x - 60, y)
    page.mouse.move(x, y)
    page.locator("#hover .source", has_text="日本气象厅").wait_for()
    page.locator("#hover dd", has_text="10 分钟平均").wait_for()
