"""一户一码: the code on a household's slip, short enough to be read out or typed."""

from __future__ import annotations

from uuid import UUID

# No I, L, O, U: nobody takes one for another.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # pragma: allowlist secret
MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
BITS, DIGITS = 40, 8
CHECKED_BY = 31


def slip_code(household_id: UUID) -> str:
    """Return the code of a household: eight characters of its id, and one that checks them."""
    number = household_id.int & ((1 << BITS) - 1)
    values = [(number >> shift) & 31 for shift in range(BITS - 5, -1, -5)]
    text = "".join(ALPHABET[each] for each in values)
    return f"{text[:4]}-{text[4:]}-{ALPHABET[_check(values)]}"


def _check(values: list[int]) -> int:
    return sum(place * value for place, value in enumerate(values, 1)) % CHECKED_BY


def read_slip(text: str) -> str | None:
    """Return the last ten hexadecimal digits of the household's id, or None for what is no code."""
    typed = "".join(each for each in text.upper() if each.isascii() and each.isalnum())
    typed = typed.translate(MISREAD)
    if len(typed) != DIGITS + 1 or any(each not in ALPHABET for each in typed):
        return None
    values = [ALPHABET.index(each) for each in typed]
    if _check(values[:-1]) != values[-1]:
        return None
    number = 0
    for each in values[:-1]:
        number = number << 5 | each
    return f"{number:0{BITS // 4}x}"
