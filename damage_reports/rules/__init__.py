"""Decisions on plain values: what a report may say, what it may become, what a total is."""

from damage_reports.rules.checks import Finding, Severity, blocking, check, corpus, said
from damage_reports.rules.contact import (
    ANSWERED,
    LINKS,
    CallOutcome,
    Heard,
    Known,
    Link,
    is_out_of_contact,
)
from damage_reports.rules.expected import Place
from damage_reports.rules.imports import Outcome, counted, says_nothing_new
from damage_reports.rules.numbers import parse_value, scaled, unscaled
from damage_reports.rules.outliers import Asked, Outlier, Why, outliers
from damage_reports.rules.report import (
    Basis,
    Means,
    ReportState,
    RoundKind,
    may_become,
    round_words,
    slot_of,
)
from damage_reports.rules.rounds import IN, TO_JUDGE, Opened, Standing, Terms, deadlines, standing
from damage_reports.rules.sentences import Kind, Proposal, proposals
from damage_reports.rules.series import (
    STANDING,
    STEPS,
    Calm,
    StableState,
    is_excused,
    midnights,
    steps,
)
from damage_reports.rules.signing import Delta, Line, SignRole, Stage, deltas, outstanding, stage
from damage_reports.rules.sources import (
    DEFAULT,
    REPORT,
    ChoiceRule,
    Gap,
    Limits,
    RuleBook,
    SourceKind,
    choose,
    gap,
)
from damage_reports.rules.spoken import CodeError, Core
from damage_reports.rules.table_cells import explain_figure
from damage_reports.rules.table_reading import AreaFigures, Remark, TableRead, read_tables
from damage_reports.rules.tables import Column, Table, form_head
from damage_reports.rules.totals import RollUp, Sum, add_up, roll_up

__all__ = [
    "ANSWERED",
    "DEFAULT",
    "IN",
    "LINKS",
    "REPORT",
    "STANDING",
    "STEPS",
    "TO_JUDGE",
    "AreaFigures",
    "Asked",
    "Basis",
    "CallOutcome",
    "Calm",
    "ChoiceRule",
    "CodeError",
    "Column",
    "Core",
    "Delta",
    "Finding",
    "Gap",
    "Heard",
    "Kind",
    "Known",
    "Limits",
    "Line",
    "Link",
    "Means",
    "Opened",
    "Outcome",
    "Outlier",
    "Place",
    "Proposal",
    "Remark",
    "ReportState",
    "RollUp",
    "RoundKind",
    "RuleBook",
    "Severity",
    "SignRole",
    "SourceKind",
    "StableState",
    "Stage",
    "Standing",
    "Sum",
    "Table",
    "TableRead",
    "Terms",
    "Why",
    "add_up",
    "blocking",
    "check",
    "choose",
    "corpus",
    "counted",
    "deadlines",
    "deltas",
    "explain_figure",
    "form_head",
    "gap",
    "is_excused",
    "is_out_of_contact",
    "may_become",
    "midnights",
    "outliers",
    "outstanding",
    "parse_value",
    "proposals",
    "read_tables",
    "roll_up",
    "round_words",
    "said",
    "says_nothing_new",
    "scaled",
    "slot_of",
    "stage",
    "standing",
    "steps",
    "unscaled",
]
