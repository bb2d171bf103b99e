"""The words of the road, in the reader's language."""

from __future__ import annotations

from relief_ops.i18n import gettext as _
from stockpile.rules import ShipmentState
from stockpile.transport.rules import Shot, Sight


def step_words() -> dict[str, str]:
    """Return what each link of the chain of custody, and each thing a driver says, is called."""
    return {
        "dispatched": _("left the depot's book"),
        Sight.LOADED: _("load taken over, as on the slip"),
        Sight.LOAD_DIFFERS: _("load taken over, other than on the slip"),
        Sight.LEFT: _("drove off"),
        Sight.POSITION: _("position"),
        Sight.HELD_UP: _("held up"),
        Sight.ARRIVED: _("is there"),
        f"photo_{Shot.GOODS}": _("took a picture of the goods"),
        f"photo_{Shot.HANDOVER}": _("took a picture of the handing over"),
        ShipmentState.RECEIVED: _("counted and signed for"),
        ShipmentState.TURNED_BACK: _("back in the depot"),
    }


def shot_words() -> dict[str, str]:
    """Return what a driver's picture shows, by its kind."""
    return {Shot.ROAD: _("The road"), Shot.GOODS: _("The goods"), Shot.HANDOVER: _("Handing over")}


def source_words() -> dict[str, str]:
    """Return who tells when or where a picture was taken."""
    return {"camera": _("by the camera"), "device": _("by the phone"), "typed": _("typed")}
