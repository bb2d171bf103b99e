"""What can happen in an evacuation: ids, codes, numbers and instants only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from relief_ops.cases.rules.states import Purpose
from relief_ops.events import Audience, Code, Event
from shelters.evacuation.rules import By, Dwelling, Inquiry, Kind, RiskKind, State


@dataclass(frozen=True)
class RiskPointWritten(Event):
    """A risk point entered the list or was changed there."""

    name: ClassVar[str] = "evacuation.risk_written"
    permission: ClassVar[str] = "evacuation.write"

    risk_id: UUID
    kind: RiskKind
    households: int
    people: int
    revision: int


@dataclass(frozen=True)
class CadreWritten(Event):
    """Who answers for households was entered or changed."""

    name: ClassVar[str] = "evacuation.cadre_written"
    permission: ClassVar[str] = "evacuation.write"

    cadre_id: UUID
    revision: int


@dataclass(frozen=True)
class HouseholdListed(Event):
    """A row of the list of who must move was added, changed or removed."""

    name: ClassVar[str] = "evacuation.listed"
    permission: ClassVar[str] = "evacuation.write"

    household_id: UUID
    kind: Kind
    people: int
    removed: bool
    revision: int


@dataclass(frozen=True)
class ImportChecked(Event):
    """A workbook of the list was read and checked; nothing of it is in the list yet."""

    name: ClassVar[str] = "evacuation.import_checked"
    permission: ClassVar[str] = "evacuation.write"

    import_id: UUID
    rows: int
    wrong: int


@dataclass(frozen=True)
class ListImported(Event):
    """A workbook was taken into the list."""

    name: ClassVar[str] = "evacuation.imported"
    permission: ClassVar[str] = "evacuation.write"

    import_id: UUID
    rows: int


@dataclass(frozen=True)
class HouseholdsRead(Event):
    """Somebody read rows of the list in full, and said why."""

    name: ClassVar[str] = "evacuation.read_in_full"
    permission: ClassVar[str] = "evacuation.read_full"

    area: Code
    rows: int
    purpose: Purpose


@dataclass(frozen=True)
class ListExported(Event):
    """Somebody took the list of an area away in full, as a file, and said why."""

    name: ClassVar[str] = "evacuation.exported"
    permission: ClassVar[str] = "evacuation.read_full"

    area: Code
    rows: int
    purpose: Purpose


@dataclass(frozen=True)
class PersonLookedUp(Event):
    """Somebody asked where one person is, by exact name and number, and said for whom."""

    name: ClassVar[str] = "evacuation.looked_up"
    permission: ClassVar[str] = "evacuation.look_up"

    disaster_id: UUID
    by: By
    inquiry: Inquiry
    found: bool


@dataclass(frozen=True)
class OrderGiven(Event):
    """An evacuation order was signed."""

    name: ClassVar[str] = "evacuation.ordered"
    permission: ClassVar[str] = "evacuation.order"
    audience: ClassVar[Audience] = Audience.SHARED

    order_id: UUID
    disaster_id: UUID
    areas: int
    deadline_at: datetime


@dataclass(frozen=True)
class OrderRevised(Event):
    """The impact of a running order comes at another hour: its deadline moved with it."""

    name: ClassVar[str] = "evacuation.order_revised"
    permission: ClassVar[str] = "evacuation.order"
    audience: ClassVar[Audience] = Audience.SHARED

    order_id: UUID
    disaster_id: UUID
    impact_at: datetime
    deadline_at: datetime
    revision: int


@dataclass(frozen=True)
class OrderLifted(Event):
    """An evacuation order was lifted; nobody goes home before houses and slopes are checked."""

    name: ClassVar[str] = "evacuation.lifted"
    permission: ClassVar[str] = "evacuation.order"
    audience: ClassVar[Audience] = Audience.SHARED

    order_id: UUID
    disaster_id: UUID
    revision: int


@dataclass(frozen=True)
class ReturnAllowed(Event):
    """Houses and slopes were checked: people may go home."""

    name: ClassVar[str] = "evacuation.return_allowed"
    permission: ClassVar[str] = "evacuation.order"
    audience: ClassVar[Audience] = Audience.SHARED

    order_id: UUID
    disaster_id: UUID
    revision: int


@dataclass(frozen=True)
class HouseholdsMoved(Event):
    """One act said where one or more households stand now."""

    name: ClassVar[str] = "evacuation.stepped"
    permission: ClassVar[str] = "evacuation.record"

    act_id: UUID
    order_id: UUID
    disaster_id: UUID
    state: State
    households: int
    people: int
    compulsory: bool


@dataclass(frozen=True)
class DeputiesTold(Event):
    """Deputies were told for how many households it is their turn, as nobody answers there."""

    name: ClassVar[str] = "evacuation.deputies_told"
    permission: ClassVar[str] = "evacuation.record"

    act_id: UUID
    order_id: UUID
    disaster_id: UUID
    households: int
    deputies: int
    messages: int


@dataclass(frozen=True)
class DwellingsJudged(Event):
    """One act said of one or more households whether they can go home, and why not."""

    name: ClassVar[str] = "evacuation.dwelling_judged"
    permission: ClassVar[str] = "evacuation.record"

    act_id: UUID
    disaster_id: UUID
    found: Dwelling
    households: int
    people: int


@dataclass(frozen=True)
class HouseholdsDirected(Event):
    """Households of the list were told to which shelter they go."""

    name: ClassVar[str] = "evacuation.directed"
    permission: ClassVar[str] = "evacuation.apply"

    act_id: UUID
    disaster_id: UUID
    households: int
    people: int
