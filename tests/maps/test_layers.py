"""Layers over HTTP: refused, answered, tagged, and true after a change."""

import pytest

from tests.factories import city

PATHS = (
    "/desk",
    "/desk/totals",
    "/desk/queue",
    "/desk/feed",
    "/desk/clock",
    "/desk/snapshot.html",
    f"/areas/{city.TOWNSHIP}/panel",
    "/api/v1/layers",
    "/api/v1/layers/townships",
    "/api/v1/tiles/townships/6/53/26.pbf",
    "/api/v1/totals",
    "/api/v1/search?q=x",
)


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_is_refused(stranger, path):
    answer = stranger.get(path, Accept="application/json")

    assert answer.status_code == 401


def test_the_panel_of_a_foreign_area_is_not_found(person, disaster):
    neighbour = person(f"township_reporter@{city.NEIGHBOUR}")

    assert neighbour.get(f"/areas/{city.TOWNSHIP}/panel").status_code == 404


def test_the_list_names_base_layers_and_those_of_the_plug_ins(person, disaster):
    listed = person("duty_officer").get("/api/v1/layers").json["layers"]

    ids = [each["id"] for each in listed]
    assert len(ids) == len(set(ids))
    assert {"land", "counties", "townships", "indicators", "shelters", "storm_track"} <= set(ids)


def test_a_township_knows_its_county_and_whether_its_place_is_guessed(person, disaster):
    answer = person("duty_officer").get("/api/v1/layers/townships")

    found = {each["properties"]["code"]: each["properties"] for each in answer.json["features"]}
    assert found[city.TOWNSHIP]["county_code"] == city.COUNTY
    assert found[city.TOWNSHIP]["approximate"] is False
    assert found[city.TOWNSHIP]["villages"] == len(city.VILLAGES)


def test_an_unknown_layer_is_not_found(person, disaster):
    assert person("duty_officer").get("/api/v1/layers/unicorns").status_code == 404


def test_the_same_layer_again_is_304_and_costs_no_body(person, disaster):
    officer = person("duty_officer")
    first = officer.get("/api/v1/layers/townships")

    again = officer.get("/api/v1/layers/townships", If_None_Match=first.headers["ETag"])

    assert again.status_code == 304
    assert again.data == b""


def test_a_large_layer_is_gzipped_for_who_takes_it(person, disaster):
    officer = person("duty_officer")

    plain = officer.get("/api/v1/layers/land")
    packed = officer.get("/api/v1/layers/land", Accept_Encoding="gzip")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_a_moved_place_is_in_the_layer_at_once(person, disaster):
    officer, admin = person("duty_officer"), person("system_admin")
    before = officer.get("/api/v1/layers/townships")
    body = {"lon": 121.51, "lat": 29.81, "approximate": False}
    assert admin.put(f"/api/v1/areas/{city.TOWNSHIP}/point", body).status_code == 200

    after = officer.get("/api/v1/layers/townships", If_None_Match=before.headers["ETag"])

    assert after.status_code == 200
    places = {each["id"]: each["geometry"]["coordinates"] for each in after.json["features"]}
    assert places[city.TOWNSHIP] == [121.51, 29.81]


@pytest.mark.parametrize("query", ["bbox=1,2,3", "bbox=9,9,1,1", "at=yesterday", "limit=many"])
def test_a_bad_address_is_named(person, disaster, query):
    answer = person("duty_officer").get(f"/api/v1/layers/townships?{query}")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == query.partition("=")[0]


@pytest.mark.parametrize("path", ["3/9/1", "25/0/0"])
def test_a_tile_outside_the_world_is_refused(person, disaster, path):
    assert person("duty_officer").get(f"/api/v1/tiles/townships/{path}.pbf").status_code == 422


def test_the_track_names_agency_and_averaging_time(person, disaster):
    features = person("duty_officer").get("/api/v1/layers/storm_track").json["features"]

    positions = [each for each in features if each["geometry"]["type"] == "Point"]
    assert positions
    assert {each["properties"]["source"] for each in positions} == {"tokyo"}
    blown = [each["properties"] for each in positions if each["properties"]["wind_kt"]]
    assert blown
    assert {each["detail"] for each in blown} == {
        f"{each['wind_kt']} 节 10 分钟平均" for each in blown
    }


def test_an_area_is_found_by_name_pinyin_and_initials(person, disaster):
    officer = person("duty_officer")

    for words in ("临江", "linjiang", "ljz", city.TOWNSHIP):
        found = officer.get(f"/api/v1/search?q={words}").json["results"]
        assert "临江镇" in [each["title"] for each in found], words


def test_a_village_that_is_found_opens_its_own_panel_in_the_same_disaster(person, disaster):
    officer = person("duty_officer")
    [found] = officer.get("/api/v1/search?q=临江镇001").json["results"]
    panel = officer.get(f"/areas/{city.VILLAGE}/panel").text

    assert found["href"] == f"/desk?open={city.VILLAGE}&disaster={disaster['id']}"
    assert "<h2>临江镇001村</h2>" in panel
    assert f'data-show="{city.TOWNSHIP}">临江镇</button>' in panel


def test_the_desk_is_a_page_without_inline_script_or_style(person, disaster):
    page = person("duty_officer").get("/desk").get_data(as_text=True)

    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page
    assert page.count("<script") == page.count("<script src=") + page.count(
        '<script type="module" src='
    ) + page.count('<script type="application/json"')
