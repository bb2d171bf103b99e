"""What can happen to areas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Audience, Code, Event


@dataclass(frozen=True)
class AreaMoved(Event):
    """An area's point was put right."""

    name: ClassVar[str] = "area.moved"
    permission: ClassVar[str] = "area.write"
    audience: ClassVar[Audience] = Audience.SHARED

    area: Code
    approximate: bool


@dataclass(frozen=True)
class AreasImported(Event):
    """Divisions, points, outlines or population were imported."""

    name: ClassVar[str] = "areas.imported"
    permission: ClassVar[str] = "area.write"
    audience: ClassVar[Audience] = Audience.SHARED

    count: int


@dataclass(frozen=True)
class ImportAsked(Event):
    """The check of a file of outlines, or its import, was put into the background."""

    name: ClassVar[str] = "areas.import_asked"
    permission: ClassVar[str] = "area.write"

    job_id: UUID
    write: bool


@dataclass(frozen=True)
class ZoneChanged(Event):
    """A functional zone was made or changed."""

    name: ClassVar[str] = "zone.changed"
    permission: ClassVar[str] = "area.write"
    audience: ClassVar[Audience] = Audience.SHARED

    zone_id: UUID
    areas: int


@dataclass(frozen=True)
class CodesImported(Event):
    """Later codes of areas were imported from a crosswalk."""

    name: ClassVar[str] = "areas.codes_imported"
    permission: ClassVar[str] = "area.write"
    audience: ClassVar[Audience] = Audience.SHARED

    changed: int
    valid_from: date


@dataclass(frozen=True)
class JobCancelled(Event):
    """Background work was cancelled by a person."""

    name: ClassVar[str] = "job.cancelled"
    permission: ClassVar[str] = "job.cancel"

    job_id: UUID


@dataclass(frozen=True)
class LogExported(Event):
    """The operations log was exported as a file."""

    name: ClassVar[str] = "log.exported"
    permission: ClassVar[str] = "event.read"

    rows: int
