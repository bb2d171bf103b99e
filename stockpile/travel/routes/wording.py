"""Words of travel times on screen."""

from __future__ import annotations

from relief_ops.i18n import lazy
from stockpile.travel.rules import Basis, Means

MEANS = {
    Means.ROAD: lazy("by road"),
    Means.FERRY: lazy("by ferry"),
    Means.BOAT: lazy("in a boat"),
    Means.AIR: lazy("by air"),
}
BASES = {
    Basis.ENTERED: lazy("somebody entered it"),
    Basis.STRAIGHT: lazy("estimated from the straight line"),
    Basis.ROUND: lazy("estimated round the sea"),
    Basis.SEA: lazy("only the sea lies between: a guess"),
    Basis.SHUT: lazy("entered: nobody can go"),
    Basis.ISLAND: lazy("an island, and no time is entered"),
    Basis.ROAD_CLOSED: lazy("a closed road lies across"),
    Basis.UNKNOWN: lazy("nobody knows where it lies"),
}
SHAPES = {
    Basis.ENTERED: "ok",
    Basis.STRAIGHT: "none",
    Basis.ROUND: "none",
    Basis.SEA: "watch",
    Basis.SHUT: "act",
    Basis.ISLAND: "act",
    Basis.ROAD_CLOSED: "act",
    Basis.UNKNOWN: "watch",
}
