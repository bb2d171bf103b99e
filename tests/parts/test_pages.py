"""The page of joining and splitting, and what the pages of totals say of parts."""

from __future__ import annotations

import re

import pytest

from tests.conftest import new_id
from tests.damage_reports.test_pages import token_of
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP
from tests.parts.acts import done, file, join, opened, rollup, split, total


@pytest.fixture
def filled(reporter, disaster, flood):
    """Let both disasters have figures, in one township together."""
    for each, area, figure in (
        (disaster, TOWNSHIP, 30), (flood, TOWNSHIP, 5), (flood, NEIGHBOUR, 12),
    ):  # fmt: skip
        file(reporter, each, area, affected=figure, deaths=0)
    return disaster


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def page_of(browser, disaster, more=""):
    answer = browser.get(f"/reports/parts?disaster={disaster['id']}{more}")
    assert answer.status_code == 200, answer.text
    return answer


def test_joining_shows_what_changes_and_asks_once(browse, reporter, filled, flood):
    page = browse("duty_officer", f"county_reviewer@{CITY}")
    plain = page_of(page, filled)
    assert "东山暴雨" in plain.text and "尚无其他灾害过程汇拢到本过程" in plain.text

    looked = page_of(page, filled, f"&join={flood['id']}")
    said = words(looked)
    assert "把「东山暴雨」汇拢到「试验台风」" in said
    assert "这些地区在两边都有数字：临江镇" in said
    assert re.search(r"受灾人口 人 30 → 47 17 并入合计 47 不变", said)
    assert total(reporter, filled) == 30, "looking changes nothing"

    sent = {
        "csrf": token_of(looked), "id": new_id(), "disaster_id": filled["id"],
        "part_id": flood["id"], "reason": "会商决定", "document": "",
    }  # fmt: skip
    assert page.post("/reports/parts/join", data=sent).status_code == 303
    assert page.post("/reports/parts/join", data=sent).status_code == 303, "sent twice is one"
    assert total(reporter, filled) == 47
    after = words(page_of(page, filled))
    assert "会商决定" in after and "本过程的组成 1" in after
    again = page.post("/reports/parts/join", data=sent | {"id": new_id()})
    assert again.status_code == 409 and "已汇拢到" in again.text


def test_separating_shows_what_changes(browse, officer, reporter, filled, flood):
    membership_id = done(join(officer, filled, flood))
    page = browse("duty_officer")

    looked = page_of(page, filled, f"&leave={membership_id}")
    assert re.search(r"受灾人口 人 47 → 30 17 47 不变", words(looked))
    sent = {
        "csrf": token_of(looked), "id": new_id(), "disaster_id": filled["id"], "reason": "查明",
    }  # fmt: skip
    address = f"/reports/parts/{membership_id}/end"
    assert page.post(address, data=sent | {"id": new_id(), "reason": ""}).status_code == 422
    assert page.post(address, data=sent).status_code == 303
    assert (total(reporter, filled), total(reporter, flood)) == (30, 17)


def test_splitting_into_a_new_disaster(browse, officer, reporter, filled):
    page = browse("duty_officer")
    looked = page_of(page, filled, f"&areas={COUNTY}&into=&name=东山局地暴雨&kind=flood")
    assert re.search(r"受灾人口 人 30 → 尚未掌握 尚未掌握 → 30 30 不变", words(looked))
    new = re.search(r'name="into_id" value="([^"]+)"', looked.text).group(1)

    sent = {
        "csrf": token_of(looked), "id": new_id(), "disaster_id": filled["id"], "into_id": new,
        "name": "东山局地暴雨", "kind": "flood", "area_codes[]": [COUNTY], "reason": "查明",
    }  # fmt: skip
    assert page.post("/reports/parts/split", data=sent).status_code == 303
    assert page.post("/reports/parts/split", data=sent).status_code == 303, "sent twice is one"
    assert (total(reporter, filled), total(reporter, {"id": new})) == (None, 30)
    made = officer.get(f"/api/v1/disasters/{new}").json
    assert (made["name"], made["kind"], made["form_version"]) == ("东山局地暴雨", "flood", "2020")
    assert "东山县" in words(page_of(page, filled))
    totals = page.get(f"/reports?disaster={filled['id']}").text
    assert "已拆分出去，在另一灾害过程中合计：东山县" in totals


def test_what_cannot_be_done_is_said_before_it_is_tried(browse, officer, filled, flood):
    page = browse("duty_officer")
    old = opened(officer, name="旧表", form_version="2016")

    assert "版报表" in page_of(page, filled, f"&join={old['id']}").text
    assert "请改用汇拢" in page_of(page, filled, f"&areas={COUNTY}&into={flood['id']}").text
    said, _words_of_scripts = page_of(page, filled, f"&areas={COUNTY}").text.split('id="words"')
    assert "需填" not in said
    for more in ("&join=x", "&leave=x", f"&areas={COUNTY}&into=x", "&areas=x&name=x&kind=flood"):
        page_of(page, filled, more)
    for more in (f"&join={new_id()}", f"&leave={new_id()}"):
        assert page.get(f"/reports/parts?disaster={filled['id']}{more}").status_code == 404


def test_who_may_only_look_is_offered_no_act(browse, officer, filled, flood):
    done(join(officer, filled, flood))
    page = browse(f"county_reviewer@{OTHER_COUNTY}")

    seen = words(page_of(page, filled, f"&area={OTHER_COUNTY}&join={flood['id']}"))
    assert "汇拢另一灾害过程" not in seen
    assert "受灾人口" not in seen and "→ 47" not in seen, "the figures of another county"
    assert page.get(f"/reports/parts?disaster={filled['id']}&area={CITY}").status_code == 404
    sent = {
        "csrf": token_of(page.get("/account")), "id": new_id(), "disaster_id": filled["id"],
        "part_id": flood["id"], "reason": "x",
    }  # fmt: skip
    assert page.post("/reports/parts/join", data=sent).status_code in (403, 404)


def test_the_totals_name_the_parts_and_every_number_leads_to_its_reports(
    browse,
    officer,
    reporter,
    filled,
    flood,
):
    done(join(officer, filled, flood))
    page = browse(f"county_reviewer@{CITY}")

    whole = page.get(f"/reports?disaster={filled['id']}&area={CITY}")
    assert f"?disaster={flood['id']}&amp;area={CITY}" in whole.text
    assert re.search(r"其中 东山暴雨 2 / 4", words(whole))
    link = re.search(r'href="(/reports/trace\?[^"]*indicator=affected)"', whole.text).group(1)
    trace = page.get(link.replace("&amp;", "&"))
    assert re.search(r"东山县 › 临江镇 试验台风 30", words(trace))
    assert re.search(r"东山县 › 望海乡 东山暴雨 12", words(trace))
    for report_id in re.findall(r'/reports/([0-9a-f-]{36})"', trace.text):
        assert page.get(f"/reports/{report_id}").status_code == 200
    part = page.get(f"/reports?disaster={flood['id']}&area={CITY}")
    assert "已汇拢到" in part.text and "试验台风" in part.text
    book = page.get(f"/reports/export?disaster={filled['id']}&area={CITY}")
    assert book.status_code == 200 and book.data[:2] == b"PK"


def test_the_form_says_where_the_same_damage_belongs(browse, officer, filled, flood):
    done(join(officer, filled, flood))
    page = browse(f"township_reporter@{NEIGHBOUR}")

    asked = page.get(f"/reports/new?disaster={filled['id']}&area={NEIGHBOUR}").text
    assert "两者属同一灾害过程" in asked and f"disaster={flood['id']}" in asked
    facts = page.get("/phone/facts").json
    assert facts["disaster"]["id"] == flood["id"], "the phone files where the figures stand"


def test_a_township_split_off_finds_its_last_figures_in_the_form(
    browse,
    officer,
    reporter,
    filled,
    flood,
):
    hail = opened(officer, name="冰雹", kind="hail_wind")
    done(split(officer, filled, hail, TOWNSHIP))
    page = browse(f"township_reporter@{TOWNSHIP}")

    form = page.get(f"/reports/new?disaster={hail['id']}&area={TOWNSHIP}").text
    assert re.search(r'id="f-affected"[^>]*value="30"', form)
    fall = {
        "disaster_id": hail["id"], "area_code": TOWNSHIP, "round": "r1",
        "as_of": "2013-10-06T06:00:00Z", "values": {"affected": 3},
    }  # fmt: skip
    answer = reporter.put(f"/api/v1/reports/{new_id()}", fall)
    assert answer.status_code == 422, "a fall across the split needs its reason"
    assert rollup(reporter, hail)["values"]["affected"] == 30
