"""What comes with reports: papers, photos, tables of many areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Code, Event


@dataclass(frozen=True)
class ReportPaperAttached(Event):
    """The picture of a report on paper waits to be typed; it counts in nothing."""

    name: ClassVar[str] = "report.paper_attached"
    permission: ClassVar[str] = "report.submit"

    paper_id: UUID
    disaster_id: UUID
    area: Code
    round: Code


@dataclass(frozen=True)
class ReportPaperTyped(Event):
    """A report was typed from a paper."""

    name: ClassVar[str] = "report.paper_typed"
    permission: ClassVar[str] = "report.submit"

    paper_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    report_id: UUID


@dataclass(frozen=True)
class ReportPaperWithdrawn(Event):
    """A paper need not be typed; why stands in its record, and the picture stays."""

    name: ClassVar[str] = "report.paper_withdrawn"
    permission: ClassVar[str] = "report.submit"

    paper_id: UUID
    disaster_id: UUID
    area: Code
    round: Code


@dataclass(frozen=True)
class ReportPhotographed(Event):
    """A photo came to a round of an area. `again`: it was there already, and is kept once."""

    name: ClassVar[str] = "report.photographed"
    permission: ClassVar[str] = "report.submit"

    photo_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    again: bool


@dataclass(frozen=True)
class ReportPhotoWithdrawn(Event):
    """A photo no longer counts; why stands in its own record, and the photo stays."""

    name: ClassVar[str] = "report.photo_withdrawn"
    permission: ClassVar[str] = "report.submit"

    photo_id: UUID
    disaster_id: UUID
    area: Code
    round: Code


@dataclass(frozen=True)
class ImportAsked(Event):
    """A table of many areas' figures was sent in to be checked, or its rows to be filed."""

    name: ClassVar[str] = "report_import.asked"
    permission: ClassVar[str] = "report.submit"

    import_id: UUID
    disaster_id: UUID
    round: Code
    filing: bool


@dataclass(frozen=True)
class ImportCancelled(Event):
    """Somebody stopped an import of their own; rows already filed stay."""

    name: ClassVar[str] = "report_import.cancelled"
    permission: ClassVar[str] = "report.submit"

    import_id: UUID


@dataclass(frozen=True)
class ReportsImported(Event):
    """Every row of a table was filed or refused; each filed one has an event of its own."""

    name: ClassVar[str] = "report_import.finished"
    permission: ClassVar[str] = "report.submit"

    import_id: UUID
    disaster_id: UUID
    round: Code
    stored: int
    unchanged: int
    rivals: int
    refused: int


@dataclass(frozen=True)
class ClaimImportAsked(Event):
    """A table of what another source says was sent in to be checked, or its rows to be filed."""

    name: ClassVar[str] = "claim_import.asked"
    permission: ClassVar[str] = "figure_claim.file"

    import_id: UUID
    disaster_id: UUID
    source: Code
    filing: bool


@dataclass(frozen=True)
class ClaimImportCancelled(Event):
    """Somebody stopped such a table of their own; figures already kept stay."""

    name: ClassVar[str] = "claim_import.cancelled"
    permission: ClassVar[str] = "figure_claim.file"

    import_id: UUID


@dataclass(frozen=True)
class ClaimsImported(Event):
    """Every row of such a table was kept or refused; each kept figure has an event of its own."""

    name: ClassVar[str] = "claim_import.finished"
    permission: ClassVar[str] = "figure_claim.file"

    import_id: UUID
    disaster_id: UUID
    source: Code
    stored: int
    unchanged: int
    refused: int
