"""Reading agreements with suppliers and what is called off."""

from stockpile.suppliers.queries.agreements import (
    Agreement,
    agreement,
    agreements,
    called,
    contact,
    find,
    line,
    of_call,
    offers,
    shown,
    with_items,
)
from stockpile.suppliers.queries.calls import (
    Call,
    call,
    call_off,
    calls,
    delivered_to,
    deliveries,
    shown_call,
)
from stockpile.suppliers.queries.desk import attention, deliveries_add_up

__all__ = [
    "Agreement",
    "Call",
    "agreement",
    "agreements",
    "attention",
    "call",
    "call_off",
    "called",
    "calls",
    "contact",
    "delivered_to",
    "deliveries",
    "deliveries_add_up",
    "find",
    "line",
    "of_call",
    "offers",
    "shown",
    "shown_call",
    "with_items",
]
