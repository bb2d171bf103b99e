"""What a depot keeps back is looked at again when the plan is applied."""

from __future__ import annotations

from tests.factories import stock
from tests.factories.allocation import apply, got, make_plan, shown


def test_a_plan_that_keeps_back_is_stale_when_other_stock_has_left_since(
    manager, reporter, disaster
):
    place = stock.depot(manager, minimums={"tent_12": 50})
    need = stock.need(reporter, disaster, quantity=80)
    stock.stock(manager, place, quantity=60, expires_on="2098-01-01")
    other = stock.stock(manager, place, quantity=40, expires_on="2099-01-01")
    plan = make_plan(manager, disaster, keep_minimum=True)
    assert got(shown(manager, plan)) == {need: 50}
    stock.move(manager, kind="issue", source=place, item="tent_12", lot=other,
               quantity=40)  # fmt: skip

    refused = apply(manager, plan)

    assert refused.status_code == 412 and "1 个仓库将低于最低储备" in refused.json["detail"]
    assert stock.balance(manager, place)[1] == 0


def test_it_is_applied_while_enough_stays(manager, reporter, disaster):
    place = stock.depot(manager, minimums={"tent_12": 50})
    stock.need(reporter, disaster, quantity=80)
    stock.stock(manager, place, quantity=100)

    assert apply(manager, make_plan(manager, disaster, keep_minimum=True)).status_code == 200
    assert stock.balance(manager, place) == (100, 50)
