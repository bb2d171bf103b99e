"""Which two entries may be one and the same shelter: for a person to decide, never for us."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

NEAR_METRES, FAR_METRES = 50, 2_000
LIKE = 85  # of 100: one mistyped sign in a name of eight leaves more
NUMBER = re.compile(r"\d+")
FILLING = re.compile(r"避灾|安置|场所|中心|点|[\s()()·,,.。-]")


class Likeness(StrEnum):
    """Why two entries may be one: called the same, on one spot, or called nearly the same."""

    NAME = "name"
    SPOT = "spot"
    LIKE = "like"


def likeness(
    name: str, other: str, *, same_area: bool, metres: float | None
) -> tuple[Likeness, ...]:
    """Return why two entries so many metres apart (None: not known) may be one shelter.

    The same name counts anywhere in one area and within two kilometres, a like name within two
    kilometres or, where a point is not known, in one area.
    """
    found = []
    close = metres is not None and metres <= FAR_METRES
    if (same_area or close) and bare(name) == bare(other):
        found.append(Likeness.NAME)
    elif (close or (same_area and metres is None)) and _alike(bare(name), bare(other)):
        found.append(Likeness.LIKE)
    if metres is not None and metres <= NEAR_METRES:
        found.append(Likeness.SPOT)
    return tuple(found)


def _alike(name: str, other: str) -> bool:
    """Whether two names are nearly the same; other numbers in them are other villages."""
    from rapidfuzz import fuzz  # 2 MB: only who compares pays

    return NUMBER.findall(name) == NUMBER.findall(other) and fuzz.ratio(name, other) >= LIKE


def bare(name: str) -> str:
    """Return what tells a name from others: width, spaces and the words all share left out."""
    plain = unicodedata.normalize("NFKC", name).lower()
    return FILLING.sub("", plain) or plain
