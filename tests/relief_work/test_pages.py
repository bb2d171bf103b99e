"""The pages of relief work, used as a browser without scripts would, and the files."""

from __future__ import annotations

import csv
import io
import re

import pytest
from docx import Document

from relief_ops.sheets import read_grids
from tests.conftest import new_id
from tests.damage_reports.conftest import drill  # noqa: F401  a drill whose clock moves
from tests.damage_reports.test_pages import hidden, token_of
from tests.factories.city import CITY, COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.relief_work.test_filing import shown

OFFICER = f"duty_officer@{COUNTY}"
UNKNOWN = "尚未掌握"


def offered(page, code):
    """Return the values of what is offered for a figure, and which of them are ticked."""
    found = re.findall(rf'name="taken\.{code}" value="([^"]*)"[^>]*?( checked)?>', page.text)
    return [value for value, _ticked in found], [value for value, ticked in found if ticked]


def boxed(page, code):
    return re.search(rf'name="values\.{code}"[^>]* value="([^"]*)"', page.text)[1]


def filled(page, **fields):
    names = ("id", "disaster_id", "area_code", "round", "as_of")
    return {"csrf": token_of(page)} | {name: hidden(page, name) for name in names} | fields


def opened(page, area=COUNTY, **asked):
    query = "".join(f"&{key}={value}" for key, value in asked.items())
    answer = page.get(f"/relief-work/new?area={area}{query}")
    assert answer.status_code == 200, answer.text
    return answer


def test_what_is_proposed_stands_beside_the_figure_unticked_and_the_box_is_empty(
    browse, goods, disaster
):
    goods(40)
    page = opened(browse(OFFICER))

    assert offered(page, "goods_tents") == (["40"], [])
    assert boxed(page, "goods_tents") == ""
    assert "物资最后接收点签收" in page.text


def test_a_form_sent_as_it_came_files_nothing_nobody_saw(browse, goods, disaster):
    goods(40)
    officer = browse(OFFICER)
    answer = officer.post("/relief-work/new", data=filled(opened(officer)))

    assert answer.status_code == 422
    assert "请至少填写或采用一项" in answer.text


def test_one_figure_is_taken_one_changed_one_left_and_the_difference_shows(browse, goods, disaster):
    goods(40)
    goods(9, item="quilt")
    goods(100, item="water")
    officer = browse(OFFICER)
    form = filled(
        opened(officer),
        **{"taken.goods_tents": "40", "values.goods_quilts": "12", "unknown.boats": "1",
           "reasons.goods_quilts": "村里自备3床"},
    )  # fmt: skip
    answer = officer.post("/relief-work/new", data=form)
    assert answer.status_code == 303, answer.text
    page = officer.get(answer.headers["Location"])

    choices = dict(re.findall(r'data-figure="(\w+)" data-choice="(\w+)"', page.text))
    assert choices == {"goods_tents": "taken", "goods_quilts": "changed", "goods_water": "left"}
    assert "+3" in page.text and "村里自备3床" in page.text and UNKNOWN in page.text
    again = officer.post("/relief-work/new", data=form)
    assert again.headers["Location"] == answer.headers["Location"]


def test_what_is_wrong_is_said_beside_its_field_and_everything_typed_is_still_there(
    browse, goods, disaster
):
    goods(40)
    officer = browse(OFFICER)
    form = filled(
        opened(officer),
        **{"values.rescuers": "viele", "values.vehicles": "7", "taken.goods_tents": "40",
           "values.goods_tents": "41", "values.boats": "3", "unknown.boats": "1"},
    )  # fmt: skip
    page = officer.post("/relief-work/new", data=form)
    assert page.status_code == 422 and 'id="e-boats"' in page.text

    form.pop("unknown.boats")
    page = officer.post("/relief-work/new", data=form)
    assert page.status_code == 422
    assert 'id="e-rescuers"' in page.text and 'id="e-goods_tents"' in page.text
    assert (boxed(page, "rescuers"), boxed(page, "vehicles")) == ("viele", "7")
    assert offered(page, "goods_tents") == (["40"], ["40"])


def test_what_changed_while_somebody_wrote_is_offered_anew_unticked(browse, goods, disaster):
    goods(40)
    officer = browse(OFFICER)
    form = filled(opened(officer), **{"taken.goods_tents": "40", "values.rescuers": "5"})
    goods(2)
    page = officer.post("/relief-work/new", data=form)

    assert page.status_code == 422 and 'id="e-goods_tents"' in page.text
    assert offered(page, "goods_tents") == (["42"], [])
    assert boxed(page, "rescuers") == "5"


def test_two_proposals_of_one_figure_are_not_taken_at_once(browse, goods, disaster):
    goods(40)
    officer = browse(OFFICER)
    form = filled(opened(officer)) | {"taken.goods_tents": ["40", "41"]}

    assert officer.post("/relief-work/new", data=form).status_code == 422


def test_a_figure_of_eight_digits_is_no_date(browse, person, disaster):
    officer = browse(OFFICER)
    form = filled(opened(officer), **{"values.goods_water": "20131006"})
    answer = officer.post("/relief-work/new", data=form)

    assert answer.status_code == 303, answer.text
    assert "20,131,006" in officer.get(answer.headers["Location"]).text


def test_a_correction_begins_with_what_stands_and_names_its_base(browse, officer, file, disaster):
    first = file(officer, values={"rescuers": 120, "boats": None}).json["id"]
    page = opened(browse(OFFICER), round="r1")

    assert boxed(page, "rescuers") == "120"
    assert hidden(page, "base") == first
    assert re.search(r'name="unknown\.boats" value="1" checked', page.text)


def test_a_new_round_carries_on_what_no_source_knows(browse, officer, goods, file, disaster):
    goods(40)
    file(officer, values={"rescuers": 120, "goods_tents": 30})
    page = opened(browse(OFFICER), round="r2")

    assert (boxed(page, "rescuers"), boxed(page, "goods_tents")) == ("120", "")
    assert offered(page, "goods_tents") == (["40"], [])


def test_somebody_was_faster_both_versions_are_shown(browse, officer, file, disaster):
    page = browse(OFFICER)
    form = filled(opened(page, round="r1"), **{"values.rescuers": "5"})
    theirs = file(officer, values={"rescuers": 120}).json["id"]
    answer = page.post("/relief-work/new", data=form)

    assert answer.status_code == 412
    assert re.search(r"对方 120, 你的 5", answer.text)
    assert hidden(answer, "base") == theirs


def test_a_tampered_form_is_refused_not_broken(browse, disaster):
    officer = browse(OFFICER)
    good = filled(opened(officer), **{"values.rescuers": "5"})
    for change in (
        {"id": "x"}, {"disaster_id": "x"}, {"disaster_id": new_id()}, {"area_code": "nowhere"},
        {"area_code": OTHER_COUNTY}, {"round": "a b"}, {"as_of": "soon"}, {"values": "5"},
        {"taken": "5"}, {"reasons.rescuers": "x" * 500}, {"base": "x"}, {"more": "1"},
    ):  # fmt: skip
        answer = officer.post("/relief-work/new", data=good | change)
        assert answer.status_code in (400, 403, 404, 422), (change, answer.status_code)


def test_who_may_not_file_gets_no_form_and_is_offered_none(browse, officer, file, disaster):
    form = file(officer).json["id"]
    reader = browse(f"inspector@{COUNTY}")

    assert reader.get(f"/relief-work/new?area={COUNTY}").status_code == 403
    for path in (f"/relief-work?area={COUNTY}", f"/relief-work/{form}"):
        page = reader.get(path)
        assert page.status_code == 200 and "/relief-work/new" not in page.text
    reporter = browse(f"township_reporter@{TOWNSHIP}")
    assert reporter.get(f"/relief-work/new?area={TOWNSHIP}").status_code == 404
    assert reporter.get(f"/relief-work/{form}").status_code == 404
    assert reporter.get(f"/relief-work?area={TOWNSHIP}").status_code == 200


def test_the_page_of_the_city_shows_each_county_beside_the_sum(
    browse, officer, neighbour, file, disaster
):
    file(officer, values={"rescuers": 10, "boats": 0})
    file(neighbour, values={"rescuers": 5}, area_code=OTHER_COUNTY)
    page = browse("city_reviewer").get(f"/relief-work?area={CITY}").text
    row = re.search(r'data-key="rescuers">(.*?)</tr>', page, re.S)[1]

    assert re.findall(r'<td class="num">\s*([\d,]+)', row) == ["15", "10", "5"]
    boats = re.search(r'data-key="boats">(.*?)</tr>', page, re.S)[1]
    assert "1/2" in boats and UNKNOWN in boats


def test_it_is_found_from_the_reports_and_from_the_drawer_of_the_map(
    browse, officer, file, disaster
):
    page = browse("city_reviewer", "duty_officer")
    assert "/relief-work?" in page.get(f"/reports?area={CITY}").text
    before = page.get(f"/areas/{COUNTY}/panel")
    file(officer)
    drawer = page.get(f"/areas/{COUNTY}/panel")

    assert drawer.status_code == 200
    assert "/relief-work?area=" not in before.text and "/relief-work?area=" in drawer.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_speaks_both_languages(browse, officer, file, goods, disaster, language):
    goods(4)
    form = file(officer, values={"rescuers": 5, "response_level": 3}).json["id"]
    page = browse(OFFICER)
    page.set_cookie("lang", language)
    for path, words in (
        (f"/relief-work?area={COUNTY}", ("投入救援人员", "Rescuers sent")),
        (f"/relief-work/new?area={COUNTY}", ("确认并上报", "Confirm and file")),
        (f"/relief-work/{form}", ("未填", "left open")),
    ):
        text = page.get(path).text
        assert words[language == "en"] in text and words[language == "zh"] not in text
    assert "Ⅲ" in text


def address(kind, area=CITY):
    return f"/relief-work/file?area={area}&format={kind}"


@pytest.fixture
def told(officer, neighbour, file):
    response = {"response_level": 3, "response_since": "2013-10-06T02:00:00Z"}
    file(officer, values={"rescuers": 1200, "money_spent": "35.50", "boats": 0} | response)
    file(neighbour, values={"rescuers": 34, "boats": None}, area_code=OTHER_COUNTY)


def test_the_workbook_is_the_official_form(browse, told):
    answer = browse("city_reviewer").get(address("xlsx"))
    grid = read_grids(answer.data)[0]
    text = "\n".join(str(cell) for row in grid.rows for cell in row if cell)
    cells = {row[1]: row[3:] for row in grid.rows if row[1]}

    assert answer.status_code == 200
    for words in ("救灾工作情况统计快报表", "应急统表2", "海州市", "试验台风"):
        assert words in text
    assert cells["投入救援人员"][:3] == [1234, 1200, 34]
    assert cells["投入船艇"][:3] == ["0 (1/2)", 0, UNKNOWN]
    assert cells["已启动救灾应急响应级别"][:3] == ["Ⅲ (1/2)", "Ⅲ", UNKNOWN]
    assert cells["响应启动时间"][1] == "2013-10-06 10:00"
    assert cells["已发放棉被"][:3] == [UNKNOWN] * 3


def test_the_csv_carries_hxl_tags(browse, told):
    answer = browse("city_reviewer").get(address("csv"))
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    city, first, second = [dict(zip(rows[1], row, strict=True)) for row in rows[2:]]

    assert first["#adm3+code"] == COUNTY
    assert [each["#operations+rescuers+num"] for each in (city, first, second)] == [
        "1234", "1200", "34",
    ]  # fmt: skip
    assert first["#value+relief+spent"] == "35.5"
    assert first["#date+response+start"].startswith("2013-10-06T02:00")
    assert second["#operations+boats+num"] == UNKNOWN


def test_the_paper_has_every_figure(browse, told):
    answer = browse("city_reviewer").get(address("docx"))
    paper = Document(io.BytesIO(answer.data))

    assert any("救灾工作情况统计快报表" in each.text for each in paper.paragraphs)
    cells = {row.cells[1].text: row.cells[3].text for row in paper.tables[0].rows}
    assert cells["投入救援人员"] == "1,234"


def test_a_file_of_another_kind_or_of_a_foreign_area_is_refused(browse, told):
    officer = browse(OFFICER)

    assert officer.get(address("exe", COUNTY)).status_code == 422
    assert officer.get(address("csv", OTHER_COUNTY)).status_code == 404
    assert officer.get(address("csv", COUNTY)).status_code == 200


def test_figures_of_a_drill_say_so(person, browse, drill):  # noqa: F811
    disaster_id, _move = drill
    officer = person(OFFICER)
    body = {
        "disaster_id": disaster_id, "area_code": COUNTY, "round": "r1",
        "as_of": "2013-10-06T00:00:00Z", "values": {"rescuers": 5},
    }  # fmt: skip
    form = officer.put(f"/api/v1/relief-work/{new_id()}", body)
    assert form.status_code == 201, form.json
    page = browse(OFFICER)

    assert "演练" in page.get(f"/relief-work/{form.json['id']}").text
    file = page.get(f"/relief-work/file?disaster={disaster_id}&area={COUNTY}&format=csv")
    assert "演练" in file.data.decode("utf-8-sig")
    assert shown(officer, form.json["id"])["values"] == {"rescuers": 5}
