"""Who a report says is in want, and what they take, on plain numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from damage_reports.goods.rules import in_want, missing, wanted


def test_those_in_shelters_are_not_counted_and_unknown_stays_unknown():
    values = {"urgent_aid_rt": Decimal(40), "relocated_central_rt": Decimal(900)}

    assert in_want(values) == {"urgent_aid_rt": 40, "relocated_scattered_rt": None}


@pytest.mark.parametrize(
    ("people", "days", "ration", "once", "quantity"),
    [
        (50, 3, Decimal("0.25"), None, 38),
        (50, 30, None, Decimal(1), 50),
        (50, 3, Decimal("0.25"), Decimal("0.01"), 38),
        (0, 3, Decimal("0.25"), Decimal(1), 0),
    ],
)
def test_a_ration_counts_daily_and_what_is_issued_once_does_not(
    people, days, ration, once, quantity
):
    assert wanted(people, days=days, ration=ration, once=once) == quantity


def test_what_was_asked_for_is_not_asked_for_again():
    assert (missing(38, 30), missing(30, 38)) == (8, 0)
