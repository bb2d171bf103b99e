"""A township is a circle until its outline is imported, then a fill: on the desk and on paper."""

from __future__ import annotations

import json

import pytest
from shapely import Point, box, get_num_coordinates
from shapely.geometry import shape

from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.geo import importing
from tests.browser.test_desk import report
from tests.factories.city import FAR_TOWNSHIP, NEIGHBOUR, TOWNSHIP

OUTLINES = {
    TOWNSHIP: box(121.470001234, 29.77, 121.53, 29.83),
    NEIGHBOUR: Point(121.6, 29.85).buffer(0.03, quad_segs=500),
}


@pytest.fixture
def outlined(app):
    with act_as(SYSTEM), db.transaction() as session:
        importing.import_outlines(session, OUTLINES)


def layer(person, name="township_shapes", **sent):
    return person("duty_officer").get(f"/api/v1/layers/{name}", **sent)


def test_without_outlines_the_layer_is_empty_and_small(person, disaster):
    answer = layer(person)

    assert answer.json["features"] == [] and len(answer.data) < 100


def test_only_townships_with_an_outline_are_in_it(person, disaster, outlined):
    features = layer(person).json["features"]

    assert {each["id"] for each in features} == set(OUTLINES)
    assert {each["properties"]["name"] for each in features} == {"临江镇", "望海乡"}
    assert FAR_TOWNSHIP in {each["id"] for each in layer(person, "townships").json["features"]}


def test_the_layer_is_light_and_close_to_the_truth(person, disaster, outlined):
    answer = layer(person)
    drawn = {each["id"]: shape(each["geometry"]) for each in answer.json["features"]}
    labels = {each["id"]: each["properties"]["label"] for each in answer.json["features"]}

    for code, outline in OUTLINES.items():
        assert drawn[code].hausdorff_distance(outline) < 0.0003
        assert outline.contains(Point(labels[code]))
    assert get_num_coordinates(drawn[NEIGHBOUR]) < 100 < get_num_coordinates(OUTLINES[NEIGHBOUR])
    assert "121.47," in answer.text.replace(" ", ""), "five decimals are a metre"


def test_an_outline_imported_later_is_in_the_layer_at_once(person, disaster, app):
    before = layer(person)
    with act_as(SYSTEM), db.transaction() as session:
        importing.import_outlines(session, OUTLINES)
    after = layer(person, If_None_Match=before.headers["ETag"])

    assert after.status_code == 200 and len(after.json["features"]) == 2


def test_a_township_whose_place_was_guessed_lies_inside_its_outline(app):
    with act_as(SYSTEM), db.transaction() as session:
        node = geo.tree(session).by_code(TOWNSHIP)
        importing.set_point(session, node.id, (120.0, 29.0), approximate=True, source="placed")
        importing.touch(session)
        importing.import_outlines(session, OUTLINES)
        importing.import_points(session, [], OUTLINES)
    with db.reading() as session:
        tree = geo.tree(session)
        placed, measured = tree.by_code(TOWNSHIP), tree.by_code(NEIGHBOUR)

    assert OUTLINES[TOWNSHIP].contains(Point(placed.point)) and not placed.approximate
    assert measured.point == (121.60, 29.85)


def test_the_snapshot_fills_what_has_an_outline_and_dots_the_rest(person, disaster, outlined):
    report(person, disaster, area=TOWNSHIP, affected=1234, part=1)
    page = person("duty_officer").get("/desk/snapshot.html").text

    assert _said("临江镇 1,234") in page and _said("石桥街道") in page
    assert page.count('"level": 2') == 1 and page.count('"level": null') >= 1


def _said(words: str) -> str:
    """Return words as a script has them."""
    return json.dumps(words)[1:-1]
