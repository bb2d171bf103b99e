"""Codes in the reader's words, for the pages and files."""

from __future__ import annotations

from typing import Any

from relief_ops.i18n import gettext as _
from relief_ops.i18n import worded
from shelters.queries.words import (
    flag_words,
    point_words,
    result_words,
    state_words,
    usage_words,
)
from shelters.routes.columns import heading
from shelters.rules import Band, Kind, LeftTo, Standing, State, Stay, is_old
from shelters.rules.register import FEATURES, SECTIONS, Risk
from shelters.rules.twins import Likeness

SHAPES = {State.OPEN: "ok", State.FULL: "act", State.PREPARING: "watch", State.CLOSING: "watch"}


@worded
def kind_words(kind: str) -> str:
    """Return a kind of shelter in the reader's words."""
    return {
        Kind.CENTRE_COUNTY: _("county shelter centre"),
        Kind.CENTRE_TOWNSHIP: _("township shelter centre"),
        Kind.POINT_VILLAGE: _("village shelter point"),
    }[Kind(kind)]


def shape_of(state: str) -> str:
    """Return the shape of the meaning scale that stands for a state."""
    return SHAPES.get(State(state), "")


@worded
def action_words(state: str) -> str:
    """Return the step into a state in the reader's words, for its button."""
    return {
        State.STANDBY: _("Back to standby"),
        State.PREPARING: _("Start preparing"),
        State.OPEN: _("Open now"),
        State.FULL: _("It is full"),
        State.CLOSING: _("Begin closing"),
        State.CLOSED: _("Close it"),
    }[State(state)]


@worded
def band_words(band: str) -> str:
    """Return an occupancy band in the reader's words."""
    return {Band.OK: _("room"), Band.WATCH: _("nearly full"), Band.ACT: _("no room")}[Band(band)]


@worded
def stay_words(stay: str) -> str:
    """Return where a household is in the reader's words."""
    return {
        Stay.ON_THE_WAY: _("on the way"),
        Stay.ARRIVED: _("inside"),
        Stay.DEPARTED: _("left"),
        Stay.CANCELLED: _("did not come"),
    }[Stay(stay)]


@worded
def standing_words(standing: str) -> str:
    """Return what a headcount is worth in the reader's words."""
    return {
        Standing.CURRENT: _("counts"),
        Standing.SUPERSEDED: _("replaced"),
        Standing.RIVAL: _("waits for a decision"),
        Standing.REJECTED: _("set aside"),
    }[Standing(standing)]


@worded
def left_words(left_to: str) -> str:
    """Return where a household went in the reader's words."""
    return {
        LeftTo.HOME: _("home"),
        LeftTo.RELATIVES: _("to relatives"),
        LeftTo.HOSPITAL: _("to hospital"),
        LeftTo.OTHER_SHELTER: _("to another shelter"),
        LeftTo.CANCELLED: _("did not come"),
    }[LeftTo(left_to)]


@worded
def room_words(room: str) -> str:
    """Return the free places of a shelter as the public reads them."""
    return {
        "none": _("no room now"),
        "few": _("a few places left"),
        "many": _("enough room"),
    }[room]


@worded
def compass_words(point: str) -> str:
    """Return a point of the compass in the reader's words."""
    return {
        "n": _("north"),
        "ne": _("north-east"),
        "e": _("east"),
        "se": _("south-east"),
        "s": _("south"),
        "sw": _("south-west"),
        "w": _("west"),
        "nw": _("north-west"),
    }[point]


def distance_words(metres: float) -> str:
    """Return a distance as people say it: to 50 metres, from a kilometre on to a tenth."""
    if metres < 975:
        return _("%(metres)d m", metres=max(50, round(metres / 50) * 50))
    return _("%(km).1f km", km=metres / 1000)


@worded
def split_words(split: str) -> str:
    """Return the heading of a part of a headcount or a capacity."""
    return {
        "male": _("men and boys"),
        "female": _("women and girls"),
        "under18": _("under 18"),
        "over60": _("60 and over"),
        "disabled": _("disabled"),
        "ill": _("ill or injured"),
        "wheelchair": _("wheelchair users"),
        "infant": _("infants"),
        "medical": _("medical care"),
        "pets": _("pets"),
        "capacity_max": _("greatest capacity"),
        "capacity_day": _("by day"),
        "capacity_night": _("by night"),
        "capacity_after": _("after a disaster"),
    }[split]


@worded
def risk_words(risk: str) -> str:
    """Return how likely the ground is to flood or slide in the reader's words."""
    return {
        Risk.NONE: _("no risk"),
        Risk.LOW: _("low risk"),
        Risk.MEDIUM: _("medium risk"),
        Risk.HIGH: _("high risk"),
    }[Risk(risk)]


@worded
def section_words(section: str) -> str:
    """Return the heading of a section of the record."""
    return {
        "building": _("Building"),
        "equipment": _("Equipment"),
        "safety": _("Safety of the building and the ground"),
        "running": _("Running it"),
    }[section]


def likeness_words(why: str) -> str:
    """Return why a row may be a shelter that is there already."""
    return {
        Likeness.NAME: _("same name"),
        Likeness.SPOT: _("within 50 m"),
        Likeness.LIKE: _("similar name"),
    }[Likeness(why)]


def source_words() -> dict[str, str]:
    """Return who may tell a photo's time or place, in words."""
    return {"camera": _("by the camera"), "device": _("by the phone"), "typed": _("typed")}


def detail_words(name: str, value: Any) -> str:
    """Return a field of the record as its page shows it; empty where it is not known."""
    if value is None or value == "":
        return ""
    if name in FEATURES or name == "hidden":
        return _("yes") if value else _("no")
    if name in ("flood_risk", "geological_risk"):
        return risk_words(value)
    if name == "appraisal":
        return str(value).upper()
    if name == "usage":
        return usage_words(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def wording() -> dict[str, Any]:
    """Return the functions every page of shelters words its codes with."""
    return {
        "is_old": is_old,
        "kind_words": kind_words,
        "state_words": state_words,
        "action_words": action_words,
        "shape_of": shape_of,
        "band_words": band_words,
        "stay_words": stay_words,
        "standing_words": standing_words,
        "left_words": left_words,
        "room_words": room_words,
        "compass_words": compass_words,
        "distance_words": distance_words,
        "split_words": split_words,
        "usage_words": usage_words,
        "result_words": result_words,
        "flag_words": flag_words,
        "risk_words": risk_words,
        "section_words": section_words,
        "detail_words": detail_words,
        "heading": heading,
        "point_words": point_words,
        "sections": SECTIONS,
    }
