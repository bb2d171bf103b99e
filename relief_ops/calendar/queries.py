"""Reading the holiday calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import db
from relief_ops.calendar.models import CalendarDay, CalendarYear
from relief_ops.calendar.rules import Calendar

_STATE = select(
    select(func.count(CalendarDay.day)).scalar_subquery(),
    select(func.sum(CalendarDay.revision)).scalar_subquery(),
    select(func.count(CalendarYear.year)).scalar_subquery(),
    select(func.sum(CalendarYear.revision)).scalar_subquery(),
)
_kept: list[tuple[Any, Calendar]] = []


def current(session: Session) -> Calendar:
    """Return the calendar as it stands; kept in memory until a day or year has another revision."""
    state = (db.engine(), *session.connection().execute(_STATE).one())
    if not _kept or _kept[0][0] != state:
        _kept[:] = [(state, _read(session))]
    return _kept[0][1]


def _read(session: Session) -> Calendar:
    days = session.execute(
        select(CalendarDay.day, CalendarDay.worked).where(CalendarDay.withdrawn.is_(False))
    )
    years = session.scalars(select(CalendarYear.year).where(CalendarYear.complete))
    return Calendar({day: worked for day, worked in days}, frozenset(years))


def days_of(session: Session, year: int) -> Sequence[CalendarDay]:
    """Return the days entered for a year, withdrawn ones too, in their order."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return session.scalars(
        select(CalendarDay).where(CalendarDay.day.between(first, last)).order_by(CalendarDay.day)
    ).all()


def years(session: Session) -> Sequence[CalendarYear]:
    """Return every year about which something is entered, the latest first."""
    return session.scalars(select(CalendarYear).order_by(CalendarYear.year.desc())).all()
