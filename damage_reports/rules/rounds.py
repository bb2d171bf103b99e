"""Rounds of reporting: what each level owes when, and how one area's report stands.

Nothing here is stored: due, late and missing follow from instants each time they are asked for.
Deadlines by level: domain of the statistics regime, parameters `report.*` (民函〔2008〕119号 for
the initial report, provincial and county plans for the daily and the final one).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from damage_reports.rules.report import ReportState, RoundKind

LEVELS = ("village", "township", "county", "city", "province")
# These three count from the onset; the levels above from the receipt of the one below.
AT_ONCE = ("village", "township", "county")


class Standing(StrEnum):
    """How an area stands in a round, the worst that is true of it."""

    ACCEPTED = "accepted"
    RECEIVED = "received"
    RESENT = "resent"
    TWO_VERSIONS = "two_versions"
    RETURNED = "returned"
    OVERDUE = "overdue"
    OUT_OF_CONTACT = "out_of_contact"
    AWAITED = "awaited"
    EXCUSED = "excused"


class Owed(StrEnum):
    """What is owed for a round: a township's report, or a county's or the city's table."""

    REPORTS = "reports"
    TABLES = "tables"


IN = frozenset({Standing.ACCEPTED, Standing.RECEIVED, Standing.RESENT, Standing.TWO_VERSIONS})
TO_JUDGE = frozenset({Standing.RECEIVED, Standing.RESENT, Standing.TWO_VERSIONS})


@dataclass(frozen=True)
class Terms:
    """What each level is given: time after the onset, after the figures, hours of a day, days."""

    initial: Mapping[str, timedelta]
    update: Mapping[str, timedelta]
    daily: Mapping[str, int]
    final: Mapping[str, int]


@dataclass(frozen=True)
class Opened:
    """A round as it was opened: a daily one is the 24-hour zero report (24小时零报告)."""

    kind: RoundKind
    daily: bool
    as_of: datetime
    opened_at: datetime


def deadlines(
    opened: Opened, terms: Terms, *, local: Callable[[datetime], datetime],
    after_workdays: Callable[[date, int], date],
) -> dict[str, datetime]:  # fmt: skip
    """Return by level when it is due; levels nothing is said of are left out."""
    if opened.kind == RoundKind.INITIAL:
        return _in_turn(opened.opened_at, terms.initial)
    if opened.kind == RoundKind.FINAL:
        return _by_workdays(local(opened.opened_at), terms.final, after_workdays)
    if opened.daily:
        day = local(opened.as_of)
        midnight = datetime.combine(day.date(), time(), day.tzinfo)
        return {level: midnight + timedelta(hours=hour) for level, hour in terms.daily.items()}
    return {level: opened.as_of + given for level, given in terms.update.items()}


def _in_turn(start: datetime, given: Mapping[str, timedelta]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    before = start
    for level in LEVELS:
        if level in given:
            found[level] = (start if level in AT_ONCE else before) + given[level]
            before = found[level]
    return found


def _by_workdays(
    start: datetime, given: Mapping[str, int], after_workdays: Callable[[date, int], date]
) -> dict[str, datetime]:
    """Count working days, up to the end of the last one; above the county after the one below."""
    found: dict[str, datetime] = {}
    before = start.date()
    for level in LEVELS:
        if level in given:
            first = start.date() if level in AT_ONCE else before
            before = after_workdays(first, given[level])
            found[level] = datetime.combine(before + timedelta(days=1), time(), start.tzinfo)
    return found


def standing(
    state: ReportState | None, *, rival: bool, was_returned: bool, due: datetime, now: datetime,
    out_of_contact: bool = False, excused: bool = False,
) -> Standing:  # fmt: skip
    """Return how an area stands: `state` is that of its current report, None without one.

    An area nobody can reach is not late; one in which all is stable owes no daily report.
    """
    if state is None and excused:
        return Standing.EXCUSED
    if state is None and out_of_contact:
        return Standing.OUT_OF_CONTACT
    if state is None:
        return Standing.OVERDUE if now > due else Standing.AWAITED
    if rival:
        return Standing.TWO_VERSIONS
    if state == ReportState.RETURNED:
        return Standing.RETURNED
    if state == ReportState.ACCEPTED:
        return Standing.ACCEPTED
    return Standing.RESENT if was_returned else Standing.RECEIVED
