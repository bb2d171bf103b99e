"""Photos made for tests: each one different, with or without a camera's notes."""

from __future__ import annotations

import hashlib
import io
import random

from PIL import Image

from tests.conftest import Caller, new_id

TAKEN, OFFSET = 36867, 36881


def jpeg(
    seed: int = 1, *, size: tuple[int, int] = (320, 240), taken: str = "", zone: str = "",
    place: tuple[float, float] | None = None, kind: str = "JPEG", quality: int = 90,
) -> bytes:  # fmt: skip
    """Return a picture of noise; `taken` and `place` (lon, lat) stand in it as a camera writes."""
    rnd = random.Random(seed)
    picture = Image.frombytes("RGB", size, rnd.randbytes(size[0] * size[1] * 3))
    notes = Image.Exif()
    if taken:
        notes.get_ifd(0x8769)[TAKEN] = taken
        notes[0x010E] = "the house of somebody"
    if zone:
        notes.get_ifd(0x8769)[OFFSET] = zone
    if place:
        lon, lat = place
        notes.get_ifd(0x8825).update(
            {1: "N" if lat >= 0 else "S", 2: _parts(lat), 3: "E" if lon >= 0 else "W",
             4: _parts(lon)}
        )  # fmt: skip
    made = io.BytesIO()
    options = {"quality": quality} if kind != "PNG" else {}
    picture.save(made, kind, exif=notes, **options)
    return made.getvalue()


def _parts(angle: float) -> tuple[float, float, float]:
    angle = abs(angle)
    minutes = (angle % 1) * 60
    return float(int(angle)), float(int(minutes)), round((minutes % 1) * 60, 3)


def announcement(data: bytes, media_type: str = "image/jpeg", **more) -> dict:
    """Return what a sender says of a file before sending it."""
    return {
        "name": "photo.jpg", "media_type": media_type, "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    } | more  # fmt: skip


def piece(caller: Caller, file_id: str, offset: int, data: bytes):
    """Send one piece."""
    return caller.client.put(
        f"/api/v1/files/{file_id}/pieces/{offset}", data=data,
        headers={"Authorization": f"Bearer {caller.token}"},
        content_type="application/octet-stream",
    )  # fmt: skip


def send(caller: Caller, data: bytes, *, step: int = 64 * 1024, **more) -> str:
    """Send a file whole and return its id."""
    file_id = new_id()
    answer = caller.put(f"/api/v1/files/{file_id}", announcement(data, **more))
    assert answer.status_code == 201, answer.json
    for offset in range(0, len(data), step):
        answer = piece(caller, file_id, offset, data[offset : offset + step])
        assert answer.status_code == 200, answer.json
    assert answer.json["state"] == "complete", answer.json
    return file_id
