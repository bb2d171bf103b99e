"""Reading travel times, and what a way takes now."""

from stockpile.travel.queries.reading import (
    Listed,
    actors,
    entry,
    find,
    listed,
    named,
    owners,
    shown,
    standing,
    with_ends,
)
from stockpile.travel.queries.reckoning import Way, between, closed, from_depot

__all__ = [
    "Listed", "Way", "actors", "between", "closed", "entry", "find", "from_depot", "listed",
    "named", "owners", "shown", "standing", "with_ends",
]  # fmt: skip
