"""Decisions about goods that come back, on plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class StepKind(StrEnum):
    """What can be done with goods that were collected."""

    GRADED = "graded"
    SCRAPPED = "scrapped"
    KEPT = "kept"


class RecoveryState(StrEnum):
    """How a collection stands."""

    TO_GRADE = "to_grade"
    TO_APPROVE = "to_approve"
    DONE = "done"


class Problem(StrEnum):
    """Why goods cannot be graded or scrapped so."""

    NOTHING = "nothing"
    TOO_MUCH = "too_much"
    NO_REASON = "no_reason"
    PENDING = "pending"


@dataclass(frozen=True)
class Tally:
    """Of what was collected: how much is back in stock, scrapped, or proposed to be scrapped."""

    quantity: int
    restocked: int = 0
    scrapped: int = 0
    proposed: int = 0

    @property
    def waiting(self) -> int:
        """Return how much nobody graded yet."""
        return self.quantity - self.restocked - self.scrapped - self.proposed

    @property
    def state(self) -> RecoveryState:
        """Return how the collection stands: what waits for a second person comes first."""
        if self.proposed:
            return RecoveryState.TO_APPROVE
        return RecoveryState.TO_GRADE if self.waiting else RecoveryState.DONE

    def graded(self, good: int, scrap: int) -> Tally:
        """Return it with so much found good, and so much proposed to be scrapped."""
        return Tally(self.quantity, self.restocked + good, self.scrapped, self.proposed + scrap)

    def judged(self, *, agreed: bool) -> Tally:
        """Return it with what was proposed scrapped, or waiting to be graded again."""
        scrapped = self.scrapped + (self.proposed if agreed else 0)
        return Tally(self.quantity, self.restocked, scrapped, 0)


def wrong_with(tally: Tally, good: int, scrap: int, reason: str) -> Problem | None:
    """Return what speaks against grading so, if anything does."""
    if good + scrap == 0:
        return Problem.NOTHING
    if good + scrap > tally.waiting:
        return Problem.TOO_MUCH
    if scrap and tally.proposed:  # whoever proposes more would else agree to his own
        return Problem.PENDING
    return Problem.NO_REASON if scrap and not reason else None


def due_on(ended_on: date | None, *, days: int) -> date | None:
    """Return by when goods are to be back: so many days after the disaster is over.

    Source: 30 days [M?]; a dated parameter. None while it lasts: they are in use.
    """
    return None if ended_on is None else ended_on + timedelta(days=days)
