"""Reading the meals of a shelter."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock
from shelters.daybook.models import ShelterMeal
from shelters.daybook.rules import SPECIAL, Meal, short_by
from shelters.models import Headcount
from shelters.rules import Standing

MOST_MEALS = 200


def meals(session: Session, shelter_id: UUID, disaster_id: UUID) -> list[ShelterMeal]:
    """Return the meals of a shelter in a disaster, the last one first."""
    rows = session.scalars(
        select(ShelterMeal)
        .where(ShelterMeal.shelter_id == shelter_id, ShelterMeal.disaster_id == disaster_id)
        .order_by(ShelterMeal.day.desc())
        .limit(MOST_MEALS)
    )
    places = list(Meal)
    return sorted(rows, key=lambda each: (each.day, places.index(Meal(each.meal))), reverse=True)


def shown(row: ShelterMeal) -> dict[str, Any]:
    """Return a meal as the API and the page show it."""
    names = ("id", "disaster_id", "meal", "portions", *SPECIAL, "people", "revision")
    values = {name: getattr(row, name) for name in names}
    return values | {"day": row.day.isoformat(), "short_by": short_by(row.portions, row.people)}


def meal_of(
    session: Session, shelter_id: UUID, disaster_id: UUID, day: date, meal: Meal
) -> ShelterMeal | None:
    """Return what was entered for this meal of this day, or None."""
    return session.scalar(
        select(ShelterMeal).where(
            ShelterMeal.shelter_id == shelter_id,
            ShelterMeal.disaster_id == disaster_id,
            ShelterMeal.day == day,
            ShelterMeal.meal == meal,
        )
    )


def people_on(session: Session, shelter_id: UUID, disaster_id: UUID, day: date) -> int | None:
    """Return the last headcount up to the end of a local day, or None where there is none."""
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.LOCAL)
    return session.scalar(
        select(Headcount.total)
        .where(
            Headcount.shelter_id == shelter_id,
            Headcount.disaster_id == disaster_id,
            Headcount.standing == Standing.CURRENT,
            Headcount.as_of < end,
        )
        .order_by(Headcount.as_of.desc())
        .limit(1)
    )
