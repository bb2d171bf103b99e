"""The public page: what everybody may know of shelters, and never a person or a hidden place."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace

import pytest

from tests.conftest import new_id
from tests.factories.city import (
    COUNTY,
    FAR_TOWNSHIP,
    NEIGHBOUR,
    OTHER_COUNTY,
    TOWNSHIP,
    VILLAGE,
)
from tests.factories.hazards import make_hazard
from tests.factories.shelters import make_shelter, open_shelter

PATH = "/public/shelters"
HIDDEN = "内部避灾点"


@pytest.fixture
def manager(person):
    return person("shelter_manager")


@pytest.fixture
def shelter_id(manager, disaster):
    return open_shelter(
        manager, disaster, public_phone="0574-8612 0000", wheelchair=3, step_free=True
    )


def seen(answer):
    assert answer.status_code == 200, answer.text
    return re.sub(r"<svg.*?</svg>|<[^>]+>", " ", answer.text, flags=re.S)


def step(manager, disaster, shelter_id, state):
    body = {"disaster_id": disaster["id"], "state": state, "reason": "试验"}
    answer = manager.put(f"/api/v1/shelters/{shelter_id}/state", body)
    assert answer.status_code in (200, 201), answer.json


def admit(manager, disaster, shelter_id, people, **more):
    body = {"disaster_id": disaster["id"], "people": people} | more
    answer = manager.put(f"/api/v1/shelters/{shelter_id}/arrivals/{new_id()}", body)
    assert answer.status_code == 201, answer.json


def questions():
    """Return every way of asking the page."""
    return [
        *("", f"?area={COUNTY}", f"?area={TOWNSHIP}", f"?area={VILLAGE}", f"?area={NEIGHBOUR}"),
        *("?q=临江镇", "?q=村", "?q=内部", "?near=29.8,121.5", "?lang=en", "?lang=zh&q=x"),
    ]


def test_the_public_reads_of_the_places_of_the_hour_and_the_door_takes_whom_it_holds(
    stranger, manager, disaster
):
    shelter = open_shelter(manager, disaster, capacity_day=10, capacity_night=10)
    admit(manager, disaster, shelter, 1)
    assert "余位不多" in seen(stranger.get(f"{PATH}?lang=zh"))

    admit(manager, disaster, shelter, 40)
    assert "余位不多" in seen(stranger.get(f"{PATH}?lang=zh"))
    admit(manager, disaster, shelter, 9)
    assert "余位不多" not in seen(stranger.get(f"{PATH}?lang=zh"))


def test_a_hidden_shelter_is_in_no_public_answer_tile_or_export(
    stranger, manager, person, disaster, shelter_id
):
    hidden = open_shelter(manager, disaster, name=HIDDEN, hidden=True, address="暗巷三号")
    admit(manager, disaster, shelter_id, 50)  # full: now the page names another place to go

    for asked in questions():
        text = stranger.get(PATH + asked).text
        assert HIDDEN not in re.sub(r'value="[^"]*"', "", text) and "暗巷" not in text, asked
        assert hidden not in text, asked
    neighbour = person(f"shelter_manager@{OTHER_COUNTY}")
    elsewhere = f"?disaster={disaster['id']}&area={OTHER_COUNTY}"
    layer = f"/api/v1/layers/shelters?disaster={disaster['id']}"
    for path in (layer, f"/shelters/export{elsewhere}&format=geojson", f"/shelters{elsewhere}"):
        answer = neighbour.get(path)
        assert answer.status_code == 200, path
        assert HIDDEN not in answer.text and hidden not in answer.text, path


def test_nobody_and_no_number_of_people_is_on_the_page(stranger, manager, disaster):
    shelter_id = open_shelter(manager, disaster, manager="沈管理", phone="13911112222")
    admit(manager, disaster, shelter_id, 47, name="王五测", phone="13812345678")

    for asked in questions():
        text = stranger.get(PATH + asked).text
        words = ("王五测", "沈管理", "13812345678", "13911112222", ">47<", " 47 ")
        assert not [each for each in words if each in text], asked


def test_room_is_told_in_words_with_its_age_way_and_telephone(stranger, shelter_id):
    text = stranger.get(f"{PATH}?area={TOWNSHIP}&lang=en")

    words = seen(text)
    assert "enough room" in words and words.count("as of") >= 2
    assert "step-free places for wheelchairs" in " ".join(words.split())
    assert "accessible toilet" not in words
    assert re.search(r"about 150 m\s+east of 临江镇|about 150 m\s+north-east of 临江镇", words)
    assert 'href="tel:0574-86120000"' in text.text and 'href="geo:29.8011,121.5012"' in text.text


def test_who_came_since_the_last_count_has_taken_a_place_too(
    stranger, manager, disaster, shelter_id
):
    body = {"disaster_id": disaster["id"], "as_of": "2013-10-06T01:00:00Z", "total": 2}
    manager.put(f"/api/v1/shelters/{shelter_id}/headcounts/{new_id()}", body)
    admit(manager, disaster, shelter_id, 45)

    words = seen(stranger.get(f"{PATH}?area={TOWNSHIP}&lang=en"))

    assert "a few places" in words and "enough room" not in words


def test_a_full_or_closed_shelter_says_where_the_next_open_one_is(
    stranger, manager, disaster, shelter_id
):
    open_shelter(manager, disaster, name="望海小学", area_code=NEIGHBOUR, point=[121.6, 29.85])
    open_shelter(manager, disaster, name="石桥中学", area_code=FAR_TOWNSHIP, point=[121.9, 29.3])
    admit(manager, disaster, shelter_id, 50)
    shut = open_shelter(manager, disaster, name="旧祠堂", point=[121.51, 29.8])
    step(manager, disaster, shut, "closing")

    words = seen(stranger.get(f"{PATH}?area={TOWNSHIP}&lang=en"))

    assert words.count("Go to 望海小学 instead") == 2 and "no room now" in words
    assert "石桥中学 instead" not in words and "Nearest elsewhere" in words


def test_nobody_is_sent_into_the_flood(stranger, manager, person, disaster, shelter_id):
    open_shelter(manager, disaster, name="望海小学", area_code=NEIGHBOUR, point=[121.6, 29.85])
    before = stranger.get(f"{PATH}?area={TOWNSHIP}&lang=en").text
    officer = person(f"duty_officer@{COUNTY}")
    flood = make_hazard(officer, disaster)
    answer = stranger.get(f"{PATH}?area={TOWNSHIP}&lang=en")
    near = seen(stranger.get(f"{PATH}?near=29.8,121.5&lang=en"))
    lifted = officer.put(f"/api/v1/hazards/{flood}/lifting", {"reason": "退水"})

    words = seen(answer)
    assert "Way there" in before and "Do not go there: dangerous ground" in words
    assert "Go to 望海小学 instead" in words
    assert 'href="geo:29.8011,121.5012"' not in answer.text
    assert "临江村避灾点" not in near and "望海小学" in near
    assert lifted.status_code == 200
    assert "Way there" in stranger.get(f"{PATH}?area={TOWNSHIP}&lang=en").text


def test_a_village_is_found_by_name_or_from_the_lists(stranger, shelter_id):
    assert "临江村避灾点" in seen(stranger.get(f"{PATH}?area={VILLAGE}"))
    assert "临江村避灾点" in seen(stranger.get(f"{PATH}?q=临江镇001村"))
    many = stranger.get(f"{PATH}?q=001村&lang=en").text
    assert "Which one?" in many and f"area={VILLAGE}" in many
    assert "No place is called" in stranger.get(f"{PATH}?q=乌有&lang=en").text
    for odd in ("near=x", "near=1e999,0", "near=91,200", "area=1", "q=%25", "lang=fr"):
        assert stranger.get(f"{PATH}?{odd}").status_code == 200, odd


def test_a_position_is_only_used_when_it_is_given_and_never_repeated(stranger, shelter_id):
    answer = stranger.get(f"{PATH}?near=29.79123,121.50456&lang=en")

    assert "of you" in seen(answer)
    assert "29.79" not in answer.text and "121.504" not in answer.text


def test_both_languages_are_one_link_away(stranger, shelter_id):
    zh, en = stranger.get(f"{PATH}?lang=zh").text, stranger.get(f"{PATH}?lang=en").text

    assert '<html lang="zh-CN">' in zh and "带上" in zh and "lang=en" in zh
    assert '<html lang="en">' in en and "Take: identity card" in en and "lang=zh" in en


def test_the_page_is_kept_for_half_a_minute_and_asked_for_anew_by_its_tag(
    stranger, manager, disaster, shelter_id
):
    first = stranger.get(f"{PATH}?lang=zh")
    varies = {each.strip() for each in first.headers["Vary"].split(",")}

    assert first.headers["Cache-Control"] == "public, max-age=30"
    assert {"Cookie", "Accept-Language"} <= varies and "Set-Cookie" not in first.headers
    assert 304 in [asked_again(stranger) for _each in range(2)]  # a minute may turn between two
    tag = stranger.get(f"{PATH}?lang=zh").headers["ETag"]
    admit(manager, disaster, shelter_id, 50)
    assert stranger.get(f"{PATH}?lang=zh", If_None_Match=tag).status_code == 200


def asked_again(stranger):
    tag = stranger.get(f"{PATH}?lang=zh").headers["ETag"]
    return stranger.get(f"{PATH}?lang=zh", If_None_Match=tag).status_code


def test_with_hundreds_of_shelters_all_of_it_fits_in_thirty_kilobytes(stranger, manager, disaster):
    for number in range(60):
        open_shelter(
            manager, disaster, name=f"{number:02d}号避灾安置点",
            address=f"滨海大道{number}号文化礼堂",
            public_phone=f"0574-86{number:06d}", wheelchair=2, pets=1, infant=1,
        )  # fmt: skip
    answer = stranger.get(PATH)
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.text)
    sent = len(gzip.compress(answer.data, 5))
    for each in files:
        with stranger.client.get(each, headers={"Accept-Encoding": "gzip"}) as file:
            sent += len(file.data)

    assert len(files) == 4 and sent <= 30_000
    assert answer.text.count("<script") == 1 and "maplibre" not in answer.text
    assert "40" in seen(answer) and answer.text.count("<h3>") == 40


def test_the_code_to_scan_is_this_pages_own_address(stranger, shelter_id, monkeypatch):
    import segno

    drawn = []
    make = segno.make
    monkeypatch.setattr("segno.make", lambda text, **how: drawn.append(text) or make(text, **how))
    text = stranger.get(f"{PATH}?area={TOWNSHIP}&near=29.8,121.5").text

    assert "<svg" in text and 'class="qr"' in text
    (address,) = drawn
    assert address.endswith(f"{PATH}?area={TOWNSHIP}") and address.startswith("http")


def test_a_shelter_that_was_never_opened_is_not_on_the_page(stranger, manager, shelter_id):
    make_shelter(manager, name="未开放避灾点")

    assert "未开放避灾点" not in stranger.get(PATH).text


def test_one_address_that_asks_too_often_waits(stranger, shelter_id, monkeypatch):
    from relief_ops.web import limits

    few = [replace(each, a_minute=2) for each in limits.LIMITS if each.name == "public"]
    monkeypatch.setattr("relief_ops.web.limits.LIMITS", tuple(few))

    assert [stranger.get(PATH).status_code for _each in range(3)] == [200, 200, 429]
