"""Photos of a shelter: hung once, with time and place, served only to who may see the shelter."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.conftest import new_id
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.shelters import make_shelter, open_shelter
from tests.files.pictures import jpeg, send


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


def hang(caller, shelter_id, data, **more):
    photo_id = new_id()
    body = {"shelter_id": shelter_id, "file_id": send(caller, data)} | more
    return photo_id, caller.put(f"/api/v1/shelter-photos/{photo_id}", body)


def post(caller, path, **fields):
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(path, data=fields, headers=headers)


def test_a_photo_keeps_its_time_and_place_and_who_sent_it(manager):
    shelter_id = make_shelter(manager)
    data = jpeg(1, taken="2013:10:07 03:05:00", place=(121.55, 29.87))
    photo_id, answer = hang(manager, shelter_id, data, caption="正门")
    found = manager.get(f"/api/v1/shelters/{shelter_id}/photos").json["photos"]

    assert answer.status_code == 201
    assert [each["id"] for each in found] == [photo_id]
    assert (found[0]["lon"], found[0]["lat"], found[0]["place_source"]) == (121.55, 29.87, "camera")
    assert found[0]["taken_at"].startswith("2013-10-06T19:05") and found[0]["by"]


def test_what_is_shown_is_drawn_afresh_and_smaller(manager):
    shelter_id = make_shelter(manager)
    data = jpeg(2, size=(2400, 1200), taken="2013:10:07 03:05:00", place=(121.55, 29.87))
    photo_id, _answer = hang(manager, shelter_id, data)
    thumb = manager.get(f"/shelters/photos/{photo_id}/thumb.jpg")
    view = Image.open(io.BytesIO(manager.get(f"/shelters/photos/{photo_id}/view.jpg").data))
    again = manager.get(
        f"/shelters/photos/{photo_id}/thumb.jpg", If_None_Match=thumb.headers["ETag"]
    )

    assert max(Image.open(io.BytesIO(thumb.data)).size) == 320 and max(view.size) == 1920
    assert not view.getexif()
    assert "default-src 'none'" in thumb.headers["Content-Security-Policy"]
    assert "private" in thumb.headers["Cache-Control"]
    assert again.status_code == 304


def test_nobody_out_of_scope_sees_a_photo_hidden_or_not(manager, person, stranger, disaster):
    for hidden in (False, True):
        shelter_id = open_shelter(manager, disaster, hidden=hidden, name=f"{hidden}避灾点")
        photo_id, _answer = hang(manager, shelter_id, jpeg(3))
        paths = [f"/shelters/photos/{photo_id}/{size}.jpg" for size in ("thumb", "view")]
        neighbour = person(f"shelter_manager@{OTHER_COUNTY}")
        for path in (*paths, f"/api/v1/shelters/{shelter_id}/photos"):
            assert neighbour.get(path).status_code == 404
            assert stranger.get(path).status_code in (302, 401)
            assert person(f"driver@{COUNTY}").get(path).status_code == 403
        assert person(f"township_reporter@{TOWNSHIP}").get(paths[0]).status_code == 200
        assert photo_id not in stranger.get("/public/shelters").text


def test_who_may_not_write_the_register_hangs_nothing(manager, person):
    shelter_id = make_shelter(manager)
    clerk = person(f"township_reporter@{TOWNSHIP}")
    neighbour = person(f"shelter_manager@{OTHER_COUNTY}")

    assert hang(clerk, shelter_id, jpeg(4))[1].status_code == 403
    assert hang(neighbour, shelter_id, jpeg(4))[1].status_code == 404


def test_somebody_elses_file_and_one_half_sent_are_refused(manager, person):
    from tests.files.pictures import announcement

    shelter_id, file_id = make_shelter(manager), new_id()
    theirs = send(person(f"shelter_manager@{COUNTY}"), jpeg(5))
    manager.put(f"/api/v1/files/{file_id}", announcement(jpeg(6)))

    def ask(file):
        body = {"shelter_id": shelter_id, "file_id": file}
        return manager.put(f"/api/v1/shelter-photos/{new_id()}", body)

    assert ask(theirs).status_code == 404
    assert ask(file_id).status_code == 422
    assert manager.get(f"/api/v1/shelters/{shelter_id}/photos").json["photos"] == []


def test_the_same_photo_twice_is_said_and_kept_once(manager):
    shelter_id = make_shelter(manager)
    first, _answer = hang(manager, shelter_id, jpeg(8))
    _second, answer = hang(manager, shelter_id, jpeg(8))

    assert (answer.status_code, answer.json["same_as"]) == (201, first)
    assert len(manager.get(f"/api/v1/shelters/{shelter_id}/photos").json["photos"]) == 1


def test_a_photo_of_another_shelters_check_is_refused(manager):
    shelter_id, other, check_id = make_shelter(manager), make_shelter(manager), new_id()
    body = {"shelter_id": other, "checked_on": "2024-01-01", "checked_by": "镇", "result": "passed"}
    manager.put(f"/api/v1/shelter-checks/{check_id}", body)
    _photo, answer = hang(manager, shelter_id, jpeg(9), check_id=check_id)

    assert answer.status_code == 422 and answer.json["errors"][0]["field"] == "check_id"


def test_a_withdrawn_photo_stays_in_the_gallery_and_leaves_the_shelters_page(manager):
    shelter_id = make_shelter(manager)
    photo_id, answer = hang(manager, shelter_id, jpeg(10), caption="旧照")
    assert photo_id in manager.get(f"/shelters/{shelter_id}").text
    order = {"id": new_id(), "reason": "已改建"}
    gone = manager.put(f"/api/v1/shelter-photos/{photo_id}/withdrawal", order)

    assert gone.status_code == 201
    assert photo_id not in manager.get(f"/shelters/{shelter_id}").text
    gallery = manager.get(f"/shelters/{shelter_id}/photos").text
    assert photo_id in gallery and "已改建" in gallery
    seq = answer.json["seq"]
    events = manager.get(f"/api/v1/events?after={seq - 1}&area={COUNTY}").json["events"]
    names = [each["name"] for each in events]
    assert names == ["shelter.photographed", "shelter.photo_withdrawn"]


def test_the_page_takes_photos_and_names_what_is_none(manager):
    shelter_id = make_shelter(manager)
    address = f"/shelters/{shelter_id}/photos"
    none = post(manager, address, id=new_id())
    wrong = post(manager, address, id=new_id(), photos=(io.BytesIO(b"%PDF-1.7"), "图纸.pdf"))
    good = post(
        manager, address, id=new_id(), caption="院子", photos=(io.BytesIO(jpeg(11)), "a.jpg")
    )

    assert none.status_code == 422 and wrong.status_code == 422 and "图纸.pdf" in wrong.text
    assert good.status_code == 303 and "院子" in manager.get(address).text
