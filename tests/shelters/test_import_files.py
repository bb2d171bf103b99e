"""Files of points: GeoPackage, shapefile, GeoJSON; in any system, damaged, or lacking something."""

from __future__ import annotations

import io
import struct
import zipfile

import orjson
import pytest
from shapely import Point, Polygon

from relief_ops.geo.gcj02 import from_wgs84
from tests.conftest import new_id
from tests.factories import outlines
from tests.factories.city import COUNTY, TOWNSHIP
from tests.factories.shelters import make_shelter, open_shelter
from tests.shelters.test_imports import GOOD, OTHER, apply, book, names, send

pytestmark = pytest.mark.sqlite_first

HERE, THERE = (121.5, 29.8), (121.6, 29.85)
SAID = {"name": "临江村避灾点", "area_code": TOWNSHIP, "kind": "point_village", "capacity_max": 50}
MORE = SAID | {"name": "望海乡避灾中心", "kind": "centre_township", "capacity_max": 120}


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


def frame(*points, said=(SAID, MORE), crs=4326):
    shapes = [each if isinstance(each, Polygon) else Point(each) for each in points]
    return outlines.frame(list(said)[: len(shapes)], shapes, crs)


def points_of(caller):
    found = caller.get("/api/v1/shelters").json["shelters"]
    return [caller.get(f"/api/v1/shelters/{each['id']}").json["point"] for each in found]


def feature(point, **said):
    geometry = None if point is None else {"type": "Point", "coordinates": list(point)}
    return {"type": "Feature", "geometry": geometry, "properties": SAID | said}


def geojson(*features):
    return orjson.dumps({"type": "FeatureCollection", "features": list(features)})


@pytest.mark.parametrize("write", [outlines.geopackage, outlines.shapefile, outlines.geojson])
@pytest.mark.parametrize("system", ["wgs84", "cgcs2000", "file"])
def test_points_come_from_every_format_with_their_columns(manager, write, system):
    checked = send(manager, write(frame(HERE, THERE)), coordinates=system)

    assert checked.status_code == 201, checked.json
    assert (checked.json["rows"], checked.json["wrong"]) == (2, 0), checked.json["errors"]
    assert apply(manager, checked.json["id"]).json["written"] == 2
    assert names(manager) == ["临江村避灾点", "望海乡避灾中心"]
    assert points_of(manager)[0] == pytest.approx(HERE, abs=1e-6)


def test_a_shapefile_with_chinese_headings_cut_short_is_read(manager):
    said = {"名称": "临江村避灾点", "区划代码": TOWNSHIP, "类别": "村级避灾点", "最大容纳人数": 50}
    data = outlines.shapefile(frame(HERE, said=[said]), encoding="GBK")
    checked = send(manager, data)

    assert (checked.status_code, checked.json.get("wrong")) == (201, 0), checked.json


@pytest.mark.parametrize("write", [outlines.geopackage, outlines.shapefile])
def test_points_of_chinese_map_services_are_converted_from_files_of_shapes_too(manager, write):
    checked = send(manager, write(frame(from_wgs84(*HERE))), coordinates="gcj02").json
    apply(manager, checked["id"])

    assert points_of(manager)[0] == pytest.approx(HERE, abs=1e-6)


def test_a_projected_file_is_refused_as_degrees_and_taken_as_what_it_says(manager):
    data = outlines.shapefile(frame(HERE, crs=4549))
    refused = send(manager, data, coordinates="cgcs2000")
    taken = send(manager, data, coordinates="file")

    assert refused.status_code == 422 and "CGCS2000" in refused.json["detail"]
    assert taken.status_code == 201 and taken.json["wrong"] == 0
    apply(manager, taken.json["id"])
    assert points_of(manager)[0] == pytest.approx(HERE, abs=1e-6)


def test_a_workbook_says_no_system_of_its_own(manager):
    answer = send(manager, book(GOOD), coordinates="file")

    assert answer.status_code == 422 and answer.json["errors"][0]["field"] == "coordinates"


@pytest.mark.parametrize(
    ("point", "words"),
    [((0, 0), "非洲"), ((29.8, 121.5), "写反"), ((116.4, 39.9), "200"), ((500_000, 3e6), "投影")],
)
def test_a_point_that_cannot_be_meant_is_explained_at_its_feature_or_cell(manager, point, words):
    by_json = send(manager, geojson(feature(point))).json["errors"]
    by_book = send(manager, book([*GOOD[:3], *point, *GOOD[5:]])).json["errors"]

    assert len(by_json) == len(by_book) == 1
    assert words in by_json[0]["message"] and words in by_book[0]["message"]
    assert (by_json[0]["cell"], by_book[0]["cell"]) == ("GeoJSON!第 1 个要素", "避灾点!D2")


def test_swapped_and_empty_points_are_explained_in_a_geopackage_too(manager):
    errors = send(manager, outlines.geopackage(frame((29.8, 121.5), (0, 0)))).json["errors"]

    assert ["写反" in errors[0]["message"], "非洲" in errors[1]["message"]] == [True, True]


def test_an_outline_is_no_shelter_and_the_feature_is_named(manager):
    square = Polygon([(121.5, 29.8), (121.6, 29.8), (121.6, 29.9)])
    checked = send(manager, outlines.geopackage(frame(HERE, square))).json

    assert [each["cell"] for each in checked["errors"]] == ["GeoPackage!第 2 个要素"]
    assert "Polygon" in checked["errors"][0]["message"]
    assert apply(manager, checked["id"], leave_out=True).json["written"] == 1


def test_a_feature_without_a_point_is_taken_and_counted(manager):
    checked = send(manager, geojson(feature(None))).json

    assert (checked["wrong"], checked["without_point"]) == (0, 1)


@pytest.mark.parametrize("write", [outlines.geopackage, outlines.shapefile, outlines.geojson])
def test_columns_nobody_can_do_without_are_named_and_so_are_those_there(manager, write):
    data = write(frame(HERE, said=[{"mc": "临江村避灾点", "kind": "point_village"}]))
    answer = send(manager, data)

    assert answer.status_code == 422
    assert all(each in answer.json["detail"] for each in ("名称", "最大容纳人数", "区划代码", "mc"))


def test_of_several_layers_the_one_meant_is_asked_for(manager):
    data = two_layers()
    headers = {"Authorization": f"Bearer {manager.token}"}

    def ask(layer):
        address = f"/api/v1/shelter-imports/{new_id()}?coordinates=wgs84&layer={layer}"
        kind = "application/octet-stream"
        return manager.client.put(address, data=data, headers=headers, content_type=kind)

    unsaid, named, wrong = ask(""), ask("areas"), ask("roads")
    assert (unsaid.status_code, named.status_code, wrong.status_code) == (422, 201, 422)
    assert "areas, others" in unsaid.json["detail"] and "areas, others" in wrong.json["detail"]


def two_layers():
    """Return a GeoPackage with the layer `areas` and an empty one called `others`."""
    import sqlite3
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "two.gpkg"
        path.write_bytes(outlines.geopackage(frame(HERE)))
        with sqlite3.connect(path) as file:
            file.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
                "VALUES ('others', 'features', 'others', 4326)"
            )
            file.execute(
                "INSERT INTO gpkg_geometry_columns VALUES "
                "('others', 'geom', 'GEOMETRY', 4326, 0, 0)"
            )
            file.execute("CREATE TABLE others (fid INTEGER PRIMARY KEY, geom GEOMETRY, x TEXT)")
        file.close()
        return path.read_bytes()


def bomb():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for suffix in (".shp", ".shx", ".dbf"):
            package.writestr(f"a{suffix}", b"\x00" * 90_000_000)
    return target.getvalue()


def lacking():
    parts = outlines.unzipped(outlines.shapefile(frame(HERE)))
    return outlines.zipped({name: data for name, data in parts.items() if name[-4:] != ".dbf"})


def no_geometry():
    data = outlines.geopackage(frame(HERE))
    return data.replace(b"features", b"attributs")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (bomb, 413),
        (lacking, 415),
        (lambda: outlines.zipped({"readme.txt": b"x"}), 415),
        (lambda: outlines.zipped({"../a.shp": b"x", "a.shx": b"", "a.dbf": b""}), 415),
        (lambda: outlines.zipped({"a.shp": b"x", "a.shx": b"", "a.dbf": b""}), 400),
        (lambda: b"SQLite format 3\x00" + struct.pack("<i", 0) * 50, 400),
        (lambda: outlines.geopackage(frame(HERE))[:4096], 400),
        (no_geometry, 400),
    ],
)
def test_bad_files_of_shapes_are_refused_plainly_and_nothing_is_kept(manager, data, status):
    answer = send(manager, data())

    assert answer.status_code == status, answer.json
    assert answer.json["detail"] and names(manager) == []


def test_every_look_alike_is_proposed_with_its_reason_and_its_distance(manager):
    same = make_shelter(manager, name="临江村避灾安置点", point=[121.502, 29.8])
    spot = make_shelter(manager, name="镇中心小学", point=[121.5003, 29.8])
    make_shelter(manager, name="很远的避灾点", point=[121.55, 29.85])
    found = send(manager, book(GOOD)).json["duplicates"][0]["candidates"]

    assert {each["id"]: each["why"] for each in found} == {same: ["name"], spot: ["spot"]}
    assert [each["metres"] < 50 for each in found] == [each["id"] == spot for each in found]


def test_nothing_is_taken_in_while_a_row_waits_for_its_decision(manager):
    make_shelter(manager, point=[121.5001, 29.8001], capacity_max=30)
    checked = send(manager, book(GOOD, OTHER)).json
    waiting = apply(manager, checked["id"], duplicates="ask")
    foreign = apply(manager, checked["id"], duplicates="ask", choices={"1": new_id()})

    assert waiting.status_code == 422
    assert waiting.json["errors"][0]["field"] == "choices.1"
    assert foreign.status_code == 422
    assert names(manager) == ["临江村避灾点"]


def test_the_same_place_takes_what_the_file_says_and_keeps_the_rest(manager, person):
    shelter_id = make_shelter(
        manager, point=[121.5001, 29.8001], capacity_max=80, capacity_night=70, toilets=4,
        deputy="李四光", owner_unit="临江镇", hidden=True,
    )  # fmt: skip
    checked = send(manager, book(GOOD)).json
    done = apply(manager, checked["id"], duplicates="ask", choices={"1": shelter_id})
    stored = manager.get(f"/api/v1/shelters/{shelter_id}").json

    assert done.json["written"] == 1
    assert (stored["capacity_max"], stored["capacity_night"], stored["toilets"]) == (50, 50, 4)
    assert (stored["deputy"], stored["manager"]) == ("李＊＊", "张＊＊")
    assert (stored["owner_unit"], stored["hidden"], stored["revision"]) == ("临江镇", True, 2)


def test_another_place_of_the_same_name_is_added_beside_it(manager):
    make_shelter(manager, point=[121.5001, 29.8001])
    checked = send(manager, book(GOOD)).json
    apply(manager, checked["id"], duplicates="ask", choices={"1": "add"})

    assert names(manager) == ["临江村避灾点", "临江村避灾点"]


def test_two_rows_cannot_both_be_one_shelter(manager):
    shelter_id = make_shelter(manager, point=[121.5001, 29.8001])
    twin = ["临江村避灾安置点", *GOOD[1:3], 121.5002, 29.8001, *GOOD[5:]]
    checked = send(manager, book(GOOD, twin)).json
    answer = apply(manager, checked["id"], choices={"1": shelter_id, "2": shelter_id})

    assert answer.status_code == 422 and answer.json["errors"][0]["code"] == "twice"
    assert manager.get(f"/api/v1/shelters/{shelter_id}").json["revision"] == 1


def test_a_row_that_would_put_people_out_of_their_places_is_named(manager, disaster):
    shelter_id = open_shelter(manager, disaster, point=[121.5001, 29.8001], capacity_max=90)
    arrival = {"disaster_id": disaster["id"], "people": 70}
    manager.put(f"/api/v1/shelters/{shelter_id}/arrivals/{new_id()}", arrival)
    checked = send(manager, book(GOOD)).json
    answer = apply(manager, checked["id"], choices={"1": "update"})

    assert answer.status_code == 422
    assert "70" in answer.json["detail"] and "临江村避灾点" in answer.json["detail"]


def test_the_page_asks_for_each_look_alike_and_keeps_what_was_decided(manager, disaster):
    shelter_id = make_shelter(manager, point=[121.5001, 29.8001])
    other = make_shelter(manager, name=OTHER[0], area_code=OTHER[1], point=[121.6, 29.85])
    import_id = new_id()
    send(manager, book(GOOD, OTHER), import_id=import_id)
    headers = {"Authorization": f"Bearer {manager.token}"}
    address = f"/shelters/import/{import_id}/application"
    fields = {"duplicates": "ask", "choices.1": shelter_id}
    refused = manager.client.post(address, data=fields, headers=headers)
    taken = manager.client.post(address, data=fields | {"choices.2": "skip"}, headers=headers)

    assert refused.status_code == 422
    assert f'value="{shelter_id}" checked' in refused.text
    assert taken.status_code == 303
    revisions = [manager.get(f"/api/v1/shelters/{each}").json["revision"]
                 for each in (shelter_id, other)]  # fmt: skip
    assert revisions == [2, 1]
