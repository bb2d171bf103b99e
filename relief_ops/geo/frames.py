"""Outlines from GeoJSON, GeoPackage or zipped shapefiles: the only door to GeoPandas.

GeoPandas is imported inside the function, because it takes a second and no page needs it.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relief_ops.errors import Malformed, TooLarge, UnsupportedType
from relief_ops.geo.gcj02 import to_wgs84
from relief_ops.i18n import gettext as _

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_FEATURES, MOST_VERTICES = 10_000, 2_000_000
MOST_ENTRIES, MOST_UNPACKED, MOST_RATIO = 64, 200 * 1024 * 1024, 200
SHAPE_PARTS = {".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".xml", ".qpj"}


class System(StrEnum):
    """What the numbers of a file mean; CGCS2000 is WGS-84 within a metre."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    FILE = "file"


@dataclass(frozen=True)
class Shape:
    """One feature: its place in the file from 1, what it says of itself, and where it lies."""

    number: int
    properties: dict[str, Any]
    geometry: BaseGeometry | None


def read_shapes(data: bytes, *, system: System) -> list[Shape]:
    """Return the features of a file in WGS-84 longitude and latitude.

    The type is told by the content. Raises UnsupportedType, Malformed or TooLarge.
    """
    import geopandas
    from pyproj.exceptions import CRSError

    with tempfile.TemporaryDirectory() as folder:
        path = _written(data, Path(folder))
        try:
            frame = geopandas.read_file(path, engine="pyogrio")
            if system == System.FILE:
                if frame.crs is None:
                    raise Malformed(_("The file does not say its coordinate system. Choose one."))
                frame = frame.to_crs(4326)
        except (CRSError, ValueError, OSError, RuntimeError) as error:
            raise Malformed(_("The file is damaged and cannot be opened.")) from error
    if len(frame) > MOST_FEATURES:
        raise TooLarge(_("At most %(rows)d rows are taken at once.", rows=MOST_FEATURES))
    return _shapes(frame, system)


def _written(data: bytes, folder: Path) -> str:
    if data.startswith(b"PK"):
        _check_package(data)
        (folder / "shapes.zip").write_bytes(data)
        return f"zip://{folder / 'shapes.zip'}"
    if data.startswith(b"SQLite format 3\x00"):
        (folder / "shapes.gpkg").write_bytes(data)
        return str(folder / "shapes.gpkg")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        (folder / "shapes.geojson").write_bytes(data)
        return str(folder / "shapes.geojson")
    raise UnsupportedType(_("Send GeoJSON, a GeoPackage, or a zip with one shapefile."))


def _check_package(data: bytes) -> None:
    """Refuse an archive that is more or other than one shapefile."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
    except zipfile.BadZipFile as error:
        raise Malformed(_("The file is damaged and cannot be opened.")) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > packed * MOST_RATIO:
        raise TooLarge(_("The file unpacks to far more than it seems. It was not opened."))
    for entry in entries:
        parts = Path(entry.filename).parts
        odd = ".." in parts or entry.filename.startswith(("/", "\\"))
        if odd or (not entry.is_dir() and Path(entry.filename).suffix.lower() not in SHAPE_PARTS):
            raise UnsupportedType(_("Send GeoJSON, a GeoPackage, or a zip with one shapefile."))


def _shapes(frame: Any, system: System) -> list[Shape]:
    from shapely import force_2d, get_num_coordinates, transform

    geometries = [None if each is None else force_2d(each) for each in frame.geometry]
    if sum(int(get_num_coordinates(each)) for each in geometries if each) > MOST_VERTICES:
        raise TooLarge(_("The outlines have too many corners. Simplify them first."))
    if system == System.GCJ02:
        geometries = [
            each and transform(each, lambda xy: [to_wgs84(x, y) for x, y in xy])
            for each in geometries
        ]
    said = frame.drop(columns=frame.geometry.name).to_dict("records")
    pairs = zip(said, geometries, strict=True)
    return [
        Shape(number, {str(key): value for key, value in row.items()}, geometry)
        for number, (row, geometry) in enumerate(pairs, start=1)
    ]
