"""What is asked at the next step of a shelter, and which were opened without a word why."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from relief_ops import parameters
from relief_ops.db import Instant
from relief_ops.plugins import View
from shelters.models import Shelter, ShelterStatus
from shelters.queries import scope
from shelters.queries.scope import SHELTER, STATUS
from shelters.rules import State
from shelters.rules.steps import DEMANDS, Point, demanded, parameter_of


def asked(
    session: Session, area_id: UUID, before: State, after: State, *, on: date
) -> tuple[Point, ...]:
    """Return the points a step asks for in an area, by the parameters in force on a day."""
    keys = {parameter_of(each): each for each in demanded(before, after)}
    if not keys:
        return ()
    known = parameters.values(session, list(keys), on=on, area_id=area_id)
    off = {keys[key] for key, found in known.items() if not found.value}
    return demanded(before, after, off=off)


def asked_from(session: Session, area_id: UUID, state: State, *, on: date) -> tuple[Point, ...]:
    """Return the points the step forward from a state asks for."""
    after = next((after for before, after in DEMANDS if before == state), None)
    return asked(session, area_id, state, after, on=on) if after else ()


def unreported(session: Session, view: View) -> Any:
    """Return each area with shelters opened at once for which no reason was given since."""
    return session.connection().execute(
        select(
            SHELTER.area_id, func.count().label("n"),
            func.min(STATUS.unreported_at, type_=Instant).label("since"),
            func.min(SHELTER.name).label("name"), func.min(cast(SHELTER.id, String)).label("id"),
        )
        .select_from(Shelter.__table__.join(ShelterStatus.__table__, scope.standing(view)))
        .where(STATUS.unreported_at.is_not(None), *scope.register(session, view))
        .group_by(SHELTER.area_id)
        .order_by(SHELTER.area_id)
    )  # fmt: skip
