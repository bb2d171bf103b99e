"""Decisions about check-in on plain values."""

from __future__ import annotations

from enum import StrEnum


class By(StrEnum):
    """By what a household is looked for at the door of a shelter."""

    SLIP = "slip"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    NAME = "name"


def is_part_of(name: str, wanted: str) -> bool:
    """Whether a name contains what was typed, spaces and case aside."""
    typed = "".join(wanted.split()).casefold()
    return bool(typed) and typed in "".join(name.split()).casefold()
