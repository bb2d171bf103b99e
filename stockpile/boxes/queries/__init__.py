"""Reading boxes."""

from stockpile.boxes.queries.desk import attention, boxes_add_up
from stockpile.boxes.queries.reading import (
    Ends,
    Load,
    Row,
    box,
    boxes,
    carried,
    ends,
    held,
    load_of,
    loaded,
    next_number,
    numbered,
    picked,
    shown,
    standing,
    was_scanned,
)
from stockpile.boxes.queries.tracing import Link, chain, steps

__all__ = [
    "Ends",
    "Link",
    "Load",
    "Row",
    "attention",
    "box",
    "boxes",
    "boxes_add_up",
    "carried",
    "chain",
    "ends",
    "held",
    "load_of",
    "loaded",
    "next_number",
    "numbered",
    "picked",
    "shown",
    "standing",
    "steps",
    "was_scanned",
]
