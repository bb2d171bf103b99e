"""Whose a handout is, and what that household got before: at every place of the disaster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from relief_ops import geo, parameters, vault
from relief_ops.cases import queries as cases
from relief_ops.cases.models import Household, Person
from relief_ops.cases.rules import identity
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _
from stockpile.handouts.models import Handout, HandoutLine
from stockpile.handouts.rules import HandoutState, Issue, Limit
from stockpile.queries.register import LEDGER

# People come to a desk from everywhere: whether they got something before is not cut to the
# areas of the desk. What leaves here is a masked name, a place and a quantity.
EVERYWHERE = LEDGER
UNREGISTERED = UUID("01a20000-0000-7000-8000-0000000000a7")


@dataclass(frozen=True)
class Who:
    """A household as the limits know it: registered, or by a number, or by nothing at all.

    `people` are those registered, or those told of.
    """

    household_id: UUID | None
    people: int
    blinds: frozenset[bytes] = field(default_factory=frozenset)

    @property
    def guard(self) -> UUID | None:
        """Return what two desks that serve this household at one moment take turns on."""
        if self.household_id or not self.blinds:
            return self.household_id
        return uuid5(UNREGISTERED, min(self.blinds).hex())


@dataclass(frozen=True)
class Given:
    """What the household got of one item before, where and when."""

    item: str
    quantity: int
    on: date
    at: datetime
    place: str

    @property
    def issue(self) -> Issue:
        """Return it as the limits count it."""
        return Issue(self.on, self.quantity)


def who(
    session: Session, disaster: Disaster, household_id: UUID | None, id_number: str,
    people: int | None,
) -> Who:  # fmt: skip
    """Return whose it is. Raises Invalid for a household nobody knows, or without its people."""
    blind = vault.blind(id_number) if id_number else None
    found_id = household_id or (_by_number(session, disaster, blind) if blind else None)
    found = _household(session, disaster, found_id) if found_id else None
    if found is not None:
        return Who(found.id, max(1, found.member_count), _numbers(session, found.id))
    if people is None:
        words = _("Nobody is registered under this number: say how many people they are.")
        raise Invalid(words, [FieldError("people", "missing", words)])
    return Who(None, people, frozenset([blind] if blind else []))


def _by_number(session: Session, disaster: Disaster, blind: bytes) -> UUID | None:
    drill = disaster.drill_id
    of_drill = Person.drill_id.is_(None) if drill is None else Person.drill_id == drill
    statement = select(Person.household_id).where(Person.id_number_blind == blind, of_drill)
    found: UUID | None = session.scalar(statement.limit(1).execution_options(**EVERYWHERE))
    return found


def _household(session: Session, disaster: Disaster, household_id: UUID) -> Household:
    statement = select(Household).where(Household.id == household_id)
    found: Household | None = session.scalar(statement.execution_options(**EVERYWHERE))
    if found is None or found.drill_id != disaster.drill_id:
        words = _("There is no such household in this register.")
        raise Invalid(words, [FieldError("household_id", "unknown", words)])
    return found


def _numbers(session: Session, household_id: UUID) -> frozenset[bytes]:
    """Return the indexes of all members: what they took before they were registered counts."""
    statement = select(Person.id_number_blind).where(
        Person.household_id == household_id, Person.id_number_blind.is_not(None)
    )
    found = session.scalars(statement.execution_options(**EVERYWHERE))
    return frozenset(each for each in found if each)


def earlier(
    session: Session, disaster_id: UUID, whose: Who, *, but: UUID | None = None
) -> dict[str, list[Given]]:
    """Return by item what a household got in a disaster and kept, the latest first."""
    mine = _mine(whose)
    if not mine:
        return {}
    others = [Handout.id != but] if but else []
    statement = (
        select(
            HandoutLine.item_code, HandoutLine.quantity, Handout.counts_on,
            Handout.handed_over_at, geo.Place.name,
        )
        .join(Handout, Handout.id == HandoutLine.handout_id)
        .join(geo.Place, geo.Place.id == Handout.place_id)
        .where(
            Handout.disaster_id == disaster_id,
            Handout.state != HandoutState.TAKEN_BACK,
            or_(*mine),
            *others,
        )
        .order_by(Handout.counts_on.desc(), Handout.received_at.desc())
    )  # fmt: skip
    found: dict[str, list[Given]] = {}
    for row in session.execute(statement.execution_options(**EVERYWHERE)):
        found.setdefault(row[0], []).append(Given(*row))
    return found


def _mine(whose: Who) -> list[ColumnElement[bool]]:
    """Return the conditions under any of which a handout is this household's."""
    found: list[ColumnElement[bool]] = []
    if whose.blinds:
        found.append(Handout.id_number_blind.in_(whose.blinds))
    if whose.household_id:
        found.append(Handout.household_id == whose.household_id)
    return found


KINDS = ("per_person", "per_household", "interval_days")


def limits(
    session: Session, codes: Iterable[str], *, on: date, area_id: UUID
) -> Mapping[str, Limit]:
    """Return the limits in force for items in an area: `handout.per_person.quilt` and the like."""
    wanted = list(codes)
    keys = [f"handout.{kind}.{code}" for kind in KINDS for code in wanted]
    held = parameters.values(session, keys, on=on, area_id=area_id)
    found = {}
    for code in wanted:
        person, household, days = (held.get(f"handout.{kind}.{code}") for kind in KINDS)
        found[code] = Limit(
            per_person=person.value if person else None,
            per_household=int(household.value) if household else None,
            days=int(days.value) if days and days.value > 0 else None,
        )
    return found


@dataclass(frozen=True)
class Head:
    """The head of a household in clear: whoever shows it masks it, or records the reader."""

    name: str
    id_number: str


def heads(session: Session, household_ids: Iterable[UUID | None]) -> dict[UUID, Head]:
    """Return the head of each household."""
    statement = select(Person).where(
        Person.household_id.in_({each for each in household_ids if each}), Person.ordinal == 0
    )
    found = session.scalars(statement.execution_options(**EVERYWHERE))
    return {
        each.household_id: Head(cases.opened(each, "name"), cases.opened(each, "id_number"))
        for each in found
    }


def masked_head(session: Session, whose: Who) -> str:
    """Return the masked name of a registered household, empty for any other."""
    found = heads(session, [whose.household_id])
    return identity.masked_name(next((each.name for each in found.values()), ""))
