"""Workbooks: what is read, what is refused, what is written."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import pytest

from relief_ops.errors import Malformed, TooLarge, UnsupportedType
from relief_ops.sheets import Limits, Sheet, read_rows, write_csv, write_workbook
from relief_ops.sheets.reading import column_letters


def book(*rows, headings=("名称", "容量"), note=""):
    return write_workbook([Sheet(name="避灾点", headings=headings, rows=rows, note=note)])


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def changed(data, name, content):
    """Return the workbook with one part put in or replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", 8) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry))
        new.writestr(name, content)
    return target.getvalue()


def test_rows_know_their_sheet_and_cell():
    rows = read_rows(book(["一号", 50], [None, None], ["二号", 80.5]))

    assert [(row.values["名称"], row.values["容量"]) for row in rows] == [
        ("一号", 50),
        ("二号", 80.5),
    ]
    assert (rows[1].sheet, rows[1].cell("容量"), rows[0].text("容量")) == ("避灾点", "B4", "50")


def test_headings_are_found_below_a_title_and_sheets_without_them_are_skipped():
    data = write_workbook(
        [
            Sheet(name="说明", headings=["填表说明"], rows=[["请勿改动表头"]]),
            Sheet(
                name="避灾点", headings=["名称", "容量"], rows=[["一号", 50]], note="2026年登记表"
            ),
        ]
    )
    rows = read_rows(data, headings=["名称", "容量"])

    assert [(row.sheet, row.number) for row in rows] == [("避灾点", 3)]


def test_a_csv_is_read_in_both_encodings_of_the_country():
    text = "名称,容量\n一号,50\n"

    for data in (text.encode("utf-8-sig"), text.encode("gb18030")):
        assert [row.values for row in read_rows(data)] == [{"名称": "一号", "容量": "50"}]


def test_dates_come_back_as_dates():
    rows = read_rows(book(["一号", date(2026, 5, 1)]))

    assert rows[0].values["容量"] == date(2026, 5, 1)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1"])
def test_text_that_looks_like_a_formula_is_written_as_text(text):
    read = read_rows(book([text, 1]))[0].values["名称"]

    assert read == f"'{text}".strip()
    assert f"'{text}" in write_csv(["名称"], [[text]]).decode()


def test_numbers_stay_numbers_and_times_are_local():
    plain = write_csv(["n", "t"], [[-5, datetime(2013, 10, 6, tzinfo=UTC)]]).decode("utf-8-sig")

    assert plain.splitlines()[1] == "-5,2013-10-06T08:00+08:00"


def test_a_zip_bomb_is_not_opened():
    bomb = changed(book(["一号", 1]), "xl/worksheets/sheet9.xml", b"0" * 40_000_000)
    assert len(bomb) < 100_000

    with pytest.raises(TooLarge):
        read_rows(bomb)


def test_a_bomb_that_lies_about_its_size_is_caught_while_unpacking():
    data = book(*[[f"{number}号避灾点", number] for number in range(3000)])

    with pytest.raises(TooLarge):
        read_rows(data, limits=Limits(unpacked=20_000, ratio=10_000))


def test_too_many_entries_are_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for number in range(600):
            package.writestr(f"xl/{number}.xml", "<a/>")

    with pytest.raises(TooLarge):
        read_rows(target.getvalue())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_bomb_is_refused(encoding):
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>'
        "<worksheet>&c;</worksheet>"
    )
    data = changed(book(["一号", 1]), "xl/worksheets/sheet1.xml", bomb.encode(encoding))

    with pytest.raises(Malformed, match="XML"):
        read_rows(data)


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml"])
def test_macros_and_links_outside_are_refused(part):
    with pytest.raises(UnsupportedType):
        read_rows(changed(book(["一号", 1]), part, b"x"))


def test_a_macro_workbook_under_a_plain_name_is_refused():
    types = b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled"/></Types>'

    with pytest.raises(UnsupportedType):
        read_rows(changed(book(["一号", 1]), "[Content_Types].xml", types))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", Malformed),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 500, UnsupportedType),
        (b"PK\x03\x04" + b"broken" * 50, Malformed),
        (b"\x89PNG\r\n\x1a\n\x00\x00", UnsupportedType),
        (b'{"type": "FeatureCollection"}', UnsupportedType),
        (b"<html></html>", UnsupportedType),
        (b"x" * (17 * 1024 * 1024), TooLarge),
    ],
)
def test_what_is_no_workbook_is_said_plainly(data, error):
    with pytest.raises(error):
        read_rows(data)


def test_a_plain_zip_is_no_workbook():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("hello.txt", "hello")

    with pytest.raises(UnsupportedType):
        read_rows(target.getvalue())


def test_too_many_rows_or_columns_are_refused():
    with pytest.raises(TooLarge):
        read_rows(book(*[["x", 1]] * 20), limits=Limits(rows=10))
    with pytest.raises(TooLarge):
        read_rows(write_csv([str(n) for n in range(300)], []))


@pytest.mark.parametrize("at", ["XFD1048576", "A1048576", "XFD1", "GR100000", "ZZZ9999999"])
def test_a_value_far_out_is_refused_before_everything_up_to_it_is_laid_out(at):
    number = at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    row = f'<row r="{number}"><c r="{at}"><v>1</v></c></row></sheetData>'.encode()
    sheet = parts(book(["甲", 1]))["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", row)

    with pytest.raises(TooLarge):
        read_rows(changed(book(["甲", 1]), "xl/worksheets/sheet1.xml", sheet))


def test_an_empty_cell_far_out_does_no_harm():
    sheet = parts(book(["甲", 1]))["xl/worksheets/sheet1.xml"]
    styled = sheet.replace(b"</sheetData>", b'<row r="9"><c r="XFD9" s="1"/></row></sheetData>')

    assert len(read_rows(changed(book(["甲", 1]), "xl/worksheets/sheet1.xml", styled))) == 1


def test_a_sheet_in_a_part_of_another_name_or_root_is_refused():
    sheet = parts(book(["甲", 1]))["xl/worksheets/sheet1.xml"]
    for name, data in (("xl/far.bin", b"rubbish" + sheet), ("xl/styles.xml", b"<x>" + sheet[55:])):
        with pytest.raises(Malformed):
            read_rows(changed(book(["甲", 1]), name, data))


def test_a_workbook_damaged_inside_a_part_is_said_to_be_damaged():
    data = bytearray(book(["甲", 1]))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        start = package.getinfo("xl/styles.xml").header_offset
    data[start + 80 : start + 120] = bytes(40)

    with pytest.raises(Malformed):
        read_rows(bytes(data))


def test_columns_are_lettered_as_in_excel():
    assert [column_letters(index) for index in (0, 25, 26, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]
