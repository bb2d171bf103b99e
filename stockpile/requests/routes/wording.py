"""Words of requests on screen."""

from __future__ import annotations

from relief_ops.i18n import lazy
from stockpile.requests.rules import RequestState

STATES = {
    RequestState.ASKED: lazy("waits for an answer"),
    RequestState.GRANTED: lazy("granted"),
    RequestState.REFUSED: lazy("not granted"),
    RequestState.WITHDRAWN: lazy("withdrawn"),
}
SHAPES = {
    RequestState.ASKED: "watch",
    RequestState.GRANTED: "ok",
    RequestState.REFUSED: "act",
    RequestState.WITHDRAWN: "none",
}
