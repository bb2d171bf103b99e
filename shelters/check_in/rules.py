"""Decisions about check-in on plain values."""

from __future__ import annotations

import re
from enum import StrEnum

from shelters.rules import digits_of

LEAST_DIGITS, ID_LENGTH = 7, 18
FILLED = " \t,，、;；:：."  # what people write between a name and a number


class By(StrEnum):
    """By what a household is looked for at the door of a shelter."""

    SLIP = "slip"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    NAME = "name"


def looked_by(text: str) -> By:
    """Return by what somebody inside is looked for, as it is read: a name, or a room, else."""
    digits = digits_of(text)
    if len(text) == ID_LENGTH and len(digits) >= ID_LENGTH - 1:
        return By.ID_NUMBER
    return By.PHONE if len(digits) >= LEAST_DIGITS else By.NAME


def is_part_of(name: str, wanted: str) -> bool:
    """Whether a name contains what was typed, spaces and case aside."""
    typed = "".join(wanted.split()).casefold()
    return bool(typed) and typed in "".join(name.split()).casefold()


NUMBER = re.compile(r"\d{17}\s?[\dXx]|\d{15}")


def read_members(text: str) -> list[dict[str, str]]:
    """Return who is named line by line: the name, and the identity number if one stands there."""
    return [_member(line) for line in text.splitlines() if line.strip(FILLED)]


def _member(line: str) -> dict[str, str]:
    number = NUMBER.search(line)
    if number is None:
        return {"name": line.strip(FILLED)}
    name = (line[: number.start()] + " " + line[number.end() :]).strip(FILLED)
    return {"name": name, "id_number": "".join(number[0].split())}
