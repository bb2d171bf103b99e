"""The SQL of reading: rows, their sums, their pairs."""

from damage_reports.rosters.queries.counting import facts, total
from damage_reports.rosters.queries.listing import Page, Wanted, everything, page_of
from damage_reports.rosters.queries.matches import (
    Candidate,
    candidates,
    decision,
    decisions,
    match,
)
from damage_reports.rosters.queries.reconciling import (
    Reconciled,
    Reconciliation,
    reconciliation,
)
from damage_reports.rosters.queries.rows import (
    carried,
    clear,
    details,
    find,
    full,
    history,
    masked,
    opened,
    records,
    row,
    same_as,
    shown,
    standing,
    stored,
    written_by,
)

__all__ = [
    "Candidate",
    "Page",
    "Reconciled",
    "Reconciliation",
    "Wanted",
    "candidates",
    "carried",
    "clear",
    "decision",
    "decisions",
    "details",
    "everything",
    "facts",
    "find",
    "full",
    "history",
    "masked",
    "match",
    "opened",
    "page_of",
    "reconciliation",
    "records",
    "row",
    "same_as",
    "shown",
    "standing",
    "stored",
    "total",
    "written_by",
]
