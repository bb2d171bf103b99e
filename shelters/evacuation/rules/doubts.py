"""What is said of a household, and what is known of it, do not agree."""

from __future__ import annotations

from enum import StrEnum


class Doubt(StrEnum):
    """Why nobody knows for sure where a household is."""

    UNREGISTERED = "unregistered"  # said to be in a shelter, and no shelter registered all of it
    LONG_WAY = "long_way"  # on its way for longer than any way takes
    NOT_COME = "not_come"  # announced in a shelter, and it never came
