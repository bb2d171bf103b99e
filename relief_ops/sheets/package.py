"""What a workbook is allowed to be, judged before any library opens it."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib

from defusedxml import ElementTree

from relief_ops.errors import Malformed, TooLarge, UnsupportedType
from relief_ops.i18n import gettext as _
from relief_ops.sheets.extent import Extent
from relief_ops.sheets.limits import MEGABYTE, Limits

# What the library of archives raises for a damaged one, whatever is damaged in it.
UNREADABLE = (
    *(zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError),
    *(zlib.error, lzma.LZMAError, struct.error),
)
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
DECLARED = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
FORBIDDEN = ("xl/vbaproject", "xl/externallinks/", "xl/embeddings/", "xl/macrosheets/")


def check_size(data: bytes, limits: Limits) -> None:
    """Refuse an empty file and one above the limit."""
    if not data:
        raise Malformed(_("The file is empty."))
    if len(data) > limits.packed:
        raise TooLarge(
            _("The file is too large: at most %(mb)d MB are taken.", mb=limits.packed // MEGABYTE)
        )


def check_package(data: bytes, limits: Limits) -> dict[str, Extent]:
    """Refuse what is no plain workbook: a bomb, macros, links outside, entities, another zip.

    Return what was seen of each sheet that holds formulas or errors, by its name. Raises
    UnsupportedType, Malformed or TooLarge. Sizes are measured while unpacking, never taken
    from what the file says of itself.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_entries(package, len(data), limits)
            seen = _check_parts(package, limits)
            return _by_sheet(package, seen) if seen else {}
    except UNREADABLE as error:
        raise Malformed(_("The file is damaged and cannot be opened.")) from error
    except zipfile.LargeZipFile as error:
        raise TooLarge(_bomb()) from error


def _check_entries(package: zipfile.ZipFile, packed: int, limits: Limits) -> None:
    entries = package.infolist()
    if len(entries) > limits.entries:
        raise TooLarge(_bomb())
    said = sum(entry.file_size for entry in entries)
    if said > limits.unpacked or said > max(packed, 1) * limits.ratio:
        raise TooLarge(_bomb())
    names = [entry.filename.lower().lstrip("/") for entry in entries]
    if len(set(names)) != len(names) or any(".." in name.split("/") for name in names):
        raise Malformed(_("The file is damaged and cannot be opened."))
    if any(name.startswith(FORBIDDEN) or name.endswith((".zip", ".xlsm")) for name in names):
        raise UnsupportedType(_macros())
    if "[content_types].xml" not in names or not any(n == "xl/workbook.xml" for n in names):
        raise UnsupportedType(_("This is not an Excel workbook (.xlsx)."))


def _check_parts(package: zipfile.ZipFile, limits: Limits) -> dict[str, Extent]:
    """Unpack every part once, counting, and refuse declared entities, macros and far cells."""
    left, seen = limits.unpacked, {}
    for entry in package.infolist():
        extent = Extent(entry.filename.lower(), limits)
        with package.open(entry) as part:
            tail = b""
            while chunk := part.read(65536):
                left -= len(chunk)
                if left < 0:
                    raise TooLarge(_bomb())
                _check_chunk(entry.filename.lower(), tail + chunk)
                extent.feed(chunk, tail)
                tail = chunk[-64:]
        extent.close()
        if extent.formulas or extent.failed:
            seen[entry.filename.lower().lstrip("/")] = extent
    return seen


def _by_sheet(package: zipfile.ZipFile, seen: dict[str, Extent]) -> dict[str, Extent]:
    """Return what was seen by the name of the sheet; a part no sheet names is left out."""
    names = {entry.filename.lower().lstrip("/"): entry.filename for entry in package.infolist()}
    try:
        book = ElementTree.fromstring(package.read(names["xl/workbook.xml"]))
        links = ElementTree.fromstring(package.read(names["xl/_rels/workbook.xml.rels"]))
    except (KeyError, ElementTree.ParseError) as error:
        raise Malformed(_("The file is damaged and cannot be opened.")) from error
    parts = {each.get("Id"): _part(each.get("Target", "")) for each in links}
    found = {}
    for sheet in book.iter(f"{MAIN}sheet"):
        extent = seen.get(parts.get(sheet.get(RELATION), ""))
        if extent is not None:
            found[sheet.get("name", "")] = extent
    return found


def _part(target: str) -> str:
    target = target.lower()
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _check_chunk(name: str, chunk: bytes) -> None:
    """Refuse a document type or entity in any encoding XML allows, and a macro workbook."""
    if name.endswith((".xml", ".rels", ".vml")) and DECLARED.search(chunk.replace(b"\x00", b"")):
        raise Malformed(_("The file declares XML entities, which are not taken."))
    if name == "[content_types].xml" and b"macroEnabled" in chunk:
        raise UnsupportedType(_macros())


def _macros() -> str:
    return _("Workbooks with macros, links or attachments are not taken. Save it as plain .xlsx.")


def _bomb() -> str:
    return _("The file unpacks to far more than it seems. It was not opened.")
