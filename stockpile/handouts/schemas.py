"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import (
    AwareDatetime,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from relief_ops import shapes
from relief_ops.cases.schemas import checked_id_number
from relief_ops.i18n import gettext as _
from stockpile.handouts.rules import MOST_PEOPLE, Signed

MOST_LINES = 40
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
People = Annotated[int, Field(ge=1, le=MOST_PEOPLE)]
# The path of an SVG: moves and lines of one pen, nothing that could carry anything else.
Drawing = Annotated[str, Field(max_length=16_000, pattern=r"^[MLml0-9 .,\-]*$")]


class Strict(shapes.Strict):
    """Declared fields only."""

    model_config = ConfigDict(str_strip_whitespace=True)


class Whose(Strict):
    """A household: of the case core, by an identity number, or by name and number of people."""

    household_id: UUID | None = None
    id_number: Annotated[str, Field(max_length=24)] = ""
    people: People | None = None

    @field_validator("id_number")
    @classmethod
    def is_an_id_number(cls, text: str) -> str:
        """Check length, date and check character; keep it in one writing."""
        return checked_id_number(text)


class HandedLine(Strict):
    """So much of one item, in its base unit."""

    item: Annotated[str, Field(min_length=1, max_length=40)]
    quantity: Annotated[int, Field(ge=1, le=100_000)]


class Handed(Whose):
    """Goods handed to a household; `place` is the depot or shelter whose stock they leave.

    `offline` says that they had left the desk before anybody could ask: it is booked whatever
    the limits say.
    """

    disaster_id: UUID
    place: UUID
    name: Name = ""
    lines: Annotated[list[HandedLine], Field(min_length=1, max_length=MOST_LINES)]
    handed_over_at: AwareDatetime | None = None
    offline: bool = False
    signed: Signed = Signed.NOT
    drawing: Drawing = ""


class PutHandout(Handed):
    """Hand goods to a household. Without papers a name and the number of people are enough."""

    model_config = shapes.example(
        disaster_id=shapes.SOME_DISASTER,
        place=shapes.SOME_PLACE,
        name="何试验",
        people=3,
        lines=[{"item": "quilt", "quantity": 3}],
    )

    @model_validator(mode="after")
    def _says_enough(self) -> PutHandout:
        if len({each.item for each in self.lines}) < len(self.lines):
            raise ValueError(_("Name each item once."))
        if not (self.household_id or self.id_number or (self.name and self.people)):
            raise ValueError(_("Give the identity number, or the name and how many people."))
        if bool(self.drawing) != (self.signed == Signed.SCREEN):
            raise ValueError(_("A drawing belongs to a signature on the screen, and only there."))
        return self


class AskEntitlement(Whose):
    """Ask what a household may still get at a place, by item."""

    model_config = shapes.example(
        disaster_id=shapes.SOME_DISASTER, place=shapes.SOME_PLACE, people=3
    )
    disaster_id: UUID
    place: UUID


class PutWhose(Whose):
    """Complete whose handout it was: the household, or its identity number."""

    @model_validator(mode="after")
    def _says_enough(self) -> PutWhose:
        if not (self.household_id or self.id_number):
            raise ValueError(_("Give the identity number, or the name and how many people."))
        return self


class WithReason(Strict):
    """Do it for a reason, which is kept."""

    model_config = shapes.example(reason="两处都发过，已核实")
    reason: Reason
