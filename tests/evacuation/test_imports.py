"""Workbooks of who must move: every wrong cell named first, taken in whole afterwards."""

from __future__ import annotations

import io
from pathlib import Path
from random import Random

from openpyxl import Workbook

from tests.conftest import new_id
from tests.evacuation.test_lists import events_named
from tests.factories.city import NEIGHBOUR, VILLAGE
from tests.factories.evacuation import API, household, risk_point
from tests.factories.rosters import id_number

NUMBERS = [id_number(Random(each)) for each in ("a", "b", "c")]


def workbook(*rows):
    book = Workbook()
    book.active.append(["area_code", "name", "phone", "id_number", "people", "over80", "risk",
                        "destination", "transport", "cadre_name", "cadre_phone"])  # fmt: skip
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def row(number, **changes):
    held = {"area_code": VILLAGE, "name": "何导入", "phone": "13812345678", "id_number": number,
            "people": 3, "over80": 1, "risk": "", "destination": "relatives", "transport": "bus",
            "cadre_name": "陈导入", "cadre_phone": "13700002222"} | changes  # fmt: skip
    return list(held.values())


def check_in(caller, data, import_id=None):
    address = f"{API}/imports/{import_id or new_id()}"
    return caller.client.put(
        address, data={"file": (io.BytesIO(data), "清单.xlsx")},
        headers={"Authorization": f"Bearer {caller.token}"}, content_type="multipart/form-data",
    )  # fmt: skip


def test_a_workbook_is_checked_and_then_taken_in_once(keeper):
    risk_point(keeper)
    import_id = new_id()
    data = workbook(row(NUMBERS[0], risk="塘外渔排"), row(NUMBERS[1]))

    checked = check_in(keeper, data, import_id)

    assert (checked.status_code, checked.json["rows"], checked.json["wrong"]) == (201, 2, 0)
    assert keeper.get(f"{API}/households").json["total"] == 0
    applied = keeper.put(f"{API}/imports/{import_id}/application", {})
    again = keeper.put(f"{API}/imports/{import_id}/application", {})
    assert (applied.json["written"], again.json["written"]) == (2, 0)
    listed = keeper.get(f"{API}/households").json
    assert (listed["total"], listed["people"]) == (2, 6)
    assert keeper.get(f"{API}/households?risk=fish_raft").json["total"] == 1
    (who,) = keeper.get(f"{API}/cadres").json["cadres"]
    assert (who["name"], who["households"]) == ("陈导入", 2)
    assert len(events_named("evacuation.imported")) == 1


def test_every_wrong_cell_is_named_and_the_rest_may_be_taken(keeper):
    household(keeper, id_number=NUMBERS[2])
    import_id = new_id()
    data = workbook(
        row(NUMBERS[0]),
        row(NUMBERS[0]),
        row(NUMBERS[1], people="很多", transport="飞"),
        row(NUMBERS[2]),
        row("", area_code=NEIGHBOUR),
        row("", risk="没有这个点"),
        row("", over80=9),
    )

    checked = check_in(keeper, data, import_id).json

    cells = {(each["cell"].split("!")[1], each["field"]) for each in checked["errors"]}
    assert checked["wrong"] == 6
    assert {("D3", "id_number"), ("E4", "people"), ("I4", "transport"), ("D5", "id_number"),
            ("A6", "area_code"), ("G7", "risk")} <= cells  # fmt: skip
    address = f"{API}/imports/{import_id}/application"
    assert keeper.put(address, {}).status_code == 422
    assert keeper.put(address, {"leave_out": True}).json["written"] == 1


def test_a_file_that_waits_lies_sealed_and_is_its_senders_alone(keeper, person, database):
    import_id = new_id()
    check_in(keeper, workbook(row(NUMBERS[0])), import_id)

    other = person(f"township_reporter@{NEIGHBOUR}")
    assert other.get(f"{API}/imports/{import_id}").status_code == 404
    if database.startswith("sqlite"):
        path = Path(database.removeprefix("sqlite:///"))
        held = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
        assert "何导入".encode() not in held and NUMBERS[0].encode() not in held


def test_what_is_no_list_is_refused(keeper, stranger):
    assert check_in(keeper, b"no workbook at all").status_code in (400, 415, 422)
    empty = check_in(keeper, workbook())
    assert empty.status_code == 422
    assert stranger.put(f"{API}/imports/{new_id()}", {}).status_code == 401
