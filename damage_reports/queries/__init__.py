"""The SQL of reading: the form, reports and totals."""

from damage_reports.queries.form import Field, form_of, indicator_names, indicators
from damage_reports.queries.live import rollup
from damage_reports.queries.reports import (
    current_on_grain,
    latest_before,
    received,
    report,
    revisions,
    rivals,
    shown,
    values_of,
    verdicts,
)
from damage_reports.queries.totals import Rollup, Unit, filings

__all__ = [
    "Field",
    "Rollup",
    "Unit",
    "current_on_grain",
    "filings",
    "form_of",
    "indicator_names",
    "indicators",
    "latest_before",
    "received",
    "report",
    "revisions",
    "rivals",
    "rollup",
    "shown",
    "values_of",
    "verdicts",
]
