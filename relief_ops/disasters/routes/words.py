"""The words of disasters, in the reader's language."""

from __future__ import annotations

from relief_ops.disasters.rules import Grade, Kind, Ladder, State
from relief_ops.i18n import gettext as _

ROMAN = ("—", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ")


def kind_words() -> dict[str, str]:
    """Return the kinds of disaster as the reporting system names them (灾种)."""
    return {
        Kind.FLOOD: _("Flood"),
        Kind.DROUGHT: _("Drought"),
        Kind.TYPHOON: _("Typhoon"),
        Kind.HAIL_WIND: _("Hail and wind"),
        Kind.LOW_TEMPERATURE: _("Low temperature and frost"),
        Kind.SNOW: _("Snow"),
        Kind.SANDSTORM: _("Sandstorm"),
        Kind.EARTHQUAKE: _("Earthquake"),
        Kind.GEOLOGICAL: _("Geological disaster"),
        Kind.MARINE: _("Marine disaster"),
        Kind.WILDFIRE: _("Forest or grassland fire"),
        Kind.BIOLOGICAL: _("Biological disaster"),
    }


def sub_kind_words() -> dict[str, str]:
    """Return the second level of the kinds (亚灾种)."""
    return {
        "river_flood": _("River flood"), "flash_flood": _("Flash flood"),
        "waterlogging": _("Waterlogging"), "gale": _("Gale"), "hail": _("Hail"),
        "tornado": _("Tornado"), "lightning": _("Lightning"), "cold": _("Cold damage"),
        "frost": _("Frost"), "freezing": _("Freezing rain and ice"), "collapse": _("Rockfall"),
        "landslide": _("Landslide"), "debris_flow": _("Debris flow"),
        "ground_collapse": _("Ground collapse"), "storm_surge": _("Storm surge"),
        "waves": _("High waves"), "sea_ice": _("Sea ice"), "tsunami": _("Tsunami"),
        "other": _("Other"),
    }  # fmt: skip


def grade_words() -> dict[str, str]:
    """Return the four grades; the empty one is not graded yet."""
    return {
        "": _("not graded yet"),
        Grade.ORDINARY: _("general"),
        Grade.LARGER: _("larger"),
        Grade.MAJOR: _("major"),
        Grade.EXTREME: _("extremely severe"),
    }


SHAPES = {State.ACTIVE: "act", State.STABLE: "watch", State.VERIFYING: "watch",
          State.FINALISED: "ok", State.CLOSED: "none"}  # fmt: skip


def ladder_words() -> dict[str, str]:
    """Return the two ladders, which never mix."""
    return {Ladder.FLOOD: _("Flood and typhoon defence"), Ladder.RELIEF: _("Disaster relief")}
