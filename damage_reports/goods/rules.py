"""Who a report says is in want, and what follows for an item: decisions on plain values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal

# Those in shelters are not among them: their shelter asks for them, and nobody twice.
IN_WANT = ("urgent_aid_rt", "relocated_scattered_rt")


def in_want(values: Mapping[str, Decimal | None]) -> dict[str, int | None]:
    """Return those to be supplied at home or with relatives by figure; None is not known."""
    known = {code: values.get(code) for code in IN_WANT}
    return {code: None if value is None else int(value) for code, value in known.items()}


def wanted(people: int, *, days: int, ration: Decimal | None, once: Decimal | None) -> int:
    """Return the base units so many people take: a ration daily, what is issued once beside it."""
    each = (ration or Decimal(0)) * days + (once or Decimal(0))
    return int((people * each).to_integral_value(ROUND_CEILING))


def missing(quantity: int, asked: int) -> int:
    """Return what of it nobody has asked for at this place yet."""
    return max(0, quantity - asked)
