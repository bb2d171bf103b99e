"""What can happen to reports and to the list of indicators."""

from damage_reports.events.attached import (
    ImportAsked,
    ImportCancelled,
    ReportPaperAttached,
    ReportPaperTyped,
    ReportPaperWithdrawn,
    ReportPhotographed,
    ReportPhotoWithdrawn,
    ReportsImported,
)
from damage_reports.events.figures import (
    FigureClaimed,
    GapSettled,
    IndicatorChanged,
    SourceChanged,
    SourceRuleSet,
)
from damage_reports.events.following import (
    ContactRecorded,
    DutyPhonesRead,
    ReportCalled,
    ReportReminded,
)
from damage_reports.events.reports import (
    OwnFigureAnswered,
    ReportAccepted,
    ReportHeld,
    ReportNarrated,
    ReportReturned,
    ReportRivalled,
    ReportSettled,
    ReportSubmitted,
    ReportVouched,
)
from damage_reports.events.rounds import (
    ReportPrepared,
    ReportSigned,
    RoundOpened,
    StabilityDeclared,
    StabilityJudged,
)

__all__ = [
    "ContactRecorded",
    "DutyPhonesRead",
    "FigureClaimed",
    "GapSettled",
    "ImportAsked",
    "ImportCancelled",
    "IndicatorChanged",
    "OwnFigureAnswered",
    "ReportAccepted",
    "ReportCalled",
    "ReportHeld",
    "ReportNarrated",
    "ReportPaperAttached",
    "ReportPaperTyped",
    "ReportPaperWithdrawn",
    "ReportPhotoWithdrawn",
    "ReportPhotographed",
    "ReportPrepared",
    "ReportReminded",
    "ReportReturned",
    "ReportRivalled",
    "ReportSettled",
    "ReportSigned",
    "ReportSubmitted",
    "ReportVouched",
    "ReportsImported",
    "RoundOpened",
    "SourceChanged",
    "SourceRuleSet",
    "StabilityDeclared",
    "StabilityJudged",
]
