"""Reading requests to the level above."""

from stockpile.requests.queries.desk import attention
from stockpile.requests.queries.reading import (
    Asked,
    Part,
    around,
    lines,
    name_in,
    need_id,
    one,
    request,
    requests,
    shown,
)

__all__ = [
    "Asked", "Part", "around", "attention", "lines", "name_in", "need_id", "one", "request",
    "requests", "shown",
]  # fmt: skip
