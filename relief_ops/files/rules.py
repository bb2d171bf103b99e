"""What a file may be and how its pieces fit together: decisions on plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_BYTES = 16 * 1024 * 1024
PIECE_MOST = 1024 * 1024
PIECE_LEAST = 4 * 1024  # but for the last one: sixteen million files of one byte are nobody's
PIECES_MOST = 2 * MOST_BYTES // PIECE_LEAST
HEAD = 32
JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
PICTURES = (JPEG, PNG, WEBP)
HEIC = ("image/heic", "image/heif")
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


class FileState(StrEnum):
    """On its way, whole, or given up with its pieces thrown away (it may still be sent again)."""

    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class Source(StrEnum):
    """Who says when or where a photo was taken: the camera, the phone around it, or a person."""

    CAMERA = "camera"
    DEVICE = "device"
    TYPED = "typed"


@dataclass(frozen=True)
class Told:
    """When and where a photo was taken, each with who says so; degrees in EPSG:4326."""

    taken_at: datetime | None = None
    time_source: Source | None = None
    lon: float | None = None
    lat: float | None = None
    place_source: Source | None = None

    def over(self, other: Told) -> Told:
        """Return what is told here, and what only the other tells."""
        at = self if self.taken_at else other
        place = self if self.lon is not None else other
        return Told(at.taken_at, at.time_source, place.lon, place.lat, place.place_source)


@dataclass(frozen=True, order=True)
class Piece:
    """So many bytes of a file from an offset on."""

    offset: int
    length: int

    @property
    def end(self) -> int:
        """Return the offset behind the last byte."""
        return self.offset + self.length


def kind_of(head: bytes) -> str | None:
    """Return the media type the first bytes of a file say, None for one we do not know."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return HEIC[0]
    return None


def covered(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the stretches that are there, touching and overlapping pieces made one."""
    found: list[Piece] = []
    for piece in sorted(pieces):
        if found and piece.offset <= found[-1].end:
            last = found[-1]
            found[-1] = Piece(last.offset, max(last.end, piece.end) - last.offset)
        else:
            found.append(piece)
    return found


def first_gap(pieces: Iterable[Piece], size: int) -> int:
    """Return the offset of the first byte that is missing; the size when none is."""
    there = covered(pieces)
    return min(there[0].end, size) if there and there[0].offset == 0 else 0


def misfit(piece: Piece, size: int) -> str | None:
    """Return why a piece cannot be of a file of this size: beyond, empty, small or large."""
    if piece.length == 0:
        return "empty"
    if piece.end > size:
        return "beyond"
    if piece.length > PIECE_MOST:
        return "large"
    if piece.length < PIECE_LEAST and piece.end != size:
        return "small"
    return None


def too_much(known: Collection[Piece], new: Piece) -> bool:
    """Whether pieces are more than any file needs: overlapping ones could fill every disk."""
    held = sum(each.length for each in known) + new.length
    return len(known) >= PIECES_MOST or held > 2 * MOST_BYTES


def same_where_they_meet(first: Piece, one: bytes, second: Piece, other: bytes) -> bool:
    """Whether two pieces say the same of every byte both have."""
    start, end = max(first.offset, second.offset), min(first.end, second.end)
    if start >= end:
        return True
    return (
        one[start - first.offset : end - first.offset]
        == other[start - second.offset : end - second.offset]
    )
