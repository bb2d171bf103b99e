"""How large a workbook may be."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How large a file may be: bytes packed and unpacked, ratio, entries, rows, columns, text.

    `cells` is the rectangle a sheet fills from A1 to its last value, empty or not: the library
    lays all of it out, so two cells far apart weigh as much as everything between them.
    """

    packed: int = 16 * MEGABYTE
    unpacked: int = 200 * MEGABYTE
    ratio: int = 200
    entries: int = 500
    rows: int = 100_000
    columns: int = 200
    cells: int = 5_000_000
    text: int = 2_000


LIMITS = Limits()
