"""A township counts its own figure or its villages', never both; unknown is not zero."""

from __future__ import annotations

from decimal import Decimal

from damage_reports.rules.totals import RollUp, Row, roll_up

CITY = Row("city", None)
COUNTY = Row("county", "city")


def township(code: str, *, pseudo: bool = False, **values: Decimal | None) -> Row:
    return Row(code, "county", statistical=True, pseudo=pseudo, values=values)


def village(code: str, parent: str, **values: Decimal | None) -> Row:
    return Row(code, parent, values=values)


def test_a_township_counts_its_own_figure_and_shows_the_difference():
    rows = [
        CITY,
        COUNTY,
        township("t1", affected=Decimal(100)),
        village("v1", "t1", affected=Decimal(40)),
        village("v2", "t1", affected=Decimal(50)),
    ]

    total = roll_up(rows, indicator="affected")

    assert total["t1"].value == 100
    assert total["t1"].difference == 10
    assert total["city"].value == 100


def test_without_its_own_figure_a_township_is_the_sum_of_its_villages():
    rows = [
        CITY,
        COUNTY,
        township("t1", deaths=Decimal(1)),
        village("v1", "t1", affected=Decimal(40)),
    ]
    rows += [village("v2", "t1"), village("v3", "t1", affected=Decimal(2))]

    total = roll_up(rows, indicator="affected")

    assert (total["t1"].value, total["t1"].known, total["t1"].of) == (42, 2, 3)
    assert (total["county"].value, total["county"].known, total["county"].of) == (42, 1, 1)


def test_unknown_is_not_zero():
    rows = [CITY, COUNTY, township("t1", affected=None), township("t2", affected=Decimal(0))]

    total = roll_up(rows, indicator="affected")

    assert total["t1"].value is None
    assert (total["city"].value, total["city"].known, total["city"].of) == (0, 1, 2)
    assert roll_up(rows, indicator="deaths")["city"].value is None


def test_a_zone_is_expected_only_once_it_has_filed():
    silent = [CITY, COUNTY, township("t1", affected=Decimal(1)), township("z", pseudo=True)]
    filed = [*silent[:-1], township("z", pseudo=True, affected=Decimal(5))]

    assert roll_up(silent, indicator="affected")["city"].of == 1
    assert roll_up(filed, indicator="affected")["city"].of == 2
    assert roll_up(filed, indicator="affected")["city"].value == 6


def test_a_zone_whose_villages_alone_filed_counts_with_what_they_filed():
    rows = [CITY, COUNTY, township("t1", affected=Decimal(1)), township("z", pseudo=True)]
    rows += [village("v1", "z", affected=Decimal(4)), village("v2", "z")]

    total = roll_up(rows, indicator="affected")

    assert (total["z"].value, total["z"].known, total["z"].of) == (4, 1, 2)
    assert (total["city"].value, total["city"].known, total["city"].of) == (5, 2, 2)


def test_a_zone_that_filed_only_what_it_does_not_know_is_expected_and_unknown():
    zone = Row("z", "county", statistical=True, pseudo=True, filed=True)

    total = roll_up([CITY, COUNTY, zone], indicator="affected")

    assert (total["city"].value, total["city"].known, total["city"].of) == (None, 0, 1)


def test_a_flooded_township_counts_once_however_many_villages_are_under_water():
    rows = [CITY, COUNTY, township("t1"), township("t2", flooded_townships=Decimal(1))]
    rows += [village("v1", "t1", flooded_townships=Decimal(1))]
    rows += [village("v2", "t1", flooded_townships=Decimal(1))]

    total = roll_up(rows, indicator="flooded_townships", how=RollUp.ANY_THEN_SUM)

    assert total["t1"].value == 1
    assert total["city"].value == 2
