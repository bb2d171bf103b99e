"""Decisions about goods that come back, on plain values."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    WASHING = "washing"
    TO_APPROVE = "to_approve"
    DONE = "done"


class Problem(StrEnum):
    """Why goods cannot be graded or scrapped so."""

    NOTHING = "nothing"
    TOO_MUCH = "too_much"
    NO_REASON = "no_reason"
    PENDING = "pending"
    NOT_WASHED = "not_washed"


@dataclass(frozen=True)
class Tally:
    """What became of what was collected: back in stock, scrapped, proposed to be, in the wash."""

    quantity: int
    restocked: int = 0
    scrapped: int = 0
    proposed: int = 0
    washing: int = 0

    @property
    def waiting(self) -> int:
        """Return how much nobody graded yet and is not in the wash."""
        gone = self.restocked + self.scrapped + self.proposed + self.washing
        return self.quantity - gone

    @property
    def state(self) -> RecoveryState:
        """Return how the collection stands: what waits for a second person comes first."""
        if self.proposed:
            return RecoveryState.TO_APPROVE
        if self.waiting:
            return RecoveryState.TO_GRADE
        return RecoveryState.WASHING if self.washing else RecoveryState.DONE

    def graded(self, said: Graded) -> Tally:
        """Return it with what was found good, proposed to be scrapped, and washed or to be."""
        return replace(
            self,
            restocked=self.restocked + said.good,
            proposed=self.proposed + said.scrap,
            washing=self.washing + said.wash - said.washed,
        )

    def judged(self, *, agreed: bool) -> Tally:
        """Return it with what was proposed scrapped, or waiting to be graded again."""
        scrapped = self.scrapped + (self.proposed if agreed else 0)
        return replace(self, scrapped=scrapped, proposed=0)


@dataclass(frozen=True)
class Graded:
    """What one grading says: pieces good, to be scrapped, sent to the wash, come back from it."""

    good: int = 0
    scrap: int = 0
    wash: int = 0
    washed: int = 0
    reason: str = ""


def wrong_with(tally: Tally, said: Graded) -> Problem | None:
    """Return what speaks against grading so, if anything does."""
    graded = said.good + said.scrap + said.wash
    if graded + said.washed == 0:
        return Problem.NOTHING
    if said.washed > tally.washing:
        return Problem.NOT_WASHED
    if graded > tally.waiting + said.washed:
        return Problem.TOO_MUCH
    if said.scrap and tally.proposed:  # whoever proposes more would else agree to his own
        return Problem.PENDING
    return Problem.NO_REASON if said.scrap and not said.reason else None


def due_on(ended_on: date | None, *, days: int) -> date | None:
    """Return by when goods are to be back: so many days after the disaster is over.

    Source: 30 days [M?]; a dated parameter. None while it lasts: they are in use.
    """
    return None if ended_on is None else ended_on + timedelta(days=days)
