"""The kinds of field shapes are made of."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
)

from relief_ops.cases.schemas import checked_id_number
from relief_ops.i18n import gettext as _

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


def lower(value: Any) -> Any:
    """Return a text in small letters, so that a state may be written as it is shouted."""
    return value.lower() if isinstance(value, str) else value


def _plain_text(value: str) -> str:
    """Refuse control characters, which no name or remark contains."""
    if any(ord(each) < 32 and each not in "\n\t" for each in value):
        raise ValueError(_("Control characters cannot be taken."))
    return value


Text = AfterValidator(_plain_text)


def refuse_twins(*numbers: str) -> None:
    """Refuse an identity number that is given twice. Raises ValueError."""
    given = [each for each in numbers if each]
    if len(set(given)) < len(given):
        raise ValueError(_("One identity number is given for two people. Correct one of them."))


IdNumber = Annotated[str, Field(max_length=24), AfterValidator(checked_id_number)]


def in_living_memory(value: date | None) -> date | None:
    """Refuse a day no register can mean."""
    if value is not None and not 1900 <= value.year < 2200:
        raise ValueError(_("This day is too far away."))
    return value


Day = Annotated[date | None, AfterValidator(in_living_memory)]
