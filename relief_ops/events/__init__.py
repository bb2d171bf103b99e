"""The event log: what happened, in commit order, hash-chained, and who may hear it."""

from relief_ops.events.log import SHARED, Change, change_rows, head, hold, read_room, record
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
    "known",
    "read_room",
    "record",
]
