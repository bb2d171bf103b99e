"""What can happen to shelters: ids, codes, numbers and instants only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Audience, Event
from shelters.rules import Kind, LeftTo, State
from shelters.rules.register import Result


@dataclass(frozen=True)
class ShelterWritten(Event):
    """A shelter entered the register or was changed there."""

    name: ClassVar[str] = "shelter.written"
    permission: ClassVar[str] = "shelter.write"

    shelter_id: UUID
    kind: Kind
    capacity_max: int
    revision: int


@dataclass(frozen=True)
class ImportChecked(Event):
    """A file of shelters was read and checked; nothing of it is in the register yet."""

    name: ClassVar[str] = "shelter.import_checked"
    permission: ClassVar[str] = "shelter.write"

    import_id: UUID
    rows: int
    wrong: int


@dataclass(frozen=True)
class SheltersImported(Event):
    """A workbook or GeoJSON file was taken into the register."""

    name: ClassVar[str] = "shelter.imported"
    permission: ClassVar[str] = "shelter.write"

    import_id: UUID
    rows: int


@dataclass(frozen=True)
class ShelterStateSet(Event):
    """A shelter that everyone may know of changed its state."""

    name: ClassVar[str] = "shelter.state_set"
    permission: ClassVar[str] = "shelter.open"
    audience: ClassVar[Audience] = Audience.SHARED

    shelter_id: UUID
    disaster_id: UUID
    state: State
    revision: int


@dataclass(frozen=True)
class HiddenShelterStateSet(Event):
    """A shelter that is not shown publicly changed its state."""

    name: ClassVar[str] = "shelter.hidden_state_set"
    permission: ClassVar[str] = "shelter.open"

    shelter_id: UUID
    disaster_id: UUID
    state: State
    revision: int


@dataclass(frozen=True)
class HeadcountFiled(Event):
    """People were counted in a shelter; a rival counts in nothing until it is settled."""

    name: ClassVar[str] = "shelter.counted"
    permission: ClassVar[str] = "shelter.count"

    shelter_id: UUID
    disaster_id: UUID
    headcount_id: UUID
    as_of: datetime
    total: int
    revision: int
    rival_of: UUID | None


@dataclass(frozen=True)
class HeadcountSettled(Event):
    """Somebody decided between two headcounts of the same moment."""

    name: ClassVar[str] = "shelter.settled"
    permission: ClassVar[str] = "shelter.settle"

    shelter_id: UUID
    headcount_id: UUID
    accepted: bool


@dataclass(frozen=True)
class OverCapacity(Event):
    """More people were counted in a shelter than it has places."""

    name: ClassVar[str] = "shelter.over_capacity"
    permission: ClassVar[str] = "shelter.count"

    shelter_id: UUID
    disaster_id: UUID
    headcount_id: UUID
    total: int
    capacity: int


@dataclass(frozen=True)
class HouseholdAdmitted(Event):
    """A household was registered in a shelter, announced or arrived."""

    name: ClassVar[str] = "shelter.admitted"
    permission: ClassVar[str] = "shelter.admit"

    shelter_id: UUID
    disaster_id: UUID
    arrival_id: UUID
    people: int
    on_the_way: bool
    registered: int


@dataclass(frozen=True)
class HouseholdDeparted(Event):
    """A household left a shelter, or did not come after all."""

    name: ClassVar[str] = "shelter.departed"
    permission: ClassVar[str] = "shelter.admit"

    shelter_id: UUID
    disaster_id: UUID
    arrival_id: UUID
    people: int
    left_to: LeftTo
    registered: int


@dataclass(frozen=True)
class AdmittedAbove(Event):
    """Somebody decided by name to take people in above the limit of a shelter."""

    name: ClassVar[str] = "shelter.admitted_above"
    permission: ClassVar[str] = "shelter.admit"

    shelter_id: UUID
    disaster_id: UUID
    arrival_id: UUID
    above: int
    capacity: int


@dataclass(frozen=True)
class AdmittedAboveKind(Event):
    """Somebody decided by name to take people in though no place of their kind was left."""

    name: ClassVar[str] = "shelter.admitted_above_kind"
    permission: ClassVar[str] = "shelter.admit"

    shelter_id: UUID
    disaster_id: UUID
    arrival_id: UUID
    wheelchair: int
    infant: int
    medical: int
    pets: int


@dataclass(frozen=True)
class GroupDrawn(Event):
    """A household was named of a group that was registered by its number; below 0: given back."""

    name: ClassVar[str] = "shelter.group_drawn"
    permission: ClassVar[str] = "shelter.admit"

    shelter_id: UUID
    disaster_id: UUID
    group_id: UUID
    arrival_id: UUID
    drawn: int
    left: int


@dataclass(frozen=True)
class HouseholdIdentified(Event):
    """Who a household in a shelter is was completed: its identity number, or who is of it."""

    name: ClassVar[str] = "shelter.identified"
    permission: ClassVar[str] = "shelter.admit"

    shelter_id: UUID
    arrival_id: UUID
    revision: int


@dataclass(frozen=True)
class ContactRead(Event):
    """Somebody read a shelter's contact person in full."""

    name: ClassVar[str] = "shelter.contact_read"
    permission: ClassVar[str] = "person.read_full"

    shelter_id: UUID


@dataclass(frozen=True)
class SafetyChecked(Event):
    """The building of a shelter was checked, and found safe until a day or not at all."""

    name: ClassVar[str] = "shelter.checked"
    permission: ClassVar[str] = "shelter.check"

    shelter_id: UUID
    check_id: UUID
    result: Result
    checked_on: date
    valid_until: date | None


@dataclass(frozen=True)
class SafetyCheckWithdrawn(Event):
    """A safety check no longer counts; the one before it decides again."""

    name: ClassVar[str] = "shelter.check_withdrawn"
    permission: ClassVar[str] = "shelter.check"

    shelter_id: UUID
    check_id: UUID
    valid_until: date | None


@dataclass(frozen=True)
class ShelterPhotographed(Event):
    """A photo was hung on a shelter; `again` where these very bytes hung there already."""

    name: ClassVar[str] = "shelter.photographed"
    permission: ClassVar[str] = "shelter.write"

    shelter_id: UUID
    photo_id: UUID
    again: bool


@dataclass(frozen=True)
class ShelterPhotoWithdrawn(Event):
    """A photo of a shelter no longer counts."""

    name: ClassVar[str] = "shelter.photo_withdrawn"
    permission: ClassVar[str] = "shelter.write"

    shelter_id: UUID
    photo_id: UUID
