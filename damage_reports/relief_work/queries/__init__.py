"""The SQL of reading: forms, what is proposed for them, and what they add up to."""

from damage_reports.relief_work.queries.desk import panel
from damage_reports.relief_work.queries.forms import (
    current_on_grain,
    fields_of,
    find,
    form,
    latest_before,
    proposals_of,
    received,
    revisions,
    shown,
    signatures,
    values_of,
    values_of_many,
)
from damage_reports.relief_work.queries.proposals import proposals
from damage_reports.relief_work.queries.totals import Totals, as_form, shown_totals, totals

__all__ = [
    "Totals",
    "as_form",
    "current_on_grain",
    "fields_of",
    "find",
    "form",
    "latest_before",
    "panel",
    "proposals",
    "proposals_of",
    "received",
    "revisions",
    "shown",
    "shown_totals",
    "signatures",
    "totals",
    "values_of",
    "values_of_many",
]
