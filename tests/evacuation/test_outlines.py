"""The outline of a risk point: typed or drawn, kept as degrees, explained when it cannot be."""

from __future__ import annotations

import re

import pytest

from shelters.evacuation.rules import NoCorner, ring_of, typed
from tests.conftest import new_id
from tests.evacuation.test_pages import send
from tests.factories.city import TOWNSHIP, VILLAGE
from tests.factories.evacuation import API, risk_body, risk_point

RING = [[121.5, 29.8], [121.52, 29.8], [121.52, 29.82], [121.5, 29.8]]
CROSSING = [[121.5, 29.8], [121.52, 29.82], [121.52, 29.8], [121.5, 29.82], [121.5, 29.8]]
CORNERS = "121.5 29.8\n121.52,29.8\n121.52， 29.82\n"
KEEPER = f"township_reporter@{TOWNSHIP}"


def known(keeper, risk):
    return keeper.get(f"{API}/risk-points/{risk}").json


def fields(body=None, **changes):
    base = {key: value for key, value in risk_body().items() if key != "point"}
    return (body or base) | changes


def add(browser, **changes):
    given = fields(id=new_id(), **changes)
    return given["id"], send(browser, f"/evacuation/risk-points/new?area={TOWNSHIP}", given)


@pytest.mark.parametrize("text", [CORNERS, CORNERS + "121.5 29.8", "\n" + CORNERS + "\n\n"])
def test_a_ring_is_read_however_it_is_typed_and_closes_itself(text):
    assert [list(each) for each in ring_of(text)] == RING


def test_what_is_typed_from_a_ring_is_read_back_to_it():
    exact = [[121.512345, 29.800001], [121.52, 29.8], [121.52, 29.82], [121.512345, 29.800001]]
    assert [list(each) for each in ring_of(typed(exact))] == exact
    assert ring_of(typed(None)) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [("121.5 29.8\n121.6", "pair"), ("29.8 121.5\n" + CORNERS, "swapped"), ("a b", "pair"),
     ("121.5 29.8\n121.6 29.8", "few"), ("121.5 29.8\n" * 4, "few"), ("500 29.8", "pair")],
)  # fmt: skip
def test_a_line_that_is_no_corner_is_named(text, why):
    with pytest.raises(NoCorner) as wrong:
        ring_of(text)
    assert wrong.value.why == why


@pytest.mark.parametrize("ring", [CROSSING, [*RING[:2], RING[0], RING[0]], [*RING[:3], [121, 29]]])
def test_an_outline_that_is_none_is_refused_by_its_field(keeper, ring):
    answer = keeper.put(f"{API}/risk-points/{new_id()}", risk_body(outline=ring))

    assert answer.status_code == 422
    assert {each["field"] for each in answer.json["errors"]} == {"outline"}


def test_an_outline_far_from_its_area_is_refused_with_the_name_of_the_area(keeper, outlined):
    far = [[lon - 3, lat] for lon, lat in RING]
    answer = keeper.put(f"{API}/risk-points/{new_id()}", risk_body(outline=far))
    near = keeper.put(f"{API}/risk-points/{new_id()}", risk_body(outline=RING))

    assert answer.status_code == 422 and "临江镇" in answer.json["detail"]
    assert near.status_code == 201


@pytest.fixture
def outlined(app):
    """Give the township an outline."""
    from sqlalchemy import select

    from relief_ops import db, geo
    from relief_ops.auth import SYSTEM, act_as
    from relief_ops.geo.models import AreaShape
    from tests.factories.outlines import SQUARES

    with act_as(SYSTEM), db.transaction() as session:
        node = geo.tree(session).by_code(TOWNSHIP)
        shape = session.scalar(select(AreaShape).where(AreaShape.area_id == node.id))
        if shape is None:
            shape = AreaShape(area_id=node.id, point=None)
            session.add(shape)
        shape.outline = f"SRID=4326;MULTIPOLYGON({SQUARES[TOWNSHIP].wkt.removeprefix('POLYGON ')})"


def test_an_outline_without_a_point_stands_in_its_middle(keeper):
    risk = risk_point(keeper, point=None, outline=RING)

    lon, lat = known(keeper, risk)["point"]
    assert 121.5 < lon < 121.52 and 29.8 < lat < 29.82


def test_the_form_keeps_the_outline_and_shows_it_again(keeper, browse):
    browser = browse(KEEPER)
    risk, answer = add(browser, outline=CORNERS)

    assert answer.status_code == 303
    assert known(keeper, risk)["outline"] == RING
    page = browser.get(f"/evacuation/risk-points/{risk}/change").text
    assert re.search(r"<textarea[^>]*>([^<]*)<", page)[1].split("\n")[0] == "121.5 29.8"


def test_a_changed_outline_moves_a_point_that_lies_outside_and_empty_takes_it_away(keeper, browse):
    risk = risk_point(keeper, outline=RING, point=[121.513, 29.803])
    browser, address = browse(KEEPER), f"/evacuation/risk-points/{risk}/change"
    east = "121.6 29.8\n121.62 29.8\n121.62 29.82"

    assert send(browser, address, fields(base="1", outline=CORNERS)).status_code == 303
    assert known(keeper, risk)["point"] == [121.513, 29.803]
    assert send(browser, address, fields(base="2", outline=east)).status_code == 303
    assert known(keeper, risk)["point"][0] > 121.6
    assert send(browser, address, fields(base="3", outline="")).status_code == 303
    assert known(keeper, risk)["outline"] is None


@pytest.mark.parametrize(
    ("text", "said"),
    [("29.8 121.5", "先写经度"), ("121.5 29.8", "至少要有三个角"), ("x", "第 1 行"),
     ("121.5 29.8\n121.52 29.82\n121.52 29.8\n121.5 29.82", "自相交")],
)  # fmt: skip
def test_what_is_wrong_with_an_outline_stands_beside_it_and_nothing_typed_is_lost(
    browse, text, said
):
    _risk, answer = add(browse(KEEPER), outline=text, area_code=VILLAGE)

    assert answer.status_code == 422
    assert said in re.search(r'id="e-outline">([^<]*)<', answer.text)[1]
    assert text.split("\n")[0] in answer.text
