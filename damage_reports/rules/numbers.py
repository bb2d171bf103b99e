"""Figures between paper and database: exact decimals outside, scaled integers inside."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

LARGEST = 10**15
OTHER_UNITS = {"ha": ("mu", 15), "10,000 yuan": ("yuan", 10_000)}  # 公顷 is 15 亩, 万元 10,000 元
UNKNOWN = frozenset({"", "-", "—", "不详", "尚未掌握"})


def parse_value(given: object, *, scale: int) -> Decimal | None:
    """Return a figure in the indicator's own unit; None where it is not yet known.

    Takes what JSON (integers, Decimal, null) or a form field (text) carries. Raises
    ValueError for anything else, below zero, absurdly large, or with more decimals than
    `scale`: nothing is rounded in silence.
    """
    if given is None or (isinstance(given, str) and given.strip() in UNKNOWN):
        return None
    number = _decimal(given)
    if number < 0:
        raise ValueError("negative")
    if number >= LARGEST:
        raise ValueError("too_large")
    if number != number.quantize(Decimal(1).scaleb(-scale)):
        raise ValueError("too_many_decimals")
    return number or Decimal(0)


def _decimal(given: object) -> Decimal:
    try:
        number = Decimal(_plain(given))
    except (InvalidOperation, TypeError):
        raise ValueError("not_a_number") from None
    if not number.is_finite():
        raise ValueError("not_a_number")
    return number


def _plain(given: object) -> Decimal | int | str:
    """Refuse floats, which are rounded already, and booleans, which Python counts as numbers."""
    if isinstance(given, str):
        return given.strip().replace(",", "")
    if isinstance(given, bool) or not isinstance(given, int | Decimal):
        raise TypeError(given)
    return given


def in_own_unit(given: str, *, unit: str, scale: int) -> str:
    """Return a figure typed in the other unit of an indicator (亩, 元) in its own, rounded.

    What is no number, or absurdly large, comes back as it was typed, to be refused as such.
    """
    _name, by = OTHER_UNITS[unit]
    try:
        number = _decimal(given)
    except ValueError:
        return given
    if abs(number) >= LARGEST * by:
        return given
    return str((number / by).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP))


def scaled(value: Decimal | int, *, scale: int) -> int:
    """Return the integer that is stored: the value times ten to the `scale`.

    Raises ValueError when the value has more decimals than the scale.
    """
    whole = Decimal(value).scaleb(scale)
    if whole != whole.to_integral_value():
        raise ValueError("too_many_decimals")
    return int(whole)


def unscaled(stored: int, *, scale: int) -> Decimal:
    """Return the value in the indicator's own unit that `stored` stands for."""
    return Decimal(stored).scaleb(-scale)
