"""The page where a message from a chat becomes proposed figures."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.geo.models import AreaVersion
from tests.damage_reports.test_pages import hidden, token_of
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE

MESSAGE = "我镇受灾约1200人,转移三四百人,无人员伤亡。更正:受灾1300人"


@pytest.fixture
def reporter(browse, disaster):
    return browse(f"township_reporter@{TOWNSHIP}")


def paste(who, text):
    form = {"csrf": token_of(who.get("/reports/text")), "text": text}
    return who.post("/reports/text", data=form)


def take(who, text, *numbers, area=TOWNSHIP, **more):
    form = {"csrf": token_of(who.get("/reports/text")), "text": text, "take": list(numbers)}
    return who.post("/reports/text/form", data=form | {"area_code": area} | more)


def test_figures_are_proposed_with_their_sentences_and_none_is_ticked(reporter):
    page = paste(reporter, MESSAGE)

    assert page.status_code == 200
    assert page.text.count('name="take"') == 5
    assert "checked" not in page.text
    assert re.search(r"<mark>受灾约1200人</mark>,转移三四百人", page.text)
    assert "后文已更正" in page.text and "范围" in page.text


def test_ticked_figures_go_into_the_form_and_nothing_is_filed(reporter):
    page = take(reporter, MESSAGE, "4", "1", **{"end.1": "high"})

    assert page.status_code == 200, page.text
    assert 'name="values.affected"' in page.text
    assert re.search(r'id="f-affected"[^>]* value="1300"', page.text)
    assert re.search(r'id="f-relocated_cum"[^>]* value="400"', page.text)
    assert re.search(r'id="f-deaths"[^>]* value=""', page.text)
    assert reporter.get(f"/api/v1/rollup?area={TOWNSHIP}").json["values"] == {}


def test_the_form_from_a_message_is_filed_like_any_other(reporter):
    page = take(reporter, MESSAGE, "4")
    names = ("id", "disaster_id", "area_code", "round", "as_of")
    form = {name: hidden(page, name) for name in names}
    form |= {"csrf": token_of(page), "values.affected": "1300"}

    assert reporter.post("/reports/new", data=form).status_code == 303


def test_the_figures_of_before_stay_beside_those_of_the_message(reporter):
    page = reporter.get("/reports/new")
    names = ("id", "disaster_id", "area_code", "round", "as_of")
    form = {name: hidden(page, name) for name in names} | {"csrf": token_of(page)}
    reporter.post("/reports/new", data=form | {"values.affected": "900", "values.missing": "2"})

    filled = take(reporter, MESSAGE, "4").text
    assert re.search(r'id="f-affected"[^>]* value="1300"', filled)
    assert re.search(r'id="f-missing"[^>]* value=""', filled), "the message says nothing of them"
    missing = filled[filled.index('for="f-missing"') :]
    assert missing[: missing.index("<input")].count("上次 2") == 1


@pytest.mark.parametrize(
    ("numbers", "words"),
    [(("0", "4"), "勾选了两个数字"), (("1",), "请选定一端"), ((), "至少勾选一项")],
)
def test_what_cannot_be_taken_is_said_and_the_ticks_stay(reporter, numbers, words):
    page = take(reporter, MESSAGE, *numbers)

    assert page.status_code == 422
    assert words in page.text
    assert page.text.count(" checked") == len(numbers)
    assert "转移三四百人" in page.text


def test_each_village_gets_its_own_form(reporter):
    text = "临江镇001村受灾30人。无名村受灾20人"
    page = paste(reporter, text).text

    assert f'name="area_code" value="{VILLAGE}"' in page
    assert "“无名村”" in page and '<select id="area-2" name="area_code" required>' in page
    assert f'name="area_code" value="{VILLAGE}"' in take(reporter, text, "0", area=VILLAGE).text


def test_figures_of_a_county_desk_need_an_area_chosen(browse, disaster):
    officer = browse(f"duty_officer@{COUNTY}")
    page = paste(officer, "受灾30人").text

    assert f'<option value="{TOWNSHIP}">' in page


def test_a_name_that_only_begins_alike_is_not_taken_for_the_village(reporter):
    page = paste(reporter, "临江镇00村受灾30人").text

    assert "“临江镇00村”" in page and f'name="area_code" value="{VILLAGE}"' not in page


def test_a_name_two_villages_have_is_for_a_person_to_say(browse, disaster):
    both = [VILLAGE, f"{NEIGHBOUR[:6]}001000"]
    with act_as(SYSTEM), db.transaction() as session:
        same = update(AreaVersion).where(AreaVersion.code.in_(both)).values(name="大溪村委会")
        session.execute(same)
    geo.forget()
    with db.reading() as session:
        geo.tree(session)
    officer = browse(f"duty_officer@{COUNTY}")

    twice = paste(officer, "大溪村受灾30人").text
    assert twice.count("大溪村委会") == 2 and "“大溪村”" in twice


def test_the_neighbours_form_is_not_filled(reporter):
    assert take(reporter, MESSAGE, "4", area=NEIGHBOUR).status_code == 404


def test_who_may_not_file_sees_no_page(browse, disaster):
    assert browse(f"assessor@{TOWNSHIP}").get("/reports/text").status_code == 403


def test_script_in_a_message_stays_text(reporter):
    page = paste(reporter, "受灾30人<script>alert(1)</script>").text

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_more_than_ten_thousand_signs_are_read_in_part_and_say_so(reporter):
    page = paste(reporter, "受灾30人。" + "雨" * 11_000)

    assert page.status_code == 200
    assert "只读取了前 10,000 个字" in page.text


def test_a_message_without_figures_says_so(reporter):
    assert "没有报表要的数字" in paste(reporter, "收到,马上统计").text


def test_nothing_pasted_is_said(reporter):
    page = paste(reporter, " ")

    assert page.status_code == 422
    assert "请先粘贴消息" in page.text and 'href="#text"' in page.text


def test_the_page_speaks_english_when_asked(reporter):
    reporter.set_cookie("lang", "en")
    page = paste(reporter, MESSAGE).text

    assert "a range: choose an end" in page and "Put the ticked ones into the form" in page
