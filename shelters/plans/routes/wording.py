"""The words of evacuation plans, in the reader's language."""

from __future__ import annotations

from typing import Any

from relief_ops.i18n import gettext as _
from shelters.plans.rules import PlanState
from shelters.rules import Phase

SHAPES = {
    PlanState.COMPUTING: "watch", PlanState.READY: "watch", PlanState.APPLIED: "ok",
    PlanState.REPLACED: "none", PlanState.FAILED: "act",
}  # fmt: skip


def state_words() -> dict[str, str]:
    """Return how far a plan has come."""
    return {
        PlanState.COMPUTING: _("being worked out"),
        PlanState.READY: _("ready to be looked at"),
        PlanState.APPLIED: _("told to the villages"),
        PlanState.REPLACED: _("replaced"),
        PlanState.FAILED: _("could not be worked out"),
    }


def phase_words() -> dict[str, str]:
    """Return which capacity of the shelters counts."""
    return {
        Phase.DAY: _("by day"), Phase.NIGHT: _("at night"), Phase.AFTER: _("after the impact"),
    }  # fmt: skip


def broken_words() -> dict[str, str]:
    """Return why nobody more can go to a shelter."""
    return {
        "in_danger": _("lies in dangerous ground"), "closed": _("is closed"),
        "safety_lapsed": _("its safety check has run out"), "full": _("is full"),
    }  # fmt: skip


def against_words(line: dict[str, Any]) -> str:
    """Return what stood against a nearer shelter, as part of a sentence."""
    return {
        "excluded": broken_words().get(line["because"], _("is excluded")),
        "closed": _("the way is closed"),
        "full": _("is full"),
        "no_places": _("has no free place"),
        "kind": _("has no place of the kind needed"),
        "promised": _("these people were told to go here before"),
    }[line["against"]]


def why(line: dict[str, Any]) -> str:
    """Return in one sentence why these people go where they go."""
    if line["reasons"]:
        return _("Changed by hand: %(why)s", why="; ".join(line["reasons"]))
    nearer = "; ".join(
        _("%(name)s (%(km).1f km) %(why)s", name=each["name"], km=each["metres"] / 1000,
          why=against_words(each))
        for each in line["nearer"]
    )  # fmt: skip
    if line["shelter"] is None:
        return _("%(reasons)s.", reasons=nearer) if nearer else _("No shelter is within reach.")
    if not nearer:
        return _("The nearest shelter.")
    said = _("%(reasons)s.", reasons=nearer)
    if (take := line["it_would_take"]) and take["places"]:
        more = _("%(places)d more places in %(name)s would let them go there.",
                 places=take["places"], name=take["name"])  # fmt: skip
        return f"{said} {more}"
    return said
