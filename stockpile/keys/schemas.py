"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from relief_ops import shapes
from relief_ops.i18n import gettext as _


class PutKey(shapes.Strict):
    """Give somebody the key of a depot, from an instant to an instant, or until further notice."""

    model_config = shapes.example(
        depot=shapes.SOME_PLACE, name="王守库", phone="13900001234",
        from_at="2013-10-06T20:00:00+08:00", until_at="2013-10-07T08:00:00+08:00",
    )  # fmt: skip
    depot: UUID
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    phone: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, min_length=3, max_length=40, pattern=r"^[0-9+\-() ]*$"
        ),
    ]
    from_at: AwareDatetime
    until_at: Annotated[AwareDatetime | None, Field()] = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> PutKey:
        if self.until_at is not None and self.until_at <= self.from_at:
            raise ValueError(_("It would end before it begins."))
        return self


class KeyBack(shapes.Strict):
    """Say that the key was handed back."""
