"""Files in pieces: whole or not at all, never twice, never something else."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os

import pytest
from PIL import Image
from sqlalchemy import select

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from relief_ops.files import rules, services, store
from relief_ops.worker import Sweep
from tests.conftest import new_id
from tests.factories.city import TOWNSHIP
from tests.files.pictures import announcement, jpeg, piece, send

REPORTER = f"township_reporter@{TOWNSHIP}"
KB = 1024


def announced(caller, data, **more):
    file_id = new_id()
    answer = caller.put(f"/api/v1/files/{file_id}", announcement(data, **more))
    assert answer.status_code == 201, answer.json
    return file_id


def test_pieces_in_any_order_make_the_file_and_its_bytes_are_the_same(person):
    reporter, data = person(REPORTER), jpeg(1, size=(640, 480))
    file_id = announced(reporter, data)
    steps = range(0, len(data), 32 * KB)
    for offset in [*steps][::-1]:
        answer = piece(reporter, file_id, offset, data[offset : offset + 32 * KB])
        assert answer.status_code == 200

    assert (answer.json["state"], answer.json["next"]) == ("complete", len(data))
    path = store.content_path(hashlib.sha256(data).hexdigest())
    assert path.read_bytes() == data
    assert path.stat().st_mode & 0o777 == 0o600
    assert not store.incoming(file_id).exists()


def test_an_interrupted_sender_hears_how_far_it_is_and_goes_on(person):
    reporter, data = person(REPORTER), jpeg(2, size=(640, 480))
    file_id = announced(reporter, data)
    piece(reporter, file_id, 0, data[: 64 * KB])
    piece(reporter, file_id, 128 * KB, data[128 * KB : 192 * KB])

    far = reporter.get(f"/api/v1/files/{file_id}").json
    assert (far["state"], far["next"]) == ("open", 64 * KB)
    assert far["received"] == [[0, 64 * KB], [128 * KB, 192 * KB]]
    again = reporter.put(f"/api/v1/files/{file_id}", announcement(data))
    assert (again.status_code, again.json["next"]) == (200, 64 * KB)


def test_the_same_piece_twice_is_one_and_other_bytes_are_refused(person):
    reporter, data = person(REPORTER), jpeg(3, size=(640, 480))
    file_id = announced(reporter, data)
    for _ in range(2):
        assert piece(reporter, file_id, 0, data[: 64 * KB]).status_code == 200
    longer = piece(reporter, file_id, 32 * KB, data[32 * KB : 96 * KB])
    assert (longer.status_code, longer.json["next"]) == (200, 96 * KB)

    wrong = piece(reporter, file_id, 32 * KB, bytes(64 * KB))
    assert (wrong.status_code, wrong.json["code"]) == (409, "body_differs")
    assert reporter.get(f"/api/v1/files/{file_id}").json["next"] == 96 * KB


@pytest.mark.parametrize(
    ("offset", "size", "code"),
    [(0, 0, "empty"), (400 * KB, 64 * KB, "beyond"), (0, KB, "small"), (2**70, 8 * KB, "beyond")],
)
def test_a_piece_that_does_not_fit_is_refused_and_nothing_is_kept(person, offset, size, code):
    reporter, data = person(REPORTER), jpeg(4, size=(400, 300))
    file_id = announced(reporter, data)
    answer = piece(reporter, file_id, offset, bytes(size))

    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, code)
    assert reporter.get(f"/api/v1/files/{file_id}").json["received"] == []


def test_a_piece_of_more_than_a_megabyte_is_too_large(person):
    reporter = person(REPORTER)
    file_id = announced(reporter, jpeg(5), size=3 * KB * KB)

    assert piece(reporter, file_id, 0, bytes(KB * KB + 1)).status_code == 413


def test_a_text_named_jpg_is_refused_at_its_first_piece(person):
    reporter = person(REPORTER)
    text = b"<html><script>alert(1)</script></html>" * 400
    answer = piece(reporter, announced(reporter, text), 0, text[: 8 * KB])

    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_type")


def test_a_png_that_is_called_a_jpeg_is_refused(person):
    reporter, data = person(REPORTER), jpeg(6, kind="PNG")
    answer = piece(reporter, announced(reporter, data), 0, data)

    assert answer.status_code == 415 and "image/png" in answer.json["detail"]


def test_heic_is_refused_with_advice(person):
    body = announcement(b"x", "image/heic")
    answer = person(REPORTER).put(f"/api/v1/files/{new_id()}", body, Accept_Language="en")

    assert answer.status_code == 415 and "Most Compatible" in answer.json["detail"]


def test_twenty_megabytes_are_too_large(person):
    body = announcement(b"x") | {"size": 20 * KB * KB}
    answer = person(REPORTER).put(f"/api/v1/files/{new_id()}", body)

    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_what_is_not_what_was_announced_is_thrown_away_and_may_begin_anew(person):
    reporter, data = person(REPORTER), jpeg(7)
    file_id = announced(reporter, data)
    altered = data[:-100] + bytes(100)
    wrong = piece(reporter, file_id, 0, altered)
    assert (wrong.status_code, wrong.json["errors"][0]["code"]) == (422, "mismatch")
    assert reporter.get(f"/api/v1/files/{file_id}").json["next"] == 0

    assert piece(reporter, file_id, 0, data).json["state"] == "complete"


def test_a_picture_that_breaks_off_is_refused(person):
    reporter, data = person(REPORTER), jpeg(8)[: 9 * KB]
    answer = piece(reporter, announced(reporter, data), 0, data)

    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "unreadable")


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_drawn(person):
    made = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(made, "PNG")
    reporter, data = person(REPORTER), made.getvalue()
    answer = piece(reporter, announced(reporter, data, media_type="image/png"), 0, data)

    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "pixels")


def test_the_same_content_twice_is_stored_once_and_said_so(person):
    reporter, data = person(REPORTER), jpeg(9)
    first, second = send(reporter, data), send(reporter, data)

    known = {each["file_id"]: each["known"] for each in received()}
    assert (known[first], known[second]) == (False, True)
    assert len([*(store.root() / "contents").rglob("*")]) == 2


def received():
    with act_as(SYSTEM), db.reading() as session:
        rows = session.scalars(select(EventRow).where(EventRow.name == "file.received")).all()
        return [json.loads(row.payload) for row in rows]


def test_a_full_disk_is_said_and_nothing_is_half_there(person, monkeypatch):
    reporter, data = person(REPORTER), jpeg(10)
    file_id = announced(reporter, data)

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = piece(reporter, file_id, 0, data)
    monkeypatch.undo()
    assert (answer.status_code, answer.json["code"]) == (507, "storage_full")
    assert reporter.get(f"/api/v1/files/{file_id}").json["received"] == []

    assert piece(reporter, file_id, 0, data).json["state"] == "complete"


def test_a_disk_that_fills_up_at_the_last_step_registers_nothing(person, monkeypatch):
    reporter, data = person(REPORTER), jpeg(11)
    file_id = announced(reporter, data)
    kept = store.keep_content

    def full(_data):
        raise store.StorageFull("full")

    monkeypatch.setattr(store, "keep_content", full)
    assert piece(reporter, file_id, 0, data).status_code == 507
    assert reporter.get(f"/api/v1/files/{file_id}").json["state"] == "open"

    monkeypatch.setattr(store, "keep_content", kept)
    assert piece(reporter, file_id, 0, data).json["state"] == "complete"


def test_the_camera_says_when_and_where_and_what_the_sender_says_comes_first(person):
    reporter = person(REPORTER)
    data = jpeg(12, taken="2013:10:07 03:05:00", place=(121.55, 29.87))
    silent = reporter.get(f"/api/v1/files/{send(reporter, data)}").json
    assert silent["taken_at"].startswith("2013-10-06T19:05:00")
    assert (silent["lon"], silent["lat"]) == (121.55, 29.87)
    assert (silent["time_source"], silent["place_source"]) == ("camera", "camera")

    told = {"lon": 121.6, "lat": 29.9, "place_source": "device"}
    spoken = reporter.get(f"/api/v1/files/{send(reporter, data, **told)}").json
    assert (spoken["lon"], spoken["place_source"], spoken["time_source"]) == (
        121.6, "device", "camera",
    )  # fmt: skip


def test_a_zone_the_camera_names_counts(person):
    reporter = person(REPORTER)
    data = jpeg(13, taken="2013:10:07 03:05:00", zone="+00:00")

    found = reporter.get(f"/api/v1/files/{send(reporter, data)}").json
    assert found["taken_at"].startswith("2013-10-07T03:05:00")


@pytest.mark.parametrize(
    "half", [{"lon": 121.5}, {"taken_at": "2013-10-07T00:00:00Z"}, {"lon": 1.0, "lat": 2.0}]
)
def test_half_a_place_or_a_time_nobody_tells_is_refused(person, half):
    answer = person(REPORTER).put(f"/api/v1/files/{new_id()}", announcement(jpeg(14)) | half)

    assert answer.status_code == 422


def test_a_file_is_its_senders_alone(person, stranger):
    data = jpeg(15)
    file_id = announced(person(REPORTER), data)
    other = person(REPORTER)
    assert other.get(f"/api/v1/files/{file_id}").status_code == 404
    assert piece(other, file_id, 0, data).status_code == 404
    assert stranger.get(f"/api/v1/files/{file_id}").status_code == 401
    assert person("auditor").put(f"/api/v1/files/{new_id()}", announcement(data)).status_code == 403


def test_an_id_is_never_another_file(person):
    reporter = person(REPORTER)
    file_id = announced(reporter, jpeg(16))
    other = reporter.put(f"/api/v1/files/{file_id}", announcement(jpeg(17)))

    assert (other.status_code, other.json["code"]) == (409, "body_differs")


def test_bytes_must_say_that_they_are_bytes(person):
    reporter = person(REPORTER)
    file_id = announced(reporter, jpeg(18))
    answer = reporter.put(f"/api/v1/files/{file_id}/pieces/0", {"data": "x"})

    assert answer.status_code == 415


def test_too_many_begun_files_have_to_wait(person, monkeypatch):
    monkeypatch.setattr(services, "OPEN_MOST", 2)
    reporter = person(REPORTER)
    for seed in (19, 20):
        announced(reporter, jpeg(seed))
    answer = reporter.put(f"/api/v1/files/{new_id()}", announcement(jpeg(21)))

    assert (answer.status_code, answer.json["retry_after"]) == (429, 60)


def test_what_nobody_went_on_sending_is_swept_and_can_be_sent_again(person):
    reporter, data = person(REPORTER), jpeg(22, size=(640, 480))
    file_id = announced(reporter, data)
    piece(reporter, file_id, 0, data[: 64 * KB])
    with act_as(SYSTEM), db.transaction() as session:
        assert services.sweep(session, hours=1) == 0
    os.utime(store.incoming(file_id), (1, 1))
    with act_as(SYSTEM), db.transaction() as session:
        assert services.sweep(session, hours=1) == 1

    far = reporter.get(f"/api/v1/files/{file_id}").json
    assert (far["state"], far["next"]) == ("expired", 0)
    assert not store.incoming(file_id).exists()
    assert piece(reporter, file_id, 0, data).json["state"] == "complete"


def test_a_file_of_which_no_piece_ever_came_holds_its_senders_place_no_longer(person, monkeypatch):
    monkeypatch.setattr(services, "OPEN_MOST", 1)
    reporter = person(REPORTER)
    file_id = announced(reporter, jpeg(24))
    with act_as(SYSTEM), db.transaction() as session:
        assert services.sweep(session, hours=1) == 0
        assert services.sweep(session, hours=0) == 1

    assert reporter.get(f"/api/v1/files/{file_id}").json["state"] == "expired"
    announced(reporter, jpeg(25))


def test_the_last_piece_twice_at_once_is_a_whole_file_to_both(person, monkeypatch):
    reporter, data, whole = person(REPORTER), jpeg(26), store.whole
    file_id, answers = announced(reporter, data), []

    def late(upload_id):
        monkeypatch.setattr(store, "whole", whole)
        answers.append(piece(person(login="x"), file_id, 0, data).status_code)
        answers.append(piece(reporter, file_id, 0, data).json["state"])
        return whole(upload_id)

    monkeypatch.setattr(store, "whole", late)
    answers.append(piece(reporter, file_id, 0, data).json.get("state"))

    assert answers == [403, "complete", "complete"]


def test_pieces_that_overlap_without_end_fill_no_disk(person):
    reporter, data = person(REPORTER), jpeg(27, size=(1600, 1200))
    file_id, step = announced(reporter, data), 1024 * KB
    codes = [piece(reporter, file_id, 1 + at, data[1 + at : 1 + at + step]).status_code
             for at in range(33)]  # fmt: skip

    assert (codes[0], codes[-1]) == (200, 422)
    held = sum(each.stat().st_size for each in store.incoming(file_id).iterdir())
    assert held <= 2 * rules.MOST_BYTES
    assert piece(reporter, file_id, 5, data[5 : 5 + 8 * KB]).status_code == 200


def test_the_worker_sweeps_by_the_policy_number(person):
    reporter, data = person(REPORTER), jpeg(23, size=(640, 480))
    file_id = announced(reporter, data)
    piece(reporter, file_id, 0, data[: 64 * KB])
    os.utime(store.incoming(file_id), (1, 1))
    with act_as(SYSTEM):
        assert Sweep().step() is False

    assert reporter.get(f"/api/v1/files/{file_id}").json["state"] == "expired"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"<svg xmlns=", None), (b"GIF89a", None), (b"%PDF-1.7", None), (b"", None),
    ],
)  # fmt: skip
def test_the_first_bytes_say_what_a_file_is(head, kind):
    assert rules.kind_of(head) == kind
