"""Outlines as users have them: every format and system lands in the same place, or says why not."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from shapely import Point, box
from sqlalchemy import select

from relief_ops import geo, i18n
from relief_ops.admin import importing as files
from relief_ops.config import ROOT
from relief_ops.errors import Invalid, Malformed, ReliefError, TooLarge, UnsupportedType
from relief_ops.geo import frames, outline_files
from relief_ops.geo.models import AreaShape
from tests.factories import outlines
from tests.factories.city import NEIGHBOUR, TOWNSHIP
from tests.factories.outlines import BY_CODE, BY_NAME, SQUARES, frame

pytestmark = pytest.mark.sqlite_first

METRES = 4549  # CGCS2000 / 3-degree Gauss-Kruger CM 120E: what Ningbo's surveyors work in
SYSTEMS = {
    "wgs84": (4326, "wgs84"),
    "cgcs2000": (4490, "cgcs2000"),
    "cgcs2000 as the file says": (4490, "file"),
    "metres as the file says": (METRES, "file"),
}
FORMATS = {
    "geojson": outlines.geojson,
    "geopackage": outlines.geopackage,
    "shapefile": outlines.shapefile,
}


def asked(system: str = "wgs84") -> files.Asked:
    return files.Asked(kind="outlines", system=frames.System(system), valid_from=date(2000, 1, 1))


def read(data: bytes, system: str = "wgs84") -> list[frames.Shape]:
    """Read as the product does; what is no GeoPackage right here, which is quicker."""
    if data.startswith(b"SQLite"):
        return frames.read_shapes(data, system=frames.System(system))
    outline_files.refuse(data)
    return frames.shapes_of(frames.read_here(data, frames.System(system)))


def planned(session, data: bytes, asked: files.Asked) -> files.Plan:
    return files.outlines_plan(session, read(data, asked.system.value), asked)


def apart(shape: frames.Shape, code: str) -> float:
    """Return how far a shape is from where it should be, in degrees."""
    return float(shape.geometry.hausdorff_distance(SQUARES[code]))


@pytest.fixture(autouse=True)
def english():
    i18n.speak("en")
    yield
    i18n.speak("zh")


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_in_every_system_lands_where_it_should(session, kind, system):
    crs, chosen = SYSTEMS[system]
    shapes = read(FORMATS[kind](frame(BY_CODE, crs=crs)), chosen)
    made = files.outlines_plan(session, shapes, asked(chosen))

    assert made.problems == [] and made.count == 2
    assert all(apart(each, code) < 1e-5 for each, code in zip(shapes, SQUARES, strict=True))


@pytest.mark.parametrize("said", [BY_CODE, BY_NAME], ids=["by code", "by county and name"])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_is_written_by_code_and_by_county_and_name(session, kind, said):
    made = files.plan(session, FORMATS[kind](frame(said)), asked())
    count = files.carry_out(session, made, asked(), actor_id=None)
    outlined = session.scalars(select(AreaShape.area_id).where(AreaShape.outline.is_not(None)))

    tree = geo.tree(session)
    assert count == 2 and {tree.node(each).code for each in outlined} == set(SQUARES)


@pytest.mark.parametrize("kind", FORMATS)
def test_gcj02_is_converted_to_within_a_metre(kind):
    data = FORMATS[kind](frame(shapes=outlines.shifted()))

    shapes = read(data, "gcj02")

    assert all(apart(each, code) < 1e-5 for each, code in zip(shapes, SQUARES, strict=True))
    assert apart(read(data)[0], TOWNSHIP) > 0.002


def test_a_check_writes_nothing(session):
    planned(session, outlines.geojson(frame()), asked())

    assert not session.new and not session.dirty
    assert geo.tree(session).by_code(TOWNSHIP).point == (121.50, 29.80)


def test_a_shapefile_of_a_chinese_desktop_is_read_in_a_folder_and_in_gbk(session):
    data = outlines.shapefile(frame(BY_NAME), folder="宁波乡镇/", encoding="GBK")
    parts = {
        name: each for name, each in outlines.unzipped(data).items() if not name.endswith(".cpg")
    }
    parts["__MACOSX/宁波乡镇/._乡镇.shp"] = b"\x00\x05\x16\x07"
    parts["宁波乡镇/说明.txt"] = b"read me"

    made = planned(session, outlines.zipped(parts), asked())

    assert made.problems == [] and made.count == 2


def test_every_row_that_names_no_area_is_named_with_what_to_do(session):
    said: list[dict[str, Any]] = [
        {"code": "999999999999", "county": "", "name": ""},
        {"code": "", "county": "东山县", "name": "无此镇"},
        {"code": "", "county": "", "name": ""},
        {"code": NEIGHBOUR, "county": "东山县", "name": "临江镇"},
        {"code": NEIGHBOUR, "county": "", "name": "临江镇"},
        {"code": 990201000, "county": "", "name": ""},
    ]
    shapes = [box(121 + n / 10, 29, 121.05 + n / 10, 29.05) for n in range(len(said))]

    made = planned(session, outlines.geojson(frame(said, shapes)), asked())

    told = {each.row: each.message for each in made.problems}
    assert sorted(told) == [1, 2, 3, 5]
    assert "999999999999" in told[1] and "give county and name" in told[1]
    assert "东山县 无此镇" in told[2] and "correct the name" in told[2]
    assert "give a code" in told[3]
    assert "望海乡" in told[5] and "add the county" in told[5]
    assert made.count == 2, "a name in its county is believed before a code of another year"


def test_who_holds_one_county_imports_nothing_of_its_neighbour(session):
    mine = geo.tree(session).by_code("990200000000").id
    limited = files.Asked(
        kind="outlines", system=frames.System.WGS84, valid_from=date(2000, 1, 1),
        inside=frozenset({mine}),
    )  # fmt: skip

    made = planned(session, outlines.geojson(frame()), limited)

    assert [each.row for each in made.problems] == [1, 2] and made.count == 0


@pytest.mark.parametrize(
    "shape",
    [
        Point(121.5, 29.8),
        Point(121.5, 29.8).buffer(0.1).boundary,
        box(29.7, 121.4, 29.8, 121.5),
        box(500_000, 3_200_000, 501_000, 3_201_000),
        None,
    ],
    ids=["a point", "a line", "axes swapped", "metres", "nothing"],
)
def test_what_is_no_outline_on_this_earth_is_named(session, shape):
    drawn = frame(shapes=[shape, SQUARES[NEIGHBOUR]])

    made = planned(session, outlines.geojson(drawn), asked())

    assert [each.row for each in made.problems] == [1]
    assert "临江镇" in made.problems[0].message


def test_a_file_without_a_coordinate_system_asks_for_one():
    data = outlines.shapefile(frame(crs=None))

    with pytest.raises(Invalid, match="Choose one"):
        read(data, "file")
    assert apart(read(data, "wgs84")[0], TOWNSHIP) < 1e-9


@pytest.mark.parametrize("system", ["wgs84", "cgcs2000", "gcj02"])
def test_metres_are_not_taken_for_degrees(system):
    with pytest.raises(Invalid, match="in metres"):
        read(outlines.shapefile(frame(crs=METRES)), system)


def _bomb() -> bytes:
    return outlines.zipped({"a.shp": b"\0" * 40_000_000, "a.shx": b"", "a.dbf": b""})


def _renamed(way: str) -> bytes:
    parts = outlines.unzipped(outlines.shapefile(frame()))
    return outlines.zipped({way + name: data for name, data in parts.items()})


def _quoted_size() -> bytes:
    """Return a zip whose directory tells less than what comes out."""
    data = bytearray(outlines.zipped({"a.shp": b"\0" * 5000, "a.shx": b"", "a.dbf": b""}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(data)


def _two() -> bytes:
    parts = outlines.unzipped(outlines.shapefile(frame()))
    return outlines.zipped({f"{n}/{name}": data for n in "ab" for name, data in parts.items()})


def _encrypted() -> bytes:
    data = bytearray(outlines.shapefile(frame()))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1
    return bytes(data)


def _feature(geometry: Any) -> bytes:
    feature = {"type": "Feature", "properties": {"code": TOWNSHIP}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


OPEN_RING = {"type": "Polygon", "coordinates": [[[121, 29], [122, 29]]]}
KML = b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>'
STRANGE = {
    "nothing": (b"", UnsupportedType),
    "a picture": (b"GIF89a", UnsupportedType),
    "xml with an entity": (KML, UnsupportedType),
    "an empty object": (b"{}", ReliefError),
    "an empty collection": (b'{"type":"FeatureCollection","features":[]}', ReliefError),
    "half a json": (outlines.geojson(frame())[:200], Malformed),
    "a deep json": (b'{"type":"FeatureCollection","features":' + b"[" * 90_000, Malformed),
    "half a geopackage": (outlines.geopackage(frame())[:12_000], Malformed),
    "half a zip": (outlines.shapefile(frame())[:300], Malformed),
    "a bomb": (_bomb(), TooLarge),
    "a directory that lies": (_quoted_size(), ReliefError),
    "a way out": (_renamed("../../"), UnsupportedType),
    "a way to the root": (_renamed("/etc/"), UnsupportedType),
    "a way out of Windows": (_renamed("..\\..\\"), UnsupportedType),
    "a drive": (_renamed("C:\\"), UnsupportedType),
    "a locked zip": (_encrypted(), Malformed),
    "two shapefiles": (_two(), UnsupportedType),
    "a workbook": (outlines.zipped({"xl/workbook.xml": KML}), UnsupportedType),
    "no table": (outlines.zipped({"a.shp": b"x", "a.shx": b"x"}), UnsupportedType),
    "parts that are none": (
        outlines.zipped({"a.shp": b"x" * 200, "a.shx": b"x" * 200, "a.dbf": b"x" * 200}),
        ReliefError,
    ),
    "too many files": (outlines.zipped({f"{n}.txt": b"" for n in range(70)}), TooLarge),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_file_is_refused_in_words(name):
    data, expected = STRANGE[name]

    with pytest.raises(expected) as refused:
        read(data)

    assert 400 <= refused.value.status < 500 and str(refused.value)


@pytest.mark.parametrize(
    "geometry",
    [OPEN_RING, {"type": "Polygon", "coordinates": []}, {"type": "Nonsense"}, {"coordinates": 1},
     {"type": "Polygon", "coordinates": [[["a", "b"]]]},
     {"type": "Polygon", "coordinates": [[[1e400, 1], [2, 2], [3, 3], [1, 1]]]}],
)  # fmt: skip
def test_a_geometry_that_is_none_is_named_or_refused(session, geometry):
    try:
        found = [each.row for each in planned(session, _feature(geometry), asked()).problems]
    except ReliefError as error:
        found = error.status

    assert found in ([1], 400, 422)


def test_an_entity_beside_a_shapefile_is_never_read():
    parts = outlines.unzipped(outlines.shapefile(frame()))
    parts |= {"乡镇.shp.xml": KML, "乡镇.qpj": KML}

    assert len(read(outlines.zipped(parts))) == 2


def test_more_corners_than_a_map_can_bear_are_refused(monkeypatch):
    monkeypatch.setattr(frames, "MOST_VERTICES", 9)

    with pytest.raises(TooLarge, match="Simplify"):
        frames.read_here(outlines.geojson(frame()), frames.System.WGS84)


def test_a_file_that_kills_its_reader_is_only_a_damaged_file(monkeypatch):
    monkeypatch.setattr(frames, "ROOT", ROOT / "tests")

    with pytest.raises(Malformed):
        frames.read_shapes(outlines.geojson(frame()), system=frames.System.WGS84)


def test_a_file_that_takes_for_ever_is_given_up(monkeypatch):
    monkeypatch.setattr(frames, "SECONDS", 0.01)

    with pytest.raises(TooLarge, match="too long"):
        frames.read_shapes(outlines.geojson(frame()), system=frames.System.WGS84)


def test_no_process_that_serves_or_works_ever_loads_geopandas():
    code = (
        "import sys; from relief_ops import app, worker; from relief_ops.geo import frames; "
        "frames.read_shapes(sys.stdin.buffer.read(), system=frames.System.WGS84); "
        "sys.exit('geopandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=outlines.geopackage(frame()), check=False
    )

    assert done.returncode == 0
