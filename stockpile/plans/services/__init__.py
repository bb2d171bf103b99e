"""Writing allocation plans and the orders under them."""

from stockpile.plans.services.ordering import refuse, sign, write_down
from stockpile.plans.services.planning import (
    JOB,
    Answer,
    apply,
    keep_failure,
    keep_result,
    pin,
    put_plan,
)

__all__ = [
    "JOB",
    "Answer",
    "apply",
    "keep_failure",
    "keep_result",
    "pin",
    "put_plan",
    "refuse",
    "sign",
    "write_down",
]
