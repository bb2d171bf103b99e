"""The page of travel times: entered, changed, taken back, sent out and in as a workbook."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.conftest import new_id
from tests.factories import stock
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP


@pytest.fixture
def manager(person):
    return person(f"logistics_manager@{COUNTY}")


@pytest.fixture
def depot(manager):
    return stock.depot(manager)


def form(caller, path, **fields):
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(path, data={"id": new_id()} | fields, headers=headers)


def times(caller):
    return caller.get(f"/api/v1/travel-times?area={COUNTY}").json["travel_times"]


def test_the_page_enters_changes_and_takes_back(manager, disaster, depot):
    answer = form(manager, "/stock/travel", **{"from": f"place:{depot}", "to": f"area:{NEIGHBOUR}",
                  "minutes": "95", "means": "ferry", "note": "轮渡"})  # fmt: skip
    assert answer.status_code == 303, answer.text
    page = manager.get(f"/stock/travel?depot={depot}").text
    assert "1 小时 35 分" in page and "轮渡" in page and "人工填写" in page

    (entered,) = times(manager)
    assert "95" in manager.get(f"/stock/travel?edit={entered['id']}").text
    changed = form(manager, "/stock/travel", edit=entered["id"], revision="1", minutes="30",
                   **{"from": f"place:{depot}", "to": f"area:{NEIGHBOUR}"})  # fmt: skip
    assert changed.status_code == 303, changed.text
    assert times(manager)[0]["minutes"] == 30

    assert form(manager, f"/stock/travel/{entered['id']}/end").status_code == 303
    assert times(manager) == []


def test_an_island_is_chosen_not_left_out(manager, disaster):
    left_out = form(manager, "/stock/travel", to=f"area:{NEIGHBOUR}", minutes="10")
    assert left_out.status_code == 422
    assert 'value="10"' in left_out.text

    chosen = form(manager, "/stock/travel", to=f"area:{NEIGHBOUR}", **{"from": "island"})
    assert chosen.status_code == 303, chosen.text
    assert times(manager)[0]["island"]
    assert "海岛" in manager.get("/stock/travel").text


def test_the_depot_form_sets_up_and_changes_with_hours(manager, disaster):
    made = form(manager, "/stock/depots", name="滨江库", area_code=TOWNSHIP, mode="owned",
                lon="121.5", lat="29.8", opens="08:00", closes="17:30",
                **{"minimums.quilt": "200", "minimums.water": ""})  # fmt: skip
    assert made.status_code == 303, made.text
    page = made.headers["Location"]
    assert "08:00" in manager.get(page).text
    edit = manager.get(f"{page}/edit").text
    assert "滨江库" in edit and 'value="17:30"' in edit and 'value="200"' in edit

    changed = form(manager, "/stock/depots", id=page.split("/")[-1], revision="1", name="滨江新库",
                   area_code=TOWNSHIP, mode="owned")  # fmt: skip
    assert changed.status_code == 303, changed.text
    assert "滨江新库" in manager.get(page).text
    stale = form(manager, "/stock/depots", id=page.split("/")[-1], revision="1", name="旧页",
                 area_code=TOWNSHIP, mode="owned")  # fmt: skip
    assert stale.status_code == 412
    assert "旧页" in stale.text


def test_a_wrong_depot_form_comes_back_with_what_was_typed(manager, disaster):
    answer = form(manager, "/stock/depots", name="滨江库", area_code=TOWNSHIP, opens="08:00")
    assert answer.status_code == 422
    assert "滨江库" in answer.text


HEADINGS = ["起点（代码或名称；留空为海岛）", "终点（代码或名称）", "分钟", "方式", "绕行", "备注"]


def book(*rows):
    made, target = Workbook(), BytesIO()
    for row in (HEADINGS, *rows):
        made.active.append(row)
    made.save(target)
    return target.getvalue()


def send(caller, data, **fields):
    return form(caller, "/stock/travel/import", file=(BytesIO(data), "times.xlsx"), **fields)


def test_a_workbook_is_checked_taken_and_taken_again(manager, disaster, depot):
    rows = [["", NEIGHBOUR, None, "", "", "海岛"],
            ["东山县库", "望海乡", 95, "轮渡", "是", ""],
            [COUNTY, TOWNSHIP, 20, "", "", ""]]  # fmt: skip
    checked = send(manager, book(*rows), check="1")
    assert checked.status_code == 303, checked.text
    assert times(manager) == []

    assert send(manager, book(*rows)).status_code == 303
    assert len(times(manager)) == 3
    rows[1][2] = 60
    again = send(manager, book(*rows))
    assert "changed=1" in again.headers["Location"]
    assert {each["minutes"] for each in times(manager)} == {None, 60, 20}


def test_what_is_handed_out_can_be_sent_in_again(manager, disaster, depot):
    send(
        manager,
        book(["东山县库", "望海乡", 95, "轮渡", "是", "x"], ["", TOWNSHIP, None, "", "", ""]),
    )
    data = manager.get("/stock/travel/export").data
    cells = [
        [cell.value for cell in row] for row in load_workbook(BytesIO(data)).active.iter_rows()
    ]
    assert any(depot in row and "东山县库" in row and 95 in row for row in cells)
    answer = send(manager, data)
    assert answer.status_code == 303, answer.text
    assert "rows=2" in answer.headers["Location"] and "changed=0" in answer.headers["Location"]


def test_every_wrong_cell_is_named_and_nothing_is_written(manager, disaster, depot):
    data = book(["东山县库", "望海乡", 95, "", "", ""], ["没有的库", "望海乡", 5, "", "", ""],
                [COUNTY, NEIGHBOUR, -3, "骆驼", "", ""], [COUNTY, NEIGHBOUR, "很久", "", "", ""],
                [COUNTY, COUNTY, 5, "", "", ""])  # fmt: skip
    answer = send(manager, data)
    assert answer.status_code == 422
    for cell in ("A3", "D4", "C5", "B6"):
        assert cell in answer.text, cell
    assert times(manager) == []


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"PK\x03\x04broken", b"{}", book()])
def test_a_file_that_is_none_is_said_so(manager, disaster, data):
    answer = send(manager, data)
    assert answer.status_code in (400, 413, 415, 422)
    assert times(manager) == []


def test_the_same_file_sent_twice_by_one_form_is_taken_once(manager, disaster, depot):
    form_id, data = new_id(), book(["东山县库", "望海乡", 95, "", "", ""])
    send(manager, data, id=form_id)
    (entered,) = times(manager)
    changed = {"from_place": depot, "to_area_code": NEIGHBOUR, "minutes": 60}
    path = f"/api/v1/travel-times/{entered['id']}"
    assert manager.put(path, changed, If_Match="1").status_code == 200
    again = send(manager, data, id=form_id)
    assert "changed=0" in again.headers["Location"]
    assert times(manager)[0]["minutes"] == 60


def test_two_rows_for_the_same_ends_are_refused_whichever_way_round(manager, disaster, depot):
    data = book(["东山县库", "望海乡", 95, "", "", ""], ["望海乡", "东山县库", 60, "", "", ""])
    answer = send(manager, data)
    assert answer.status_code == 422 and "B3" in answer.text
    assert times(manager) == []


def test_a_page_in_a_drill_stays_in_it_after_a_form(manager, person, disaster):
    answer = form(manager, f"/stock/travel?disaster={disaster['id']}&area={COUNTY}",
                  to=f"area:{NEIGHBOUR}", **{"from": "island"})  # fmt: skip
    assert f"disaster={disaster['id']}" in answer.headers["Location"]


def test_others_places_cannot_be_taken_from_a_workbook(manager, disaster):
    for fields in ({}, {"check": "1"}):
        answer = send(manager, book(["西湾县", "望海乡", 95, "", "", ""]), **fields)
        assert answer.status_code == 422
        assert "A2" in answer.text and "不归你填写" in answer.text
    assert times(manager) == []


@pytest.mark.parametrize(
    "path", ["/stock", "/stock/travel", "/stock/keys", "/stock/requests", "/stock/suppliers",
             "/stock/advice", "/stock/plans", "/stock/handouts", "/stock/recoveries"],
)  # fmt: skip
def test_the_rail_says_that_one_is_in_the_stock(manager, disaster, path):
    page = manager.get(path).text
    rail = page[page.index('<nav class="rail"') :].partition("</nav>")[0]
    assert rail.count("aria-current") == 1
    assert 'href="/stock" aria-current="page"' in rail


def test_a_file_of_twenty_megabytes_is_refused_with_what_is_taken(manager, disaster):
    big = BytesIO(b"PK\x03\x04" + bytes(20 * 1024 * 1024))
    boundary, body = encode_multipart({"id": new_id(), "file": FileStorage(big, "times.xlsx")})
    answer = manager.client.post(
        "/stock/travel/import", data=body, content_type=f"multipart/form-data; boundary={boundary}",
        headers={"Authorization": f"Bearer {manager.token}"},
    )  # fmt: skip
    assert answer.status_code == 413
    assert "16 MB" in answer.text
    assert times(manager) == []


def test_a_wrong_page_says_so_once_in_its_title(manager, disaster):
    title = form(manager, "/stock/travel", to="").text.partition("<title>")[2].partition("<")[0]
    assert title.count("错误") == 1
