"""How shelters stood at an earlier moment, from the rows that never change."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from relief_ops.i18n import gettext as _
from relief_ops.plugins import Figure, View
from shelters import rules
from shelters.models import Arrival, Headcount, ShelterStep
from shelters.queries import scope
from shelters.queries.scope import SHELTER
from shelters.rules import NOT_THERE, State
from shelters.rules import Standing as Worth


class Standing(NamedTuple):
    """How one shelter stood: state and since when, registered, counted and when."""

    state: str
    registered: int
    counted: int | None
    counted_at: datetime | None
    since: datetime | None = None

    @property
    def inside(self) -> int:
        """Return who counts as inside: a count made before the closing says nothing after it."""
        counted, since = self.counted_at, self.since
        if self.state == State.CLOSED and counted and since and counted <= since:
            return 0
        return rules.occupied(self.counted, self.registered)


NOTHING = Standing(State.STANDBY, 0, None, None)


def standings(session: Session, view: View) -> dict[UUID, Standing]:
    """Return how each shelter stood at `view.at`; those nothing was said of are left out."""
    states, counts = _states(session, view), _counts(session, view)
    registered = _registered(session, view)
    found = {}
    for each in {*states, *counts, *registered}:
        state, since = states.get(each, (State.STANDBY, None))
        counted, counted_at = counts.get(each, (None, None))
        found[each] = Standing(state, registered.get(each, 0), counted, counted_at, since)
    return found


def _states(session: Session, view: View) -> dict[UUID, tuple[str, datetime]]:
    rows = session.execute(
        select(ShelterStep.shelter_id, ShelterStep.state, ShelterStep.at)
        .where(ShelterStep.disaster_id == view.disaster_id, ShelterStep.at <= view.at)
        .order_by(ShelterStep.shelter_id, ShelterStep.at, ShelterStep.revision)
        .execution_options(scope="shared")
    )
    return {shelter_id: (state, at) for shelter_id, state, at in rows}


def _counts(session: Session, view: View) -> dict[UUID, tuple[int, datetime]]:
    latest = (
        select(Headcount.shelter_id, func.max(Headcount.as_of).label("as_of"))
        .where(
            Headcount.disaster_id == view.disaster_id,
            Headcount.standing == Worth.CURRENT,
            Headcount.as_of <= view.at,
        )
        .group_by(Headcount.shelter_id)
        .subquery()
    )
    rows = session.execute(
        select(Headcount.shelter_id, Headcount.total, Headcount.as_of)
        .join(
            latest,
            (latest.c.shelter_id == Headcount.shelter_id) & (latest.c.as_of == Headcount.as_of),
        )
        .where(Headcount.disaster_id == view.disaster_id, Headcount.standing == Worth.CURRENT)
        .execution_options(scope="shared")
    )
    return {shelter_id: (total, as_of) for shelter_id, total, as_of in rows}


def _registered(session: Session, view: View) -> dict[UUID, int]:
    """Return who had arrived: nobody who is on the way, or was announced and never came."""
    rows = session.execute(
        select(Arrival.shelter_id, func.sum(Arrival.people))
        .where(
            Arrival.disaster_id == view.disaster_id,
            Arrival.arrived_at <= view.at,
            Arrival.stay.not_in(NOT_THERE),
            or_(Arrival.left_at.is_(None), Arrival.left_at > view.at),
        )
        .group_by(Arrival.shelter_id)
        .execution_options(scope="shared")
    )
    return {shelter_id: int(people) for shelter_id, people in rows}


def in_shelters(session: Session, view: View) -> Figure:
    """Return how many people were in the area's shelters at `view.at`, as the figure now does."""
    stood = standings(session, view)
    rows: Any = (
        session.connection()
        .execute(select(SHELTER.id, SHELTER.capacity_max).where(*scope.register(session, view)))
        .all()
    )
    found = [(stood[each], capacity) for each, capacity in rows if each in stood]
    serving = [(each, places) for each, places in found if each.state in rules.SERVING]
    people = sum(each.inside for each, _places in found)
    known = [each.counted_at for each, _places in serving if each.counted_at]
    return Figure(
        value=people,
        of=sum(capacity for _each, capacity in serving),
        unit=_("people"),
        as_of=min(known, default=None),
        source="shelters",
        known=len(known),
        expected=len(serving),
        href="/shelters?state=open",
    )
