"""What is said of a shelter in use: its steps, counts, and who comes and goes."""

from __future__ import annotations

import re
from typing import Annotated
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from relief_ops.i18n import gettext as _
from relief_ops.shapes import SOME_AREA, SOME_DISASTER, Strict, example
from shelters.rules import LeftTo, State, more_than_people
from shelters.rules.steps import Point
from shelters.schemas.fields import (
    NEW_PARTS,
    AreaCode,
    Count,
    IdNumber,
    ItemCode,
    Line,
    Phone,
    Short,
    Text,
    Unknown,
    lower,
    refuse_twins,
)


class PutState(Strict):
    """Take a shelter one step further; `id` is the step's own, for safe retries.

    `done` are the points of the step that were seen to; one that is missing asks for a reason.
    """

    model_config = example(disaster_id=SOME_DISASTER, state="open")
    id: UUID | None = None
    disaster_id: UUID
    state: Annotated[State, BeforeValidator(lower)]
    reason: Annotated[Line, Text] = ""
    done: list[Point] | None = None
    at: AwareDatetime | None = None


class PutHeadcount(Strict):
    """Say how many people are in a shelter; a split left out is not known."""

    model_config = example(disaster_id=SOME_DISASTER, as_of="2013-10-07T08:00:00+08:00", total=212)
    disaster_id: UUID
    as_of: AwareDatetime
    total: Count
    male: Unknown = None
    female: Unknown = None
    under18: Unknown = None
    over60: Unknown = None
    disabled: Unknown = None
    ill: Unknown = None
    base: UUID | None = None


class PutSettlement(Strict):
    """Decide about a rival headcount."""

    accept: bool


class Member(Strict):
    """Somebody of a household besides its head, with their number if it is at hand."""

    name: Annotated[Short, StringConstraints(min_length=1), Text]
    id_number: IdNumber = ""

    @field_validator("name")
    @classmethod
    def _is_no_number(cls, name: str) -> str:
        """Refuse an identity number that was written as a name: nobody would be found by it."""
        if re.search(r"\d{6}", name):
            raise ValueError(
                _("A name with a number in it: write the whole number after the name.")
            )
        return name


Members = Annotated[list[Member], Field(max_length=20)]


class PutArrival(Strict):
    """Register a household of so many people; the name is optional and kept sealed.

    `members` are the others of it by name; a correction without them leaves them as they are.
    `listed_id` is its row of the list of who must move. A `group` is a number and nothing more;
    `group_id` is the one a household came with, which is then so many people smaller: a group in
    this shelter, or in the one it is `sent_from`.
    `moved_from` is its registration in another shelter, left in the same act, by all of them or
    by who is only one of its members; `handed_to` is then with whom minors and elders came from
    there. `sent_from` is the
    sender's own shelter that did not take it in: it is on the way to one that need not be theirs.
    Places above the limit are given only with a reason and the name of who decided it.
    """

    model_config = example(disaster_id=SOME_DISASTER, people=4, origin_code=SOME_AREA, infant=1)
    disaster_id: UUID
    people: Annotated[int, Field(ge=1, le=500)]
    on_the_way: bool = False
    group: bool = False
    name: Annotated[Short, Text] = ""
    phone: Phone = ""
    id_number: IdNumber = ""
    origin_code: AreaCode | None = None
    listed_id: UUID | None = None
    moved_from: UUID | None = None
    handed_to: Annotated[Short, Text] = ""
    sent_from: UUID | None = None
    group_id: UUID | None = None
    members: Members = Field(default_factory=list)
    companions: Count = 0
    wheelchair: Count = 0
    infant: Count = 0
    medical: Count = 0
    pets: Count = 0
    pregnant: Count = 0
    disabled: Count = 0
    alone: Count = 0
    minors_alone: Count = 0
    care: Annotated[Line, Text] = ""
    room: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40), Text] = ""
    issued: dict[ItemCode, Annotated[int, Field(ge=1, le=5000)]] = Field(
        default_factory=dict, max_length=20
    )
    over_reason: Annotated[Line, Text] = ""
    over_by: Annotated[Short, Text] = ""
    arrived_at: AwareDatetime | None = None

    @property
    def numbers(self) -> list[str]:
        """Return every identity number that is given of the household."""
        given = [self.id_number, *(each.id_number for each in self.members)]
        return [each for each in given if each]

    @model_validator(mode="after")
    def _agrees(self) -> PutArrival:
        """Refuse more in need than people, and a place above the limit nobody answers for."""
        parts = {name: getattr(self, name) for name in NEW_PARTS}
        if more_than_people(self.people, parts):
            raise ValueError(_("No part of a household can be more than its people."))
        if self.members and (self.group or len(self.members) >= self.people):
            raise ValueError(_("Name the others of a household only: fewer than its people."))
        refuse_twins(*self.numbers)
        if bool(self.over_reason) != bool(self.over_by):
            raise ValueError(_("Above the limit: give the reason and the name of who decided it."))
        if self.group_id and (self.group or (self.on_the_way and not self.sent_from)):
            raise ValueError(_("Only a household that is here can be named of a group."))
        if self.sent_from and (not self.on_the_way or self.over_by):
            raise ValueError(_("Who is sent to another shelter is on the way, within its limit."))
        return self


class PutMembers(Strict):
    """Say who is named with the head of a household: all of them, in place of those before."""

    model_config = example(members=[{"name": "李四光"}])
    members: Members

    @model_validator(mode="after")
    def _agrees(self) -> PutMembers:
        """Refuse one number for two people."""
        refuse_twins(*(each.id_number for each in self.members))
        return self


class PutIdentity(Strict):
    """Complete whose household it is, once papers or a number are at hand."""

    id_number: Annotated[IdNumber, Field(min_length=1)]
    name: Annotated[Short, Text] = ""
    phone: Annotated[str, Field(pattern=r"^[0-9+ ()-]{0,32}$")] = ""


class PutPresence(Strict):
    """Say that an announced household is here."""

    arrived_at: AwareDatetime | None = None


class PutDeparture(Strict):
    """Let a household go, or take its announcement back.

    With `shelter_id` it is sent on to that shelter in the same act. `signed_by` is who signed
    for the household, `handed_to` who takes charge of minors and elders.
    """

    to: LeftTo = LeftTo.HOME
    shelter_id: UUID | None = None
    signed_by: Annotated[Short, Text] = ""
    handed_to: Annotated[Short, Text] = ""
    left_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_way(self) -> PutDeparture:
        """Refuse a shelter for whoever goes elsewhere."""
        if self.shelter_id and self.to != LeftTo.OTHER_SHELTER:
            raise ValueError(_("A shelter is named only for who goes to another shelter."))
        return self
