"""What a handout says on screen."""

from __future__ import annotations

from typing import Any

from relief_ops.i18n import lazy
from stockpile.handouts.rules import HandoutState, Signed

STATES: dict[str, Any] = {
    HandoutState.BOOKED: lazy("handed out"),
    HandoutState.EXCEPTION: lazy("to be looked at"),
    HandoutState.SETTLED: lazy("looked at and settled"),
    HandoutState.TAKEN_BACK: lazy("taken back"),
}
SHAPES = {
    HandoutState.BOOKED: "ok",
    HandoutState.EXCEPTION: "act",
    HandoutState.SETTLED: "ok",
    HandoutState.TAKEN_BACK: "blind",
}
RULINGS = {
    "allowed": lazy("within the limits"),
    "too_soon": lazy("given again too soon"),
    "too_much": lazy("more than the limit"),
}
SIGNED: dict[str, Any] = {
    Signed.NOT: lazy("not signed"),
    Signed.SCREEN: lazy("signed on the screen"),
    Signed.PAPER: lazy("signed on paper"),
}
WORDS = {"states": STATES, "shapes": SHAPES, "rulings": RULINGS, "signed_words": SIGNED}
