"""A plan says which lots it left out, and why (F19)."""

from __future__ import annotations

from datetime import timedelta

from relief_ops import clock
from tests.conftest import new_id
from tests.factories import stock
from tests.factories.allocation import make_plan, shown


def test_lots_left_out_are_named_with_their_reason_and_no_other(manager, reporter, disaster):
    stock.need(reporter, disaster, item="water", quantity=20)
    good = stock.depot(manager, name="好库")
    stock.stock(manager, good, item="water", quantity=10, expires_on="2090-01-01")
    gone = stock.stock(manager, good, item="water", quantity=7, expires_on="2020-01-01")
    soon = (clock.local_date(clock.now()) + timedelta(days=9)).isoformat()
    late = stock.stock(manager, good, item="water", quantity=8, expires_on=soon)
    plan_id = make_plan(manager, disaster, least_life_days=30)

    told = {each["lot"]: (each["why"], each["free"]) for each in shown(manager, plan_id)["skipped"]}
    assert told == {gone: ("expired", 7), late: ("life", 8)}
    page = manager.get(f"/stock/plans/{plan_id}").text
    assert "未采用的批次" in page and "已过期" in page


def test_goods_given_for_another_disaster_are_left_out_and_said(
    manager, reporter, disaster, person
):
    other = new_id()
    body = {key: each for key, each in disaster.items() if key != "id"} | {"name": "另一场"}
    assert person("duty_officer").put(f"/api/v1/disasters/{other}", body).status_code == 201
    stock.need(reporter, disaster, quantity=20)
    depot = stock.depot(manager)
    stock.stock(manager, depot, quantity=5)
    meant = new_id()
    given = stock.move(
        manager, kind="donation", to=depot, item="tent_12", quantity=9, lot=meant,
        donor="某会", purpose="定向", disaster_id=other,
    )  # fmt: skip
    assert given.status_code == 201, given.json

    told = shown(manager, make_plan(manager, disaster))["skipped"]
    assert [(each["lot"], each["why"]) for each in told] == [(meant, "purpose")]
