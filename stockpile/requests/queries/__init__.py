"""Reading requests to the level above."""

from stockpile.requests.queries.desk import attention
from stockpile.requests.queries.reading import (
    Asked,
    Part,
    lines,
    need_id,
    one,
    request,
    requests,
    shown,
)

__all__ = [
    "Asked", "Part", "attention", "lines", "need_id", "one", "request", "requests", "shown",
]  # fmt: skip
