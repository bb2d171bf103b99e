"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from relief_ops.i18n import gettext as _
from relief_ops.shapes import SOME_AREA, SOME_DISASTER, Strict, example
from shelters.plans import rules
from shelters.rules import Phase

Count = Annotated[int, Field(ge=0, le=100_000)]
Household = tuple[Annotated[int, Field(ge=1, le=500)], Annotated[int, Field(ge=1, le=100_000)]]
Code = Annotated[str, Field(pattern=r"^\d{12}$")]


class Group(Strict):
    """The people of one village who are to be moved; households are [size, how many]."""

    area_code: Code
    people: Annotated[int, Field(ge=1, le=100_000)]
    wheelchair: Count = 0
    infant: Count = 0
    medical: Count = 0
    pets: Count = 0
    households: Annotated[list[Household], Field(max_length=60)] = []

    @property
    def needs(self) -> tuple[int, int, int, int]:
        """Return how many need a place of each kind."""
        return self.wheelchair, self.infant, self.medical, self.pets

    @model_validator(mode="after")
    def _fits(self) -> Self:
        try:
            rules.families(self.people, self.needs, self.households)
        except ValueError as error:
            raise ValueError(_("Households and needs together exceed the people.")) from error
        return self


class PutPlan(Strict):
    """Ask for a plan; without groups those who are listed to be moved are taken."""

    model_config = example(disaster_id=SOME_DISASTER, area_code=SOME_AREA, phase="night")
    disaster_id: UUID
    area_code: Code
    phase: Phase = Phase.NIGHT
    walk_m: Annotated[int, Field(ge=0, le=20_000)] = 3_000
    ride_m: Annotated[int, Field(ge=100, le=200_000)] = 40_000
    groups: Annotated[list[Group], Field(max_length=5_000)] | None = None


class Apply(Strict):
    """Make the plan what villages are told."""


class PutChange(Strict):
    """Move households of one kind of a village from one shelter of the plan to another."""

    line: UUID
    shelter: UUID
    households: Annotated[int, Field(ge=1, le=100_000)]
    reason: Annotated[str, Field(min_length=1, max_length=200)]
