"""Cells of a file of receipts: what may stand in one, and what to do where it is wrong."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from relief_ops.i18n import gettext as _

THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
MOST = 10_000_000


def plain(value: Any) -> str:
    """Return a cell as text: full-width signs as plain ones, a whole number without its point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else unicodedata.normalize("NFKC", str(value)).strip()
    return text.removeprefix("'")  # put there by what wrote the file, against formulas


def whole_number(value: Any) -> int:
    """Return how many pieces a cell says. Raises ValueError for none, a part, or far too many."""
    text = plain(value)
    if THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if re.fullmatch(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", text, re.IGNORECASE) is None:
        words = _("“%(value)s” is not a number. Write digits only, the unit is the item's.",
                  value=text[:20])  # fmt: skip
        raise ValueError(words)
    if not text.isdigit() and not text.startswith("-"):
        raise ValueError(_("Only whole pieces are counted: no part of one, no sign, no exponent."))
    number = int(text) if text.isdigit() and len(text) < 20 else (0 if text[0] == "-" else MOST + 1)
    if not 1 <= number <= MOST:
        raise ValueError(_("Give 1 to %(most)s. What goes out or is lost is booked elsewhere.",
                           most=f"{MOST:,}"))  # fmt: skip
    return number


def day(value: Any) -> date:
    """Return the day a cell says. Raises ValueError for what is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = plain(value)
    found = DAY.fullmatch(text)
    try:
        if found:
            return date(*(int(each) for each in found.groups()))
    except ValueError:
        pass
    words = _("“%(value)s” is not a day. Write it as 2026-11-30.", value=text[:20])
    raise ValueError(words)


def price(value: Any) -> str:
    """Return a price without the signs of money. Raises ValueError for what is no number."""
    text = plain(value).removeprefix("¥").removesuffix("元").replace(",", "").strip()
    if text and re.fullmatch(r"-?\d{1,9}(\.\d+)?", text) is None:
        raise ValueError(_("“%(value)s” is not a price. Write it as 85.50.", value=text[:20]))
    return text


def near(text: str, known: list[str]) -> str:
    """Return the known name most like what was written, in words; nothing where none is."""
    like = get_close_matches(text, known, n=1, cutoff=0.5)
    return _(" Was %(name)s meant?", name=like[0]) if like else ""
