"""Importing outlines over the pages: the worker looks first, and writes only what was confirmed."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from relief_ops import db, jobs
from relief_ops.admin.jobs import OUTLINES
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from relief_ops.geo.models import AreaShape
from relief_ops.jobs import JobRow
from tests.factories import outlines
from tests.factories.browsers import TOKEN
from tests.factories.city import TOWNSHIP
from tests.factories.outlines import BY_NAME, frame

pytestmark = pytest.mark.sqlite_first


def send(browser, data: bytes, name: str = "areas.zip", **fields):
    token = TOKEN.search(browser.get("/account").text)[1]
    sent = {"kind": "outlines", "system": "wgs84", "valid_from": "2000-01-01"} | fields
    sent |= {"csrf": token, "file": (io.BytesIO(data), name)}
    return browser.client.post("/areas/import", data=sent)


def work(app) -> int:
    """Do what waits, as the worker does; return how many jobs there were."""
    found = 0
    with app.app_context(), act_as(SYSTEM):
        while jobs.run_due({OUTLINES.kind: OUTLINES.step}):
            found += 1
    return found


def drawn() -> int:
    with db.reading() as session:
        return len(
            session.scalars(select(AreaShape.area_id).where(AreaShape.outline.is_not(None))).all()
        )


def names(prefix: str) -> list[str]:
    with db.reading() as session:
        return [
            n
            for n in session.scalars(select(EventRow.name).order_by(EventRow.seq))
            if n.startswith(prefix)
        ]


def test_outlines_are_checked_by_the_worker_and_written_when_confirmed(app, signed_in):
    me = signed_in("system_admin")
    sent = send(me, outlines.shapefile(frame(BY_NAME, crs=4549)), system="file")
    waiting = me.get(sent.location)
    assert work(app) == 1
    checked = me.get(sent.location)
    before = drawn()
    confirmed = me.post(sent.location)
    again = me.post(sent.location)
    assert work(app) == 1
    done = me.get(confirmed.location)

    assert (sent.status_code, waiting.status_code, checked.status_code) == (303, 200, 200)
    assert "hx-get" in waiting.text and "hx-get" not in checked.text
    assert before == 0 and drawn() == 2
    assert again.location == confirmed.location and 'role="status"' in done.text
    assert names("areas.") == ["areas.import_asked", "areas.import_asked", "areas.imported"]


def test_a_wrong_row_is_named_on_the_page_and_nothing_is_written(app, signed_in):
    me = signed_in("system_admin")
    sent = send(me, outlines.geojson(frame([{"code": TOWNSHIP}, {"name": "无此镇"}])))
    work(app)
    checked = me.get(sent.location)
    me.post(sent.location)
    work(app)

    assert checked.status_code == 422 and "无此镇" in checked.text
    assert drawn() == 0 and names("areas.imported") == []


def test_a_file_the_worker_cannot_take_is_said_on_the_page(app, signed_in):
    me = signed_in("system_admin")
    half = send(me, outlines.geopackage(frame())[:12_000])
    silent = send(me, outlines.shapefile(frame(crs=None)), system="file")
    work(app)

    assert me.get(half.location).status_code == 400
    told = me.get(silent.location)
    assert told.status_code == 422 and "坐标系" in told.text
    with db.reading() as session:
        assert set(session.scalars(select(JobRow.state))) == {"done"}


def test_a_cancelled_file_is_not_written(app, signed_in):
    me = signed_in("system_admin")
    sent = send(me, outlines.geojson(frame()))
    work(app)
    confirmed = me.post(sent.location)
    me.post(f"{confirmed.location}/cancellation")
    work(app)

    assert drawn() == 0 and "已取消" in me.get(confirmed.location).text


def test_nobody_sees_or_confirms_anothers_file(app, signed_in):
    sent = send(signed_in("system_admin"), outlines.geojson(frame()))
    work(app)
    other, reader = signed_in("system_admin"), signed_in("duty_officer")

    for asked in (other.get(sent.location), other.post(sent.location)):
        assert asked.status_code == 404
    assert other.post(f"{sent.location}/cancellation").status_code == 404
    assert reader.get(sent.location).status_code == 403
    assert reader.post(sent.location).status_code == 403
    assert reader.post(f"{sent.location}/cancellation").status_code == 403


def _workbook(sheet: str) -> bytes:
    """Return a workbook whose sheet is this XML."""
    from relief_ops import sheets

    made = sheets.write_workbook(
        [sheets.Sheet(name="a", headings=["code", "lon", "lat"], rows=[[TOWNSHIP, 121.5, 29.8]])]
    )
    parts = outlines.unzipped(made)
    changed = {name: sheet.encode() for name in parts if name.endswith("sheet1.xml")}
    return outlines.zipped(parts | changed)


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + ']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("kind", "data", "status"),
    [
        ("outlines", b"", 422),
        ("outlines", b"GIF89a", 415),
        (
            "outlines",
            outlines.zipped({"a.shp": b"\0" * 9_000_000, "a.shx": b"", "a.dbf": b""}),
            413,
        ),
        ("outlines", outlines.zipped({"../a.shp": b"", "a.shx": b"", "a.dbf": b""}), 415),
        ("outlines", b"<kml/>", 415),
        ("points", b"", 422),
        ("points", b"\x00\x01\x02", None),
        ("points", _workbook(ENTITIES), None),
        ("points", outlines.zipped({"a.xml": b"\0" * 9_000_000}), None),
        ("points", b"code,lon,lat\n" + TOWNSHIP.encode() + b",1e999,29.8\n", 422),
        ("divisions", b"level,code\n", 422),
        ("population", b"\xff\xfe\x00", None),
        ("codes", b"PK\x03\x04", None),
        ("nonsense", b"a,b\n1,2\n", 422),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(signed_in, kind, data, status):
    answer = send(signed_in("system_admin"), data, kind=kind)

    assert 400 <= answer.status_code < 500, answer.status_code
    assert status in (None, answer.status_code)
    assert re.search(r'role="alert"|id="problems"', answer.text)
    assert drawn() == 0 and names("areas.") == []


def test_a_body_of_twenty_megabytes_is_refused_before_it_is_read(signed_in):
    me = signed_in("system_admin")
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.geojson"\r\n\r\n'
    answer = me.client.post(
        "/areas/import",
        data=head + b" " * 20_000_000 + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )

    assert answer.status_code == 413 and names("areas.") == []
