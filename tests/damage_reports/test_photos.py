"""Photos of a round: hung on it once, with time and place, withdrawn with a reason, asked for."""

from __future__ import annotations

import io
import json
import shutil

import pytest
from PIL import Image
from sqlalchemy import select

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from relief_ops.files import store
from tests.conftest import MORNING, new_id
from tests.damage_reports.test_pages import token_of
from tests.damage_reports.test_rounds import FIRST, file
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.files.pictures import announcement, jpeg, send
from tests.reporting import open_round

REPORTER = f"township_reporter@{TOWNSHIP}"
LINE = "data-photos-wanted"


def order(disaster, file_id, **more):
    return {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": FIRST, "file_id": file_id,
    } | more  # fmt: skip


def hang(caller, disaster, data, **more):
    photo_id = new_id()
    body = order(disaster, send(caller, data), **more)
    return photo_id, caller.put(f"/api/v1/report-photos/{photo_id}", body)


def respond(person, disaster, *, ladder="relief", level=4, area=COUNTY):
    body = {"area_code": area, "ladder": ladder, "level": level, "from_at": MORNING.isoformat()}
    path = f"/api/v1/disasters/{disaster['id']}/responses/{new_id()}"
    assert person("duty_officer").put(path, body).status_code == 201


def test_a_photo_is_kept_with_its_time_and_place_and_who_sent_it(person, disaster):
    data = jpeg(1, taken="2013:10:07 03:05:00", place=(121.55, 29.87))
    photo_id, answer = hang(person(REPORTER), disaster, data, caption="倒塌的房屋")
    assert answer.status_code == 201, answer.json

    found = person("county_reviewer").get(f"/api/v1/report-photos/{photo_id}").json
    assert (found["caption"], found["current"], found["area_code"]) == (
        "倒塌的房屋",
        True,
        TOWNSHIP,
    )
    assert found["taken_at"].startswith("2013-10-06T19:05")
    assert (found["lon"], found["lat"], found["place_source"]) == (121.55, 29.87, "camera")
    assert found["by"]


def test_what_the_phone_says_comes_before_what_the_file_says(person, disaster):
    data = jpeg(2, taken="2013:10:07 03:05:00", place=(121.55, 29.87))
    typed = {"taken_at": "2013-10-07T01:00:00Z", "lon": 121.7, "lat": 29.7}
    photo_id, _answer = hang(person(REPORTER), disaster, data, **typed)

    found = person(REPORTER).get(f"/api/v1/report-photos/{photo_id}").json
    assert (found["time_source"], found["place_source"], found["lon"]) == ("typed", "typed", 121.7)


def test_the_same_photo_twice_is_said_and_not_stored_twice(person, disaster):
    reporter, data = person(REPORTER), jpeg(3)
    first, _answer = hang(reporter, disaster, data)
    second, answer = hang(reporter, disaster, data)
    assert (answer.status_code, answer.json["same_as"]) == (201, first)
    assert reporter.get(f"/api/v1/report-photos/{second}").status_code == 404

    other_round, answer = hang(reporter, disaster, data, round="r9")
    assert "same_as" not in answer.json
    assert reporter.get(f"/api/v1/report-photos/{other_round}").status_code == 200


def test_a_repeat_of_one_request_gets_the_same_receipt(person, disaster):
    reporter, data = person(REPORTER), jpeg(4)
    body = order(disaster, send(reporter, data))
    first, twin = new_id(), new_id()
    answers = [reporter.put(f"/api/v1/report-photos/{first}", body) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 200]
    assert answers[0].json == answers[1].json

    answers = [reporter.put(f"/api/v1/report-photos/{twin}", body) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert answers[1].json["same_as"] == first


def test_a_file_that_is_not_here_whole_cannot_be_hung(person, disaster):
    reporter, data = person(REPORTER), jpeg(5)
    file_id = new_id()
    reporter.put(f"/api/v1/files/{file_id}", announcement(data))
    answer = reporter.put(f"/api/v1/report-photos/{new_id()}", order(disaster, file_id))

    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "incomplete")


def test_nobody_hangs_somebody_elses_file(person, disaster):
    file_id = send(person(REPORTER), jpeg(6))
    answer = person(REPORTER).put(f"/api/v1/report-photos/{new_id()}", order(disaster, file_id))

    assert answer.status_code == 404


def test_a_neighbour_sees_and_hangs_nothing(person, disaster):
    photo_id, _answer = hang(person(REPORTER), disaster, jpeg(7))
    neighbour = person(f"township_reporter@{NEIGHBOUR}")

    assert neighbour.get(f"/api/v1/report-photos/{photo_id}").status_code == 404
    assert neighbour.get(f"/reports/photos/{photo_id}/view.jpg").status_code == 404
    assert hang(neighbour, disaster, jpeg(8))[1].status_code == 404
    path = f"/api/v1/report-photos/{photo_id}/withdrawal"
    assert neighbour.put(path, {"id": new_id(), "reason": "x"}).status_code == 404


def test_a_photo_is_withdrawn_with_a_reason_and_stays_to_be_seen(person, disaster):
    reporter, data = person(REPORTER), jpeg(9)
    photo_id, _answer = hang(reporter, disaster, data)
    path = f"/api/v1/report-photos/{photo_id}/withdrawal"
    assert reporter.put(path, {"id": new_id(), "reason": ""}).status_code == 422
    body = {"id": new_id(), "reason": "拍错了村"}
    assert [reporter.put(path, body).status_code for _ in range(2)] == [201, 200]
    again = reporter.put(path, {"id": new_id(), "reason": "再次"})
    assert (again.status_code, again.json["code"]) == (409, "illegal_transition")

    found = reporter.get(f"/api/v1/report-photos/{photo_id}").json
    assert (found["current"], found["withdrawn"]["reason"]) == (False, "拍错了村")
    once_more, answer = hang(reporter, disaster, data)
    assert answer.status_code == 201 and "same_as" not in answer.json
    assert reporter.get(f"/api/v1/report-photos/{once_more}").json["current"]


@pytest.mark.parametrize("size", ["thumb", "view"])
def test_a_picture_is_served_as_nothing_but_a_picture(browse, person, disaster, size):
    data = jpeg(10, size=(2400, 300), taken="2013:10:07 03:05:00", place=(121.55, 29.87))
    photo_id, _answer = hang(person(REPORTER), disaster, data)
    answer = browse(REPORTER).get(f"/reports/photos/{photo_id}/{size}.jpg")

    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    served = Image.open(io.BytesIO(answer.data))
    assert not dict(served.getexif()) and not served.info.get("icc_profile")
    assert b"Exif" not in answer.data and b"somebody" not in answer.data
    assert max(served.size) == {"thumb": 320, "view": 1920}[size]


def test_a_picture_seen_before_is_not_sent_again_but_asked_for(browse, person, disaster):
    photo_id, _answer = hang(person(REPORTER), disaster, jpeg(11))
    page, path = browse(REPORTER), f"/reports/photos/{photo_id}/thumb.jpg"
    tag = page.get(path).headers["ETag"]
    answer = page.get(path, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.data) == (304, b"")
    assert browse(f"township_reporter@{NEIGHBOUR}").get(
        path, headers={"If-None-Match": tag}
    ).status_code == 404  # fmt: skip


def test_a_picture_that_is_gone_from_the_disk_is_said_and_its_copies_are_made_again(
    browse, person, disaster
):
    data = jpeg(30)
    photo_id, _answer = hang(person(REPORTER), disaster, data)
    page, path = browse(REPORTER), f"/reports/photos/{photo_id}/view.jpg"
    shutil.rmtree(store.root() / "shown")
    assert page.get(path).status_code == 200
    shutil.rmtree(store.root())

    assert page.get(path).status_code == 404


def test_the_gallery_shows_time_place_and_who_and_what_was_withdrawn(browse, person, disaster):
    reporter = person(REPORTER)
    report_id = file(reporter, disaster)
    script = "<script>alert(1)</script>"
    data = jpeg(12, taken="2013:10:07 03:05:00", place=(121.55, 29.87))
    photo_id, _answer = hang(reporter, disaster, data, caption=script)
    page = browse(REPORTER)
    for address in (f"/reports/{report_id}", f"/reports/{report_id}/narrative",
                    f"/reports/{report_id}/photos"):  # fmt: skip
        told = page.get(address).text
        assert f'data-photo="{photo_id}"' in told and "2013-10-07 03:05" in told
        assert "29.87000, 121.55000" in told and script not in told
    large = page.get(f"/reports/photos/{photo_id}")
    given = {"csrf": token_of(large), "id": new_id(), "reason": "模糊"}
    missing = page.post(f"/reports/photos/{photo_id}/withdrawal", data=given | {"reason": ""})
    assert missing.status_code == 422
    answer = page.post(f"/reports/photos/{photo_id}/withdrawal", data=given)
    assert answer.status_code == 303
    assert "模糊" in page.get(f"/reports/{report_id}/photos").text


def test_photos_come_from_a_computer_too_and_a_bad_one_is_named(browse, person, disaster):
    report_id = file(person(REPORTER), disaster)
    page = browse(REPORTER)
    address = f"/reports/{report_id}/photos"
    csrf = token_of(page.get(address))

    def post(*sent, form_id=None):
        given = {"csrf": csrf, "id": form_id or new_id(), "caption": "桥"}
        files = [(io.BytesIO(data), name) for name, data in sent]
        return page.post(
            address, data=given | {"photos": files}, content_type="multipart/form-data"
        )

    form_id = new_id()
    for _ in range(2):
        answer = post(("a.jpg", jpeg(13)), ("b.png", jpeg(14, kind="PNG")), form_id=form_id)
        assert answer.status_code == 303
    assert page.get(address).text.count("data-photo=") == 2
    wrong = post(("c.jpg", b"this is no picture at all, but text"))
    assert (wrong.status_code, "c.jpg" in wrong.text) == (422, True)
    assert post().status_code == 422


def test_three_photos_are_wanted_while_a_relief_response_is_on(browse, person, disaster):
    open_round(person, disaster, FIRST)
    report_id = file(person(REPORTER), disaster)
    page = browse(f"county_reviewer@{COUNTY}", REPORTER)
    form = f"/reports/new?disaster={disaster['id']}&area={TOWNSHIP}&round={FIRST}"
    board = f"/reports/board?disaster={disaster['id']}&area={COUNTY}&round={FIRST}"
    places = (f"/reports/{report_id}", f"/reports/{report_id}/photos", form, board)
    assert not any(LINE in page.get(each).text for each in places)
    respond(person, disaster, ladder="flood")
    assert not any(LINE in page.get(each).text for each in places)

    respond(person, disaster)
    assert [page.get(each).text.count(LINE) for each in places] == [1, 1, 1, 1]
    village = person(f"village_officer@{VILLAGE}")
    hang(village, disaster, jpeg(15), area_code=VILLAGE)
    assert "已有1张" in page.get(places[0]).text
    for seed in (16, 17):
        hang(person(REPORTER), disaster, jpeg(seed))
    assert not any(LINE in page.get(each).text for each in places)


@pytest.mark.parametrize(
    ("more", "field"),
    [({"caption": "字" * 201}, "caption"), ({"area_code": COUNTY}, "area_code"), ({"lon": 1}, "")],
)
def test_a_bad_photo_is_refused_with_its_field(person, disaster, more, field):
    _id, answer = hang(person("township_reporter"), disaster, jpeg(18), **more)

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)


def test_a_photo_is_an_event_without_a_word_of_it(person, disaster):
    data = jpeg(19)
    first, _answer = hang(person(REPORTER), disaster, data, caption="老王家")
    person_again = person(REPORTER)
    hang(person_again, disaster, data)
    with act_as(SYSTEM), db.reading() as session:
        rows = session.scalars(
            select(EventRow.payload).where(EventRow.name == "report.photographed")
        )
        told = [json.loads(each) for each in rows]
    assert [(each["photo_id"], each["again"]) for each in told] == [(first, False), (first, True)]
    assert "老王" not in json.dumps(told, ensure_ascii=False)
