"""Tiers, limits and states of the catastrophe insurance."""

import itertools
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from damage_reports.insurance import rules
from damage_reports.insurance.rules import State, Tier, amount_fen, draw
from relief_ops.parameters.rules import SHIPPED, read_csv

TIERS_2014 = (
    Tier(
        from_cm=Decimal(20),
        to_cm=Decimal(50),
        from_included=False,
        to_included=False,
        amount_fen=500_00,
    ),
    Tier(
        from_cm=Decimal(50),
        to_cm=Decimal(100),
        from_included=True,
        to_included=True,
        amount_fen=1_000_00,
    ),
    Tier(
        from_cm=Decimal(100),
        to_cm=None,
        from_included=False,
        to_included=False,
        amount_fen=2_000_00,
    ),
)


@pytest.mark.parametrize(
    ("depth_cm", "yuan"),
    [
        ("0", 0),
        ("19.9", 0),
        ("20", 0),
        ("20.1", 500),
        ("23", 500),
        ("49.9", 500),
        ("50", 1000),
        ("100", 1000),
        ("100.1", 2000),
        ("300", 2000),
    ],
)
def test_a_depth_pays_the_tier_of_2014(depth_cm, yuan):
    assert amount_fen(Decimal(depth_cm), TIERS_2014) == yuan * 100


def test_a_period_may_include_the_lower_end():
    from_twenty = Tier(
        from_cm=Decimal(20), to_cm=None, from_included=True, to_included=False, amount_fen=500_00
    )

    assert amount_fen(Decimal(20), [from_twenty]) == 500_00


def test_a_negative_depth_is_nonsense():
    with pytest.raises(ValueError, match="not negative"):
        amount_fen(Decimal(-1), TIERS_2014)


@given(st.decimals(min_value=0, max_value=1000, places=1))
def test_every_depth_belongs_to_at_most_one_tier_and_all_above_twenty_to_one(depth_cm):
    assert sum(tier.holds(depth_cm) for tier in TIERS_2014) == (1 if depth_cm > 20 else 0)


@given(
    st.integers(min_value=0, max_value=10**12),
    st.lists(st.integers(min_value=0, max_value=10**9), max_size=60),
)
def test_the_limit_is_never_passed_and_no_fen_is_lost(limit_fen, claims):
    used = 0
    draws = []
    for due in claims:
        draws.append(draw(due, limit_fen=limit_fen, used_fen=used))
        used += draws[-1].paid_fen

    assert used == min(sum(claims), limit_fen)
    assert sum(each.paid_fen + each.cut_fen for each in draws) == sum(claims)


def test_the_limit_is_reached_exactly():
    last = draw(2_000_00, limit_fen=300_000_000_00, used_fen=300_000_000_00 - 2_000_00)

    assert (last.paid_fen, last.cut_fen, last.exhausted) == (2_000_00, 0, False)


def test_the_claim_that_meets_the_limit_is_paid_in_part():
    last = draw(2_000_00, limit_fen=10_000_00, used_fen=9_999_99)

    assert (last.paid_fen, last.cut_fen, last.exhausted) == (1, 1_999_99, True)


def test_a_limit_already_passed_is_nonsense():
    with pytest.raises(ValueError, match="limit"):
        draw(1, limit_fen=10, used_fen=11)


@pytest.mark.parametrize(("used", "near"), [(79, False), (80, True), (100, True)])
def test_the_alarm_rises_at_its_share(used, near):
    found = rules.is_near_limit(used_fen=used, limit_fen=100, alarm_percent=Decimal(80))

    assert found is near


def test_a_claim_walks_from_report_to_payment():
    way = [State.REPORTED, State.SURVEYED, State.ON_NOTICE, State.APPROVED, State.PAID]

    assert all(rules.may_follow(a, b) for a, b in itertools.pairwise(way))


def test_nothing_is_paid_unapproved_and_nothing_follows_the_end():
    assert not rules.may_follow(State.SURVEYED, State.PAID)
    assert not rules.may_follow(State.ON_NOTICE, State.PAID)
    assert not rules.NEXT[State.PAID]
    assert not rules.NEXT[State.REFUSED]


def test_tiers_of_2014_do_not_overlap():
    assert not rules.tiers_overlap(TIERS_2014)


def test_two_tiers_that_share_a_depth_overlap():
    lower, upper = TIERS_2014[0], TIERS_2014[1]
    shared = Tier(
        from_cm=lower.from_cm,
        to_cm=upper.from_cm,
        from_included=False,
        to_included=True,
        amount_fen=1,
    )

    assert rules.tiers_overlap([shared, upper])


def test_the_shipped_policy_of_2014_says_what_the_parameters_say():
    policy = json.loads((SHIPPED.parent / "insurance_policies.json").read_text("utf-8"))[0]
    rows = {row.key: row.value for row in read_csv(SHIPPED) if row.effective_to}

    limits = {each["code"]: each["limit_fen"] for each in policy["sections"]}

    assert [tier["amount_fen"] for tier in policy["tiers"]] == [
        rows[f"insurance.tier_{ordinal}.amount"] * 100 for ordinal in (1, 2, 3)
    ]
    assert limits["property"] == rows["insurance.section_property_limit"] * 100
    assert limits["persons"] == rows["insurance.section_persons_limit"] * 100
    assert sum(limits.values()) == rows["insurance.total_limit"] * 100
    assert [tier.amount_fen for tier in TIERS_2014] == [
        tier["amount_fen"] for tier in policy["tiers"]
    ]
