"""One line for each worksite, raft and guest house: on the board, over the API, in the workbook."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from tests.factories.city import COUNTY, VILLAGE
from tests.factories.evacuation import API, act, household, order


@pytest.fixture
def units(keeper, leader, officer, disaster):
    """Return an order over a worksite, a raft whose people are safe, and a household."""
    site = household(keeper, people=40, kind="worksite", unit="码头工地")
    raft = household(keeper, people=6, kind="fish_raft", unit="三号渔排")
    household(keeper, people=3)
    order_id = order(leader, disaster)
    act(officer, order_id, [raft], "with_relatives")
    return order_id, site, raft


def test_each_unit_has_its_line_over_the_api(keeper, units, disaster):
    order_id, site, raft = units
    asked = f"{API}/board?order={order_id}&disaster={disaster['id']}"

    board = keeper.get(asked).json

    found = {each["id"]: (each["name"], each["safe"], each["not_safe"]) for each in board["units"]}
    assert found == {site: ("码头工地", 0, 40), raft: ("三号渔排", 6, 0)}
    kinds = {each["kind"]: (each["units"], each["not_safe"]) for each in board["kinds"]}
    assert kinds == {"worksite": (1, 40), "fish_raft": (1, 0)}
    assert board["whole"]["should_move"] == 49


def test_the_board_is_narrowed_to_one_kind(keeper, browse, units, disaster):
    order_id, _site, raft = units
    asked = f"{API}/board?order={order_id}&disaster={disaster['id']}&kind=worksite"

    assert keeper.get(asked).json["whole"]["should_move"] == 40
    page = browse(f"duty_leader@{COUNTY}")
    shown = page.get(f"/evacuation?area={COUNTY}&village={VILLAGE}&kind=worksite").text
    assert "码头工地" in shown and raft not in shown
    assert "kind=worksite" in page.get(f"/evacuation?area={COUNTY}&kind=worksite&open=").text


def test_the_workbook_has_a_sheet_of_units(browse, units):
    answer = browse(f"duty_leader@{COUNTY}").get(f"/evacuation/export?area={COUNTY}")

    book = load_workbook(io.BytesIO(answer.data))
    cells = [cell for row in book.worksheets[1].iter_rows(values_only=True) for cell in row]
    assert len(book.worksheets) == 2
    assert {"码头工地", "三号渔排", 40, 6} <= set(cells)
