"""Files as an attacker sends them: bombs, traversals, entities, macros, lies and rubbish (S-4)."""

from __future__ import annotations

import io
import json
import random
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relief_ops.sheets import Sheet, write_workbook
from tests.factories import outlines
from tests.factories.city import NEIGHBOUR, TOWNSHIP
from tests.factories.outlines import unzipped, zipped

CANARY = "relief-ops-canary"
HEADINGS = ("名称", "区划代码", "类别", "经度", "纬度", "最大容纳人数")
GOOD = ["临江村避灾点", TOWNSHIP, "村级避灾点", 121.5, 29.8, 50]
MEGABYTE = 1024 * 1024
SHEET = "xl/worksheets/sheet1.xml"
XML_PARTS = ("[Content_Types].xml", "xl/workbook.xml", SHEET, "xl/styles.xml", "_rels/.rels")


@dataclass(frozen=True)
class File:
    """One hostile file: what it tries, and whether it is for rows or for outlines."""

    tries: str
    data: bytes
    outlines: bool = False
    may_pass: bool = False  # harmless once read: a cell that looks like a formula, a flipped bit


def workbook(*rows: Any, headings: Any = HEADINGS) -> bytes:
    """Return a plain workbook of shelters."""
    return write_workbook([Sheet(name="a", headings=headings, rows=rows or [GOOD])])


def table(*rows: Any) -> bytes:
    """Return a plain CSV file of shelters."""
    return "\r\n".join(",".join(map(str, row)) for row in (HEADINGS, *(rows or [GOOD]))).encode()


def points(*features: Any) -> bytes:
    """Return GeoJSON with one shelter, or with other features."""
    good = feature({"type": "Point", "coordinates": [121.5, 29.8]})
    return json.dumps({"type": "FeatureCollection", "features": features or [good]}).encode()


def feature(geometry: Any, **said: Any) -> dict[str, Any]:
    """Return one feature."""
    return {"type": "Feature", "geometry": geometry, "properties": {"code": TOWNSHIP} | said}


def every() -> list[File]:
    """Return all of them; the same at each call."""
    makers = (
        _cut_short, _flipped, _bombs, _traversals, _entities, _macros, _polyglots, _huge,
        _encodings, _formulas, _deep, _geopackages, _shapefiles, _rubbish,
    )  # fmt: skip
    return [each for maker in makers for each in maker()]


def _bases() -> dict[str, tuple[bytes, bool]]:
    drawn = outlines.frame()
    return {
        "workbook": (workbook(), False),
        "csv": (table(), False),
        "points": (points(), False),
        "geojson": (outlines.geojson(drawn), True),
        "geopackage": (outlines.geopackage(drawn), True),
        "shapefile": (outlines.shapefile(drawn), True),
    }


def _cut_short() -> Iterator[File]:
    for name, (data, shape) in _bases().items():
        for tenth in range(1, 10, 5 if shape else 1):
            cut = data[: len(data) * tenth // 10]
            yield File(f"{name} cut at {tenth}/10", cut, shape, may_pass=name == "csv")


def _flipped() -> Iterator[File]:
    dice = random.Random(4)
    for name, (data, shape) in _bases().items():
        for turn in range(1 if shape else 12):
            broken = bytearray(data)
            for _ in range(1 + 4 * turn):
                broken[dice.randrange(len(broken))] ^= 1 << dice.randrange(8)
            yield File(f"{name} with bits flipped, {turn}", bytes(broken), shape, may_pass=True)


def _bombs() -> Iterator[File]:
    zeros = {n: b"\0" * (n * MEGABYTE) for n in (20, 60)}
    for size, data in zeros.items():
        for part in (SHEET, "xl/sharedStrings.xml", "xl/media/a.png"):
            yield File(f"{part} of {size} MB", with_parts({part: data}))
        for suffix in (".shp", ".shx", ".dbf"):
            parts = {"a.shp": b"", "a.shx": b"", "a.dbf": b""} | {f"a{suffix}": data}
            yield File(f"{suffix} of {size} MB", zipped(parts), True)
    many = {f"xl/worksheets/s{n}.xml": b"<x/>" for n in range(600)}
    yield File("600 entries", with_parts(many))
    yield File("600 entries", zipped({f"{n}.shp": b"" for n in range(600)}), True)
    inner = zipped({"bomb": zeros[20]})
    for level in range(4):
        inner = zipped({f"level{level}.zip": inner})
        yield File(f"zip in zip, {level + 2} deep", inner)
        yield File(f"zip in zip, {level + 2} deep", inner, True)
        yield File(f"zip in a workbook, {level + 2} deep", with_parts({"xl/a.zip": inner}))
    for said in (0, 1, 10, 2**31 - 1):
        yield File(
            f"a sheet that says it has {said} bytes", _lying(with_parts({SHEET: zeros[20]}), said)
        )


def with_parts(parts: dict[str, bytes], *, without: str = "") -> bytes:
    """Return the good workbook with some parts changed or added."""
    kept = {name: data for name, data in unzipped(workbook()).items() if name != without}
    return zipped(kept | parts)


def _lying(data: bytes, said: int) -> bytes:
    """Return a zip whose directory says another size of its sheet than is true."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        true = package.getinfo(SHEET).file_size
    return data.replace(struct.pack("<I", true), struct.pack("<I", said))


def _traversals() -> Iterator[File]:
    ways = ("../", "../" * 8 + "tmp/", "/tmp/", "C:\\", "..\\..\\", "xl/../../", "./../", "//tmp/")
    for way in ways:
        yield File(f"workbook part {way}", with_parts({f"{way}{CANARY}": b"x"}), may_pass=True)
        parts = unzipped(outlines.shapefile(outlines.frame()))
        named = {f"{way}{CANARY}{Path(name).suffix}": part for name, part in parts.items()}
        yield File(f"shapefile {way}", zipped(named), True, may_pass=way == "./../")
    for target in ("/etc/passwd", "../../../etc/passwd"):
        yield File(f"link to {target}", _linked("xl/worksheets/sheet1.xml", target, workbook()))
        shape = outlines.shapefile(outlines.frame())
        link = next(name for name in unzipped(shape) if name.endswith(".dbf"))
        yield File(f"link to {target}", _linked(link, target, shape), True, may_pass=True)


def _linked(name: str, target: str, package: bytes) -> bytes:
    parts, made = unzipped(package), io.BytesIO()
    with zipfile.ZipFile(made, "w") as written:
        for each, data in parts.items():
            info = zipfile.ZipInfo(each)
            if each == name:
                info.create_system, info.external_attr = 3, 0o120777 << 16
            written.writestr(info, target if each == name else data)
    return made.getvalue()


def _entities() -> Iterator[File]:
    bomb = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    declared = {
        "a billion laughs": bomb,
        "a quadratic blow-up": f'<!ENTITY a "{"a" * 50_000}">',
        "a file of the server": '<!ENTITY a SYSTEM "file:///etc/passwd">',
        "an address": '<!ENTITY a SYSTEM "http://127.0.0.1:1/x">',
        "a parameter entity": '<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;',
    }
    for words, dtd in declared.items():
        for part in XML_PARTS:
            text = f'<?xml version="1.0"?><!DOCTYPE x [{dtd}]><x>{"&a;" * 40}</x>'
            yield File(f"{words} in {part}", with_parts({part: text.encode()}))
        for encoding in ("utf-16", "utf-16-be"):
            text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [{dtd}]><x>&a;</x>'
            yield File(f"{words} in {encoding}", with_parts({SHEET: text.encode(encoding)}))
        kml = f'<?xml version="1.0"?><!DOCTYPE kml [{dtd}]><kml>&a;</kml>'.encode()
        yield File(f"KML with {words}", kml, True)
        yield File(f"KML with {words} as rows", kml)


def _macros() -> Iterator[File]:
    for part in (
        "xl/vbaProject.bin", "XL/VBAPROJECT.BIN", "xl/externalLinks/externalLink1.xml",
        "xl/embeddings/oleObject1.bin", "xl/macrosheets/sheet1.xml", "a.xlsm", "deep/er.zip",
    ):  # fmt: skip
        yield File(f"a workbook with {part}", with_parts({part: b"x"}))
    types = unzipped(workbook())["[Content_Types].xml"]
    enabled = types.replace(b"sheet.main", b"sheet.macroEnabled.main")
    yield File("a workbook that says it has macros", with_parts({"[Content_Types].xml": enabled}))
    yield File("no content types", with_parts({}, without="[Content_Types].xml"))
    yield File("no workbook", with_parts({}, without="xl/workbook.xml"))
    yield File("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096)


def _polyglots() -> Iterator[File]:
    heads = {
        "PDF": b"%PDF-1.7\n", "GIF": b"GIF89a\x01\x00\x01\x00", "PNG": b"\x89PNG\r\n\x1a\n",
        "JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "HTML": b"<html><script>alert(1)</script>",
        "program": b"MZ\x90\x00\x03", "ELF": b"\x7fELF\x02\x01\x01", "script": b"#!/bin/sh\nid\n",
        "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">',
        "SQLite": b"SQLite format 3\x00" + b"\0" * 84,
    }  # fmt: skip
    for name, head in heads.items():
        yield File(f"{name} and a workbook", head + workbook(), may_pass=name == "script")
        yield File(f"{name} and a shapefile", head + outlines.shapefile(outlines.frame()), True)
        yield File(f"{name} and GeoJSON", head + points())


def _huge() -> Iterator[File]:
    head = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    cell = '<c r="{at}"><v>1</v></c>'
    for at in ("XFD1048576", "A1048576", "XFD1", "ZZZ9999999", "A99999999999999999999", "A0", "1A"):
        number = "".join(each for each in at if each.isdigit()) or "1"
        row = f'<sheetData><row r="1">{cell.format(at="A1")}</row>'
        row += f'<row r="{number}">{cell.format(at=at)}</row></sheetData></worksheet>'
        yield File(f"a cell at {at}", with_parts({SHEET: (head + row).encode()}), may_pass=True)
    said = f'{head}<dimension ref="A1:XFD1048576"/><sheetData/></worksheet>'
    yield File("a sheet that says it is huge", with_parts({SHEET: said.encode()}), may_pass=True)
    yield File("300 columns", workbook(list(range(300)), headings=[f"h{n}" for n in range(300)]))
    yield File("300 columns", ",".join(["a"] * 300).encode())
    yield File("a cell of 100,000 letters", table(["长" * 100_000, *GOOD[1:]]))
    yield File("a cell of 30,000 letters", workbook(["长" * 30_000, *GOOD[1:]]))
    yield File("100,200 rows", table(*([GOOD] * 100_200)))
    yield File("17 MB", b"a,b\n" * (17 * MEGABYTE // 4))
    yield File("one line of 8 MB", b"a" * (8 * MEGABYTE))
    yield File("a quote that never ends", b'"' + b"a,\n" * 100_000)


def _encodings() -> Iterator[File]:
    text = table().decode()
    for name in ("utf-16", "utf-16-le", "utf-32", "big5", "shift-jis", "utf-7", "cp1252", "euc-kr"):
        yield File(f"CSV in {name}", text.encode(name, "replace"), may_pass=True)
    for words, data in {
        "half a letter": table()[:-1] + b"\xe4\xbd", "a zero": table() + b"\0",
        "two marks": b"\xef\xbb\xbf\xef\xbb\xbf" + table(), "over-long letters": b"\xc0\xaf" * 99,
        "surrogates": b"\xed\xa0\x80" * 99, "only zeros": b"\0" * 4096,
        "only a mark": b"\xef\xbb\xbf",
        "right-to-left": "\u202e名称,区划代码\n".encode() + table(),
    }.items():  # fmt: skip
        yield File(f"CSV with {words}", data, may_pass=True)


def _formulas() -> Iterator[File]:
    for words in (
        "=cmd|'/c calc'!A0", "+cmd|'/c calc'!A0", "-2+3+cmd|'/c calc'!A0", "@SUM(1+1)",
        '=HYPERLINK("http://127.0.0.1:1";"x")', '=WEBSERVICE("http://127.0.0.1:1")',
        "=DDE(1;2;3)", "＝1+1", "\t=1+1", "'=1+1", "<script>alert(1)</script>", "{{7*7}}",
        "'; DROP TABLE shelter; --", "%s%s%s%n", "../../../etc/passwd",
    ):  # fmt: skip
        yield File(f"a cell {words!r}", workbook([words, *GOOD[1:]]), may_pass=True)
        quoted = '"' + words.replace('"', '""') + '"'
        yield File(f"a CSV cell {words!r}", table([quoted, *GOOD[1:]]), may_pass=True)
    formula = '<c r="A1"><f>WEBSERVICE("http://127.0.0.1:1")</f><v>名称</v></c>'
    row = f"<sheetData><row r='9'>{formula}</row>".encode()
    part = unzipped(workbook())[SHEET].replace(b"<sheetData>", row)
    yield File("a formula", with_parts({SHEET: part}), may_pass=True)


def _deep() -> Iterator[File]:
    for depth in (100, 2_000, 100_000):
        for words, data in {
            "lists": b"[" * depth + b"]" * depth,
            "objects": b'{"a":' * depth + b"1" + b"}" * depth,
            "coordinates": b'{"type":"Point","coordinates":' + b"[" * depth + b"]" * depth + b"}",
            "collections": b'{"type":"GeometryCollection","geometries":[' * depth + b"]}" * depth,
        }.items():
            yield File(f"{words} {depth} deep", data)
            if depth != 2_000:
                yield File(f"{words} {depth} deep", b'{"a":' + data + b"}", True)
    numbers = ("1e999", "-1e308", "NaN", "Infinity", "9" * 5_000, "181", '"121.5"', "null", "true")
    for number in numbers:
        text = points().decode().replace("121.5", number)
        yield File(f"a point at {number[:9]}", text.encode(), may_pass=number == '"121.5"')
    for words, geometry in {
        "an unknown kind": {"type": "Cube", "coordinates": [1, 2]},
        "no coordinates": {"type": "Point"},
        "a line": {"type": "LineString", "coordinates": [[121, 29], [122, 30]]},
        "two corners": {"type": "Polygon", "coordinates": [[[121, 29], [122, 30]]]},
        "an open ring": {"type": "Polygon", "coordinates": [[[121, 29], [122, 30], [121, 30]]]},
        "a bow tie": {"type": "Polygon", "coordinates": [
            [[121, 29], [122, 30], [121, 30], [122, 29], [121, 29]]
        ]},
        "nothing": None, "a list": [1, 2], "words": "Point",
    }.items():  # fmt: skip
        yield File(f"a feature of {words}", points(feature(geometry)))
        if words in ("two corners", "a bow tie", "nothing", "an unknown kind"):
            yield File(f"a feature of {words}", points(feature(geometry)), True)
    yield File("10,100 features", points(*([feature(None)] * 10_100)), True)
    link = b',"crs":{"type":"link","properties":{"href":"http://127.0.0.1:1"}}}'
    yield File("a linked system", points()[:-1] + link, True, may_pass=True)


def _geopackages() -> Iterator[File]:
    good = outlines.geopackage(outlines.frame())
    harms = {
        "a view without end": "CREATE VIEW endless AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL "
        "SELECT n + 1 FROM r) SELECT n AS fid, NULL AS geom FROM r; "
        "UPDATE gpkg_contents SET table_name = 'endless'; "
        "UPDATE gpkg_geometry_columns SET table_name = 'endless'",
        "a table that is not there": "DROP TABLE areas",
        "a view of itself": "CREATE VIEW a AS SELECT * FROM b; CREATE VIEW b AS SELECT * FROM a",
        "a broken shape": "UPDATE areas SET geom = x'4750000100000000ff'",
        "a shape of words": "UPDATE areas SET geom = 'no shape'",
        "a shape with a lying length": "UPDATE areas SET geom = substr(geom, 1, 30)",
        "an extension": "CREATE TABLE gpkg_extensions (table_name, column_name, extension_name, "
        "definition, scope); INSERT INTO gpkg_extensions VALUES "
        "('areas', 'geom', 'load_extension', '/tmp/x.so', 'read-write')",
    }
    for words, statements in harms.items():
        yield File(f"a GeoPackage with {words}", _changed(good, statements), True, may_pass=True)


def _changed(data: bytes, statements: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        path.write_bytes(data)
        with closing(sqlite3.connect(path)) as file, file:
            file.executescript(statements)
        return path.read_bytes()


def _shapefiles() -> Iterator[File]:
    good = unzipped(outlines.shapefile(outlines.frame()))
    by_suffix = {Path(name).suffix: name for name in good}
    patches = {
        "a file length that lies": (".shp", 24, struct.pack(">i", 2**31 - 1)),
        "a negative length": (".shp", 24, struct.pack(">i", -1)),
        "a record that lies": (".shp", 104, struct.pack(">i", 2**31 - 1)),
        "a billion parts": (".shp", 144, struct.pack("<i", 10**9)),
        "a billion points": (".shp", 148, struct.pack("<i", 10**9)),
        "an unknown kind": (".shp", 32, struct.pack("<i", 99)),
        "a billion rows": (".dbf", 4, struct.pack("<I", 10**9)),
        "a head that lies": (".dbf", 8, b"\xff\xff\xff\xff"),
        "an index that lies": (".shx", 100, b"\x7f" * 8),
    }
    for words, (suffix, at, bytes_) in patches.items():
        part = bytearray(good[by_suffix[suffix]])
        part[at : at + len(bytes_)] = bytes_
        changed = good | {by_suffix[suffix]: bytes(part)}
        yield File(f"a shapefile with {words}", zipped(changed), True, may_pass=True)
    for suffix in (".shp", ".shx", ".dbf"):
        left = {name: part for name, part in good.items() if not name.endswith(suffix)}
        yield File(f"a shapefile without {suffix}", zipped(left), True)
    two = good | {f"b{Path(name).suffix}": part for name, part in good.items()}
    yield File("two shapefiles", zipped(two), True)
    rubbish = good | {by_suffix[".prj"]: b"PROJCS[" * 5_000}
    yield File("a system of rubbish", zipped(rubbish), True, may_pass=True)


def _rubbish() -> Iterator[File]:
    dice = random.Random(7)
    for magic in (b"PK\x03\x04", b"SQLite format 3\x00", b"{", b"", b"\xef\xbb\xbf{"):
        for size in (0, 64, 100_000):
            data = magic + dice.randbytes(size)
            yield File(f"{magic[:6]!r} and {size} bytes of rubbish", data, may_pass=True)
            if size != 64:
                yield File(f"{magic[:6]!r} and {size} bytes of rubbish", data, True, may_pass=True)
    yield File("the neighbour's code only", f"区划代码\n{NEIGHBOUR}\n".encode(), may_pass=True)
