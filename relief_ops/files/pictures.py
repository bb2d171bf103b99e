"""The one door of Pillow: reads what a photo says of itself, and makes the copies that are shown.

Nothing of a photo is served as it came: a copy is drawn afresh, upright and without anything
the camera wrote beside the picture. All of it runs beside the loop, two pictures at a time.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from relief_ops import clock
from relief_ops.files.rules import JPEG, PNG, WEBP, Source, Told

if TYPE_CHECKING:
    from PIL.Image import Image

T = TypeVar("T")
FORMATS = ("JPEG", "PNG", "WEBP")
TYPES = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "WEBP": WEBP}
# A JPEG is decoded at a fraction of its size, the others whole: three or four bytes a pixel.
MOST_PIXELS = {JPEG: 120_000_000, PNG: 30_000_000, WEBP: 30_000_000}
COPIES = {"thumb": (320, 72), "view": (1920, 82)}  # longest side in pixels, quality
EXIF, GPS = 0x8769, 0x8825
TAKEN, OFFSET = 0x9003, 0x9011
log = logging.getLogger(__name__)
_slots = threading.BoundedSemaphore(2)


class NotAPicture(Exception):
    """These bytes are no picture we can draw; `code` is unreadable or pixels."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Picture:
    """What a picture is: its type by its content, its size in pixels, what the camera told."""

    media_type: str
    width: int
    height: int
    told: Told = field(default_factory=Told)


def apart(work: Callable[[], T]) -> T:
    """Run heavy work beside the loop when there is one, two at a time."""
    from gevent import get_hub
    from gevent.monkey import is_module_patched

    with _slots:
        if not is_module_patched("threading"):
            return work()
        result: T = get_hub().threadpool.apply(work)
        return result


def read(data: bytes) -> Picture:
    """Return what the picture is, having decoded all of it. Raises NotAPicture."""
    found = _open(data)
    kind = TYPES[str(found.format)]
    width, height = found.size
    if width * height > MOST_PIXELS[kind]:
        raise NotAPicture("pixels")
    told = _told(found)
    _drawn(data, *COPIES["thumb"])
    return Picture(kind, width, height, told)


def copy(data: bytes, name: str) -> bytes:
    """Return the copy that is shown (thumb or view): a JPEG with nothing but the picture."""
    return _drawn(data, *COPIES[name])


def _open(data: bytes) -> Image:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # it only warns; ours is an error, and comes before decoding
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Exception as error:
        log.info("no picture: %s", error)
        raise NotAPicture("unreadable") from error


def _drawn(data: bytes, longest: int, quality: int) -> bytes:
    from PIL import Image, ImageOps

    found = _open(data)
    made = io.BytesIO()
    try:
        found.draft("RGB", (longest, longest))
        flat = _on_white(ImageOps.exif_transpose(found))
        flat.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        flat.save(made, "JPEG", quality=quality, optimize=True)
    except Exception as error:
        log.info("a picture that breaks off or lies: %s", error)
        raise NotAPicture("unreadable") from error
    return made.getvalue()


def _on_white(picture: Image) -> Image:
    """Return the picture as three plain colours, alone: no profile, no text, no palette."""
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        upper = picture.convert("RGBA")
        ground = Image.new("RGBA", upper.size, "white")
        picture = Image.alpha_composite(ground, upper)
    flat = Image.new("RGB", picture.size)
    flat.paste(picture.convert("RGB"))
    return flat


def _told(found: Image) -> Told:
    """Return when and where the camera says it was; what is no time or place is nothing."""
    try:
        exif = found.getexif()
        at = _instant(exif.get_ifd(EXIF))
        place = _place(exif.get_ifd(GPS))
    except Exception as error:  # noqa: BLE001  a camera wrote them: whatever is wrong, no notes
        log.info("a camera's notes cannot be read: %s", error)
        return Told()
    lon, lat = place or (None, None)
    return Told(at, Source.CAMERA if at else None, lon, lat, Source.CAMERA if place else None)


def _instant(notes: Mapping[int, Any]) -> datetime | None:
    """Return the instant of the shot; a camera that names no zone means local time."""
    try:
        naive = datetime.strptime(str(notes[TAKEN]).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        zone = str(notes.get(OFFSET, "")).strip("\0 ")
        at = datetime.fromisoformat(f"{naive.isoformat()}{zone}")
    except (KeyError, ValueError):
        return None
    known = at if at.tzinfo else at.replace(tzinfo=clock.LOCAL)
    return known if 1990 < known.year < 2100 else None


def _place(notes: Mapping[int, Any]) -> tuple[float, float] | None:
    """Return longitude and latitude in degrees; 0, 0 is a camera without a fix."""
    try:
        lat = _degrees(notes[2]) * (-1 if str(notes[1]).upper().startswith("S") else 1)
        lon = _degrees(notes[4]) * (-1 if str(notes[3]).upper().startswith("W") else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90) or (lon, lat) == (0, 0):
        return None
    return round(lon, 5), round(lat, 5)


def _degrees(parts: Any) -> float:
    whole, minutes, seconds = (float(each) for each in parts)
    return whole + minutes / 60 + seconds / 3600
