"""The data shipped with the product is what its description says it is."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import pytest
from shapely.geometry import Point

from relief_ops import cli, geo
from relief_ops.disasters.models import Storm, StormFix
from relief_ops.geo import importing

NAMED = {"1323": "Fitow", "1509": "Chan-hom", "1521": "Dujuan", "1909": "Lekima",
         "2106": "In-Fa", "2114": "Chanthu"}  # fmt: skip
NEAR = 0.02  # degrees: the outlines are coarse at the coast


def rows(name):
    with (cli.DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_six_named_storms_and_the_ninety_eight_are_there_with_every_position(session):
    storms = {each.code: each.name_en for each in session.query(Storm)}
    fixes = Counter((each.storm_code, each.agency) for each in session.query(StormFix))
    passed = Counter(each["track_id"] for each in rows("typhoon_tracks_within300km_1980_2024.csv"))

    assert {code: name for code, name in storms.items() if name} == NAMED
    assert len(passed) == 98
    assert sum(passed.values()) == 4111
    assert storms.keys() == NAMED.keys() | passed.keys()
    assert {code: fixes[code, "wmo"] for code in passed} == dict(passed)
    named = rows("typhoon_tracks_6storms.csv")
    for agency, column in (("tokyo", "ibtracs_lat"), ("jtwc", "jtwc_lat")):
        told = Counter(each["cma_no"] for each in named if each[column])
        assert {code: fixes[code, agency] for code in NAMED} == dict(told)


def test_no_agencys_winds_are_averaged_in_two_ways(session):
    ways = {(each.agency, each.averaging_minutes) for each in session.query(StormFix)}

    assert ways == {("tokyo", 10), ("jtwc", 1), ("wmo", 10)}


def test_ninety_nine_townships_stand_where_they_are_and_the_rest_inside_their_county(session):
    places = rows("ningbo_township_points.csv")
    outlines = cli.read_outlines(cli.DATA / "ningbo_counties.geojson")
    importing.import_divisions(session, rows("ningbo_divisions.csv"), valid_from=date(2000, 1, 1))
    importing.import_outlines(session, outlines)

    importing.import_points(session, places, outlines)

    tree = geo.tree(session)
    known = {each["code"]: each for each in places}
    assert len(known) == 162
    real = [each for each in places if each["lon_wgs84"]]
    assert len(real) == 99
    for code, row in known.items():
        node = tree.by_code(code)
        assert node.approximate is not bool(row["lon_wgs84"]), row["name"]
        county = outlines[row["county_code"]]
        if node.approximate:
            assert county.contains(Point(node.point)), row["name"]
        else:
            asked = float(row["lon_wgs84"]), float(row["lat_wgs84"])
            assert node.point == pytest.approx(asked, abs=1e-5), row["name"]
            assert county.distance(Point(node.point)) < NEAR, row["name"]
    assert sum(tree.by_code(code).approximate for code in known) == 63
