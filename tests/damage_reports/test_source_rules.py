"""Which rule decides, which source counts, and what differs too much: on plain values."""

from __future__ import annotations

from decimal import Decimal

import pytest

from damage_reports.rules import ChoiceRule, Limits, RuleBook, choose, gap

CITY, COUNTY, TOWN, BESIDE = "city", "county", "town", "beside"
CHAIN = (TOWN, COUNTY, CITY)


def rule(area: str, name: str, **more) -> ChoiceRule:
    return ChoiceRule(area, (name, "report"), **more)


def decided(*rules: ChoiceRule, chain=CHAIN) -> str | None:
    found = RuleBook(rules).rule(chain, "dike_km", "infrastructure")
    return found.order[0] if found else None


def test_without_a_rule_nobody_decides():
    assert decided() is None
    assert not RuleBook()


def test_the_nearest_area_decides_before_anything_above_it():
    above = rule(CITY, "city", indicator="dike_km")
    assert decided(above) == "city"
    assert decided(above, rule(COUNTY, "county")) == "county"
    assert decided(above, rule(COUNTY, "county"), rule(TOWN, "town")) == "town"


def test_in_one_area_the_figure_goes_before_its_group_and_that_before_all():
    whole = rule(COUNTY, "whole")
    group = rule(COUNTY, "group", group="infrastructure")
    assert decided(whole) == "whole"
    assert decided(whole, group) == "group"
    assert decided(whole, group, rule(COUNTY, "figure", indicator="dike_km")) == "figure"


def test_a_rule_for_other_figures_or_beside_decides_nothing():
    assert decided(rule(CITY, "x", indicator="reservoirs"), rule(CITY, "y", group="houses")) is None
    assert decided(rule(BESIDE, "x")) is None


def test_what_was_decided_for_an_area_alone_goes_first_there_and_is_nothing_below():
    alone = rule(COUNTY, "alone", indicator="dike_km", only_here=True)
    plain = rule(COUNTY, "plain", indicator="dike_km")
    assert decided(alone, plain, chain=(COUNTY, CITY)) == "alone"
    assert decided(alone, plain) == "plain"
    assert decided(alone) is None


@pytest.mark.parametrize(
    ("order", "known", "counts"),
    [
        (("water", "report"), {"water", "report"}, "water"),
        (("water", "report"), {"report"}, "report"),
        (("report", "water"), {"water", "report"}, "report"),
        (("report", "water"), {"water"}, "water"),
        (("report",), {"water"}, None),
        (("water", "housing", "report"), {"housing", "report"}, "housing"),
    ],
)
def test_the_first_source_that_has_a_figure_counts(order, known, counts):
    assert choose(order, known) == counts


LIMITS = Limits(percent=Decimal(20), floor=Decimal(5))


@pytest.mark.parametrize(
    ("figures", "wide"),
    [
        ((100,), False),
        ((), False),
        ((100, 100), False),
        ((100, 80), False),  # exactly a fifth
        ((100, 79), True),
        ((20, 15), True),  # a quarter, and exactly the floor
        ((19, 15), False),  # wide enough in share, not in number
        ((0, 5), True),
        ((0, 4), False),
        ((300, 310, 500), True),
    ],
)
def test_a_gap_is_wider_than_its_share_and_at_least_the_floor(figures, wide):
    said = {f"s{number}": Decimal(value) for number, value in enumerate(figures)}
    assert bool(gap(said, LIMITS)) is wide


def test_where_every_difference_matters_one_is_enough():
    said = {"report": Decimal(100), "water": Decimal(101)}
    found = gap(said, Limits(percent=Decimal(0), floor=Decimal(1)))
    assert found and (found.size, found.low, found.high) == (1, 100, 101)
    assert gap({"a": Decimal(0), "b": Decimal(0)}, Limits(Decimal(0), Decimal(0))) is None
