"""Changing reports and the form."""

from damage_reports.services.filing import put_report
from damage_reports.services.form import load_form, put_indicator
from damage_reports.services.judging import put_settlement, put_verdict
from damage_reports.services.rounds import put_round

__all__ = [
    "load_form",
    "put_indicator",
    "put_report",
    "put_round",
    "put_settlement",
    "put_verdict",
]
