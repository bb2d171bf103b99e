"""The tables of the holiday calendar."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.db import Base


class CalendarDay(Base):
    """A day that is worked or free against its weekday; a withdrawn one is as its weekday says."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    worked: Mapped[bool]
    title: Mapped[str] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(String(200))
    withdrawn: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)


class CalendarYear(Base):
    """A year about which something is entered; `complete` once its whole notice is."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    complete: Mapped[bool]
    source: Mapped[str] = mapped_column(String(200))
    revision: Mapped[int] = mapped_column(default=1)
