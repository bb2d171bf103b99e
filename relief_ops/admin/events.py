"""What can happen to areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

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
