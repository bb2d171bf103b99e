"""Outlines from GeoJSON, GeoPackage or zipped shapefiles: the only door to GeoPandas.

A file is read in a process of its own. GDAL brings its own SQLite, and in one process with
SpatiaLite it dies on the first GeoPackage; whatever else a file does to it, only the child
ends, and its memory and seconds are counted.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from relief_ops import i18n
from relief_ops.config import ROOT
from relief_ops.errors import Invalid, Malformed, ReliefError, TooLarge, UnsupportedType
from relief_ops.geo import outline_files
from relief_ops.geo.gcj02 import to_wgs84
from relief_ops.i18n import gettext as _

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_FEATURES, MOST_VERTICES = 10_000, 2_000_000
Row = tuple[dict[str, Any], str | None]
SECONDS, MOST_MEMORY = 120, 3 * 1024**3
ERRORS = {each.code: each for each in (Invalid, Malformed, TooLarge, UnsupportedType)}


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


def read_shapes(data: bytes, *, system: System, layer: str | None = None) -> list[Shape]:
    """Return the features of a file in WGS-84 longitude and latitude.

    The type is told by the content. Without a `layer` the first one is read; an empty one means
    the only one, and a file with several is refused with their names.
    Raises UnsupportedType, Malformed, Invalid or TooLarge.
    """
    outline_files.refuse(data)
    command = [sys.executable, "-m", "relief_ops.geo.frames", system.value, i18n.language()]
    if layer is not None:
        command.append(f"layer={layer}")
    try:
        done = subprocess.run(  # noqa: S603  our own module, no shell
            command, input=data, capture_output=True, timeout=SECONDS, check=False, cwd=ROOT
        )
    except subprocess.TimeoutExpired as error:
        raise TooLarge(
            _("The file takes too long to read. Simplify the outlines first.")
        ) from error
    if done.returncode:
        raise Malformed(_("The file is damaged and cannot be opened."))
    answer = orjson.loads(done.stdout)
    if "error" in answer:
        raise ERRORS[answer["error"]](answer["message"].replace("%", "%%"))
    return shapes_of(answer["shapes"])


def shapes_of(rows: list[Row]) -> list[Shape]:
    """Return shapes from what the child answers: what each says of itself, and its WKB in hex."""
    from shapely import from_wkb

    return [
        Shape(number, said, from_wkb(outline) if outline else None)
        for number, (said, outline) in enumerate(rows, start=1)
    ]


def main() -> None:
    """Read the file on standard input and answer its shapes, or in words why not."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    system, language, *asked = sys.argv[1:]
    i18n.speak(language)
    layer = asked[0].removeprefix("layer=") if asked else None
    try:
        shapes = read_here(sys.stdin.buffer.read(), System(system), layer)
        answer: dict[str, Any] = {"shapes": shapes}
    except ReliefError as error:
        answer = {"error": error.code, "message": str(error)}
    sys.stdout.buffer.write(orjson.dumps(answer, default=str))


def read_here(data: bytes, system: System, layer: str | None = None) -> list[Row]:
    """Read a file in this process, which must not be one that has SpatiaLite loaded."""
    import geopandas
    from shapely.errors import ShapelyError

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what GDAL doubts is looked at, and named, afterwards
        path, encoding = outline_files.put(data, Path(folder))
        try:
            more = {} if layer is None else {"layer": _layer(path, layer)}
            frame = geopandas.read_file(path, engine="pyogrio", encoding=encoding, **more)
        except (ValueError, OSError, RuntimeError, OverflowError, ShapelyError) as error:
            raise Malformed(_("The file is damaged and cannot be opened.")) from error
    if not hasattr(frame, "geometry") or not len(frame):
        raise Invalid(_("The file holds no outlines."))
    if len(frame) > MOST_FEATURES:
        raise TooLarge(_("At most %(rows)d rows are taken at once.", rows=MOST_FEATURES))
    return _shapes(_in_degrees(frame, system), system)


def _layer(path: Path, wanted: str) -> str:
    """Return the layer with this name, or the only one with outlines where none is named."""
    import pyogrio

    names = [str(name) for name, kind in pyogrio.list_layers(path) if kind]
    if not names:
        raise Invalid(_("The file holds no outlines."))
    if wanted in names or (not wanted and len(names) == 1):
        return wanted or names[0]
    raise Invalid(
        _("Say which layer of the file is meant: %(names)s.", names=", ".join(names[:20]))
    )  # fmt: skip


def _in_degrees(frame: Any, system: System) -> Any:
    """Return the frame in degrees; what is chosen must not contradict what the file says."""
    from pyproj.exceptions import ProjError

    if system == System.FILE:
        if frame.crs is None:
            raise Invalid(_("The file does not say its coordinate system. Choose one."))
        try:
            return frame.to_crs(4326)
        except (ProjError, ValueError) as error:
            raise Invalid(_("The coordinate system of the file cannot be converted.")) from error
    if frame.crs is not None and frame.crs.is_projected:
        raise Invalid(
            _(
                "The file is in metres (%(name)s), not degrees. Choose what the file itself says.",
                name=frame.crs.name,
            )
        )
    return frame


def _shapes(frame: Any, system: System) -> list[Row]:
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
    return [
        (
            {str(key): _plain(value) for key, value in row.items()},
            None if geometry is None else geometry.wkb_hex,
        )
        for row, geometry in zip(said, geometries, strict=True)
    ]


def _plain(value: Any) -> Any:
    """Return a cell as people write it: nothing for a missing one, a code without its `.0`."""
    if value is None or value != value:  # only NaN differs from itself
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


if __name__ == "__main__":
    main()
