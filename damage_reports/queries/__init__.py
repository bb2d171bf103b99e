"""The SQL of reading: the form, reports and totals."""

from damage_reports.queries.board import Board, board, shown_board
from damage_reports.queries.checking import Checked, context_of, findings, last_figures, told
from damage_reports.queries.contact import (
    Contact,
    contacts,
    of_area,
    out_of_contact,
    shown_contact,
)
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
from damage_reports.queries.summaries import (
    Signed,
    corrections,
    current_summary,
    deltas_of,
    lines_of,
    missing_below,
    read,
    shown_summary,
    signed,
    summaries,
    summary,
    written,
)
from damage_reports.queries.totals import Rollup, Unit

__all__ = [
    "Board",
    "Checked",
    "Contact",
    "Field",
    "Rollup",
    "Round",
    "Signed",
    "Unit",
    "basis_of",
    "board",
    "contacts",
    "context_of",
    "corrections",
    "current_on_grain",
    "current_round",
    "current_summary",
    "deltas_of",
    "findings",
    "form_of",
    "indicator_names",
    "indicators",
    "last_figures",
    "latest_before",
    "lines_of",
    "missing_below",
    "of_area",
    "out_of_contact",
    "read",
    "received",
    "report",
    "revisions",
    "rivals",
    "rollup",
    "rounds",
    "shown",
    "shown_board",
    "shown_contact",
    "shown_round",
    "shown_summary",
    "signed",
    "summaries",
    "summary",
    "told",
    "values_of",
    "verdicts",
    "written",
]
