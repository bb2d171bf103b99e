"""Until when a stage must be over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import calendar, parameters
from relief_ops.cases.models import Case
from relief_ops.cases.rules import states
from relief_ops.cases.rules.states import State


@dataclass(frozen=True, kw_only=True)
class Due:
    """Until when a stage must be over, and how the days were counted.

    `unknown` are the years in between whose holidays are not yet known.
    """

    on: date
    kind: str
    days: int
    workdays: bool
    unknown: tuple[int, ...] = ()


def due(session: Session, state: State, code: str, *, on: date, area_id: UUID) -> Due | None:
    """Return the clock of a stage begun on a day, by the figures then in force; or None."""
    limit = states.limit_of(state, code)
    if limit is None:
        return None
    found = parameters.values(session, limit.keys, on=on, area_id=area_id)
    figure = next((found[key] for key in limit.keys if key in found), None)
    if figure is None:
        return None
    days = int(figure.value)
    if not limit.workdays:
        return Due(on=on + timedelta(days=days), kind=limit.kind, days=days, workdays=False)
    known = calendar.current(session)
    end = known.add_workdays(on, days)
    unknown = tuple(known.unknown(on, end))
    return Due(on=end, kind=limit.kind, days=days, workdays=True, unknown=unknown)


def unknown_year(session: Session, found: Case) -> int | None:
    """Return the year a case's clock ends in if working days run and its holidays are unknown."""
    limit = states.limit_of(State(found.state), found.programme)
    if found.due_on is None or limit is None or not limit.workdays:
        return None
    year = found.due_on.year
    return None if calendar.current(session).is_known(year) else year
