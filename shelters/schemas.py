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
    BeforeValidator,
    Field,
    StringConstraints,
    model_validator,
)

from relief_ops.cases.schemas import checked_id_number
from relief_ops.files import Source, Told
from relief_ops.i18n import gettext as _
from relief_ops.shapes import SOME_AREA, SOME_DISASTER, Strict, example
from shelters.rules import Kind, LeftTo, State, more_than_people
from shelters.rules.register import Appraisal, Result, Risk, Usage

MOST = 100_000
Count = Annotated[int, Field(ge=0, le=MOST)]
Unknown = Annotated[int | None, Field(ge=0, le=MOST)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Unit = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
Area = Annotated[int | None, Field(ge=0, le=10_000_000)]
Phone = Annotated[str, Field(pattern=r"^[0-9+ ()-]{0,32}$")]
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


IdNumber = Annotated[str, Field(max_length=24), AfterValidator(checked_id_number)]


def _in_living_memory(value: date | None) -> date | None:
    """Refuse a day no register can mean."""
    if value is not None and not 1900 <= value.year < 2200:
        raise ValueError(_("This day is too far away."))
    return value


Day = Annotated[date | None, AfterValidator(_in_living_memory)]


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


class Details(Strict):
    """What the register holds of a building besides; null is not known. Areas are m²."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=32), Text] = ""
    usage: Usage = Usage.IN_USE
    original_use: Annotated[Short, Text] = ""
    owner_unit: Annotated[Unit, Text] = ""
    managing_unit: Annotated[Unit, Text] = ""
    floor_area: Area = None
    lodging_area: Area = None
    rooms_male: Unknown = None
    rooms_female: Unknown = None
    rooms_family: Unknown = None
    toilets: Unknown = None
    step_free: bool | None = None
    accessible_toilet: bool | None = None
    water: bool | None = None
    electricity: bool | None = None
    generator: bool | None = None
    kitchen: bool | None = None
    medical_point: bool | None = None
    communications: bool | None = None
    sign_installed: bool | None = None
    fire_inspected_on: Day = None
    appraised_on: Day = None
    appraisal: Annotated[Appraisal | None, BeforeValidator(_lower)] = None
    elevation_m: Annotated[float | None, Field(ge=-500, le=9000, allow_inf_nan=False)] = None
    flood_risk: Risk | None = None
    geological_risk: Risk | None = None
    opening_conditions: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=300), Text
    ] = ""
    last_drill_on: Day = None
    deputy: Annotated[Short, Text] = ""
    deputy_phone: Phone = ""
    key_holder: Annotated[Short, Text] = ""
    key_phone: Phone = ""
    police: Annotated[Short, Text] = ""
    police_phone: Phone = ""
    health: Annotated[Short, Text] = ""
    health_phone: Phone = ""


class PutShelter(Details):
    """Enter a shelter in the register or change it; the point is WGS-84 degrees."""

    model_config = example(
        name="第一小学", area_code=SOME_AREA, kind="centre_township", capacity_max=400
    )
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
    phone: Phone = ""
    public_phone: Phone = ""
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

    model_config = example(disaster_id=SOME_DISASTER, state="open")
    id: UUID | None = None
    disaster_id: UUID
    state: Annotated[State, BeforeValidator(_lower)]
    reason: Annotated[Line, Text] = ""
    at: AwareDatetime | None = None


class PutHeadcount(Strict):
    """Say how many people are in a shelter; a split left out is not known."""

    model_config = example(disaster_id=SOME_DISASTER, as_of="2013-10-07T08:00:00+08:00", total=212)
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

    `listed_id` is its row of the list of who must move. A `group` is a number and nothing more;
    `group_id` is the one a household came with, which is then so many people smaller: a group in
    this shelter, or in the one it is `sent_from`.
    `moved_from` is its registration in another shelter, left in the same act. `sent_from` is the
    sender's own shelter that did not take it in: it is on the way to one that need not be theirs.
    Places above the limit are given only with a reason and the name of who decided it.
    """

    model_config = example(disaster_id=SOME_DISASTER, people=4, origin_code=SOME_AREA, infant=1)
    disaster_id: UUID
    people: Annotated[int, Field(ge=1, le=500)]
    on_the_way: bool = False
    group: bool = False
    name: Annotated[Short, Text] = ""
    phone: Phone = ""
    id_number: IdNumber = ""
    origin_code: AreaCode | None = None
    listed_id: UUID | None = None
    moved_from: UUID | None = None
    sent_from: UUID | None = None
    group_id: UUID | None = None
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
        if self.group_id and (self.group or (self.on_the_way and not self.sent_from)):
            raise ValueError(_("Only a household that is here can be named of a group."))
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


class PutCheck(Strict):
    """A safety check of a shelter's building: by which unit, with what result.

    Without `valid_until` it holds as many years as the rule in force says; a failed one not at all.
    """

    shelter_id: UUID
    checked_on: Annotated[date, AfterValidator(_in_living_memory)]
    checked_by: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), Text
    ]
    result: Result
    valid_until: Day = None
    findings: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), Text] = ""

    @model_validator(mode="after")
    def _agree(self) -> PutCheck:
        """Refuse a check that ends before it began, and a failed one that holds."""
        if self.valid_until is not None and self.valid_until < self.checked_on:
            raise ValueError(_("A check cannot end before the day it was made."))
        if self.valid_until is not None and self.result == Result.FAILED:
            raise ValueError(_("A failed check is valid for no time. Leave the day empty."))
        return self


class PutShelterPhoto(Strict):
    """A photo of a shelter, or of what a check found: a file sent before.

    What is not said here of time and place is taken from the file.
    """

    shelter_id: UUID
    check_id: UUID | None = None
    file_id: UUID
    caption: Annotated[Line, Text] = ""
    taken_at: AwareDatetime | None = None
    time_source: Source | None = None
    lon: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    lat: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None
    place_source: Source | None = None

    @model_validator(mode="after")
    def _whole(self) -> PutShelterPhoto:
        """Refuse half a place."""
        if (self.lon is None) != (self.lat is None):
            raise ValueError(_("Give both longitude and latitude, or neither."))
        return self

    def told(self) -> Told:
        """Return what is said of time and place; whoever says it without a source typed it."""
        return Told(
            self.taken_at, (self.time_source or Source.TYPED) if self.taken_at else None,
            self.lon, self.lat,
            (self.place_source or Source.TYPED) if self.lon is not None else None,
        )  # fmt: skip


class PutWithdrawal(Strict):
    """Why a check or a photo no longer counts."""

    id: UUID
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400), Text
    ]


class Duplicates(StrEnum):
    """What to do with a row that looks like a shelter already in the register.

    `update` means the likeliest one; `ask` takes nothing before somebody decided for each row.
    """

    SKIP = "skip"
    UPDATE = "update"
    ADD = "add"
    ASK = "ask"


class PutApplication(Strict):
    """Take a checked file into the register; `choices` are by row number where they differ.

    A choice may also be the id of the shelter the row is, of those that were proposed.
    """

    duplicates: Duplicates = Duplicates.SKIP
    choices: dict[str, Duplicates | UUID] = Field(default_factory=dict, max_length=20_000)
    leave_out: bool = False
