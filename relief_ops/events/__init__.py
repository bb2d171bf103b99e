"""The event log: what happened, in commit order, hash-chained, and who may hear it."""

from relief_ops.events.log import (
    SHARED,
    Change,
    change_rows,
    head,
    hold,
    is_shared,
    position,
    read_room,
    record,
    shared_room,
)
from relief_ops.events.vocabulary import Audience, Code, Event, Point, known

__all__ = [
    "SHARED",
    "Audience",
    "Change",
    "Code",
    "Event",
    "Point",
    "change_rows",
    "head",
    "hold",
    "is_shared",
    "known",
    "position",
    "read_room",
    "record",
    "shared_room",
]
