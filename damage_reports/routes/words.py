"""Words that several pages of reports say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from damage_reports.rules import Means, Nature, Outcome, RollUp
from relief_ops.geo import Level
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy


def means_words() -> dict[Means, str]:
    """Return the means by which figures come, in the reader's words, without a network first."""
    return spoken_means() | {Means.WORKBOOK: _("By workbook")}


def spoken_means() -> dict[Means, str]:
    """Return the means by which somebody tells figures to whoever enters them."""
    return {
        Means.RADIO: _("Radio"),
        Means.SATELLITE_PHONE: _("Satellite phone"),
        Means.SMS: _("Text message"),
        Means.PHONE: _("Telephone"),
        Means.MESSAGE: _("Chat message"),
        Means.PAPER: _("On paper"),
        Means.IN_PERSON: _("In person"),
    }


def group_words() -> dict[str, str]:
    """Return the groups of figures in the reader's words, in the order of the form."""
    return {
        "extent": _("Extent"),
        "people": _("People"),
        "transfer": _("Moved"),
        "relief": _("Living relief"),
        "houses": _("Houses"),
        "crops": _("Crops"),
        "livestock": _("Livestock"),
        "fishery": _("Fishery"),
        "industry": _("Industry"),
        "infrastructure": _("Infrastructure"),
        "public_service": _("Public service"),
        "loss": _("Direct economic loss"),
        "response": _("Response"),
        "money": _("Relief money"),
        "goods": _("Goods given out"),
        "helped": _("People helped"),
        "forces": _("Forces sent"),
        "settled": _("People settled"),
        "rebuilt": _("Dwellings rebuilt"),
    }


def nature_words() -> dict[str, str]:
    """Return what a figure can be, in words."""
    return {
        Nature.CUM: _("cumulative"),
        Nature.RT: _("at present"),
        Nature.FLOW: _("of the round"),
        Nature.LEVEL: _("level"),
        Nature.INSTANT: _("point in time"),
    }


def roll_up_words() -> dict[str, str]:
    """Return how a figure goes into a total, in words."""
    return {
        RollUp.SUM: _("added up"),
        RollUp.ANY_THEN_SUM: _("1 a township, then added up"),
        RollUp.LEAST: _("the gravest or earliest"),
    }


def outcome_words(*, claims: bool = False) -> dict[Outcome, str]:
    """Return what rows of a table of reports or of claims became, in words."""
    kept = {
        Outcome.STORED: _("kept"),
        Outcome.REVISED: _("kept in place of what the source said before"),
    }
    return {
        Outcome.STORED: _("filed"),
        Outcome.REVISED: _("filed over your earlier table"),
        Outcome.UNCHANGED: _("nothing new: it stands already"),
        Outcome.RIVAL: _("rival: another report stands, a person decides"),
        Outcome.REFUSED: _("refused"),
        Outcome.LEFT_OUT: _("left out as wrong"),
    } | (kept if claims else {})


SOURCES: Mapping[str, Any] = {
    "stockpile": lazy("stock received at the last place"),
    "shelters": lazy("headcounts of the shelters"),
    "evacuation": lazy("steps of the evacuation"),
    "responses": lazy("the response in force"),
    "cases": lazy("cases paid out"),
}


def source(code: str) -> str:
    """Return who offers a figure, in words."""
    return str(SOURCES.get(code, code))


def level_words() -> dict[str, str]:
    """Return the levels in words."""
    return {Level.CITY: _("City"), Level.COUNTY: _("County"), Level.TOWNSHIP: _("Township"),
            Level.VILLAGE: _("Village")}  # fmt: skip
