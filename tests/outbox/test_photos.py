"""What a camera wrote, read by the phone's own module, and how pieces grow and shrink."""

from __future__ import annotations

import base64
import random
from typing import Any

import pytest

from tests.files.pictures import jpeg
from tests.outbox.test_state import SCRIPTS, STATE, answered, call, node

PHONE = SCRIPTS / "reports" / "phone"
NOTHING = {"taken_at": None, "lon": None, "lat": None}
HOUR = 3_600_000


def notes(data: bytes) -> Any:
    script = (
        "const [module, text] = process.argv.slice(1);"
        "const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));"
        "const { cameraNotes } = await import(module);"
        "console.log(JSON.stringify(cameraNotes(bytes.buffer)));"
    )
    text = base64.b64encode(data).decode()
    return node("--input-type=module", "-e", script, str(PHONE / "exif.js"), text)


def small(seed: int, **more: Any) -> bytes:
    return jpeg(seed, size=(16, 12), **more)


@pytest.mark.parametrize(
    ("zone", "instant"),
    [("", "2013-10-06T19:05:00.000Z"), ("+00:00", "2013-10-07T03:05:00.000Z")],
)
def test_the_phone_reads_time_and_place_as_the_camera_wrote_them(zone, instant):
    data = small(1, taken="2013:10:07 03:05:00", zone=zone, place=(121.55, 29.87))

    assert notes(data) == {"taken_at": instant, "lon": 121.55, "lat": 29.87}


def test_south_and_west_are_negative_and_nought_is_no_place():
    assert notes(small(2, place=(-70.5, -33.25))) == NOTHING | {"lon": -70.5, "lat": -33.25}
    assert notes(small(3, place=(0.0, 0.0))) == NOTHING


def test_a_picture_without_notes_and_what_is_no_picture_say_nothing():
    for data in (small(4), small(5, kind="PNG"), b"", b"\xff\xd8", b"text" * 20):
        assert notes(data) == NOTHING


def test_broken_notes_never_stop_a_photo():
    rnd = random.Random(6)
    whole = small(6, taken="2013:10:07 03:05:00", place=(121.55, 29.87))
    for _ in range(6):
        data = bytearray(whole[: rnd.randrange(4, 400)])
        data[rnd.randrange(len(data))] ^= 255
        assert set(notes(bytes(data))) == set(NOTHING)


def test_the_camera_comes_before_the_phone_and_the_phone_only_of_a_picture_just_taken():
    here = {"lon": 121.6, "lat": 29.9}
    camera = {"taken_at": "2013-10-07T00:00:00.000Z", "lon": 121.5, "lat": 29.8}
    at = 1_381_104_000_000

    def told(notes: Any, modified: int, position: Any) -> Any:
        return call(PHONE / "exif.js", "told", notes, modified, position, at)

    assert told(camera, at, here) == camera | {"time_source": "camera", "place_source": "camera"}
    fresh = told(NOTHING, at - 60_000, here)
    assert (fresh["time_source"], fresh["place_source"], fresh["lon"]) == (
        "device",
        "device",
        121.6,
    )
    assert "lon" not in told(NOTHING, at - 24 * HOUR, here)
    assert "lon" not in told(NOTHING, at, None)


def test_a_step_that_arrived_lets_the_next_one_go_at_once():
    file = {"id": "f", "next": 65536, "size": 300_000, "piece": 131_072, "done": False}
    found = answered({"status": 200, "step": file}, attempts=4, file=file | {"next": 0})

    assert (found["state"], found["attempts"], found["next_try"]) == ("waiting", 0, 0)
    assert found["file"] == file


def test_a_photo_lets_the_figures_go_first():
    photo = {"id": "p", "state": "waiting", "owner": "me", "order": 1, "next_try": 0, "late": True}
    report = photo | {"id": "r", "order": 2, "late": False}

    assert call(STATE, "next", [photo, report], {"now": 0, "owner": "me"})["id"] == "r"
    busy = report | {"next_try": 9_000}
    assert call(STATE, "next", [photo, busy], {"now": 0, "owner": "me"}) is None


def test_pieces_shrink_on_a_bad_line_and_begin_anew_where_the_server_lost_them():
    file = {"next": 65536, "piece": 65536}

    assert call(STATE, "slower", file) == {"next": 65536, "piece": 32768}
    assert call(STATE, "slower", file | {"piece": 16384}, True) == {"next": None, "piece": 16384}
