"""The tables of reports."""

from damage_reports.models.form import FormIndicator, FormVersion, Indicator
from damage_reports.models.papers import ReportPaper
from damage_reports.models.photos import PhotoWithdrawal, ReportPhoto
from damage_reports.models.reports import (
    FigureVoucher,
    Hold,
    Narrative,
    OwnAnswer,
    OwnFigure,
    Report,
    ReportValue,
    Verdict,
)
from damage_reports.models.rounds import (
    AreaContact,
    BypassReport,
    Reminder,
    ReportCall,
    ReportRound,
    Stability,
)
from damage_reports.models.sources import FigureClaim, FigureSource, GapSettlement, SourceRule
from damage_reports.models.tables import ReportImport, ReportImportRow, Summary, SummarySignature

__all__ = [
    "AreaContact",
    "BypassReport",
    "FigureClaim",
    "FigureSource",
    "FigureVoucher",
    "FormIndicator",
    "FormVersion",
    "GapSettlement",
    "Hold",
    "Indicator",
    "Narrative",
    "OwnAnswer",
    "OwnFigure",
    "PhotoWithdrawal",
    "Reminder",
    "Report",
    "ReportCall",
    "ReportImport",
    "ReportImportRow",
    "ReportPaper",
    "ReportPhoto",
    "ReportRound",
    "ReportValue",
    "SourceRule",
    "Stability",
    "Summary",
    "SummarySignature",
    "Verdict",
]
