"""Following up: reminders, calls, who can be heard from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from damage_reports.rules import Above, CallOutcome, Link
from relief_ops.events import Code, Event


@dataclass(frozen=True)
class ReportReminded(Event):
    """Whoever owed a report in an area was reminded: how many, and on how many messages."""

    name: ClassVar[str] = "report.reminded"
    permission: ClassVar[str] = "report.remind"

    reminder_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    townships: int
    people: int
    skipped: int
    messages: int


@dataclass(frozen=True)
class ReportCalled(Event):
    """Somebody telephoned about an owed report."""

    name: ClassVar[str] = "report.called"
    permission: ClassVar[str] = "report.remind"

    call_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    outcome: CallOutcome
    promised_at: datetime | None


@dataclass(frozen=True)
class ReportBypassed(Event):
    """A county told the province or the ministry of its dead and missing past the city."""

    name: ClassVar[str] = "report.bypassed"
    permission: ClassVar[str] = "report.bypass"

    bypass_id: UUID
    disaster_id: UUID
    area: Code
    above: Above
    told_at: datetime
    deaths: int
    missing: int


@dataclass(frozen=True)
class DutyPhonesRead(Event):
    """Somebody saw the duty telephones of an area in full."""

    name: ClassVar[str] = "duty_phone.read"
    permission: ClassVar[str] = "duty_phone.read_full"

    disaster_id: UUID
    area: Code
    count: int


@dataclass(frozen=True)
class ContactRecorded(Event):
    """What still leads to an area was recorded, and when it was last heard from."""

    name: ClassVar[str] = "contact.recorded"
    permission: ClassVar[str] = "contact.record"

    contact_id: UUID
    disaster_id: UUID
    area: Code
    road: Link
    power: Link
    network: Link
    water: Link
    declared: bool
    heard_at: datetime | None
    messenger_sent_at: datetime | None
    revision: int
