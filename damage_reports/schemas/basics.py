"""Kinds of field that several shapes share."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import (
    BeforeValidator,
    Field,
)

from relief_ops.i18n import gettext as _

AreaCode = Annotated[str, Field(pattern=r"^\d{12}$")]
Round = Annotated[str, Field(pattern=r"^[A-Za-z0-9:._+-]{1,32}$")]
IndicatorCode = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
SourceCode = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,24}$")]
Reason = Annotated[str, Field(max_length=400)]
MADE_OF = r"^([a-z_]+/[A-Za-z0-9_.-]+( |$))*$"


def no_bool(value: object) -> object:
    """Refuse true and false where a figure is asked: Python counts them as numbers."""
    if isinstance(value, bool):
        text = _("This is not a number. Write digits only, or leave it as not yet known.")
        raise ValueError(text)  # noqa: TRY004  pydantic reads ValueError
    return value


Figure = Annotated[
    int | Decimal | Annotated[str, Field(max_length=24)] | None, BeforeValidator(no_bool)
]
