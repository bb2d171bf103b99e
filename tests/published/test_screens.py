"""Where people look: the page of published figures, the desk, the mark of the drill."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import MORNING, new_id
from tests.factories.city import TOWNSHIP
from tests.factories.published import API, figure, published_body

BEFORE = "首次公布数字（10-06 10:00）之前均为编拟"
AT = "此刻（10-06 10:00）有公布数字，可对照"
BETWEEN = "10-06 10:00 与 10-06 14:00 两次公布之间为编拟"
AFTER = "最后一次公布数字（10-06 14:00）之后为编拟"


@pytest.fixture
def played(person, drill):
    """Return a drill of which two reports were published, two and six hours after its start."""
    disaster_id, move = drill
    figures = [
        figure(),
        figure(heading="倒塌或严重损坏房屋", add=["collapsed_rooms", "severe_rooms"], value="7",
               heading_en="Houses collapsed or severely damaged"),
        figure(heading="受灾县", heading_en="Counties affected", value="11", count="county",
               note="当时11个，今天的乡镇代替", note_en="11 as published then"),
    ]  # fmt: skip
    for hours in (2, 6):
        as_of = (MORNING + timedelta(hours=hours)).isoformat()
        body = published_body(disaster_id, as_of=as_of, figures=figures)
        assert person("drill_director").put(f"{API}/{new_id()}", body).status_code == 201
    return disaster_id, move


@pytest.mark.parametrize(("hours", "said"), [(1, BEFORE), (2, AT), (4, BETWEEN), (7, AFTER)])
def test_the_desk_says_what_is_invented_at_every_hour_of_the_drill(browse, played, hours, said):
    disaster_id, move = played
    move(hours)

    strip = browse("duty_officer").get(f"/desk/totals?disaster={disaster_id}").text
    assert said in strip and f'href="/published?disaster={disaster_id}"' in strip


def test_the_desk_says_it_of_the_instant_that_is_looked_back_at(browse, played):
    disaster_id, move = played
    move(7)

    at = "2013-10-06T02:00:00Z"
    strip = browse("duty_officer").get(f"/desk/totals?disaster={disaster_id}&at={at}").text
    assert AT in strip and AFTER not in strip


def test_the_mark_of_the_drill_on_every_page_leads_to_what_was_published(browse, played):
    disaster_id, _move = played

    page = browse("duty_officer").get(f"/reports?disaster={disaster_id}").text
    assert (
        f'<a class="drill-door" href="/published?disaster={disaster_id}" title="{BEFORE}">' in page
    )


def test_a_real_disaster_has_no_such_line_and_its_page_calls_nothing_invented(
    browse, person, disaster
):
    person("duty_officer").put(f"{API}/{new_id()}", published_body(disaster["id"]))
    officer = browse("duty_officer")

    assert "proviso" not in officer.get(f"/desk/totals?disaster={disaster['id']}").text
    page = officer.get(f"/published?disaster={disaster['id']}").text
    assert "市政府通报" in page and "编拟" not in page


def test_the_page_shows_the_heading_as_published_and_both_figures(browse, played, report):
    disaster_id, move = played
    move(3)
    report(disaster_id, TOWNSHIP, hours=2, affected=12, collapsed_rooms=3, severe_rooms=5)

    page = browse("duty_officer").get(f"/published?disaster={disaster_id}").text
    row = page.split("倒塌或严重损坏房屋")[1].split("</tr>")[0]
    assert "<strong>7</strong>" in row and ">8</td>" in row and "+1" in row
    counties = page.split("受灾县")[1].split("</tr>")[0]
    assert "<strong>11</strong>" in counties and ">1</td>" in counties
    assert "当时11个，今天的乡镇代替" in counties
    assert "首次公布之前和各次公布之间的一切均为演练编拟" in page
    assert "2013-10-06 10:00 · 2013-10-06 14:00" in page
    assert page.count("未到时点") == 3


def test_it_is_read_in_english_too(browse, played):
    reader = browse("duty_officer")
    reader.set_cookie("lang", "en")

    page = reader.get(f"/published?disaster={played[0]}").text
    assert "Houses collapsed or severely damaged" in page and "11 as published then" in page
    assert "倒塌" not in page


def test_what_a_drill_says_of_itself_stands_on_its_pages(browse, person):
    director, drill_id, disaster_id = person("drill_director"), new_id(), new_id()
    start = {"name": "演练", "seed": 7, "drill_start": MORNING.isoformat(), "about": "<b>全是编的"}
    assert director.put(f"/api/v1/drills/{drill_id}", start).status_code == 201
    body = {"name": "演练大水", "kind": "flood", "drill_id": drill_id,
            "started_at": MORNING.isoformat(), "division_date": "2013-10-06"}  # fmt: skip
    assert director.put(f"/api/v1/disasters/{disaster_id}", body).status_code == 201

    assert director.get(f"/api/v1/drills/{drill_id}").json["about"] == "<b>全是编的"
    officer = browse("duty_officer")
    for path in (f"/disasters/{disaster_id}", f"/published?disaster={disaster_id}"):
        page = officer.get(path).text
        assert "&lt;b&gt;全是编的" in page and "<b>全是编的" not in page
    assert "所有数字均为编拟" in page


def test_each_reader_reads_source_and_invention_in_their_own_language(browse, person):
    director, drill_id, disaster_id = person("drill_director"), new_id(), new_id()
    start = {"name": "演练", "seed": 7, "drill_start": MORNING.isoformat(),
             "about": "其余均为编拟", "about_en": "all the rest is invented"}  # fmt: skip
    assert director.put(f"/api/v1/drills/{drill_id}", start).status_code == 201
    body = {"name": "演练大水", "kind": "flood", "drill_id": drill_id,
            "started_at": MORNING.isoformat(), "division_date": "2013-10-06"}  # fmt: skip
    assert director.put(f"/api/v1/disasters/{disaster_id}", body).status_code == 201
    said = published_body(disaster_id, source="灾情通报", source_en="the bulletin")
    assert director.put(f"{API}/{new_id()}", said).status_code == 201

    chinese, english = browse("duty_officer"), browse("duty_officer")
    english.set_cookie("lang", "en")
    address = f"/published?disaster={disaster_id}"
    for reader, mine, other in (
        (chinese, ("灾情通报", "其余均为编拟"), ("the bulletin", "all the rest")),
        (english, ("the bulletin", "all the rest is invented"), ("灾情通报", "其余均为编拟")),
    ):
        page = reader.get(address).text
        assert all(each in page for each in mine)
        assert not any(each in page for each in other)
        assert mine[1] in reader.get(f"/disasters/{disaster_id}").text


def test_a_drill_is_marked_on_every_page_and_a_real_disaster_on_none(browse, drill, disaster):
    officer = browse("duty_officer")
    for path in ("/desk", "/reports", "/shelters", "/published"):
        drilled = officer.get(f"{path}?disaster={drill[0]}").text
        real = officer.get(f"{path}?disaster={disaster['id']}").text
        watermark = drilled.split('<div class="watermark"')[1].split("</div>")[0]
        assert "演练</text>" in watermark, path
        assert drilled.count('<div class="watermark"') == 1, path
        assert '<span class="drill-mark">演练</span>' in drilled.split("<main")[0], path
        assert "演练</title>" in drilled, path
        assert 'class="watermark"' not in real and "drill-mark" not in real, path


def test_where_there_is_no_disaster_the_page_says_that_nothing_was_entered(browse):
    page = browse("duty_officer").get("/published")

    assert page.status_code == 200
    assert "尚未录入公布数字" in page.text and "编拟" not in page.text
