"""Decisions about agreements and what is called off from them, on plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """How the supplier holds it: goods on his shelf, or what he can make (domain 5.1)."""

    AGREEMENT = "agreement"
    CAPACITY = "capacity"


class CallState(StrEnum):
    """How far a call-off has come."""

    ASKED = "asked"
    SIGNED = "signed"
    DELIVERED = "delivered"
    CLOSED = "closed"
    CANCELLED = "cancelled"


OPEN = (CallState.ASKED, CallState.SIGNED)


class Means(StrEnum):
    """How a call-off is ordered."""

    PAPER = "paper"
    WORD = "word"


class Problem(StrEnum):
    """Why so much cannot be called off."""

    NOT_OFFERED = "not_offered"
    NOT_IN_FORCE = "not_in_force"
    TOO_MUCH = "too_much"


@dataclass(frozen=True)
class Offer:
    """What an agreement holds of an item, and how much of that is called off."""

    quantity: int
    called: int = 0

    @property
    def left(self) -> int:
        """Return what can still be called off."""
        return max(0, self.quantity - self.called)


def in_force(valid_from: date, valid_to: date | None, on: date) -> bool:
    """Whether an agreement holds on a day, both ends included."""
    return valid_from <= on and (valid_to is None or on <= valid_to)


def wrong_with(offer: Offer | None, quantity: int, *, in_force: bool) -> Problem | None:
    """Return what speaks against calling so much off, if anything does."""
    if offer is None:
        return Problem.NOT_OFFERED
    if not in_force:
        return Problem.NOT_IN_FORCE
    return Problem.TOO_MUCH if quantity > offer.left else None


def in_packs(asked: int, rounded: int, offer: Offer | None) -> int:
    """Return what is called off: whole packs, or all that is left where that is less."""
    return min(rounded, offer.left) if offer and asked <= offer.left else rounded


def expected_at(signed_at: datetime, lead_hours: int) -> datetime:
    """Return when goods should be there: the agreed hours after the signature."""
    return signed_at + timedelta(hours=lead_hours)


def after_delivery(quantity: int, received: int) -> CallState:
    """Return the state once so much of it has come."""
    return CallState.DELIVERED if received >= quantity else CallState.SIGNED
