"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, field_validator, model_validator

from relief_ops.i18n import gettext as _
from relief_ops.shapes import SOME_DISASTER, SOME_PLACE, Strict, example
from shelters.check_in.rules import LEAST_DIGITS, By
from shelters.evacuation.rules import read_slip
from shelters.rules import LeftTo, digits_of
from shelters.schemas import IdNumber, PutArrival, PutDeparture, PutPresence, Short, Text


class FindHousehold(Strict):
    """Look for a household by one thing: its slip, a whole number, or part of a name."""

    disaster_id: UUID
    slip: Annotated[str, Field(max_length=24)] = ""
    id_number: IdNumber = ""
    phone: Annotated[str, Field(pattern=r"^[0-9+ ()-]{0,32}$")] = ""
    name: Annotated[Short, Text] = ""

    @field_validator("slip")
    @classmethod
    def _is_a_code(cls, text: str) -> str:
        """Refuse a code that was mistyped, before anybody is looked for."""
        if text and read_slip(text) is None:
            raise ValueError(_("This is not the code of a slip. Type its nine characters again."))
        return text

    @model_validator(mode="after")
    def _one_thing(self) -> FindHousehold:
        """Refuse nothing, two things at once, and a number too short to be anybody's."""
        if sum(bool(getattr(self, each)) for each in By) != 1:
            raise ValueError(_("Give one thing: the slip, a whole number, or a name."))
        if self.phone and len(digits_of(self.phone)) < LEAST_DIGITS:
            raise ValueError(_("Give the whole telephone number."))
        return self

    @property
    def by(self) -> By:
        """Return by what is looked."""
        return next(each for each in By if getattr(self, each))


class PutCheckOut(PutDeparture):
    """Let a household go as a phone knows it: by its registration, or by its row of the list.

    A phone without a network may know the one and not the other: whoever came in at another
    door has a registration it never heard of.
    """

    disaster_id: UUID
    arrival_id: UUID | None = None
    listed_id: UUID | None = None

    @model_validator(mode="after")
    def _of_somebody(self) -> PutCheckOut:
        """Refuse a way out that is nobody's."""
        if self.arrival_id is None and self.listed_id is None:
            raise ValueError(_("Say which household leaves: its registration or its row."))
        return self

    def departure(self) -> PutDeparture:
        """Return the way out itself."""
        own = {"disaster_id", "arrival_id", "listed_id"}
        return PutDeparture.model_validate(self.model_dump(exclude=own))


class PutComing(PutPresence):
    """Say that an announced household is here, as a phone does that was without a network."""

    model_config = example(disaster_id=SOME_DISASTER, arrival_id=SOME_PLACE)
    disaster_id: UUID
    arrival_id: UUID


class PutDivision(Strict):
    """Divide a group that stands at a shelter: how many go to which one, by its id."""

    model_config = example(disaster_id=SOME_DISASTER, parts={SOME_PLACE: 120})
    disaster_id: UUID
    parts: dict[UUID, Annotated[int, Field(ge=1, le=500)]] = Field(min_length=1, max_length=20)
    arrived_at: AwareDatetime | None = None


class PutPastStay(PutArrival):
    """A household that came while the shelter was open and is heard of after it had left.

    Without `left_at` it left when the shelter was emptied.
    """

    model_config = example(
        disaster_id=SOME_DISASTER, people=3, arrived_at="2013-10-07T08:00:00+08:00", left_to="home"
    )
    arrived_at: AwareDatetime
    left_to: LeftTo
    left_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _is_over(self) -> PutPastStay:
        """Refuse what only somebody who stands at the door can do."""
        if self.on_the_way or self.moved_from or self.group_id or self.left_to == LeftTo.CANCELLED:
            raise ValueError(_("A past stay is one that was: it came, it was inside, it left."))
        return self
