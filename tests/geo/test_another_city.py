"""A city nobody here ever saw: imported by the product's own pages, and everything works on it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from datetime import date

import pytest
from sqlalchemy import select

from relief_ops import cli, db, geo, vault
from relief_ops.admin import importing as files
from relief_ops.auth import SYSTEM, act_as
from relief_ops.config import ROOT
from relief_ops.events.models import EventRow
from relief_ops.geo import importing
from tests import databases
from tests.conftest import KINDS, MASTER, MORNING, new_id

pytestmark = pytest.mark.sqlite_first

CITY = "610100000000"
COUNTIES, TOWNSHIPS, VILLAGES = 5, 7, 7
SINCE = date(2010, 1, 1)


def county_code(county: int) -> str:
    return f"6101{county:02d}000000"


def township_code(county: int, township: int) -> str:
    return f"6101{county:02d}{township:03d}000"


def divisions() -> list[dict[str, str]]:
    """Return 286 made-up areas: 1 city, 5 counties, 35 townships, 245 villages."""
    rows = [("city", CITY, "青原市", "", "")]
    for c in range(1, COUNTIES + 1):
        rows.append(("county", county_code(c), f"第{c}县", CITY, ""))
        for t in range(1, TOWNSHIPS + 1):
            rows.append(("township", township_code(c, t), f"{c}县{t}镇", county_code(c), "镇"))
            for v in range(1, VILLAGES + 1):
                code = f"{township_code(c, t)[:9]}{v:03d}"
                rows.append(("village", code, f"{c}{t}{v}村", township_code(c, t), "村委会"))
    return [
        dict(zip(("level", "code", "name", "parent_code", "kind"), row, strict=True))
        for row in rows
    ]


def as_csv(rows: list[dict[str, str]]) -> bytes:
    target = io.StringIO()
    writer = csv.DictWriter(target, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()


def square(west: float, south: float, size: float = 0.4) -> list[list[list[float]]]:
    east, north = west + size, south + size
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def outlines(**changed) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"code": county_code(c)},
            "geometry": {
                "type": "Polygon",
                "coordinates": changed.get(f"c{c}", square(108 + c / 2, 34)),
            },
        }
        for c in range(1, COUNTIES + 1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def asked(kind: str, system: str = "wgs84", since: date = SINCE) -> files.Asked:
    return files.Asked(kind=kind, system=files.frames.System(system), valid_from=since)


@pytest.fixture(params=KINDS)
def database(request, tmp_path):
    """Yield a database that never saw any city."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
        db.connect(url)
        geo.forget()
        cli.initialise()
        yield url
        db.engine().dispose()
        return
    server, name = databases.postgres_server(), f"relief_empty_{new_id().replace('-', '')}"
    databases.run_on_server(server, f"CREATE DATABASE {name}")
    try:
        db.connect(f"{server}/{name}")
        geo.forget()
        cli.initialise()
        yield f"{server}/{name}"
    finally:
        db.engine().dispose()
        databases.run_on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def app(the_app, database):
    """Return the application on the city that the product's own import brought in."""
    vault.unlock(MASTER)
    with act_as(SYSTEM), db.transaction() as session:
        listed = asked("divisions")
        made = files.plan(session, as_csv(divisions()), listed)
        assert made.problems == []
        assert files.carry_out(session, made, listed, actor_id=None) == len(divisions())
    with db.reading() as session:
        geo.tree(session)
    the_app.extensions["limits"].forget()
    return the_app


def _file(person, township: str, disaster_id: str, affected: int):
    body = {
        "disaster_id": disaster_id, "area_code": township, "round": "20131006T0800",
        "as_of": MORNING.isoformat(), "values": {"affected": affected},
    }  # fmt: skip
    return person(f"township_reporter@{township}").put(f"/api/v1/reports/{new_id()}", body)


def test_drilling_down_finds_every_level(person):
    me = person(f"duty_officer@{CITY}")
    top = me.get("/api/v1/areas").json["areas"]
    below = me.get(f"/api/v1/areas?parent={CITY}").json["areas"]
    townships = me.get(f"/api/v1/areas?parent={county_code(1)}").json["areas"]
    villages = me.get(f"/api/v1/areas?parent={township_code(1, 1)}").json["areas"]

    assert [each["name"] for each in top] == ["青原市"]
    assert (len(below), len(townships), len(villages)) == (COUNTIES, TOWNSHIPS, VILLAGES)


def test_permissions_follow_the_new_areas(person):
    body = {"login": "new.one", "name": "新", "grants": [
        {"role": "village_officer", "area_code": township_code(2, 1)}]}  # fmt: skip

    assert (
        person(f"system_admin@{county_code(1)}").put(f"/api/v1/users/{new_id()}", body).status_code
        == 404
    )
    assert (
        person(f"system_admin@{county_code(2)}").put(f"/api/v1/users/{new_id()}", body).status_code
        == 201
    )


def test_totals_of_the_new_city_add_up(person):
    officer, disaster_id = person(f"duty_officer@{CITY}"), new_id()
    opened = {"name": "青原大水", "kind": "flood", "started_at": MORNING.isoformat(),
              "division_date": "2013-10-06", "form_version": "2020"}  # fmt: skip
    assert officer.put(f"/api/v1/disasters/{disaster_id}", opened).status_code == 201
    for township, people in (
        (township_code(1, 1), 30),
        (township_code(1, 2), 12),
        (township_code(3, 1), 5),
    ):
        answer = _file(person, township, disaster_id, people)
        assert answer.status_code == 201, answer.json
    whole = officer.get(f"/api/v1/rollup?disaster={disaster_id}&area={CITY}").json
    one = officer.get(f"/api/v1/rollup?disaster={disaster_id}&area={county_code(1)}").json

    assert whole["values"]["affected"] == 47 and one["values"]["affected"] == 42
    assert whole["expected"] == COUNTIES * TOWNSHIPS


def test_an_outline_that_crosses_itself_or_lies_nowhere_is_named(app):
    bow = [[[108.5, 34], [108.9, 34.4], [108.9, 34], [108.5, 34.4], [108.5, 34]]]
    far = square(500000, 3500000, 1000)
    with act_as(SYSTEM), db.reading() as session:
        made = files.plan(session, outlines(c1=bow, c2=far), asked("outlines"))

    assert [each.row for each in made.problems] == [1, 2]
    assert "第1县" in made.problems[0].message and "第2县" in made.problems[1].message


def test_good_outlines_place_the_townships_inside_and_say_so(app):
    with act_as(SYSTEM), db.transaction() as session:
        made = files.plan(session, outlines(), asked("outlines"))
        files.carry_out(session, made, asked("outlines"), actor_id=None)
    with db.reading() as session:
        tree = geo.tree(session)
        node = tree.by_code(township_code(1, 1))
        last = session.scalars(select(EventRow).order_by(EventRow.seq.desc())).first()

    assert node.point is not None and node.approximate
    assert 108.5 <= node.lon <= 108.9 and 34 <= node.lat <= 34.4
    assert last.name == "areas.imported"


def test_points_in_gcj02_are_converted_and_matched_by_county_and_name(app):
    rows = [
        {"county": "第1县", "name": "1县1镇", "lon": "108.6", "lat": "34.2"},
        {"county": "第9县", "name": "9县9镇", "lon": "108.6", "lat": "34.2"},
        {"county": "第1县", "name": "1县2镇", "lon": "108.6", "lat": "134.2"},
    ]
    with act_as(SYSTEM), db.transaction() as session:
        wrong = files.plan(session, as_csv(rows), asked("points", "gcj02"))
        made = files.plan(session, as_csv(rows[:1]), asked("points", "gcj02"))
        files.carry_out(session, made, asked("points", "gcj02"), actor_id=None)
    with db.reading() as session:
        node = geo.tree(session).by_code(township_code(1, 1))

    assert [each.row for each in wrong.problems] == [3, 4]
    assert 0.002 < abs(node.lon - 108.6) < 0.008 and not node.approximate


def test_every_wrong_division_row_is_named_and_nothing_is_written(app):
    rows = [
        {"level": "city", "code": CITY, "name": "又一市", "parent_code": "", "kind": ""},
        {"level": "county", "code": "62", "name": "短", "parent_code": CITY, "kind": ""},
        {"level": "province", "code": "620000000000", "name": "省", "parent_code": "", "kind": ""},
        {
            "level": "township",
            "code": "620101001000",
            "name": "孤",
            "parent_code": "620101000000",
            "kind": "",
        },
    ]
    with act_as(SYSTEM), db.reading() as session:
        made = files.plan(session, as_csv(rows), asked("divisions"))
        with pytest.raises(files.Invalid):
            files.carry_out(session, made, asked("divisions"), actor_id=None)

    assert sorted(each.row for each in made.problems) == [2, 3, 4, 5]


def test_population_is_stored_by_year(app):
    rows = [
        {"code": CITY, "year": "2020", "population": "812000", "source": "公报", "confidence": "A"}
    ]
    with act_as(SYSTEM), db.transaction() as session:
        made = files.plan(session, as_csv(rows), asked("population"))
        files.carry_out(session, made, asked("population"), actor_id=None)
    with db.reading() as session:
        assert geo.tree(session).root.population == 812000


def test_a_code_names_another_township_on_another_day(person, app):
    swapped = (
        "county,township,code_2026\n第1县,1县1镇,{}\n第1县,1县2镇,{}\n第1县,没有镇,610101999000\n"
    )
    first, second = township_code(1, 1), township_code(1, 2)
    with act_as(SYSTEM), db.transaction() as session:
        count, unmatched = cli.load_crosswalk(
            session, swapped.format(second, first), valid_from=date(2026, 1, 1)
        )
    me = person(f"duty_officer@{CITY}")

    assert count == 2 and [each.row for each in unmatched] == [4]
    assert me.get(f"/api/v1/areas/{first}?on=2013-10-06").json["name"] == "1县1镇"
    assert me.get(f"/api/v1/areas/{first}?on=2026-06-01").json["name"] == "1县2镇"
    assert me.get(f"/api/v1/areas/{first}").json["name"] == "1县2镇"


def test_two_areas_never_share_a_code(app):
    clash = f"county,township,code_2026\n第1县,1县1镇,{township_code(1, 2)}\n"
    with act_as(SYSTEM), db.transaction() as session, pytest.raises(cli.click.ClickException):
        cli.load_crosswalk(session, clash, valid_from=date(2026, 1, 1))


def test_totals_of_an_old_disaster_use_the_old_codes(person, app):
    officer, disaster_id = person(f"duty_officer@{CITY}"), new_id()
    opened = {"name": "旧水", "kind": "flood", "started_at": MORNING.isoformat(),
              "division_date": "2013-10-06", "form_version": "2020"}  # fmt: skip
    officer.put(f"/api/v1/disasters/{disaster_id}", opened)
    _file(person, township_code(1, 1), disaster_id, 30)
    swapped = (
        f"county,township,code_2026\n第1县,1县1镇,{township_code(1, 2)}\n"
        f"第1县,1县2镇,{township_code(1, 1)}\n"
    )
    with act_as(SYSTEM), db.transaction() as session:
        cli.load_crosswalk(session, swapped, valid_from=date(2026, 1, 1))
    old = officer.get(f"/api/v1/rollup?disaster={disaster_id}&area={township_code(1, 1)}").json

    assert old["area_code"] == township_code(1, 1) and old["values"]["affected"] == 30


def test_the_ids_do_not_depend_on_the_site():
    assert importing.area_id_of(CITY, SINCE) == importing.area_id_of(CITY, SINCE)


def test_the_map_and_the_tile_map_draw_the_new_city(person, app):
    with act_as(SYSTEM), db.transaction() as session:
        made = files.plan(session, outlines(), asked("outlines"))
        files.carry_out(session, made, asked("outlines"), actor_id=None)
    me = person(f"duty_officer@{CITY}")
    counties = me.get("/api/v1/layers/counties").json["features"]
    townships = me.get("/api/v1/layers/townships").json["features"]
    laid = _laid_out(counties, townships)

    assert {each["id"] for each in counties} == {county_code(c) for c in range(1, COUNTIES + 1)}
    assert len(townships) == COUNTIES * TOWNSHIPS
    assert all(each["properties"]["approximate"] for each in townships)
    assert sorted(tile["code"] for block in laid["blocks"] for tile in block["tiles"]) == sorted(
        each["id"] for each in townships
    )


def _laid_out(counties, townships):
    """Return what the browser's own module makes of the layers."""
    given = [
        {
            "code": each["id"],
            "lon": each["properties"]["label"][0],
            "lat": each["properties"]["label"][1],
            "townships": [
                {"code": t["id"], "lon": t["geometry"]["coordinates"][0],
                 "lat": t["geometry"]["coordinates"][1]}
                for t in townships
                if t["properties"]["county_code"] == each["id"]
            ],
        }
        for each in counties
    ]  # fmt: skip
    module = (ROOT / "static" / "js" / "maps" / "tile_layout.js").as_uri()
    script = f"import {{ layout }} from {json.dumps(module)};" + (
        f"console.log(JSON.stringify(layout({json.dumps(given)}, 1200)));"
    )
    command = ["node", "--input-type=module", "-e", script]
    return json.loads(subprocess.check_output(command, text=True))
