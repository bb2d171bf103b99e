"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from relief_ops import shapes
from relief_ops.i18n import gettext as _
from stockpile.travel.rules import Means

MOST_MINUTES = 4320
Code = Annotated[str, Field(pattern=r"^\d{12}$")]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class PutTravelTime(shapes.Strict):
    """Say how long goods take between two ends, each a place or an area; it holds both ways.

    No minutes: nobody can go. No near end: the far one, an area, is an island, reached only by
    what is entered for it. A detour holds although a closed road lies across.
    """

    model_config = shapes.example(
        from_area_code=shapes.SOME_AREA, to_place=shapes.SOME_PLACE, minutes=90, means="ferry",
        note="轮渡，每小时一班",
    )  # fmt: skip
    from_place: UUID | None = None
    from_area_code: Code | None = None
    to_place: UUID | None = None
    to_area_code: Code | None = None
    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)] | None = None
    means: Means = Means.ROAD
    detour: bool = False
    note: Note = ""
    drill_id: UUID | None = None

    @model_validator(mode="after")
    def _has_two_ends(self) -> PutTravelTime:
        if self.from_place and self.from_area_code:
            raise ValueError(_("It starts at a place or in an area, not both."))
        if (self.to_place is None) == (self.to_area_code is None):
            raise ValueError(_("Say where it ends: at a place, or in an area."))
        if self.island and (self.minutes is not None or self.to_area_code is None):
            raise ValueError(_("An island is an area, and has no time of its own."))
        if not self.island and {self.from_place, self.from_area_code} == {
            self.to_place, self.to_area_code,
        }:  # fmt: skip
            raise ValueError(_("It must end elsewhere than it starts."))
        return self

    @property
    def island(self) -> bool:
        """Whether it says that its far end is an island."""
        return self.from_place is None and self.from_area_code is None


class EndTravelTime(shapes.Strict):
    """Take a travel time back: what is reckoned counts again."""
