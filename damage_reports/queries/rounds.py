"""The rounds of a disaster and when each level owes its report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.models import ReportRound
from damage_reports.queries.stability import series
from damage_reports.rules import RoundKind
from relief_ops import calendar, clock, parameters
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.i18n import gettext as _

# What holds where no version of the parameter is in force; the unit is in the key.
DEFAULTS = {
    "report.initial_village_minutes": 30, "report.initial_township_hours": 1,
    "report.initial_county_hours": 2, "report.initial_city_hours": 2,
    "report.initial_province_hours": 2, "report.update_village_minutes": 30,
    "report.update_township_minutes": 60, "report.update_county_minutes": 90,
    "report.update_city_minutes": 120, "report.daily_township_hour": 8,
    "report.daily_county_hour": 9, "report.daily_city_hour": 10,
    "report.daily_province_hour": 12, "report.final_township_workdays": 2,
    "report.final_county_workdays": 2, "report.final_city_workdays": 3,
    "report.final_province_workdays": 5,
}  # fmt: skip


@dataclass(frozen=True)
class Round:
    """A round with its name as people say it and what is due when, by level."""

    id: UUID
    code: str
    kind: RoundKind
    daily: bool
    as_of: datetime
    opened_at: datetime
    revision: int
    number: int
    due: dict[str, datetime]

    @cached_property
    def title(self) -> str:
        """Return 初报, 续报第 n 次 or 核报."""
        if self.kind == RoundKind.UPDATE:
            return _("Follow-up %(n)d", n=self.number)
        return _("Initial report") if self.kind == RoundKind.INITIAL else _("Final verified report")


def rounds(session: Session, disaster: Disaster, *, ahead: timedelta = timedelta(0)) -> list[Round]:
    """Return the rounds of a disaster, the earliest figures first.

    They are those somebody opened, and the daily ones that are owed without being opened: up to
    now, or so far `ahead`.
    """
    rows = session.scalars(
        select(ReportRound)
        .where(ReportRound.disaster_id == disaster.id)
        .order_by(ReportRound.as_of, ReportRound.code)
    ).all()
    listed = [_by_hand(row) for row in rows]
    listed += [
        _by_calendar(disaster, each)
        for each in series(session, disaster, rows, now=disasters.now_of(session, disaster) + ahead)
    ]
    if not listed:
        return []
    terms, count_days = terms_of(session, disaster), calendar.current(session).add_workdays
    found, updates = [], 0
    for listing in sorted(listed, key=lambda each: (each.opened.as_of, each.code)):
        opened = listing.opened
        updates += opened.kind == RoundKind.UPDATE
        found_due = rules.deadlines(opened, terms, local=clock.local, after_workdays=count_days)
        due = {level: at.astimezone(UTC) for level, at in found_due.items()}
        found.append(
            Round(
                listing.id, listing.code, opened.kind, opened.daily, opened.as_of,
                opened.opened_at, listing.revision, updates, due,
            )
        )  # fmt: skip
    return found


class _Listed(NamedTuple):
    id: UUID
    code: str
    revision: int
    opened: rules.Opened


def _by_hand(row: ReportRound) -> _Listed:
    opened = rules.Opened(RoundKind(row.kind), row.daily, row.as_of, row.opened_at)
    return _Listed(row.id, row.code, row.revision, opened)


def _by_calendar(disaster: Disaster, opened: rules.Opened) -> _Listed:
    """Return a round nobody opened: the same id and code whenever it is asked for."""
    at = opened.as_of.astimezone(UTC)
    code = f"{clock.local(at):%Y-%m-%dT%H:%M}"
    placed = rules.Opened(opened.kind, opened.daily, at, at)
    return _Listed(uuid5(disaster.id, code), code, 0, placed)


def kind_of_round(session: Session, disaster_id: UUID, code: str) -> RoundKind | None:
    """Return what a round was opened as; None where nobody opened it."""
    kind = session.scalar(_KIND, {"disaster_id": disaster_id, "code": code})
    return RoundKind(kind) if kind else None


_KIND = select(ReportRound.kind).where(
    ReportRound.disaster_id == bindparam("disaster_id", type_=Uuid()),
    ReportRound.code == bindparam("code"),
)


def current_round(found: list[Round], now: datetime) -> Round | None:
    """Return the round people report for now: the latest whose figures are already due to exist."""
    begun = [each for each in found if each.as_of <= now]
    return begun[-1] if begun else (found[0] if found else None)


def last_due(
    found: list[Round], level: str, before: datetime
) -> tuple[Round, list[str]] | tuple[None, list[str]]:
    """Return the last round that was due at a level before an instant, and its code and later ones.

    A report or table of a later round settles an earlier one.
    """
    over = [each for each in found if level in each.due and each.due[level] < before]
    if not over:
        return None, []
    return over[-1], [each.code for each in found[found.index(over[-1]) :]]


def terms_of(session: Session, disaster: Disaster) -> rules.Terms:
    """Return the deadlines that were in force on the day the disaster began."""
    on = clock.local_date(disaster.started_at)
    held = parameters.values(session, DEFAULTS, on=on, area_id=disaster.area_id)
    numbers = {key: int(held[key].value) if key in held else DEFAULTS[key] for key in DEFAULTS}
    return rules.Terms(
        initial=_spans(numbers, "initial"),
        update=_spans(numbers, "update"),
        daily=_by_level(numbers, "daily", "hour"),
        final=_by_level(numbers, "final", "workdays"),
    )


def _spans(numbers: dict[str, int], kind: str) -> dict[str, timedelta]:
    minutes, hours = _by_level(numbers, kind, "minutes"), _by_level(numbers, kind, "hours")
    return {level: timedelta(minutes=n) for level, n in minutes.items()} | {
        level: timedelta(hours=n) for level, n in hours.items()
    }


def _by_level(numbers: dict[str, int], kind: str, unit: str) -> dict[str, int]:
    """Return `report.<kind>_<level>_<unit>` by level."""
    split = {key: key.removeprefix(f"report.{kind}_").split("_") for key in numbers}
    return {parts[0]: numbers[key] for key, parts in split.items() if parts[1:] == [unit]}


def shown_round(found: Round) -> dict[str, Any]:
    """Return a round as the API shows it."""
    return {
        "id": found.id,
        "code": found.code,
        "kind": found.kind,
        "daily": found.daily,
        "title": found.title,
        "as_of": found.as_of,
        "opened_at": found.opened_at,
        "revision": found.revision,
        "due": found.due,
    }
