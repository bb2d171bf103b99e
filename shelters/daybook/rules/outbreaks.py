"""When illness in one shelter looks like an outbreak: the same syndrome, close together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shelters.daybook.rules.incidents import Syndrome

HOURS, PEOPLE = "shelter.outbreak_hours", "shelter.outbreak_people"


@dataclass(frozen=True)
class Threshold:
    """How many people of one syndrome within how many hours make an outbreak likely."""

    hours: int
    people: int


@dataclass(frozen=True)
class Case:
    """An incident of illness; people None is not known, which is one at least."""

    syndrome: Syndrome
    at: datetime
    people: int | None
    closed: bool = False

    @property
    def least(self) -> int:
        """Return how many people it is at least."""
        return 1 if self.people is None else self.people


@dataclass(frozen=True)
class Outbreak:
    """The densest window of one syndrome that reached the threshold."""

    syndrome: Syndrome
    people: int
    since: datetime
    until: datetime
    closed: bool


def outbreaks(cases: Iterable[Case], threshold: Threshold, now: datetime) -> list[Outbreak]:
    """Return the syndromes that look like an outbreak now.

    One stands until a whole window has passed since its last case and every case is closed.
    """
    by_syndrome: dict[Syndrome, list[Case]] = defaultdict(list)
    for case in cases:
        by_syndrome[case.syndrome].append(case)
    window = timedelta(hours=threshold.hours)
    return [
        found
        for syndrome in Syndrome
        for found in _current(sorted(by_syndrome[syndrome], key=_at), threshold, window, now)
    ]


def _at(case: Case) -> datetime:
    return case.at


def _current(
    cases: Sequence[Case], threshold: Threshold, window: timedelta, now: datetime
) -> list[Outbreak]:
    reached = [
        found
        for found in (_window(cases, end, window) for end in range(len(cases)))
        if found.people >= threshold.people and (not found.closed or now - found.until <= window)
    ]
    return [max(reached, key=lambda each: (each.people, each.until))] if reached else []


def _window(cases: Sequence[Case], end: int, window: timedelta) -> Outbreak:
    """Return what a window that ends with this case holds; both its ends belong to it."""
    last = cases[end]
    held = [each for each in cases[: end + 1] if last.at - each.at <= window]
    return Outbreak(
        last.syndrome, sum(each.least for each in held), held[0].at, last.at,
        all(each.closed for each in held),
    )  # fmt: skip
