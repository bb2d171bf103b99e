"""Reading for allocation plans."""

from stockpile.plans.queries.asking import (
    Asked,
    as_they_stand,
    asked,
    open_needs,
    trucks,
    waiting,
)
from stockpile.plans.queries.attention import orders_to_sign
from stockpile.plans.queries.drawing import drawn_plan
from stockpile.plans.queries.open_orders import open_orders
from stockpile.plans.queries.parts import listed, ordered_by, readable, readable_order
from stockpile.plans.queries.reading import (
    depots_of,
    had_a_hand_in,
    lines,
    lots,
    may_refuse,
    number_of,
    order,
    order_of,
    pins,
    plan,
    shares,
    standing_pins,
    totals,
)
from stockpile.plans.queries.since import has_open, since, still_promised

__all__ = [
    "Asked",
    "as_they_stand",
    "asked",
    "depots_of",
    "drawn_plan",
    "had_a_hand_in",
    "has_open",
    "lines",
    "listed",
    "lots",
    "may_refuse",
    "number_of",
    "open_needs",
    "open_orders",
    "order",
    "order_of",
    "ordered_by",
    "orders_to_sign",
    "pins",
    "plan",
    "readable",
    "readable_order",
    "shares",
    "since",
    "standing_pins",
    "still_promised",
    "totals",
    "trucks",
    "waiting",
]
