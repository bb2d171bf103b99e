"""The official quick report as a file: what is not known stays apart from nought, drills say so."""

from __future__ import annotations

import csv
import io

import pytest
from docx import Document

from relief_ops.sheets import read_grids
from tests.conftest import new_id
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.reporting import body, open_round

UNKNOWN = "尚未掌握"


def file_(person, disaster, area, values, **more):
    answer = person(f"township_reporter@{area}").put(
        f"/api/v1/reports/{new_id()}", body(disaster, area, values, **more)
    )
    assert answer.status_code == 201, answer.json


@pytest.fixture
def told(person, disaster):
    """File for two of the county's townships: a nought, a figure and two that nobody knows."""
    open_round(person, disaster)
    file_(person, disaster, TOWNSHIP, {"affected": 1200, "deaths": 0, "crop_affected": "3.5"})
    file_(person, disaster, NEIGHBOUR, {"affected": 34, "deaths": None, "missing": None})
    return disaster


def address(disaster, kind, area=COUNTY, **more):
    asked = {"disaster": disaster["id"], "area": area, "format": kind} | more
    return "/reports/quick-report?" + "&".join(f"{k}={v}" for k, v in asked.items())


def form(data):
    """Return the official sheet as {figure: cells after the labels}, and its text above."""
    grid = read_grids(data)[0]
    start = next(n for n, row in enumerate(grid.rows) if row[1] == "指标")
    rows = {row[1]: row[3:] for row in grid.rows[start + 1 :] if row[2]}
    above = "\n".join(str(cell) for row in grid.rows[:start] for cell in row if cell)
    return grid.rows[start][3:], rows, above


def table(data):
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    return [dict(zip(rows[1], row, strict=True)) for row in rows[2:]]


def test_the_workbook_is_the_official_form(browse, told):
    answer = browse(f"duty_officer@{COUNTY}").get(address(told, "xlsx"))
    columns, rows, above = form(answer.data)

    assert answer.status_code == 200
    for words in ("自然灾害损失情况统计快报表", "应急统表1", "东山县", "试验台风", "台风"):
        assert words in above
    assert [each.split()[0] for each in columns[:3]] == ["东山县", "临江镇", "望海乡"]
    assert rows["受灾人口"][:3] == [1234, 1200, 34]
    assert rows["因灾死亡人口"][:3] == ["0 (1/2)", 0, UNKNOWN]
    assert rows["因灾失踪人口"][:3] == [UNKNOWN] * 3


def test_the_csv_carries_hxl_tags_and_every_level_above(browse, told):
    answer = browse(f"duty_officer@{COUNTY}").get(address(told, "csv"))
    whole, first, second = table(answer.data)[:3]

    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert (first["#adm3+code"], first["#adm4+code"]) == (COUNTY, TOWNSHIP)
    assert whole["#adm4+code"] == ""
    assert [each["#affected"] for each in (whole, first, second)] == ["1234", "1200", "34"]
    assert (first["#affected+killed"], second["#affected+killed"]) == ("0", UNKNOWN)
    assert (whole["#affected+killed"], whole["#meta+known+num+deaths"]) == ("0", "1")
    assert first["#impact+crop+ha+affected"] == "3.5"


def test_the_paper_has_every_figure_of_every_area(browse, told):
    answer = browse(f"duty_officer@{CITY}").get(address(told, "docx", CITY))
    paper = Document(io.BytesIO(answer.data))
    text = "\n".join(each.text for each in paper.paragraphs)
    rows = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]

    assert "自然灾害损失情况统计快报表" in text and "应急统表1" in text and "单位负责人" in text
    assert "{" not in text and rows[0][3].startswith("海州市")
    cells = {row[1]: row[3:] for row in rows[1:]}
    assert cells["受灾人口"] == ["1,234 (2/4)", "1,234", UNKNOWN]


def test_a_round_is_told_as_it_stood_before_the_next_one(browse, person, told):
    later = "2013-10-06T02:00:00+00:00"
    order = {"disaster_id": told["id"], "code": "r2", "as_of": later}
    person("duty_officer").put(f"/api/v1/rounds/{new_id()}", order)
    file_(person, told, TOWNSHIP, {"affected": 5000, "crop_affected": 4}, round="r2", as_of=later)
    officer = browse(f"duty_officer@{COUNTY}")

    def affected(**more):
        return form(officer.get(address(told, "xlsx", **more)).data)[1]["受灾人口"][0]

    assert (affected(round="r1"), affected(round="r2"), affected()) == (1234, 5034, 5034)


def test_a_signed_table_is_given_as_it_was_frozen(browse, person, told):
    summary = new_id()
    order = {"disaster_id": told["id"], "area_code": COUNTY, "round": "r1", "basis": "reported"}
    made = person(f"township_reviewer@{COUNTY}", f"county_reviewer@{COUNTY}").put(
        f"/api/v1/summaries/{summary}", order
    )
    open_round(person, told, "r2")
    file_(person, told, TOWNSHIP, {"affected": 9000, "crop_affected": 4}, round="r2")
    answer = browse(f"duty_officer@{COUNTY}").get(
        f"/reports/summaries/{summary}/quick-report?format=csv"
    )

    assert made.status_code == 201, made.json
    assert table(answer.data)[0]["#affected"] == "1234"


def test_figures_of_a_drill_say_so_in_every_file(browse, drill):
    disaster_id, _move = drill
    director = browse("drill_director", "duty_officer")
    got = {k: director.get(address({"id": disaster_id}, k, CITY)) for k in ("xlsx", "csv", "docx")}

    assert all(answer.status_code == 200 for answer in got.values())
    assert "演练" in form(got["xlsx"].data)[2]
    assert {row["#meta+exercise"] for row in table(got["csv"].data)} == {"演练"}
    assert "演练" in Document(io.BytesIO(got["docx"].data)).paragraphs[0].text
    for answer in got.values():
        assert "%E6%BC%94%E7%BB%83" in answer.headers["Content-Disposition"]


def test_a_name_that_looks_like_a_formula_stays_a_name(browse, person):
    disaster = {"id": new_id()}
    order = {
        "name": "=HYPERLINK(1)", "kind": "flood", "started_at": "2013-10-06T00:00:00Z",
        "division_date": "2013-10-06",
    }  # fmt: skip
    person("duty_officer").put(f"/api/v1/disasters/{disaster['id']}", order)
    answer = browse("duty_officer").get(address(disaster, "xlsx", CITY))

    assert not read_grids(answer.data)[0].formulas
    assert "=HYPERLINK(1)" in form(answer.data)[2]


def test_other_formats_and_strange_rounds_are_refused_in_words(browse, told):
    officer = browse("duty_officer")

    assert officer.get(address(told, "pdf")).status_code == 422
    assert officer.get(address(told, "csv", round="nie")).status_code == 422


def test_a_neighbour_gets_no_file(browse, told, client):
    assert browse(f"duty_officer@{VILLAGE}").get(address(told, "csv")).status_code == 404
    assert client.get(address(told, "csv")).status_code in (302, 401)
