"""Decisions about allocation plans on plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from stockpile.allocation.shapes import Need

PINNED = 0  # what somebody fixed by hand comes before every class


class PlanState(StrEnum):
    """How far a plan has come."""

    COMPUTING = "computing"
    READY = "ready"
    APPLIED = "applied"
    FAILED = "failed"
    REFUSED = "refused"  # after it was applied: what had not left was given back


class PlanKind(StrEnum):
    """What a plan is of: needs somebody has, or stock that should lie elsewhere."""

    NEEDS = "needs"
    MOVES = "moves"


class Means(StrEnum):
    """How an order is given."""

    PAPER = "paper"
    WORD = "word"


def reservation_id(plan_id: UUID, need_id: UUID) -> UUID:
    """Return the id of the promise a plan makes to a need."""
    return uuid5(plan_id, f"need:{need_id}")


def hours_left(expires_on: date | None, now: datetime) -> float | None:
    """Return the hours until a lot expires, at the first minute of that day; None: it keeps.

    `now` is in local time.
    """
    if expires_on is None:
        return None
    ends = datetime.combine(expires_on, datetime.min.time(), tzinfo=now.tzinfo)
    return (ends - now) / timedelta(hours=1)


def pinned(
    wanted: Sequence[Need], pins: Mapping[str, int], named: Collection[str] = ()
) -> tuple[Need, ...]:
    """Return the needs with what was fixed by hand: before all others, that much and no more.

    A need that was fixed at nothing is not asked for at all. Those `named` a depot lie at a place
    of their own, to which no other sends. Where not all that is fixed can be had, each gets the
    same part of it, whatever it has besides.
    """
    return tuple(
        replace(
            each,
            quantity=min(pins[each.id], each.quantity),
            priority=PINNED,
            had=0,
            place=beside(each.place, each.id) if each.id in named else each.place,
        )
        if each.id in pins
        else each
        for each in wanted
        if pins.get(each.id, 1) > 0
    )


def beside(place: str, need: str) -> str:
    """Return what the place of a need is called to which one depot alone may send."""
    return f"{place} {need}"


def stale_needs(seen: Mapping[str, Sequence[int]], now: Mapping[str, tuple[int, int]]) -> list[str]:
    """Return the needs that are not as they were: (outstanding, class), or gone altogether."""
    return [each for each, before in seen.items() if now.get(each) != tuple(before)]


def overdrawn(drawn: Iterable[tuple[str, int]], free: Mapping[str, int]) -> list[str]:
    """Return the balances that have less free than would be drawn from them."""
    total: dict[str, int] = {}
    for balance, quantity in drawn:
        total[balance] = total.get(balance, 0) + quantity
    return [balance for balance, quantity in total.items() if free.get(balance, 0) < quantity]
