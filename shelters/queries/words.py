"""A state in the reader's words, where a query or an error must say it."""

from __future__ import annotations

from relief_ops.i18n import gettext as _
from relief_ops.i18n import worded
from shelters.rules import State
from shelters.rules.register import Result, Usage


@worded
def state_words(state: str) -> str:
    """Return a state in the reader's words."""
    return {
        State.STANDBY: _("standing by"),
        State.PREPARING: _("being prepared"),
        State.OPEN: _("open"),
        State.FULL: _("full"),
        State.CLOSING: _("being closed"),
        State.CLOSED: _("closed"),
    }[State(state)]


@worded
def result_words(result: str) -> str:
    """Return what a safety check found in the reader's words."""
    return {
        Result.PASSED: _("passed"),
        Result.CONDITIONAL: _("passed with conditions"),
        Result.FAILED: _("not passed"),
    }[Result(result)]


@worded
def usage_words(usage: str) -> str:
    """Return whether a building serves as a shelter in the reader's words."""
    return {
        Usage.IN_USE: _("in use"),
        Usage.UNDER_REPAIR: _("under repair"),
        Usage.OUT_OF_USE: _("out of use"),
    }[Usage(usage)]


@worded
def flag_words(code: str) -> str:
    """Return what speaks against a shelter in the reader's words, short enough for a row."""
    return {
        "safety_lapsed": _("safety check lapsed"),
        "safety_failed": _("safety check failed"),
        "safety_due": _("safety check due soon"),
        "safety_unknown": _("no safety check known"),
        "in_danger": _("in dangerous ground"),
        "under_repair": _("under repair"),
        "out_of_use": _("out of use"),
    }[code]


@worded
def place_words(kind: str) -> str:
    """Return for whom a kind of place is kept in the reader's words."""
    return {
        "wheelchair": _("wheelchair users"),
        "infant": _("infants"),
        "medical": _("medical care"),
        "pets": _("with pets"),
    }[kind]


@worded
def point_words(point: str) -> str:
    """Return what a step of a shelter asks for in the reader's words."""
    return {
        "manager": _("the keeper is there"),
        "keys": _("the keys are at hand"),
        "power": _("there is power"),
        "water": _("there is water"),
        "supplies": _("supplies were counted"),
        "hygiene": _("it is clean, with toilets in order"),
        "belongings": _("nobody's belongings are left"),
        "cleaned": _("it was cleaned"),
        "recounted": _("supplies were counted again"),
        "damage": _("damage is written down and claimed"),
    }[point]


def fault_words(fault: str, area: str) -> str:
    """Return what is wrong with a point, and what was probably meant."""
    return {
        "zero": _("0° N 0° E is in the sea off Africa: an empty cell was written as 0."),
        "metres": _("These are metres of a projection, not degrees. Convert the file first, or "
                    "send it as GeoPackage or shapefile and choose what the file itself says."),
        "swapped": _("Longitude and latitude are swapped."),
        "far": _("The point lies more than 200 km from %(area)s.", area=area),
    }[fault]  # fmt: skip
