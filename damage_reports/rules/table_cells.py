"""One cell of a table of figures: what it says, what was put right in reading it, what is wrong."""

from __future__ import annotations

import unicodedata
from datetime import date, time
from decimal import Decimal

from damage_reports.rules.numbers import UNKNOWN, parse_value
from relief_ops.i18n import gettext as _

NOT_KNOWN = UNKNOWN | {"not yet known", "unknown", "--", "——", "未掌握", "不明"}


def read_cell(raw: object, *, scale: int) -> tuple[Decimal | None, str]:
    """Return a cell's figure (None where it is not yet known) and what was put right, as a code.

    Raises ValueError with a code that `explain_figure` puts into words.
    """
    if isinstance(raw, date | time):
        raise ValueError("a_date")  # noqa: TRY004  every wrong cell is one kind of error
    if isinstance(raw, float):
        # A workbook keeps fifteen digits; what Python shows beyond them was never typed.
        return parse_value(_fifteen(raw), scale=scale), ""
    if isinstance(raw, str):
        return _read_text(raw, scale)
    return parse_value(raw, scale=scale), ""


def _fifteen(raw: float) -> Decimal:
    return Decimal(format(raw, ".15g"))


def _read_text(raw: str, scale: int) -> tuple[Decimal | None, str]:
    text = unicodedata.normalize("NFKC", raw).strip().removeprefix("'").strip()
    if text.lower() in NOT_KNOWN:
        return None, ""
    changed = "full_width" if text != raw.strip().removeprefix("'") else ""
    digits = "".join(text.replace(",", "").split())
    return parse_value(digits, scale=scale), changed or ("as_text" if digits != text else "")


def explain_figure(code: str) -> str:
    """Say what is wrong with a figure and what to do."""
    return {
        "negative": _("A figure cannot be negative. Write 0, or leave it as not yet known."),
        "too_large": _("This figure is too large. Check the unit."),
        "too_many_decimals": _("Too many decimals for this unit."),
        "a_date": _("This is a date. Format the cell as a number and write the figure again."),
    }.get(code, _("This is not a number. Write digits only, or leave it as not yet known."))


def explain_reading(code: str, value: Decimal | None) -> str:
    """Say what was put right in reading a cell."""
    words = {
        "full_width": _("Full-width signs were read as %(value)s.", value=value),
        "as_text": _("Separators were left out: read as %(value)s.", value=value),
        "formula": _("The value saved with the formula was taken: %(value)s.", value=value),
    }
    return words[code]
