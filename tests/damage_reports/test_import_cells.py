"""Fifty cells are wrong: all fifty are named, and no other; what is no table is explained."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.admin.test_area_import import ENTITIES, _workbook
from tests.conftest import new_id
from tests.factories import outlines
from tests.factories.city import COUNTY, FAR_TOWNSHIP, NEIGHBOUR, TOWNSHIP
from tests.factories.tables import book, checked, filed, send

AREAS = [TOWNSHIP, NEIGHBOUR, *(f"99010{t}00{v}000" for t in (1, 2) for v in (1, 2, 3))]
COLUMNS = (
    "区划代码", "填报单位", "受灾人口", "因灾死亡人口", "因灾受伤人口", "其中:因灾重伤人口",
    "受损学校数量",
    "农作物受灾面积", "倒塌房屋间数", "其中：倒塌住房间数", "受损水库", "受损公路长度", "理由",
)  # fmt: skip
GOOD = ["", 100, 1, 5, 2, 3, 1.5, 9, 4, 0, 2.25, None]
BAD_VALUES = {
    "G": (-1, "三所", "3所", 1.5, True, "1,2,x", "约3", "１．５"),
    "H": (-0.5, 1.234, "半", "1e3x", 1e16, "三公顷", "−5公顷", "1/2"),
    "K": (-3, "A", "1.25", "=1", 2.5, "有", "?", "12 个"),
    "L": (-2.5, 0.001, "km", "1..5", "3km", 1e15, "=K2", "一"),
}
AREAS_WRONG = (
    ["991111111111", *GOOD], [FAR_TOWNSHIP, *GOOD], [COUNTY, *GOOD], [TOWNSHIP, *GOOD],
    ["", "无此镇", *GOOD[1:]], ["990191000000", "望海乡", *GOOD[1:]],
)  # fmt: skip


@pytest.fixture
def clerk(person):
    return person(f"township_reporter@{COUNTY}")


def planted():
    """Return the rows of a table and the address of each of its fifty wrong cells."""
    rows, wrong = [[area, *GOOD] for area in AREAS], set()
    for letter, values in BAD_VALUES.items():
        for number, value in enumerate(values):
            rows[number][ord(letter) - 65] = value
            wrong.add(f"数据!{letter}{number + 2}")
    for number in (0, 3, 6):  # more hurt badly than hurt
        rows[number][5] = 7
        wrong.add(f"数据!F{number + 2}")
    for number in (1, 4):  # more dead than affected
        rows[number][3] = 101
        wrong.add(f"数据!D{number + 2}")
    for number in (2, 5, 7):  # more rooms of homes than rooms
        rows[number][9] = 10
        wrong.add(f"数据!J{number + 2}")
    for number, row in enumerate(AREAS_WRONG, start=len(rows) + 2):
        rows.append(list(row))
        wrong.add(f"数据!A{number}")
    return rows, wrong


def with_specials(made, page):
    """Add what only a spreadsheet program can: errors, a date, an unsaved formula, merged cells."""
    page.write_formula("E2", "=1/0", None, "#DIV/0!")
    page.write_datetime("E3", datetime(2013, 10, 6), made.add_format({"num_format": "yyyy-mm-dd"}))
    page.write_formula("E4", "=F4+1", None, "")
    page.write_formula("E5", "=2+3", None, 5)
    page.merge_range("M8:M9", "")


SPECIAL = {"数据!E2", "数据!E3", "数据!E4", "数据!M8", "数据!M9"}


def test_fifty_wrong_cells_are_all_named_and_no_other(clerk, disaster):
    rows, wrong = planted()
    found = checked(clerk, disaster, book(*rows, headings=COLUMNS, more=with_specials))
    named = {each["cell"] for each in found["errors"]}

    assert len(wrong | SPECIAL) >= 50
    # Without the number of hurt, nobody can say that more are hurt badly.
    silent = {"数据!F2"}
    assert named == (wrong | SPECIAL) - silent, named ^ ((wrong | SPECIAL) - silent)
    assert all(each["message"].strip() and "%(" not in each["message"] for each in found["errors"])
    assert found["problems"] == []


def test_the_corrected_file_goes_in(clerk, disaster):
    rows, _wrong = planted()
    first = checked(clerk, disaster, book(*rows, headings=COLUMNS))
    refused = clerk.put(f"/api/v1/report-imports/{first['id']}/application", {})
    again = checked(clerk, disaster, book(*([a, *GOOD] for a in AREAS), headings=COLUMNS))
    done = filed(clerk, again["id"])

    assert refused.status_code == 422
    assert (again["wrong"], done["outcomes"]) == (0, {"stored": len(AREAS)})


def test_what_was_put_right_in_reading_is_noted_and_taken(clerk, browse, disaster):
    rows = [[TOWNSHIP, "", "１，２００", "０", 5, 2, 3, "３．５"], [NEIGHBOUR, "", " 1 200 ", 0]]

    def with_formula(_made, page):
        page.write_formula("C3", "=600*2", None, 1200)

    found = checked(clerk, disaster, book(*rows, headings=COLUMNS[:8], more=with_formula))
    filed(clerk, found["id"])
    totals = clerk.get(f"/api/v1/rollup?disaster={disaster['id']}&area={COUNTY}").json["values"]

    assert found["errors"] == []
    assert (totals["affected"], totals["deaths"], totals["crop_affected"]) == (2400, 0, 3.5)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (_workbook(ENTITIES), "XML"),
        (outlines.zipped({"xl/workbook.xml": b"\0" * 90_000_000}), "解压"),
        (b"PK\x03\x04" + b"x" * 100, "损坏"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "xlsx"),
        (b"<html></html>", "CSV"),
        (b"\x00\x01\x02", "CSV"),
        (("区划代码,受灾人口\n" + f"{TOWNSHIP},1\n" * 100_200).encode(), "100000"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_explained_and_nothing_is_filed(clerk, disaster, data, words):
    found = checked(clerk, disaster, data)
    refused = clerk.put(f"/api/v1/report-imports/{found['id']}/application", {"leave_out": True})

    assert found["stage"] == "checked" and found["total"] == 0
    assert any(words in each["message"] for each in found["problems"]), found["problems"]
    assert refused.status_code == 422


def test_a_body_without_a_file_or_a_round_is_refused_at_once(clerk, disaster):
    headers = {"Authorization": f"Bearer {clerk.token}"}
    path = f"/api/v1/report-imports/{new_id()}"
    nothing = send(clerk, disaster, b"")
    no_round = clerk.client.put(path, data=b"x", headers=headers, content_type="text/csv")

    assert (nothing.status_code, no_round.status_code) == (422, 422)
    assert {each["field"] for each in no_round.json["errors"]} >= {"disaster_id", "round", "as_of"}
