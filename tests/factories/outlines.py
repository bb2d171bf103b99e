"""Files of outlines as users send them: in each format, in each coordinate system."""

from __future__ import annotations

import io
import sqlite3
import struct
import tempfile
import warnings
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas
from shapely import Polygon, box, transform

from relief_ops.geo.gcj02 import from_wgs84
from tests.factories.city import NEIGHBOUR, TOWNSHIP

SIZE = 0.06
GEOPACKAGE = """
PRAGMA application_id = 1196444487;
PRAGMA user_version = 10200;
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
    organization_coordsys_id INTEGER, definition TEXT, description TEXT);
CREATE TABLE gpkg_contents (
    table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT,
    last_change TEXT, min_x REAL, min_y REAL, max_x REAL, max_y REAL, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z INTEGER,
    m INTEGER);
"""
SQUARES = {
    TOWNSHIP: box(121.47, 29.77, 121.47 + SIZE, 29.77 + SIZE),
    NEIGHBOUR: box(121.57, 29.82, 121.57 + SIZE, 29.82 + SIZE),
}
BY_CODE = [{"code": code} for code in SQUARES]
BY_NAME = [{"county": "东山县", "name": "临江镇"}, {"county": "东山县", "name": "望海乡"}]


def frame(
    said: list[dict[str, Any]] = BY_CODE, shapes: list[Any] | None = None, crs: Any = 4326
) -> geopandas.GeoDataFrame:
    """Return the two squares of the made-up city in a coordinate system (None: it says none)."""
    drawn = geopandas.GeoDataFrame(said, geometry=shapes or list(SQUARES.values()), crs=4326)
    return drawn.set_crs(None, allow_override=True) if crs is None else drawn.to_crs(crs)


def shifted() -> list[Polygon]:
    """Return the squares as a Chinese map service would draw them (GCJ-02)."""
    return [
        transform(each, lambda xy: [from_wgs84(x, y) for x, y in xy]) for each in SQUARES.values()
    ]


def geojson(drawn: geopandas.GeoDataFrame) -> bytes:
    """Return a GeoJSON file."""
    return _written(drawn, "areas.geojson", "GeoJSON")["areas.geojson"]


def geopackage(drawn: geopandas.GeoDataFrame) -> bytes:
    """Return a GeoPackage, written by the letter: GDAL's own SQLite does not bear ours."""
    number = drawn.crs.to_epsg()
    columns = [each for each in drawn.columns if each != "geometry"]
    head = b"GP\x00\x01" + struct.pack("<i", number)
    marks = ", ".join("?" * (1 + len(columns)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.gpkg"
        with closing(sqlite3.connect(path)) as file, file:
            file.executescript(GEOPACKAGE)
            told = ("s", number, "EPSG", number, drawn.crs.to_wkt("WKT1_GDAL"))
            file.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, '')", told)
            file.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
                "VALUES ('areas', 'features', 'areas', ?)",
                [number],
            )
            file.execute(
                "INSERT INTO gpkg_geometry_columns VALUES ('areas', 'geom', 'GEOMETRY', ?, 0, 0)",
                [number],
            )
            fields = "".join(f", {each} TEXT" for each in columns)
            file.execute(f"CREATE TABLE areas (fid INTEGER PRIMARY KEY, geom GEOMETRY{fields})")
            file.executemany(
                f"INSERT INTO areas (geom, {', '.join(columns)}) VALUES ({marks})",
                [
                    (head + shape.wkb, *said)
                    for shape, said in zip(
                        drawn.geometry, drawn[columns].itertuples(index=False), strict=True
                    )
                ],
            )
        return path.read_bytes()


def shapefile(drawn: geopandas.GeoDataFrame, *, folder: str = "", **options: Any) -> bytes:
    """Return a zipped shapefile as Windows and macOS make them."""
    parts = _written(drawn, "乡镇.shp", "ESRI Shapefile", **options)
    return zipped({f"{folder}{name}": data for name, data in parts.items()})


def zipped(parts: dict[str, bytes]) -> bytes:
    """Return a zip of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return target.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the files of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _written(
    drawn: geopandas.GeoDataFrame, name: str, driver: str, **options: Any
) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a file without a system is what some of them are for
        drawn.to_file(Path(folder) / name, driver=driver, engine="pyogrio", **options)
        return {each.name: each.read_bytes() for each in Path(folder).iterdir()}
