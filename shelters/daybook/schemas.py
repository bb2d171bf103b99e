"""Shapes at the border."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict
from shelters.daybook.rules import Meal
from shelters.daybook.rules.incidents import IncidentState, Kind, Severity, Syndrome
from shelters.daybook.rules.volunteers import Skill
from shelters.rules import digits_of
from shelters.schemas import Count, Text, Unit, Unknown

LONGEST = 2_000
FEWEST_DIGITS = 7


def _reachable(value: str) -> str:
    """Refuse what nobody can be called by."""
    if len(digits_of(value)) < FEWEST_DIGITS or not set(value) <= set("0123456789+ ()-"):
        raise ValueError(_("Give a whole telephone number, for example 13900001111."))
    return value


def _named(value: str) -> str:
    if not value:
        raise ValueError(_("Give a name."))
    return value


def _each_once(value: list[Skill]) -> list[Skill]:
    return list(dict.fromkeys(value))


Account = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST), Text]
PersonName = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=64), Text, AfterValidator(_named)
]
Reachable = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=32), AfterValidator(_reachable)
]
Skills = Annotated[list[Skill], Field(max_length=2 * len(Skill)), AfterValidator(_each_once)]


class PutMeal(Strict):
    """Portions of one meal of a local day; the special diets are among the portions."""

    disaster_id: UUID
    day: date
    meal: Meal
    portions: Annotated[int, Field(ge=1, le=100_000)]
    soft: Count = 0
    infant: Count = 0
    restricted: Count = 0


class PutIncident(Strict):
    """An incident as it is known now; people None is not known.

    Without a state a new one is open and a known one stays as it is; without an account the
    one that is kept stays.
    """

    disaster_id: UUID
    kind: Kind
    syndrome: Syndrome | None = None
    happened_at: AwareDatetime
    people: Unknown = None
    severity: Severity = Severity.ORDINARY
    state: IncidentState | None = None
    account: Account | None = None


class PutVolunteer(Strict):
    """A volunteer of a shelter in a disaster, and when they mean to be there."""

    disaster_id: UUID
    name: PersonName
    phone: Reachable
    organisation: Annotated[Unit, Text] = ""
    skills: Skills = []
    duty_from: AwareDatetime | None = None
    duty_to: AwareDatetime | None = None


class PutDuty(Strict):
    """A volunteer comes on duty, now where no moment is said."""

    arrived_at: AwareDatetime | None = None


class PutDutyEnd(Strict):
    """A volunteer's duty is over, now where no moment is said."""

    left_at: AwareDatetime | None = None
