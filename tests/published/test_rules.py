"""What a published figure is compared with, and where an instant lies among the published ones."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from damage_reports.published.rules import Place, here, standing

FIRST, LAST = datetime(2013, 10, 8, tzinfo=UTC), datetime(2013, 10, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "place"),
    [(7, Place.BEFORE), (8, Place.AT), (9, Place.BETWEEN), (14, Place.AT), (15, Place.AFTER)],
)
def test_an_instant_is_before_at_between_or_after_what_was_published(day, place):
    found = standing([LAST, FIRST], datetime(2013, 10, day, tzinfo=UTC))

    assert found.place == place
    assert found.last == (None if day < 8 else FIRST if day < 14 else LAST)
    assert found.next == (FIRST if day < 8 else LAST if day < 14 else None)


def test_where_nothing_was_published_there_is_nothing_to_say():
    assert standing([], FIRST) is None


def test_totals_are_added_up_and_brought_into_the_published_unit():
    total = {"collapsed_rooms": Decimal(880), "severe_rooms": Decimal(400), "loss": Decimal(334290)}

    both = ["collapsed_rooms", "severe_rooms"]
    assert here(both, Decimal(1), None, total, ()) == 1280
    assert here(["loss"], Decimal(10000), None, total, ()) == Decimal("33.429")


def test_areas_are_counted_by_who_has_more_than_nought():
    areas = [{"affected": Decimal(3)}, {"affected": Decimal(0)}, {}, {"affected": Decimal(1)}]

    assert here(["affected"], Decimal(1), "county", {}, areas) == 2


def test_what_is_not_known_or_not_compared_is_no_nought():
    assert here(["affected"], Decimal(1), None, {}, ()) is None
    assert here(["a", "b"], Decimal(1), None, {"a": Decimal(1)}, ()) is None
    assert here([], Decimal(1), None, {}, ()) is None
