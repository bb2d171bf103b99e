"""Reports that are owed by the calendar: nobody has to open their rounds.

Daily (24小时零报告) from the first relief response on, even when nothing changed, until the
situation is stable; under a drought every ten days from its beginning. How long the gaps are:
parameters `report.followup_hours` and `report.drought_followup_days`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from damage_reports.rules.report import RoundKind


class StableState(StrEnum):
    """How far a county is in saying that the situation is stable (灾情稳定)."""

    DECLARED = "declared"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


STANDING = frozenset({StableState.DECLARED, StableState.ACCEPTED})
STEPS = {
    ("accept", StableState.DECLARED): StableState.ACCEPTED,
    ("refuse", StableState.DECLARED): StableState.REFUSED,
    ("reopen", StableState.DECLARED): StableState.WITHDRAWN,
    ("reopen", StableState.ACCEPTED): StableState.REOPENED,
}


def midnights(
    since: datetime, until: datetime, local: Callable[[datetime], datetime], every: timedelta
) -> Iterator[datetime]:
    """Yield the ends of the days to report on, local midnights after `since` up to `until`."""
    begun = local(since)
    at = datetime.combine(begun.date() + timedelta(days=1), time(), begun.tzinfo)
    while at <= until:
        yield at
        at += max(every, timedelta(days=1))


def steps(
    since: datetime, until: datetime, every: timedelta, *, after: datetime
) -> Iterator[datetime]:
    """Yield `since` plus one, two, three … times `every`, behind `after` and up to `until`."""
    every = max(every, timedelta(days=1))
    at = since + every * max(1, (after - since) // every + 1)
    while at <= until:
        yield at
        at += every


@dataclass(frozen=True)
class Calm:
    """From when on a county is stable, and until when it was if its situation opened again."""

    stable_at: datetime
    opened_again: datetime | None = None

    def covers(self, as_of: datetime) -> bool:
        """Whether nothing was owed for an instant: what nobody asked for then is not late now."""
        until = self.opened_again
        return self.stable_at < as_of and (until is None or as_of <= until)


def is_excused(*, kind: RoundKind, daily: bool, as_of: datetime, calm: Iterable[Calm]) -> bool:
    """Whether an area whose county is stable owes nothing for a round: only for daily ones."""
    return kind == RoundKind.UPDATE and daily and any(each.covers(as_of) for each in calm)
