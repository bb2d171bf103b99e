"""Words of agreements and call-offs on screen."""

from __future__ import annotations

from relief_ops.i18n import lazy
from stockpile.suppliers.rules import CallState, Kind

KINDS = {
    Kind.AGREEMENT: lazy("goods held by agreement"),
    Kind.CAPACITY: lazy("capacity to produce"),
}
STATES = {
    CallState.ASKED: lazy("waits for its signature"),
    CallState.SIGNED: lazy("ordered, on its way"),
    CallState.DELIVERED: lazy("come in full"),
    CallState.CLOSED: lazy("ended short"),
    CallState.CANCELLED: lazy("called back"),
}
SHAPES = {
    CallState.ASKED: "watch",
    CallState.SIGNED: "watch",
    CallState.DELIVERED: "ok",
    CallState.CLOSED: "act",
    CallState.CANCELLED: "ok",
}
