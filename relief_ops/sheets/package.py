"""What a workbook is allowed to be, judged before any library opens it."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib

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
FORBIDDEN = ("xl/vbaproject", "xl/externallinks/", "xl/embeddings/", "xl/macrosheets/")


def check_size(data: bytes, limits: Limits) -> None:
    """Refuse an empty file and one above the limit."""
    if not data:
        raise Malformed(_("The file is empty."))
    if len(data) > limits.packed:
        raise TooLarge(
            _("The file is too large: at most %(mb)d MB are taken.", mb=limits.packed // MEGABYTE)
        )


def check_package(data: bytes, limits: Limits) -> None:
    """Refuse what is no plain workbook: a bomb, macros, links outside, entities, another zip.

    Raises UnsupportedType, Malformed or TooLarge. Sizes are measured while unpacking, never
    taken from what the file says of itself.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_entries(package, len(data), limits)
            _check_parts(package, limits)
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


def _check_parts(package: zipfile.ZipFile, limits: Limits) -> None:
    """Unpack every part once, counting, and refuse declared entities, macros and far cells."""
    left = limits.unpacked
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
