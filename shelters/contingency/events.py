"""What can happen to emergency plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from relief_ops.events import Event
from shelters.contingency.rules import Kind


@dataclass(frozen=True)
class ContingencyPlanAdopted(Event):
    """A version of an area's emergency plan was entered; it stands from now on."""

    name: ClassVar[str] = "contingency.adopted"
    permission: ClassVar[str] = "contingency.write"

    kind: Kind
    number: int


@dataclass(frozen=True)
class ContingencyPlanWithdrawn(Event):
    """An area's emergency plan was withdrawn without another in its place."""

    name: ClassVar[str] = "contingency.withdrawn"
    permission: ClassVar[str] = "contingency.write"

    kind: Kind
    number: int
