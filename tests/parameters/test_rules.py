"""Versions of policy numbers: by day, by area, and the figures that are shipped."""

from datetime import date
from decimal import Decimal

import pytest

from relief_ops.parameters import rules
from relief_ops.parameters.rules import in_force

ROWS = rules.read_csv(rules.SHIPPED)


def test_the_version_of_the_day_is_found():
    before = in_force(ROWS, "marginal.line_included", on=date(2021, 6, 30), areas=[])
    after = in_force(ROWS, "marginal.line_included", on=date(2021, 7, 1), areas=[])

    assert (before.value, after.value) == (1, 0)


def test_an_area_with_its_own_figure_wins_over_the_whole():
    own = in_force(ROWS, "disaster_relief.relocated", on=date(2024, 9, 1), areas=["330213000000"])
    other = in_force(ROWS, "disaster_relief.relocated", on=date(2024, 9, 1), areas=["330203000000"])

    assert (own.confidence, other.confidence) == ("S66", "D")
    assert other.flagged
    assert not own.flagged


def test_nothing_is_in_force_before_its_day():
    assert in_force(ROWS, "temporary_aid.multiple", on=date(2014, 10, 31), areas=[]) is None


def test_shipped_versions_of_one_key_never_overlap():
    assert rules.overlaps(ROWS) == []


def test_every_shipped_figure_names_its_document_and_how_sure_it_is():
    assert all(row.source and row.confidence and row.unit for row in ROWS)


def test_figures_nobody_published_are_flagged():
    standard = in_force(ROWS, "living_allowance.standard", on=date(2015, 6, 1), areas=[])

    assert standard.value == Decimal(744)
    assert standard.flagged


def test_a_bad_row_is_named_by_its_line(tmp_path):
    path = tmp_path / "figures.csv"
    head = "key,area,value,unit,effective_from,effective_to,source,article,confidence,note"
    path.write_text(f"{head}\nnotice.days,,seven,day,2014-11-01,,document,,S3,\n", encoding="utf-8")

    with pytest.raises(ValueError, match="line 2"):
        rules.read_csv(path)
