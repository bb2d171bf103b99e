"""Importing the register: checked cell by cell first, taken in afterwards, or not at all."""

from __future__ import annotations

import io
import zipfile

import orjson
import pytest

from relief_ops.geo.gcj02 import from_wgs84
from relief_ops.sheets import Sheet, read_rows, write_workbook
from tests.conftest import new_id
from tests.factories.city import COUNTY, FAR_TOWNSHIP, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP
from tests.factories.shelters import make_shelter

HEADINGS = (
    "名称", "区划代码", "类别", "经度", "纬度", "最大容纳人数", "管理员", "安全鉴定有效期至",
)  # fmt: skip
GOOD = ["临江村避灾点", TOWNSHIP, "村级避灾点", 121.5, 29.8, 50, "张三丰", "2027-05-01"]
OTHER = ["望海乡避灾中心", NEIGHBOUR, "乡镇级避灾中心", 121.6, 29.85, 120, "", ""]


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


def book(*rows, headings=HEADINGS):
    return write_workbook([Sheet(name="避灾点", headings=headings, rows=rows)])


def send(caller, data, *, import_id=None, coordinates="wgs84"):
    address = f"/api/v1/shelter-imports/{import_id or new_id()}?coordinates={coordinates}"
    headers = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
    kind = "application/octet-stream"
    return caller.client.put(address, data=data, content_type=kind, headers=headers)


def apply(caller, import_id, **order):
    return caller.put(f"/api/v1/shelter-imports/{import_id}/application", order)


def names(caller):
    return [each["name"] for each in caller.get("/api/v1/shelters").json["shelters"]]


def test_a_stranger_and_a_reader_are_refused(stranger, person):
    assert send(stranger, book(GOOD)).status_code == 401
    assert send(person(f"township_reporter@{TOWNSHIP}"), book(GOOD)).status_code == 403


def test_nothing_is_written_by_the_check_and_all_of_it_by_the_application(manager):
    checked = send(manager, book(GOOD, OTHER))
    import_id = checked.json["id"]
    before = names(manager)
    applied = apply(manager, import_id)
    again = apply(manager, import_id)

    assert checked.status_code == 201 and checked.json["rows"] == 2 and checked.json["wrong"] == 0
    assert before == []
    assert applied.status_code == 201 and applied.json["written"] == 2
    assert again.json["seq"] == applied.json["seq"]
    assert names(manager) == ["临江村避灾点", "望海乡避灾中心"]
    events = manager.get(f"/api/v1/events?after={checked.json['seq']}&area={COUNTY}").json["events"]
    assert [each["name"] for each in events] == ["shelter.written", "shelter.written"]


def test_every_wrong_cell_is_named_and_nothing_is_taken(manager):
    rows = [
        GOOD,
        ["", TOWNSHIP, "村级避灾点", 121.5, 29.8, 50, "", ""],
        ["甲避灾点", "123456", "村级避灾点", 121.5, 29.8, 50, "", ""],
        ["乙避灾点", TOWNSHIP, "酒店", 121.5, 29.8, "五十", "", ""],
        ["丙避灾点", TOWNSHIP, "村级避灾点", 921.5, 29.8, 50, "", "去年"],
        ["丁避灾点", FAR_TOWNSHIP, "村级避灾点", 121.9, 29.3, 50, "", ""],
        GOOD,
    ]
    checked = send(manager, book(*rows)).json
    cells = [each["cell"] for each in checked["errors"]]

    assert checked["wrong"] == 6
    assert cells == [
        "避灾点!A3", "避灾点!B4", "避灾点!C5", "避灾点!F5", "避灾点!H6", "避灾点!D6", "避灾点!B7",
        "避灾点!A8",
    ]  # fmt: skip
    refused = apply(manager, checked["id"])
    assert refused.status_code == 422 and names(manager) == []
    assert apply(manager, checked["id"], leave_out=True).json["written"] == 1


def test_points_of_chinese_map_services_are_converted(manager):
    lon, lat = from_wgs84(121.5, 29.8)
    row = [*GOOD[:3], lon, lat, *GOOD[5:]]
    checked = send(manager, book(row), coordinates="gcj02").json
    apply(manager, checked["id"])
    shelter = manager.get("/api/v1/shelters").json["shelters"][0]
    point = manager.get(f"/api/v1/shelters/{shelter['id']}").json["point"]

    assert point == pytest.approx([121.5, 29.8], abs=1e-6)


def test_the_coordinate_system_is_asked_for(manager):
    answer = send(manager, book(GOOD), coordinates="")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "coordinates"


def test_a_shelter_already_there_is_proposed_and_changed_only_when_wanted(manager):
    shelter_id = make_shelter(manager, point=[121.5001, 29.8001], capacity_max=30)
    checked = send(manager, book(GOOD)).json
    assert checked["duplicates"][0]["duplicate"]["id"] == shelter_id

    skipped = apply(manager, checked["id"])
    checked = send(manager, book(GOOD)).json
    updated = apply(manager, checked["id"], choices={"1": "update"})

    assert skipped.json["written"] == 0 and updated.json["written"] == 1
    stored = manager.get(f"/api/v1/shelters/{shelter_id}").json
    assert (stored["capacity_max"], stored["revision"]) == (50, 2)
    assert names(manager) == ["临江村避灾点"]


def test_geojson_is_read_too(manager):
    properties = {"name": "临江村避灾点", "area": "东山县 临江镇", "kind": "point_village",
                  "capacity_max": 50}  # fmt: skip
    point = {"type": "Point", "coordinates": [121.5, 29.8]}
    feature = {"type": "Feature", "geometry": point, "properties": properties}
    wrong = feature | {"properties": properties | {"capacity_max": "many", "name": "乙"}}
    data = orjson.dumps({"type": "FeatureCollection", "features": [feature, wrong]})
    checked = send(manager, data).json

    assert checked["errors"][0]["cell"].startswith("GeoJSON!")
    assert apply(manager, checked["id"], leave_out=True).json["written"] == 1
    assert manager.get("/api/v1/shelters").json["shelters"][0]["area_code"] == TOWNSHIP


def test_what_was_exported_can_be_imported_again(manager):
    make_shelter(manager)
    checked = send(manager, manager.get("/shelters/export").data).json

    assert (checked["rows"], checked["wrong"], len(checked["duplicates"])) == (1, 0, 1)


def test_an_import_is_its_makers_alone_and_its_names_are_sealed(manager, person):
    from sqlalchemy import text

    from relief_ops import db

    checked = send(manager, book(GOOD)).json
    other = person(f"shelter_manager@{COUNTY}")
    with db.reading() as session:
        sealed = bytes(session.scalar(text("select rows_sealed from shelter_import")))

    assert apply(other, checked["id"]).status_code == 404
    assert "张三丰".encode() not in sealed


def test_the_same_file_again_gets_the_same_receipt_and_another_is_refused(manager):
    import_id = new_id()
    first = send(manager, book(GOOD), import_id=import_id)
    data = book(GOOD)
    again = send(manager, data, import_id=import_id)
    other = send(manager, book(OTHER), import_id=import_id)

    assert first.status_code == 201
    assert again.status_code in (200, 409)
    assert other.status_code == 409


def bomb():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", b" " * 60_000_000)
    return target.getvalue()


def entities():
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(GOOD))) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                data = b'<!DOCTYPE a [<!ENTITY b "ha">]>' + data
            new.writestr(entry.filename, data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 400, "malformed"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", 415, "unsupported_type"),
        (b"\xff\xfe\x00\xd8broken", 415, "unsupported_type"),
        (b"PK\x03\x04" + b"x" * 100, 400, "malformed"),
        (bomb, 413, "too_large"),
        (entities, 400, "malformed"),
        (b'{"type": "FeatureCollection", "features": [1]}', 400, "malformed"),
        (b'{"type": "FeatureCollection", "features": []}', 422, "invalid"),
        ("名称,容量\n".encode(), 422, "invalid"),
    ],
)
def test_bad_files_are_refused_plainly_and_nothing_is_kept(manager, data, status, code):
    answer = send(manager, data() if callable(data) else data)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert names(manager) == []


def test_a_file_of_twenty_megabytes_is_refused(manager):
    answer = send(manager, b"x" * (20 * 1024 * 1024))

    assert answer.status_code == 413


def test_the_pages_check_a_file_and_take_it_in(manager, disaster):
    headers = {"Authorization": f"Bearer {manager.token}"}
    template = manager.get("/shelters/import/template")
    assert read_rows(template.data)[0].text("最大容纳人数") == "50"

    import_id = new_id()
    fields = {"id": import_id, "coordinates": "wgs84", "drill_id": "",
              "file": (io.BytesIO(book(GOOD, ["", *OTHER[1:]])), "登记表.xlsx")}  # fmt: skip
    sent = manager.client.post("/shelters/import", data=fields, headers=headers)
    assert sent.status_code == 303
    page = manager.get(f"/shelters/import/{import_id}").text
    assert "避灾点!A3" in page

    address = f"/shelters/import/{import_id}/application"
    refused = manager.client.post(address, data={}, headers=headers)
    taken = manager.client.post(address, data={"leave_out": "true"}, headers=headers)
    assert (refused.status_code, taken.status_code) == (422, 303)
    assert names(manager) == ["临江村避灾点"]


def test_a_page_without_a_file_says_so(manager, disaster):
    fields = {"id": new_id(), "coordinates": "wgs84"}
    headers = {"Authorization": f"Bearer {manager.token}"}
    answer = manager.client.post(
        "/shelters/import", data=fields, headers=headers, content_type="multipart/form-data"
    )

    assert answer.status_code == 422


def test_a_workbook_is_understood_in_either_language_whatever_the_reader_speaks(manager):
    headings = (
        "Name",
        "Area code",
        "Kind of shelter",
        "Greatest capacity",
        "Flood risk",
        "Generator",
    )
    row = ["临江村避灾点", TOWNSHIP, "village shelter point", 50, "high risk", "no"]
    english = send(manager, book(row, headings=headings)).json
    manager.client.set_cookie("lang", "en")
    chinese = send(manager, book(GOOD)).json

    assert (english["wrong"], chinese["wrong"]) == (0, 0)


def test_another_countys_areas_are_not_imported(person):
    neighbour = person(f"shelter_manager@{OTHER_COUNTY}")
    checked = send(neighbour, book(GOOD)).json

    assert checked["errors"][0]["cell"] == "避灾点!B2"
