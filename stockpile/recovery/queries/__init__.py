"""Reading what comes back."""

from stockpile.recovery.queries.desk import apart_adds_up, attention
from stockpile.recovery.queries.reading import (
    Row,
    listed,
    recoveries,
    recovery,
    shown,
    steps,
)
from stockpile.recovery.queries.standing import Out, Sum, households, out, sums, with_households

__all__ = [
    "Out",
    "Row",
    "Sum",
    "apart_adds_up",
    "attention",
    "households",
    "listed",
    "out",
    "recoveries",
    "recovery",
    "shown",
    "steps",
    "sums",
    "with_households",
]
