"""Changing the holiday calendar. Every change is an event."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from relief_ops.calendar.events import CalendarDayChanged, CalendarSeeded, CalendarYearChanged
from relief_ops.calendar.models import CalendarDay, CalendarYear
from relief_ops.events import record


def seed(session: Session) -> int:
    """Enter the years the published calendars know and nobody has entered; return how many.

    A year somebody has begun is theirs: nothing in it is touched.
    """
    from chinese_calendar.constants import holidays, workdays

    source = f"国务院办公厅节假日安排通知 (chinesecalendar {version('chinesecalendar')})"
    entered = set(session.scalars(select(CalendarYear.year)))
    fresh = sorted({day.year for day in holidays} - entered)
    days = [
        {
            "day": day, "worked": worked, "title": title, "source": source, "withdrawn": False,
            "revision": 1,
        }
        for known, worked in ((holidays, False), (workdays, True))
        for day, title in known.items()
        if day.year in fresh
    ]  # fmt: skip
    if fresh:
        session.execute(insert(CalendarDay), days)
        session.execute(
            insert(CalendarYear),
            [{"year": y, "complete": True, "source": source, "revision": 1} for y in fresh],
        )
        event = CalendarSeeded(len(fresh), len(days))
        record(session, event, actor_id=None, subject=uuid5(NAMESPACE_URL, "calendar"))
    return len(fresh)


def day_id(day: date) -> UUID:
    """Return the id under which changes of a day are recorded."""
    return uuid5(NAMESPACE_URL, f"calendar-day:{day.isoformat()}")


def year_id(year: int) -> UUID:
    """Return the id under which changes of a year are recorded."""
    return uuid5(NAMESPACE_URL, f"calendar-year:{year}")


def write_day(
    session: Session, day: date, *, worked: bool, title: str, source: str, withdrawn: bool,
    revision: int, actor_id: UUID,
) -> None:  # fmt: skip
    """Enter, correct or withdraw a day. A year first heard of begins as not complete."""
    row = session.get(CalendarDay, day) or CalendarDay(day=day)
    row.worked, row.title, row.source = worked, title, source
    row.withdrawn, row.revision = withdrawn, revision
    session.add(row)
    if session.get(CalendarYear, day.year) is None:
        session.add(CalendarYear(year=day.year, complete=False, source=source, revision=1))
    event = CalendarDayChanged(day, worked, withdrawn, revision)
    record(session, event, actor_id=actor_id, subject=day_id(day))


def write_year(
    session: Session, year: int, *, complete: bool, source: str, revision: int, actor_id: UUID
) -> None:
    """Say whether everything the notice of a year says is entered."""
    row = session.get(CalendarYear, year) or CalendarYear(year=year)
    row.complete, row.source, row.revision = complete, source, revision
    session.add(row)
    event = CalendarYearChanged(year, complete, revision)
    record(session, event, actor_id=actor_id, subject=year_id(year))
