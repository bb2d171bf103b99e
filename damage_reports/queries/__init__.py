"""The SQL of reading: the form, reports and totals."""

from damage_reports.queries.board import Board, board, shown_board
from damage_reports.queries.checking import Checked, context_of, findings, last_figures, told
from damage_reports.queries.desk import basis_of
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
from damage_reports.queries.rounds import Round, current_round, rounds, shown_round
from damage_reports.queries.totals import Rollup, Unit

__all__ = [
    "Board",
    "Checked",
    "Field",
    "Rollup",
    "Round",
    "Unit",
    "basis_of",
    "board",
    "context_of",
    "current_on_grain",
    "current_round",
    "findings",
    "form_of",
    "indicator_names",
    "indicators",
    "last_figures",
    "latest_before",
    "received",
    "report",
    "revisions",
    "rivals",
    "rollup",
    "rounds",
    "shown",
    "shown_board",
    "shown_round",
    "told",
    "values_of",
    "verdicts",
]
