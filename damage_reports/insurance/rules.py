"""What a flooded household is paid: tiers by depth, under the section's limit, in fen."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class State(StrEnum):
    """Where a claim stands."""

    REPORTED = "reported"
    SURVEYED = "surveyed"
    ON_NOTICE = "on_notice"
    APPROVED = "approved"
    PAID = "paid"
    REFUSED = "refused"


NEXT: dict[State, frozenset[State]] = {
    State.REPORTED: frozenset({State.SURVEYED, State.REFUSED}),
    State.SURVEYED: frozenset({State.SURVEYED, State.ON_NOTICE, State.REFUSED}),
    State.ON_NOTICE: frozenset({State.SURVEYED, State.APPROVED, State.REFUSED}),
    State.APPROVED: frozenset({State.PAID}),
    State.PAID: frozenset(),
    State.REFUSED: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class Tier:
    """Water depths in the dwelling, and what one household is paid for them.

    Depths are in centimetres; `to_cm` None has no upper end. Whether an end belongs to the
    tier is the policy period's: in 2014 twenty centimetres pay nothing, in 2016 they do.
    """

    from_cm: Decimal
    to_cm: Decimal | None
    from_included: bool
    to_included: bool
    amount_fen: int

    def holds(self, depth_cm: Decimal) -> bool:
        """Say whether this depth belongs to the tier."""
        above = depth_cm > self.from_cm or (self.from_included and depth_cm == self.from_cm)
        if self.to_cm is None:
            return above
        return above and (depth_cm < self.to_cm or (self.to_included and depth_cm == self.to_cm))


@dataclass(frozen=True, kw_only=True)
class Draw:
    """What a claim takes from the section's limit, and what the limit kept back."""

    paid_fen: int
    cut_fen: int

    @property
    def exhausted(self) -> bool:
        """Whether the limit, not the tier, decided."""
        return self.cut_fen > 0


def amount_fen(depth_cm: Decimal, tiers: Sequence[Tier]) -> int:
    """Return what one household is due for a surveyed depth; 0 below the lowest tier.

    Raises ValueError for a negative depth. Source: terms of 2014/2015, 20 < d < 50 cm 500
    yuan, 50 to 100 cm 1,000 yuan, over 100 cm 2,000 yuan a household.
    """
    if depth_cm < 0:
        raise ValueError("a water depth is not negative")
    return next((tier.amount_fen for tier in tiers if tier.holds(depth_cm)), 0)


def draw(due_fen: int, *, limit_fen: int, used_fen: int) -> Draw:
    """Take a claim from what is left of the limit: all of it, or as much as there is.

    The limit may be reached exactly and is never passed. Raises ValueError if it already is.
    """
    if not 0 <= used_fen <= limit_fen or due_fen < 0:
        raise ValueError("used must lie between nothing and the limit, and a claim is not negative")
    paid_fen = min(due_fen, limit_fen - used_fen)
    return Draw(paid_fen=paid_fen, cut_fen=due_fen - paid_fen)


def is_near_limit(*, used_fen: int, limit_fen: int, alarm_percent: Decimal) -> bool:
    """Say whether the share used has reached the share at which to raise the alarm."""
    return Decimal(used_fen) * 100 >= alarm_percent * limit_fen


def may_follow(state: State, following: State) -> bool:
    """Say whether a claim may go from one state to another."""
    return following in NEXT[state]


def tiers_overlap(tiers: Sequence[Tier]) -> bool:
    """Say whether any depth would belong to two tiers."""
    ordered = sorted(tiers, key=lambda tier: tier.from_cm)
    return any(_meet(lower, upper) for lower, upper in itertools.pairwise(ordered))


def _meet(lower: Tier, upper: Tier) -> bool:
    if lower.to_cm is None or lower.to_cm > upper.from_cm:
        return True
    return lower.to_cm == upper.from_cm and lower.to_included and upper.from_included
