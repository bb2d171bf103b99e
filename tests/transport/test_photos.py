"""Pictures a driver sends: his link is the only right, each is kept once, its time ends."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import func, select

from relief_ops import backup, clock, db, plugins
from relief_ops.auth import SYSTEM, act_as
from relief_ops.files import store
from relief_ops.files.models import FileContent, FileUpload
from stockpile.transport.models import TripPhoto
from stockpile.transport.rules import MOST_PHOTOS
from stockpile.transport.services import forget_photos
from tests.factories.city import OTHER_COUNTY
from tests.factories.stock import new_id
from tests.files.pictures import announcement, jpeg, send
from tests.transport.conftest import Phone, assign
from tests.transport.test_way import way

PLACE = (121.55, 29.87)


def kept(model=TripPhoto):
    with act_as(SYSTEM), db.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def problems():
    with act_as(SYSTEM):
        return backup.verify(plugins.contributed("checks"))


def refused(answer):
    return answer.status_code, answer.json["errors"][0]["code"]


def test_both_ends_see_a_picture_with_its_time_and_place_and_nobody_else(
    manager, receiver, person, stranger, shipment, driving
):
    data = jpeg(1, place=PLACE)
    file_id = driving.send(data, taken_at=clock.now().isoformat(), time_source="device")
    assert driving.show(file_id, "goods").status_code == 201

    for caller in (manager, receiver):
        (photo,) = way(caller, shipment)["photos"]
        assert (photo["kind"], photo["lon"], photo["lat"]) == ("goods", *PLACE)
        assert (photo["time_source"], photo["place_source"]) == ("device", "camera")
        seen = caller.get(photo["picture"])
        assert seen.status_code == 200 and seen.mimetype == "image/jpeg"
        assert seen.data != data and not Image.open(io.BytesIO(seen.data)).getexif()
        page = caller.get(f"/stock/shipments/{shipment}/way").text
        assert photo["picture"] in page and "货物，驾驶员发来的第1张照片" in page
    elsewhere = person(f"depot_keeper@{OTHER_COUNTY}")
    assert elsewhere.get(photo["picture"]).status_code == 404
    assert stranger.get(photo["picture"]).status_code in (302, 401)
    assert driving.client.get(photo["picture"]).status_code in (302, 401)


def test_what_the_phone_says_of_time_is_evidence_and_what_came_in_decides(
    manager, shipment, driving
):
    for days in (-400, 400):
        told = (clock.now() + timedelta(days=days)).isoformat()
        data = jpeg(100 + days)
        driving.show(driving.send(data, taken_at=told, time_source="device"))

    found = way(manager, shipment)
    left = found["custody"][0]["at"]
    assert all(left <= each["at"] <= each["received_at"] for each in found["photos"])
    came = [each["received_at"] for each in found["photos"]]
    assert came == sorted(came)


def test_the_same_twice_is_kept_once_and_answers_the_same(manager, shipment, driving):
    file_id, photo = driving.send(jpeg(2)), new_id()
    first = driving.show(file_id, as_id=photo)
    again = driving.show(file_id, as_id=photo)
    other = driving.show(driving.send(jpeg(2)))
    repeated = driving.show(file_id, "goods", as_id=photo)

    assert (first.status_code, again.status_code) == (201, 200) and first.json == again.json
    assert other.status_code == 201 and other.json["same_as"] == photo
    assert repeated.json["code"] == "body_differs"
    assert len(way(manager, shipment)["photos"]) == 1


def test_a_trip_takes_six_and_says_so_and_a_new_driver_has_six_of_his_own(
    app, keeper, manager, shipment, driving
):
    for seed in range(MOST_PHOTOS):
        assert driving.show(driving.send(jpeg(seed))).status_code == 201
    assert refused(driving.show(driving.send(jpeg(99)))) == (422, "too_many")
    assert driving.show(driving.send(jpeg(0))).status_code == 201  # it is there already
    assert kept() == MOST_PHOTOS == len(driving.facts().json["photos"])

    other = Phone(app.test_client())
    other.open(assign(keeper, shipment, driver="李师傅").json["link"])
    assert other.show(other.send(jpeg(99))).status_code == 201
    assert len(way(manager, shipment)["photos"]) == MOST_PHOTOS + 1
    assert [each["kind"] for each in other.facts().json["photos"]] == ["road"]


def test_a_link_fills_no_disk(driving):
    for seed in range(12):
        path = f"/api/v1/files/{new_id()}"
        assert driving.ask("PUT", path, json=announcement(jpeg(seed))).status_code == 201
    more = driving.ask("PUT", f"/api/v1/files/{new_id()}", json=announcement(jpeg(50)))

    assert refused(more) == (422, "too_many")


def test_a_picture_goes_on_where_it_was_cut_off(manager, shipment, driving):
    data, file_id = jpeg(3, size=(640, 480)), new_id()
    announced = announcement(data)
    driving.ask("PUT", f"/api/v1/files/{file_id}", json=announced)
    driving.piece(file_id, 0, data[:70_000])
    asked = driving.ask("PUT", f"/api/v1/files/{file_id}", json=announced)
    assert (asked.status_code, asked.json["next"]) == (200, 70_000)
    assert refused(driving.show(file_id)) == (422, "incomplete")

    assert driving.piece(file_id, 70_000, data[70_000:]).json["state"] == "complete"
    assert driving.show(file_id).status_code == 201
    assert len(way(manager, shipment)["photos"]) == 1


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"<script>alert(1)</script>" * 400, 415),
        (b"\xff\xd8\xff" + b"no picture at all" * 400, 422),
        (jpeg(4)[:9_000], 422),
    ],
)
def test_what_is_no_picture_is_refused_with_words(driving, data, status):
    file_id = new_id()
    driving.ask("PUT", f"/api/v1/files/{file_id}", json=announcement(data))
    answer = driving.piece(file_id, 0, data)

    assert answer.status_code == status and answer.json["detail"]
    assert refused(driving.show(file_id)) == (422, "incomplete")
    assert kept() == 0


@pytest.mark.parametrize(
    "body",
    [{"kind": "selfie"}, {"kind": "road", "caption": "x"}, {"file_id": "x"}, {"kind": None}],
)
def test_what_makes_no_sense_is_refused_with_words_too(driving, body):
    whole = {"kind": "road", "file_id": driving.send(jpeg(5))} | body
    answer = driving.ask("PUT", f"/api/v1/trip-photos/{new_id()}", json=whole)

    assert answer.status_code == 422 and answer.json["errors"][0]["message"]


def test_nobody_hangs_what_another_sent(app, keeper, reporter, shipment, driving):
    mine, foreign = driving.send(jpeg(6)), send(reporter, jpeg(7))
    assert driving.show(foreign).status_code == 404
    other = Phone(app.test_client())
    other.open(assign(keeper, shipment, driver="李师傅").json["link"])

    assert other.show(mine).status_code == 404
    assert driving.show(mine).status_code == 401  # another drives now
    assert driving.ask("GET", f"/api/v1/files/{mine}").status_code == 401
    assert kept() == 0


def test_a_link_taken_back_or_never_opened_sends_nothing(app, keeper, shipment):
    trip, phone = new_id(), Phone(app.test_client())
    phone.open(assign(keeper, shipment, trip).json["link"])
    file_id = phone.send(jpeg(8))
    keeper.put(f"/api/v1/trips/{trip}/end", {})

    assert phone.show(file_id).status_code == 401
    late = phone.ask("PUT", f"/api/v1/files/{new_id()}", json=announcement(jpeg(9)))
    assert late.status_code == 401
    assert Phone(app.test_client()).show(file_id).status_code == 401
    body = {"kind": "road", "file_id": file_id}
    assert keeper.put(f"/api/v1/trip-photos/{new_id()}", body).status_code == 403


def test_pictures_of_goods_stand_in_the_custody_and_change_nobodys_hands(
    manager, receiver, shipment, driving
):
    for seed, kind in enumerate(("road", "goods")):
        driving.show(driving.send(jpeg(seed)), kind)
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {})
    driving.show(driving.send(jpeg(9)), "handover")

    chain = way(manager, shipment)["custody"]
    assert [each["step"] for each in chain] == [
        "dispatched", "photo_goods", "received", "photo_handover",
    ]  # fmt: skip
    assert chain[3]["holder"] == chain[2]["holder"] and chain[3]["told_by"] == "张师傅"


def test_each_picture_is_one_event_without_words_or_places(manager, shipment, driving):
    driving.show(driving.send(jpeg(10, place=PLACE)), "road")
    driving.show(driving.send(jpeg(10, place=PLACE)), "road")
    log = manager.get("/api/v1/events?area=990000000000&after=0&limit=500").json["events"]
    mine = [each["payload"] for each in log if each["name"] == "trip.photographed"]

    assert [each["again"] for each in mine] == [False, True]
    assert mine[0].keys() == {"shipment_id", "photo_id", "kind", "again"}


def test_a_picture_ends_with_the_disasters_time_and_its_record_stays(
    manager, reporter, disaster, shipment, driving
):
    shared, alone = jpeg(11), jpeg(12, place=PLACE)
    send(reporter, shared)
    for data in (shared, alone):
        driving.show(driving.send(data), "goods")
    photos = way(manager, shipment)["photos"]
    shown = [each["picture"] for each in photos]
    assert [manager.get(each).status_code for each in shown] == [200, 200]
    paths = {each["sha256"]: store.content_path(each["sha256"]) for each in photos}
    with act_as(SYSTEM), db.transaction() as session:
        assert forget_photos(session, UUID(disaster["id"]), False) == 2
        assert forget_photos(session, UUID(disaster["id"]), True) == 2
        assert forget_photos(session, UUID(disaster["id"]), True) == 0

    left = way(manager, shipment)["photos"]
    assert [(each["kind"], each["picture"], each["lon"]) for each in left] == [
        ("goods", None, None)
    ] * 2
    assert [manager.get(each).status_code for each in shown] == [410, 410]
    assert [path.exists() for path in paths.values()] == [True, False]
    assert not list(store.copy_path(photos[1]["sha256"], "x").parent.glob("*.jpg"))
    assert (kept(FileUpload), kept(FileContent)) == (1, 1)
    page = manager.get(f"/stock/shipments/{shipment}/way").text
    assert "这张照片已不再保存" in page and "<img loading" not in page


def test_a_missing_picture_is_named_by_the_proof(shipment, driving):
    driving.show(driving.send(jpeg(13)))
    assert not [each for each in problems() if each.startswith("file ")]
    with act_as(SYSTEM), db.reading() as session:
        sha256 = session.scalar(select(TripPhoto.sha256))
    store.content_path(sha256).unlink()

    assert [each for each in problems() if each.startswith(f"file {sha256}")]


def test_when_it_was_taken_is_shown_beside_when_it_came_in(browse, shipment, driving):
    told = datetime.now(UTC).isoformat()
    driving.show(driving.send(jpeg(14), taken_at=told, time_source="device"), "handover")
    page = browse("duty_officer").get(f"/stock/shipments/{shipment}/way").text

    assert "收到" in page and "拍摄" in page and "手机记录" in page and "位置不详" in page
