"""Shapes at the border."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, field_validator, model_validator

from damage_reports.rosters.rules import (
    Cause,
    Family,
    NoNumber,
    Outcome,
    Placement,
    Rebuild,
    Roster,
    Sex,
    Status,
    Structure,
)
from damage_reports.schemas import AreaCode, Reason
from relief_ops import clock
from relief_ops.cases.rules import identity
from relief_ops.cases.schemas import ID_NUMBER_PROBLEMS, Strict
from relief_ops.i18n import gettext as _

Rooms = Annotated[int, Field(ge=0, le=999)] | None
Yuan = Annotated[int, Field(ge=0, le=10_000_000)] | None
Short = Annotated[str, Field(max_length=60)]
Long = Annotated[str, Field(max_length=200)]


class PutRow(Strict):
    """One revision of a row. What a revision does not name stays as its base has it.

    A first one has no base; a later one says why. `removed` takes the row out of every count.
    """

    disaster_id: UUID
    area_code: AreaCode
    roster: Roster
    base: UUID | None = None
    why: Reason = ""
    removed: bool = False

    name: Short = ""
    id_number: Annotated[str, Field(max_length=24)] = ""
    no_number: NoNumber | None = None
    phone: Annotated[str, Field(pattern=r"^[0-9+\- ]{0,20}$")] = ""
    address: Long = ""
    remarks: Reason = ""

    status: Status | None = None
    outcome: Outcome | None = None
    happened_at: AwareDatetime | None = None
    sex: Sex | None = None
    age: Annotated[int, Field(ge=0, le=130)] | None = None
    ethnicity: Annotated[str, Field(max_length=20)] = ""
    household_registration: Long = ""
    residence: Long = ""
    place: Long = ""
    cause: Cause | None = None
    kin_contact: Annotated[str, Field(max_length=100)] = ""
    comfort_yuan: Yuan = None
    comfort_on: date | None = None

    family_type: Family | None = None
    structure: Structure | None = None
    people: Annotated[int, Field(ge=1, le=99)] | None = None
    collapsed_rooms: Rooms = None
    collapsed_dwelling_rooms: Rooms = None
    severe_rooms: Rooms = None
    severe_dwelling_rooms: Rooms = None
    minor_rooms: Rooms = None
    minor_dwelling_rooms: Rooms = None
    damaged_on: date | None = None
    rebuild: Rebuild | None = None
    needs_aid: bool | None = None
    subsidy_yuan: Yuan = None
    completed_on: date | None = None
    bank_account: Annotated[str, Field(pattern=r"^[0-9 ]{0,30}$")] = ""

    placement: Placement | None = None
    to_place: Long = ""
    moved_at: AwareDatetime | None = None
    returned_at: AwareDatetime | None = None

    @field_validator("id_number")
    @classmethod
    def is_an_id_number(cls, text: str) -> str:
        """Check length, date and check character; keep it in one writing."""
        if not text:
            return ""
        try:
            return identity.read_id_number(text, today=clock.local_date(clock.now())).number
        except ValueError as error:
            raise ValueError(_(ID_NUMBER_PROBLEMS[str(error)])) from error


class PutMatch(Strict):
    """A decision about two records: the same, with the one that counts on, or not the same."""

    left: UUID
    right: UUID
    same: bool
    keep: UUID | None = None
    base: UUID | None = None

    @model_validator(mode="after")
    def names_two_and_one_of_them(self) -> PutMatch:
        """Refuse a row beside itself, and a kept one that is neither."""
        if self.left == self.right:
            raise ValueError(_("These are not two rows but one."))
        if self.same and self.keep not in (self.left, self.right):
            raise ValueError(_("Say which of the two rows counts on."))
        return self
