"""Entering and correcting the meals of a shelter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import clock, receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldConflict, FieldError, IllegalTransition, Invalid, NotFound
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.daybook import rules
from shelters.daybook.events import MealServed
from shelters.daybook.models import ShelterMeal
from shelters.daybook.queries import meals as queries
from shelters.daybook.schemas import PutMeal
from shelters.models import Shelter
from shelters.queries.one import same_drill

FIELDS = ("portions", *rules.SPECIAL)


class MealTaken(IllegalTransition):
    """A meal of a day was entered before, under another id, which the answer names."""

    def __init__(self, message: str, first: UUID) -> None:
        super().__init__(message)
        self.first = first

    def extra(self) -> dict[str, Any]:
        """Return the id that was first."""
        return {"rival_of": str(self.first)}


def put_meal(
    session: Session, attempt: Attempt, shelter: Shelter, order: PutMeal, *, actor_id: UUID
) -> Receipt:
    """Enter a meal of a held shelter, or correct its portions (If-Match).

    Raises MealTaken when this meal of the day stands under another id, StaleBase when
    somebody corrected it meanwhile, Invalid for a day to come or diets beyond the portions.
    """
    found = _known(session, attempt.id, shelter)
    if receipt := receipts.replay(session, attempt):
        return receipt
    disaster = disasters.disaster(session, order.disaster_id)
    same_drill(shelter, disaster)
    _check(session, disaster, order, found)
    first = queries.meal_of(session, shelter.id, disaster.id, order.day, order.meal)
    if first is not None and first.id != attempt.id:
        raise MealTaken(_("This meal is in the book already; correct it there."), first.id)
    if found is not None and attempt.edit:
        receipts.check_revision(attempt, found.revision, fields=_differences(found, order))
    revision = receipts.next_revision(attempt, found.revision if found else None)
    if found is None:
        found = ShelterMeal(
            id=attempt.id, shelter_id=shelter.id, disaster_id=disaster.id, day=order.day,
            meal=order.meal, area_id=shelter.area_id,
        )  # fmt: skip
    _write(session, found, order, revision=revision, actor_id=actor_id)
    event = MealServed(shelter.id, disaster.id, found.id, order.meal, order.portions, revision)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return receipts.keep(session, attempt, revision=revision)


def _known(session: Session, meal_id: UUID, shelter: Shelter) -> ShelterMeal | None:
    found = session.get(ShelterMeal, meal_id)
    if found is not None and found.shelter_id != shelter.id:
        raise NotFound(_("There is no such thing, or not in your areas."))
    return found


def _check(
    session: Session, disaster: Disaster, order: PutMeal, found: ShelterMeal | None
) -> None:  # fmt: skip
    problems = []
    if order.day > clock.local_date(disasters.now_of(session, disaster)):
        problems.append(FieldError("day", "future", _("This day has not come yet.")))
    special = {name: getattr(order, name) for name in rules.SPECIAL}
    if name := rules.too_many(order.portions, special):
        words = _("The special diets together are more than the portions.")
        problems.append(FieldError(name, "more_than_portions", words))
    stays = (order.disaster_id, order.day, order.meal)
    if found is not None and stays != (found.disaster_id, found.day, found.meal):
        words = _("A correction keeps its day and meal; only the portions change.")
        problems.append(FieldError("meal", "fixed", words))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def _differences(found: ShelterMeal, order: PutMeal) -> list[FieldConflict]:
    pairs = {name: (getattr(found, name), getattr(order, name)) for name in FIELDS}
    return [
        FieldConflict(name, None, theirs, yours)
        for name, (theirs, yours) in pairs.items()
        if theirs != yours
    ]


def _write(
    session: Session, found: ShelterMeal, order: PutMeal, *, revision: int, actor_id: UUID
) -> None:
    for name in FIELDS:
        setattr(found, name, getattr(order, name))
    found.people = queries.people_on(session, found.shelter_id, found.disaster_id, found.day)
    found.actor_id, found.received_at, found.revision = actor_id, clock.now(), revision
    session.add(found)
    session.flush()
