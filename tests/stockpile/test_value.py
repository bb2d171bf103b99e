"""What the stock is worth: by the price of each lot, and what has none is never worth nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from relief_ops import clock
from stockpile.rules import Value, value_of
from tests.factories import stock as made
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP

QUILT = "quilt"


@pytest.fixture
def depot(manager):
    """Quilts at two prices and at none, tents at none."""
    depot = made.depot(manager)
    then = (clock.now() - timedelta(days=5)).isoformat()
    for quantity, price in ((10, "85.50"), (4, "90"), (3, None)):
        priced = {"price_yuan": price} if price else {}
        made.stock(manager, depot, item=QUILT, quantity=quantity, at=then, **priced)
    made.stock(manager, depot, quantity=2)
    return depot


def _yuan(text):
    return None if text is None else Decimal(str(text))


def value(caller, **asked):
    query = "&".join(f"{key}={each}" for key, each in asked.items())
    answer = caller.get(f"/api/v1/stock/value?{query}")
    assert answer.status_code == 200, answer.json
    found = answer.json
    rows = {
        each["item"]: (each["quantity"], _yuan(each["value_yuan"]), each["unpriced"])
        for each in found["items"]
    }
    return rows, found["total"]


def test_each_item_is_worth_what_its_lots_cost_and_the_rest_is_told(manager, depot):
    rows, total = value(manager, area=COUNTY)

    assert rows[QUILT] == (17, Decimal("1215.00"), 3)
    assert rows["tent_12"] == (2, None, 2), "not 0: nobody knows"
    assert Decimal(str(total["value_yuan"])) == Decimal(1215) and total["unpriced"] == 5


def test_the_past_is_worth_what_lay_there_then(manager, depot):
    lots = manager.get(f"/api/v1/stock/balances?depot={depot}&item={QUILT}").json["balances"]
    dear = next(each["lot"] for each in lots if each["price_yuan"] and each["on_hand"] == 10)
    before = clock.now().isoformat().replace("+", "%2B")
    made.move(manager, kind="issue", source=depot, item=QUILT, lot=dear, quantity=10)

    assert value(manager)[0][QUILT] == (7, Decimal(360), 3)
    assert value(manager, at=before)[0][QUILT] == (17, Decimal(1215), 3)
    earlier = (clock.now() - timedelta(days=1)).isoformat().replace("+", "%2B")
    assert "tent_12" not in value(manager, at=earlier)[0]
    longer = (clock.now() - timedelta(days=9)).isoformat().replace("+", "%2B")
    rows, total = value(manager, at=longer)
    assert rows == {} and total["quantity"] == 0 and Decimal(str(total["value_yuan"])) == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_and_its_workbook_tell_the_value(keeper, depot, lang):
    keeper.client.set_cookie("lang", lang)
    assert 'id="value"' not in keeper.get("/stock").text, "only who asks waits for it"
    page = keeper.get("/stock?value=1").text
    assert "1,215.00" in page and ("未计入金额" if lang == "zh" else "no known price") in page
    yesterday = clock.local_date(clock.now() - timedelta(days=1))
    past = keeper.get(f"/stock?value=1&day={yesterday}").text
    assert (
        "1,215.00" in past
        and "12平方米" not in past[past.index('id="value"') :].split("</table>")[0]
    )
    assert keeper.get("/stock?value=1&day=nonsense").status_code == 200

    sheet = load_workbook(BytesIO(keeper.get("/stock/balances.xlsx").data)).worksheets[1]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows[-1][3:] == [1215, 5]
    assert [2, None, 2] in [row[2:] for row in rows]


def test_another_county_and_a_stranger_learn_nothing(person, stranger, depot):
    assert value(person(f"depot_keeper@{OTHER_COUNTY}"))[0] == {}
    assert stranger.get("/api/v1/stock/value").status_code == 401
    assert person("window_clerk").get("/api/v1/stock/value").status_code == 403
    assert person(f"township_reporter@{TOWNSHIP}").get("/api/v1/stock/value").status_code == 200


lots = st.lists(st.tuples(st.integers(0, 10**7), st.none() | st.integers(0, 10**8)), max_size=20)


@given(lots)
def test_no_fen_is_lost_and_what_has_no_price_is_in_no_sum(held):
    found = sum((value_of(*each) for each in held), Value())

    assert found.fen == sum(quantity * price for quantity, price in held if price is not None)
    assert found.unpriced == sum(quantity for quantity, price in held if price is None)
    assert found.quantity == sum(quantity for quantity, _price in held)
    assert (found.yuan is None) == (found.quantity > 0 and found.unpriced == found.quantity)


def test_flood_fighting_goods_and_relief_goods_are_summed_apart_under_one_view(
    manager, keeper, depot
):
    made.stock(manager, depot, item="sandbag", quantity=100, price_yuan="2")

    found = manager.get("/api/v1/stock/value").json

    assert {each["book"]: _yuan(each["value_yuan"]) for each in found["books"]} == {
        "relief": Decimal(1215), "flood": Decimal(200),
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {keeper.token}"}
    page = keeper.client.get("/stock?value=1", headers=headers).text
    assert "防汛物资" in page and "1,215.00" in page and "1,415.00" in page
