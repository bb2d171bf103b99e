"""Cells of files as the schema wants them; what cannot be read is said in the reader's words."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from relief_ops.i18n import LANGUAGES, speak
from relief_ops.i18n import gettext as _
from shelters.queries.words import usage_words
from shelters.routes.wording import kind_words, risk_words
from shelters.rules import Kind
from shelters.rules.register import DAYS, FEATURES, NUMBERS, Appraisal, Risk, Usage

YES = {"是", "有", "yes", "true", "1", "1.0", "y", "√"}
NO = {"", "否", "无", "no", "false", "0", "0.0", "n"}


def read_cell(name: str, value: Any, errors: dict[str, str]) -> Any:
    """Return a cell's value as the schema wants it; what cannot be read is an error."""
    if isinstance(value, str) and value.startswith("'"):
        value = value[1:]
    reader = READERS.get(name, text_of)
    try:
        return reader(value)
    except ValueError as error:
        errors[name] = str(error)
        return None


def text_of(value: Any) -> Any:
    """Return a cell as text: a whole number without its point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if value is None else str(value).strip()


def _number(value: Any) -> Any:
    text = str(value).strip().replace(",", "") if value is not None else ""
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise ValueError(_("“%(value)s” is not a number.", value=text[:40])) from None
    if not number.is_integer():
        raise ValueError(_("“%(value)s” is not a whole number.", value=text[:40]))
    return int(number)


def _degrees(value: Any) -> Any:
    text = str(value).strip() if value is not None else ""
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise ValueError(_("“%(value)s” is not a number.", value=text[:40])) from None


def _day(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if value is None or isinstance(value, date):
        return value and value.isoformat()
    text = str(value).strip().replace("/", "-").replace(".", "-")
    try:
        parts = [int(part) for part in text.split("-")]
        return date(*parts).isoformat()
    except (TypeError, ValueError):
        raise ValueError(_("“%(value)s” is not a day.", value=text[:40])) from None


def _yes(value: Any) -> bool:
    text = "" if value is None else str(value).strip().lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise ValueError(_("“%(value)s” is neither yes nor no.", value=text[:40]))


def _kind(value: Any) -> Any:
    text = "" if value is None else str(value).strip()
    shorter = {"避灾点": Kind.POINT_VILLAGE.value}
    found = (_spoken(kind_words, Kind) | shorter).get(text)
    if found is None:
        choices = "、".join(kind_words(each) for each in Kind)
        raise ValueError(_("This is not one of the choices: %(choices)s.", choices=choices))
    return found


def _spoken(words: Callable[[str], str], choices: type[StrEnum]) -> dict[str, str]:
    """Return some codes by what they are called in every language, and by themselves."""
    found = {each.value: each.value for each in choices}
    for language in LANGUAGES:
        context = copy_context()
        context.run(speak, language)
        found |= {context.run(words, each): each.value for each in choices}
    return found


def _feature(value: Any) -> bool | None:
    """Return whether there is something; an empty cell leaves it unknown."""
    return None if value is None or str(value).strip() == "" else _yes(value)


def _choice(words: Callable[[str], str], choices: type[StrEnum]) -> Callable[[Any], Any]:
    """Return a reader of one of some codes, written as code or in the reader's words."""

    def read(value: Any) -> Any:
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        known = _spoken(words, choices)
        found = known.get(text) or known.get(text.lower())
        if found is None:
            listed = "、".join(words(each) for each in choices)
            raise ValueError(_("This is not one of the choices: %(choices)s.", choices=listed))
        return found

    return read


READERS: dict[str, Callable[[Any], Any]] = {
    "kind": _kind,
    "lon": _degrees,
    "lat": _degrees,
    "hidden": _yes,
    "safety_checked_until": _day,
    **dict.fromkeys(
        ("capacity_max", "capacity_day", "capacity_night", "capacity_after", "wheelchair",
         "infant", "medical", "pets", *NUMBERS),
        _number,
    ),
    **dict.fromkeys(FEATURES, _feature),
    **dict.fromkeys(DAYS, _day),
    "elevation_m": _degrees,
    "usage": _choice(usage_words, Usage),
    "appraisal": _choice(str.upper, Appraisal),
    "flood_risk": _choice(risk_words, Risk),
    "geological_risk": _choice(risk_words, Risk),
}  # fmt: skip
