"""What can happen to a relief-work form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Code, Event


@dataclass(frozen=True)
class ReliefWorkFiled(Event):
    """A county filed a revision of its relief-work form: so many figures as proposed or not."""

    name: ClassVar[str] = "relief_work.filed"
    permission: ClassVar[str] = "report.submit"

    form_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    as_of: datetime
    revision: int
    taken: int
    changed: int
    left: int


@dataclass(frozen=True)
class ReliefWorkSigned(Event):
    """Somebody signed a county's relief-work form, or said so by telephone."""

    name: ClassVar[str] = "relief_work.signed"
    permission: ClassVar[str] = "report.sign"

    form_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    role: Code
    means: Code
