"""Words of requests on screen."""

from __future__ import annotations

from relief_ops.i18n import lazy
from stockpile.requests.rules import RequestState, Stage

STATES = {
    RequestState.ASKED: lazy("waits for an answer"),
    RequestState.GRANTED: lazy("granted"),
    RequestState.REFUSED: lazy("not granted"),
    RequestState.WITHDRAWN: lazy("withdrawn"),
}
STAGES = {
    Stage.ASKED: lazy("waits for an answer"),
    Stage.REFUSED: lazy("not granted"),
    Stage.WITHDRAWN: lazy("withdrawn"),
    Stage.GRANTED: lazy("granted, nothing promised yet"),
    Stage.PROMISED: lazy("granted, something promised"),
    Stage.ON_THE_ROAD: lazy("granted, something on its way"),
    Stage.MET: lazy("granted, all of it has come"),
}
SHAPES = {
    Stage.ASKED: "watch",
    Stage.REFUSED: "act",
    Stage.WITHDRAWN: "none",
    Stage.GRANTED: "watch",
    Stage.PROMISED: "watch",
    Stage.ON_THE_ROAD: "watch",
    Stage.MET: "ok",
}
