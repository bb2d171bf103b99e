"""Moments that are said: none that has not come, and none before what it follows."""

from __future__ import annotations

from datetime import datetime, timedelta

from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _

CLOCKS_APART = timedelta(minutes=10)


def come(field: str, at: datetime | None, now: datetime) -> datetime:
    """Return a moment that was said, now where none was; a phone's clock may be a little ahead.

    Raises Invalid for one that has not come.
    """
    if at is not None and at > now + CLOCKS_APART:
        words = _("This moment has not come yet.")
        raise Invalid(words, [FieldError(field, "future", words)])
    return at or now


def gone(left: datetime, came: datetime) -> datetime:
    """Return when somebody left who came at a moment; two clocks may differ a little.

    Raises Invalid for who left before they came.
    """
    if left < came - CLOCKS_APART:
        words = _("They cannot have left before they came.")
        raise Invalid(words, [FieldError("left_at", "before_arrival", words)])
    return max(left, came)
