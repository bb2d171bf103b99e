"""What is written of a shelter in the register, of its checks and photos."""

from __future__ import annotations

from datetime import date
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

from relief_ops.files import Source, Told
from relief_ops.i18n import gettext as _
from relief_ops.shapes import SOME_AREA, Strict, example
from shelters.rules import Kind
from shelters.rules.register import Appraisal, Result, Risk, Usage
from shelters.schemas.fields import (
    Area,
    AreaCode,
    Count,
    Day,
    Line,
    Name,
    Phone,
    Short,
    Text,
    Unit,
    Unknown,
    in_living_memory,
    lower,
)


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
    appraisal: Annotated[Appraisal | None, BeforeValidator(lower)] = None
    elevation_m: Annotated[float | None, Field(ge=-500, le=9000, allow_inf_nan=False)] = None
    flood_risk: Risk | None = None
    geological_risk: Risk | None = None
    opening_conditions: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=300), Text
    ] = ""
    last_drill_on: Day = None
    materials_standard: Annotated[Unit, Text] = ""
    materials_complete: bool | None = None
    materials_counted_on: Day = None
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


class PutCheck(Strict):
    """A safety check of a shelter's building: by which unit, with what result.

    Without `valid_until` it holds as many years as the rule in force says; a failed one not at all.
    """

    shelter_id: UUID
    checked_on: Annotated[date, AfterValidator(in_living_memory)]
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
