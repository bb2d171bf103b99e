"""Shapes at the border."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from relief_ops import clock, shapes
from relief_ops.cases.rules import identity
from relief_ops.cases.rules.states import Relation, State
from relief_ops.i18n import gettext as _

AreaCode = Annotated[str, Field(pattern=r"^\d{12}$")]
Programme = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
ANSWERS_MAX = 120


def as_list(value: Any) -> Any:
    """Take the numbered fields of a form, or one value, for a list; skip blank lines."""
    if isinstance(value, dict):
        lines = [value[key] for key in sorted(value, key=_number)]
        return [line for line in lines if not isinstance(line, dict) or line.get("name")]
    return [value] if isinstance(value, str) else value


def _number(key: str) -> int:
    return int(key) if key.isascii() and key.isdigit() else 0


def without_brackets(value: Any) -> Any:
    """Read `papers[]`, as forms send a list, for `papers`."""
    if not isinstance(value, dict):
        return value
    return {str(key).removesuffix("[]"): each for key, each in value.items()}


class Strict(shapes.Strict):
    """Declared fields only."""

    model_config = ConfigDict(str_strip_whitespace=True)


class Member(Strict):
    """One member of a household. Without papers the number stays empty."""

    id: UUID
    relation: Relation
    name: Annotated[str, Field(min_length=1, max_length=60)]
    id_number: Annotated[str, Field(max_length=24)] = ""
    phone: Annotated[str, Field(pattern=r"^[0-9+\- ]{0,20}$")] = ""
    bank_account: Annotated[str, Field(pattern=r"^[0-9 ]{0,30}$")] = ""

    @field_validator("id_number")
    @classmethod
    def is_an_id_number(cls, text: str) -> str:
        """Check length, date and check character; keep it in one writing."""
        return checked_id_number(text)


ID_NUMBER_PROBLEMS = {
    "length": "An identity number has 18 characters: 17 digits and a digit or X.",
    "date": "The date of birth in this identity number does not exist or is still to come.",
    "check": "The last character does not fit the others: one of them is mistyped.",
}


def checked_id_number(text: str) -> str:
    """Return an identity number in one writing. Raises ValueError for what is none."""
    if not text:
        return ""
    try:
        return identity.read_id_number(text, today=clock.local_date(clock.now())).number
    except ValueError as error:
        raise ValueError(_(ID_NUMBER_PROBLEMS[str(error)])) from error


class PutHousehold(Strict):
    """Register or correct a household; the members sent are all there are."""

    area_code: AreaCode
    drill_id: UUID | None = None
    address: Annotated[str, Field(max_length=200)] = ""
    members: Annotated[list[Member], Field(min_length=1, max_length=50), BeforeValidator(as_list)]

    @model_validator(mode="after")
    def has_one_head(self) -> PutHousehold:
        """Refuse a household with no head, with two, or with one member twice."""
        heads = [each for each in self.members if each.relation is Relation.HEAD]
        if len(heads) != 1:
            raise ValueError(_("A household has one head."))
        if len({each.id for each in self.members}) != len(self.members):
            raise ValueError(_("The same member stands twice."))
        numbers = [each.id_number for each in self.members if each.id_number]
        if len(set(numbers)) != len(numbers):
            raise ValueError(_("Two members have the same identity number."))
        return self


Answers = Annotated[
    dict[str, Any], Field(max_length=ANSWERS_MAX), BeforeValidator(without_brackets)
]


class PutIntake(Strict):
    """Ask a family once: a new household or a known one, the answers, the cases to open."""

    household_id: UUID
    household: PutHousehold | None = None
    disaster_id: UUID | None = None
    applied_at: AwareDatetime | None = None
    answers: Answers = Field(default_factory=dict)
    open: Annotated[list[Programme], Field(max_length=40), BeforeValidator(as_list)] = Field(
        default_factory=list
    )

    @model_validator(mode="before")
    @classmethod
    def takes_lists_of_forms(cls, value: Any) -> Any:
        """Read `open[]`, as forms send it."""
        return without_brackets(value)


class PutCase(Strict):
    """Open a case in one programme for a household, or correct what it says."""

    model_config = shapes.example(
        household_id=shapes.SOME_THING,
        programme="disaster_relief",
        disaster_id=shapes.SOME_DISASTER,
        answers={},
    )
    household_id: UUID
    programme: Programme
    disaster_id: UUID | None = None
    applied_at: AwareDatetime | None = None
    answers: Answers = Field(default_factory=dict)


class PutState(Strict):
    """Take a case one stage further. An approval states the amount unless the rule gave it."""

    state: State
    at: AwareDatetime | None = None
    amount_yuan: Annotated[Decimal, Field(ge=0, le=Decimal("1e9"), decimal_places=2)] | None = None
