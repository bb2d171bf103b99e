"""What a file of outlines is, told by its content and without opening it for good.

What cannot be one never reaches a worker: archives that unpack to too much, lead out of
themselves or hold something else, and everything that is no GeoJSON, GeoPackage or shapefile.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from relief_ops.errors import Malformed, TooLarge, UnsupportedType
from relief_ops.i18n import gettext as _

MOST_ENTRIES, MOST_UNPACKED, MOST_RATIO = 64, 200 * 1024 * 1024, 200
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
NEEDED = (".shp", ".shx", ".dbf")
# What the library of archives raises for a damaged one, whatever is damaged in it.
UNREADABLE = (
    *(zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError),
    *(zlib.error, lzma.LZMAError, struct.error),
)
SQLITE = b"SQLite format 3\x00"


def refuse(data: bytes) -> None:
    """Raise UnsupportedType, Malformed or TooLarge for what cannot be a file of outlines."""
    if data.startswith(b"PK"):
        _members(data)
    elif not data.startswith(SQLITE) and not _is_json(data):
        raise UnsupportedType(_("Send GeoJSON, a GeoPackage, or a zip with one shapefile."))


def _is_json(data: bytes) -> bool:
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def put(data: bytes, folder: Path) -> tuple[Path, str | None]:
    """Put a file where GDAL can read it; return the path, and the encoding of its words."""
    if data.startswith(b"PK"):
        return _unpacked(data, folder)
    path = folder / ("shapes.gpkg" if data.startswith(SQLITE) else "shapes.geojson")
    path.write_bytes(data)
    return path, None


def _unpacked(data: bytes, folder: Path) -> tuple[Path, str | None]:
    """Write a shapefile's parts under names of our own: no name of the archive is ever used."""
    encoding = "UTF-8"
    members = _members(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for suffix, entry in members.items():
                part = package.read(entry)
                (folder / f"shapes{suffix}").write_bytes(part)
                if suffix == ".dbf":
                    encoding = _encoding(part)
    except UNREADABLE as error:
        raise Malformed(_("The file is damaged and cannot be opened.")) from error
    return folder / "shapes.shp", None if ".cpg" in members else encoding


def _encoding(table: bytes) -> str:
    """Return how a table without a .cpg is written: the desktops of China write GBK."""
    try:
        table[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _members(data: bytes) -> dict[str, zipfile.ZipInfo]:
    """Return the parts of the one shapefile in an archive; refuse one that is more or other."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = [each for each in package.infolist() if not each.is_dir()]
    except UNREADABLE as error:
        raise Malformed(_("The file is damaged and cannot be opened.")) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > packed * MOST_RATIO:
        raise TooLarge(_("The file unpacks to far more than it seems. It was not opened."))
    if any(_leads_out(entry.filename) for entry in entries):
        raise UnsupportedType(_("The zip names files outside itself. It was not opened."))
    return _one_shapefile(entries)


def _leads_out(name: str) -> bool:
    plain = name.replace("\\", "/")
    return ".." in PurePosixPath(plain).parts or plain.startswith("/") or ":" in plain


def _one_shapefile(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    names = {entry: PurePosixPath(entry.filename) for entry in entries}
    shown = {
        e: n for e, n in names.items() if not n.name.startswith(".") and "__MACOSX" not in n.parts
    }
    stems = {name.with_suffix("") for name in shown.values() if name.suffix.lower() == ".shp"}
    if len(stems) != 1:
        raise UnsupportedType(_("Send GeoJSON, a GeoPackage, or a zip with one shapefile."))
    mine = {
        name.suffix.lower(): entry
        for entry, name in shown.items()
        if name.with_suffix("") in stems and name.suffix.lower() in PARTS
    }
    if missing := [suffix for suffix in NEEDED if suffix not in mine]:
        raise UnsupportedType(
            _("The shapefile in the zip lacks %(parts)s.", parts=" ".join(missing))
        )
    return mine
