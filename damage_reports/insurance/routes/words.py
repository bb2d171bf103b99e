"""What the screens call states, steps and sections."""

from typing import Any

from damage_reports.insurance.rules import State
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy

STATES = {
    State.REPORTED: lazy("Reported by telephone"),
    State.SURVEYED: lazy("Surveyed"),
    State.ON_NOTICE: lazy("Waiting on notice"),
    State.APPROVED: lazy("Amount fixed"),
    State.PAID: lazy("Claim paid"),
    State.REFUSED: lazy("No payment"),
}
STEPS = {
    State.SURVEYED: lazy("Survey"),
    State.ON_NOTICE: lazy("Put the list on notice"),
    State.APPROVED: lazy("Fix the amount"),
    State.PAID: lazy("Note that it is paid"),
    State.REFUSED: lazy("Refuse payment"),
}
SHAPES = {
    State.REPORTED: "watch",
    State.SURVEYED: "ok",
    State.ON_NOTICE: "ok",
    State.APPROVED: "ok",
    State.PAID: "ok",
}
SECTIONS = {"persons": lazy("persons"), "property": lazy("property")}


def tier_words(tier: dict[str, Any]) -> str:
    """Say which depths a tier holds, its ends included or not."""
    low, high = f"{tier['from_cm']:g}", tier["to_cm"]
    if high is None:
        return (
            _("from %(from)s cm", **{"from": low})
            if tier["from_included"]
            else _("over %(from)s cm", **{"from": low})
        )
    ends = {"from": low, "to": f"{high:g}"}
    if tier["from_included"] and tier["to_included"]:
        return _("%(from)s to %(to)s cm", **ends)
    if tier["from_included"]:
        return _("from %(from)s cm, under %(to)s cm", **ends)
    if tier["to_included"]:
        return _("over %(from)s cm, up to %(to)s cm", **ends)
    return _("over %(from)s cm, under %(to)s cm", **ends)
