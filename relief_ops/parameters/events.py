"""What can happen to a policy number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Audience, Code, Event


@dataclass(frozen=True)
class ParameterChanged(Event):
    """A version of a policy number was entered or corrected."""

    name: ClassVar[str] = "parameter.changed"
    permission: ClassVar[str] = "parameter.write"
    audience: ClassVar[Audience] = Audience.SHARED

    parameter_id: UUID
    key: Code
    value: Code
    revision: int


@dataclass(frozen=True)
class ParametersLoaded(Event):
    """Versions of policy numbers were loaded from the shipped file."""

    name: ClassVar[str] = "parameter.loaded"
    permission: ClassVar[str] = "parameter.write"
    audience: ClassVar[Audience] = Audience.SHARED

    count: int
