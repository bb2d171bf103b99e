"""Shapes at the border."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from relief_ops.cases.schemas import checked_id_number
from relief_ops.geo import shapes
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict
from shelters.evacuation.rules import (
    GROUPS,
    UNITS,
    By,
    Destination,
    Dwelling,
    Inquiry,
    Kind,
    Means,
    RiskKind,
    RiskLevel,
    State,
    Transport,
    group_errors,
)
from shelters.rules import digits_of
from shelters.schemas import AreaCode, CellError, Count, Line, Name, Short, Text

Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=400), Text]
Given = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400), Text]
Phone = Annotated[str, Field(pattern=r"^[0-9+ ()-]{0,32}$")]
People = Annotated[int, Field(ge=1, le=5000)]
Part = Annotated[int, Field(ge=0, le=5000)]
Pets = Annotated[int | None, Field(ge=0, le=200)]
Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
LEAST_DIGITS = 7
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]


class PutRiskPoint(Strict):
    """Enter a risk point or change it; point and outline are WGS-84 degrees."""

    name: Annotated[Name, Text]
    area_code: AreaCode
    kind: RiskKind
    level: RiskLevel
    trigger: Annotated[Line, Text] = ""
    households: Count = 0
    people: Count = 0
    point: tuple[Lon, Lat] | None = None
    outline: Annotated[list[tuple[Lon, Lat]], Field(min_length=4, max_length=2000)] | None = None
    drill_id: UUID | None = None

    @field_validator("outline")
    @classmethod
    def _is_a_ring(cls, ring: list[tuple[float, float]] | None) -> list[tuple[float, float]] | None:
        """Refuse an outline that does not end where it began, or crosses itself."""
        if ring and ring[0] != ring[-1]:
            raise ValueError(_("An outline ends where it began."))
        if ring and not shapes.is_simple(ring):
            raise ValueError(
                _("The outline crosses itself. Take the corners one after the other, all round.")
            )
        return ring


class PutCadre(Strict):
    """Enter who answers for households; `login` is the account they use on their phone."""

    name: Annotated[Short, StringConstraints(min_length=1), Text]
    area_code: AreaCode
    phone: Phone = ""
    login: Annotated[str, Field(max_length=64)] = ""
    deputy_id: UUID | None = None
    drill_id: UUID | None = None


class PutHousehold(Strict):
    """Enter a row of the list of who must move, change it, or take it out (`removed`)."""

    area_code: AreaCode
    kind: Kind = Kind.HOUSEHOLD
    unit: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), Text] = ""
    name: Annotated[Short, StringConstraints(min_length=1), Text]
    phone: Phone = ""
    id_number: Annotated[str, Field(max_length=24)] = ""
    people: People
    over80: Part = 0
    alone: Part = 0
    disabled: Part = 0
    pregnant: Part = 0
    children: Part = 0
    medical: Part = 0
    outsiders: Part = 0
    dogs: Pets = None
    cats: Pets = None
    other_pets: Pets = None
    risk_id: UUID | None = None
    destination: Destination = Destination.SHELTER
    shelter_id: UUID | None = None
    transport: Transport = Transport.NONE
    cadre_id: UUID | None = None
    removed: bool = False
    drill_id: UUID | None = None

    @field_validator("id_number")
    @classmethod
    def _is_an_id_number(cls, text: str) -> str:
        """Check length, date and check character; keep it in one writing."""
        return checked_id_number(text)

    @model_validator(mode="after")
    def _agrees(self) -> PutHousehold:
        """Refuse more of a group than there are people, and a unit without its name."""
        if group_errors(self.people, {each: getattr(self, each) for each in GROUPS}):
            raise ValueError(_("No group can be larger than the household."))
        if self.kind in UNITS and not self.unit:
            raise ValueError(_("Say what the unit is called."))
        return self


class LookUp(Strict):
    """Ask where one person is: the whole name, and one whole number of theirs."""

    name: Annotated[Short, StringConstraints(min_length=2), Text]
    id_number: Annotated[str, AfterValidator(checked_id_number), Field(max_length=24)] = ""
    phone: Phone = ""
    inquiry: Inquiry

    @model_validator(mode="after")
    def _one_number(self) -> LookUp:
        """Refuse a name alone, and a number that is too short to be anybody's."""
        if bool(self.id_number) == bool(self.phone.strip()):
            raise ValueError(_("Give the whole identity number or the telephone number."))
        if self.phone and len(digits_of(self.phone)) < LEAST_DIGITS:
            raise ValueError(_("Give the whole telephone number."))
        return self

    @property
    def by(self) -> By:
        """Return by which number is asked."""
        return By.ID_NUMBER if self.id_number else By.PHONE


class PutOrder(Strict):
    """Give an evacuation order. The deadline follows from the impact, unless it is earlier."""

    disaster_id: UUID
    issuer_code: AreaCode
    area_codes: Annotated[list[AreaCode], Field(min_length=1, max_length=200)]
    number: Annotated[Short, StringConstraints(min_length=1), Text]
    trigger: Given
    signed_by: Annotated[Short, StringConstraints(min_length=1), Text]
    impact_at: AwareDatetime
    deadline_at: AwareDatetime | None = None
    issued_at: AwareDatetime | None = None
    without_shelter: Annotated[Line, Text] = ""

    @field_validator("area_codes", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        """Take the one area a form names for a list of one."""
        return [value] if isinstance(value, str) else value


class PutRevision(Strict):
    """Say that the impact comes at another hour. The deadline follows, unless it is earlier."""

    impact_at: AwareDatetime
    deadline_at: AwareDatetime | None = None
    reason: Given


class PutReminder(Strict):
    """Tell the deputies of an area whose turn it is."""

    area_code: AreaCode


class PutLift(Strict):
    """Lift an order."""

    reason: Given
    at: AwareDatetime | None = None


class PutReturn(Strict):
    """Say that houses and slopes were checked and people may go home."""

    safety_check: Given
    at: AwareDatetime | None = None


class PutAct(Strict):
    """Say of one or more households where they stand now."""

    order_id: UUID
    households: Annotated[list[UUID], Field(min_length=1, max_length=500)]
    state: State
    means: Means | None = None
    read_back: bool = False
    note: Long = ""
    compulsory: bool = False
    decided_by: Annotated[Line, Text] = ""
    present: Annotated[Line, Text] = ""
    shelter_id: UUID | None = None
    at: AwareDatetime | None = None

    @field_validator("households", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        """Take the one household a form names for a list of one."""
        return [value] if isinstance(value, str) else value


class PutDwelling(Strict):
    """Say of one or more households what was found at their dwelling."""

    disaster_id: UUID
    households: Annotated[list[UUID], Field(min_length=1, max_length=500)]
    found: Dwelling
    note: Long = ""
    at: AwareDatetime | None = None

    @field_validator("households", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        """Take the one household a form names for a list of one."""
        return [value] if isinstance(value, str) else value


class PutApplication(Strict):
    """Take a checked workbook into the list; `leave_out` the rows that are wrong."""

    leave_out: bool = False


@dataclass(frozen=True, kw_only=True)
class ParsedRow:
    """One row of a workbook as the list would take it, or why it would not.

    `cell` is where its identity number stands; `order` names no cadre yet.
    """

    sheet: str
    number: int
    cell: str
    order: PutHousehold | None
    area_id: UUID | None
    cadre_name: str = ""
    cadre_phone: str = ""
    errors: tuple[CellError, ...] = ()
