"""The list of ten thousand lots: paged and put in order by the database, quickly."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from itertools import product
from statistics import mean, median
from uuid import UUID

import pytest
import uuid6
from sqlalchemy import insert, text

from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.queries import looking
from stockpile.models import Balance, Lot
from stockpile.queries import listing
from tests.bench.report import additions_seconds
from tests.factories import stock
from tests.factories.city import COUNTY
from tests.spine.test_live import cookie_of

MANY, PAGE = 10_000, 50
ORDERS = ("item", "-item", "depot", "expires", "-expires", "-on_hand", "free")


@pytest.fixture
def many(app, manager):
    """Ten thousand lots of three items in two depots, and a browser of who may see them."""
    depots = [stock.depot(manager), stock.depot(manager, name="西库")]
    for depot in depots:
        stock.stock(manager, depot, item="quilt", quantity=5)
    lots, held = [], []
    with act_as(SYSTEM), db.transaction() as session:
        area_id = geo.tree(session).by_code(COUNTY).id
        for number in range(MANY - 2):
            item, lot = ("quilt", "blanket", "water")[number % 3], uuid6.uuid7()
            lots.append({
                "id": lot, "item_code": item, "donor": "", "purpose": "", "made_on": None,
                "expires_on": date(2027, 1, 1) + timedelta(days=number * 7 % 900),
                "disaster_id": None, "drill_id": None,
            })  # fmt: skip
            held.append({
                "id": uuid6.uuid7(), "account_id": UUID(depots[number % 2]), "lot_id": lot,
                "item_code": item, "expires_on": lots[-1]["expires_on"], "physical": True,
                "on_hand": 1 + number * 31 % 500, "promised": 0, "area_id": area_id,
                "drill_id": None,
            })  # fmt: skip
        session.execute(insert(Lot), lots)
        session.execute(insert(Balance), held)
        session.execute(text("ANALYZE"))  # as the database does by itself within a minute
    browser = app.test_client()
    browser.set_cookie("session", cookie_of(manager))
    return browser


def amounts(page: str) -> list[int]:
    table = page[page.index("<tbody") : page.index("</tbody>")]
    rows = re.findall(r"<tr.*?</tr>", table, re.S)
    found = [re.findall(r'class="num"[^>]*>([\d,]+)', row) for row in rows]
    return [int(each[0].replace(",", "")) for each in found if each]


def test_pages_in_every_order_are_the_whole_list_cut_in_pieces(many):
    for sort in ORDERS:
        pages = [
            amounts(many.get(f"/stock?area={COUNTY}&sort={sort}&page={page}").text)
            for page in (33, 34, 35, 100, 101, 200)
        ]
        with act_as(SYSTEM), db.reading() as session:
            seen = looking(session, area_code=COUNTY)
            wanted = listing.Wanted(sort=sort.removeprefix("-"), falling=sort.startswith("-"))
            rows = listing.whole(session, listing.shelves(session, seen.view, wanted))
        amounts_of = [each.balance.on_hand for each in rows]
        assert pages == [
            amounts_of[n * PAGE - PAGE : n * PAGE] for n in (33, 34, 35, 100, 101, 200)
        ]


def test_every_lot_is_on_one_page_and_in_its_order(many):
    seen = []
    for page in (1, 2, 200):
        seen += amounts(many.get(f"/stock?sort=-on_hand&area={COUNTY}&page={page}").text)

    assert len(seen) == 3 * PAGE
    assert seen == sorted(seen, reverse=True)
    assert "10,000" in many.get(f"/stock?area={COUNTY}").text
    for beyond, sort in product((201, 10**30), ORDERS):
        assert amounts(many.get(f"/stock?area={COUNTY}&sort={sort}&page={beyond}").text) == []


@pytest.mark.bench
def test_a_page_of_ten_thousand_lots_is_there_at_once(many, tell):
    """95 of 100 within 30 ms where a million additions take 20 ms; elsewhere as much longer.

    A shared machine changes its speed within seconds: each round is held against the additions
    just before and just after it, and the median of the rounds counts. As often as not the
    slowest of fourteen pages is one of the slowest five in a hundred (0.95 ** 14 = 0.49).
    """
    slowest, ratios, bare = [], [], [additions_seconds()]
    for turn in range(11):
        took = []
        for sort in ORDERS * 2:
            page = 1 + (turn * len(ORDERS) * 2 + len(took)) * 13 % 200
            began = time.perf_counter()
            answer = many.get(f"/stock?area={COUNTY}&sort={sort}&page={page}")
            took.append(time.perf_counter() - began)
            assert answer.status_code == 200
        bare.append(additions_seconds())
        slowest.append(max(took))
        ratios.append(max(took) / mean(bare[turn:]))

    p95, ratio = median(slowest), median(ratios)
    tell(p95_ms=round(1000 * p95, 1), additions=round(ratio, 2), worst=round(max(ratios), 2))
    assert ratio < 1.5, f"slowest of each round {slowest}, a million additions {bare}"
