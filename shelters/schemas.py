"""Shapes at the border."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from relief_ops import clock
from relief_ops.cases.rules import identity
from relief_ops.cases.schemas import ID_NUMBER_PROBLEMS
from relief_ops.i18n import gettext as _
from shelters.rules import Kind, LeftTo, State, more_than_people

MOST = 100_000
Count = Annotated[int, Field(ge=0, le=MOST)]
Unknown = Annotated[int | None, Field(ge=0, le=MOST)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
AreaCode = Annotated[str, Field(pattern=r"^\d{12}$")]
ItemCode = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
NEW_PARTS = ("companions", "pregnant", "disabled", "alone", "minors_alone")


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _plain_text(value: str) -> str:
    """Refuse control characters, which no name or remark contains."""
    if any(ord(each) < 32 and each not in "\n\t" for each in value):
        raise ValueError(_("Control characters cannot be taken."))
    return value


Text = AfterValidator(_plain_text)


def checked_id_number(text: str) -> str:
    """Return an identity number in one writing. Raises ValueError for what is none."""
    if not text:
        return ""
    try:
        return identity.read_id_number(text, today=clock.local_date(clock.now())).number
    except ValueError as error:
        raise ValueError(_(ID_NUMBER_PROBLEMS[str(error)])) from error


IdNumber = Annotated[str, Field(max_length=24), AfterValidator(checked_id_number)]


@dataclass(frozen=True)
class CellError:
    """What is wrong with one cell of a file, in the reader's words."""

    cell: str
    field: str
    message: str


@dataclass(frozen=True)
class ParsedRow:
    """One row of a file as the register would take it, or why it would not."""

    sheet: str
    number: int
    name_cell: str
    order: PutShelter | None
    area_id: UUID | None
    errors: tuple[CellError, ...] = ()


class Strict(BaseModel):
    """Declared fields only."""

    model_config = ConfigDict(extra="forbid")


class PutShelter(Strict):
    """Enter a shelter in the register or change it; the point is WGS-84 degrees."""

    name: Annotated[Name, Text]
    area_code: AreaCode
    kind: Kind
    address: Annotated[Line, Text] = ""
    lon: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    lat: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None
    capacity_max: Count
    capacity_day: Count | None = None
    capacity_night: Count | None = None
    capacity_after: Count | None = None
    wheelchair: Count = 0
    infant: Count = 0
    medical: Count = 0
    pets: Count = 0
    manager: Annotated[Short, Text] = ""
    phone: Annotated[str, Field(pattern=r"^[0-9+ ()-]{0,32}$")] = ""
    public_phone: Annotated[str, Field(pattern=r"^[0-9+ ()-]{0,32}$")] = ""
    safety_checked_until: date | None = None
    hidden: bool = False
    grade: Annotated[str, StringConstraints(strip_whitespace=True, max_length=32), Text] = ""
    remarks: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), Text] = ""
    drill_id: UUID | None = None

    @model_validator(mode="before")
    @classmethod
    def _take_point(cls, value: Any) -> Any:
        """Take `point: [lon, lat]`, as the API shows it, for the two fields."""
        if isinstance(value, dict) and "point" in value:
            value = dict(value)
            point = value.pop("point")
            if isinstance(point, list | tuple) and len(point) == 2:
                value["lon"], value["lat"] = point
            elif point is not None:
                raise ValueError(_("A point is [longitude, latitude]."))
        return value

    @model_validator(mode="after")
    def _agree(self) -> PutShelter:
        """Refuse half a point and a capacity above the greatest."""
        if (self.lon is None) != (self.lat is None):
            raise ValueError(_("Give both longitude and latitude, or neither."))
        for each in (self.capacity_day, self.capacity_night, self.capacity_after):
            if each is not None and each > self.capacity_max:
                raise ValueError(_("No capacity may be above the greatest capacity."))
        return self

    @property
    def point(self) -> tuple[float, float] | None:
        """Return (longitude, latitude), or None where it is not known."""
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)


class PutState(Strict):
    """Take a shelter one step further; `id` is the step's own, for safe retries."""

    id: UUID | None = None
    disaster_id: UUID
    state: Annotated[State, BeforeValidator(_lower)]
    reason: Annotated[Line, Text] = ""
    at: AwareDatetime | None = None


class PutHeadcount(Strict):
    """Say how many people are in a shelter; a split left out is not known."""

    disaster_id: UUID
    as_of: AwareDatetime
    total: Count
    male: Unknown = None
    female: Unknown = None
    under18: Unknown = None
    over60: Unknown = None
    disabled: Unknown = None
    ill: Unknown = None
    base: UUID | None = None


class PutSettlement(Strict):
    """Decide about a rival headcount."""

    accept: bool


class PutArrival(Strict):
    """Register a household of so many people; the name is optional and kept sealed.

    `listed_id` is its row of the list of who must move. A `group` is a number and nothing more.
    `moved_from` is its registration in another shelter, left in the same act. `sent_from` is the
    sender's own shelter that did not take it in: it is on the way to one that need not be theirs.
    Places above the limit are given only with a reason and the name of who decided it.
    """

    disaster_id: UUID
    people: Annotated[int, Field(ge=1, le=500)]
    on_the_way: bool = False
    group: bool = False
    name: Annotated[Short, Text] = ""
    phone: Annotated[str, Field(pattern=r"^[0-9+ ()-]{0,32}$")] = ""
    id_number: IdNumber = ""
    origin_code: AreaCode | None = None
    listed_id: UUID | None = None
    moved_from: UUID | None = None
    sent_from: UUID | None = None
    companions: Count = 0
    wheelchair: Count = 0
    infant: Count = 0
    medical: Count = 0
    pets: Count = 0
    pregnant: Count = 0
    disabled: Count = 0
    alone: Count = 0
    minors_alone: Count = 0
    care: Annotated[Line, Text] = ""
    room: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40), Text] = ""
    issued: dict[ItemCode, Annotated[int, Field(ge=1, le=5000)]] = Field(
        default_factory=dict, max_length=20
    )
    over_reason: Annotated[Line, Text] = ""
    over_by: Annotated[Short, Text] = ""
    arrived_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _agrees(self) -> PutArrival:
        """Refuse more in need than people, and a place above the limit nobody answers for."""
        parts = {name: getattr(self, name) for name in NEW_PARTS}
        if more_than_people(self.people, parts):
            raise ValueError(_("No part of a household can be more than its people."))
        if bool(self.over_reason) != bool(self.over_by):
            raise ValueError(_("Above the limit: give the reason and the name of who decided it."))
        if self.sent_from and (not self.on_the_way or self.over_by):
            raise ValueError(_("Who is sent to another shelter is on the way, within its limit."))
        return self


class PutIdentity(Strict):
    """Complete whose household it is, once papers or a number are at hand."""

    id_number: Annotated[IdNumber, Field(min_length=1)]
    name: Annotated[Short, Text] = ""
    phone: Annotated[str, Field(pattern=r"^[0-9+ ()-]{0,32}$")] = ""


class PutPresence(Strict):
    """Say that an announced household is here."""

    arrived_at: AwareDatetime | None = None


class PutDeparture(Strict):
    """Let a household go, or take its announcement back.

    With `shelter_id` it is sent on to that shelter in the same act. `signed_by` is who signed
    for the household, `handed_to` who takes charge of minors and elders.
    """

    to: LeftTo = LeftTo.HOME
    shelter_id: UUID | None = None
    signed_by: Annotated[Short, Text] = ""
    handed_to: Annotated[Short, Text] = ""
    left_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_way(self) -> PutDeparture:
        """Refuse a shelter for whoever goes elsewhere."""
        if self.shelter_id and self.to != LeftTo.OTHER_SHELTER:
            raise ValueError(_("A shelter is named only for who goes to another shelter."))
        return self


class Duplicates(StrEnum):
    """What to do with a row that looks like a shelter already in the register."""

    SKIP = "skip"
    UPDATE = "update"
    ADD = "add"


class PutApplication(Strict):
    """Take a checked file into the register; `choices` are by row number where they differ."""

    duplicates: Duplicates = Duplicates.SKIP
    choices: dict[str, Duplicates] = Field(default_factory=dict, max_length=20_000)
    leave_out: bool = False
