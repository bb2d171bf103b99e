"""The words of the day book's pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from relief_ops import clock
from relief_ops.errors import ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from shelters.daybook.queries import words
from shelters.daybook.rules import SPECIAL, Meal
from shelters.daybook.rules.incidents import NEXT, IncidentState, Severity

ACTIONS = {
    "open": lazy("Take it up again"),
    "handled": lazy("Mark as handled"),
    "closed": lazy("Mark as over"),
}
FIELDS = {
    "kind": lazy("What happened"),
    "syndrome": lazy("Signs they have in common"),
    "happened_at": lazy("When"),
    "people": lazy("People concerned"),
    "severity": lazy("How serious"),
    "state": lazy("State"),
    "account": lazy("Account of it"),
}
VOLUNTEER_FIELDS = {
    "name": lazy("Full name"),
    "phone": lazy("Telephone"),
    "organisation": lazy("Organisation"),
    "skills": lazy("Skills"),
    "duty_from": lazy("On duty from"),
    "duty_to": lazy("On duty until"),
}
CODED = {
    "kind": words.KINDS,
    "syndrome": words.SYNDROMES,
    "severity": words.SEVERITIES,
    "state": words.STATES,
}


def meal_words() -> dict[str, str]:
    """Return the meals in the reader's language."""
    said = (_("Breakfast"), _("Lunch"), _("Supper"), _("Night meal"))
    return {meal.value: each for meal, each in zip(Meal, said, strict=True)}


def special_words() -> dict[str, str]:
    """Return the special diets in the reader's language."""
    said = (_("Soft food"), _("For infants"), _("Halal or vegetarian"))
    return dict(zip(SPECIAL, said, strict=True))


def incident_wording() -> dict[str, Any]:
    """Return what templates need to put incidents into words."""
    return {
        "kinds": words.KINDS, "syndromes": words.SYNDROMES, "severities": words.SEVERITIES,
        "states": words.STATES, "actions": ACTIONS, "fields": FIELDS, "shape_of": shape_of,
        "steps_from": steps_from, "value_words": value_words,
    }  # fmt: skip


def shape_of(state: str, severity: str) -> str:
    """Return the shape of a state: what is open and serious is to be acted on."""
    if state == IncidentState.OPEN:
        return "act" if severity == Severity.SERIOUS else "watch"
    return "ok" if state == IncidentState.HANDLED else "done"


def steps_from(state: str) -> list[IncidentState]:
    """Return the steps an incident may take, the way forward first."""
    return sorted(NEXT[IncidentState(state)], key=list(IncidentState).index, reverse=True)


def value_words(name: str, value: Any) -> str:
    """Return a value of an incident in the reader's words."""
    if value is None:
        return _("not yet known") if name == "people" else "—"
    if name in CODED:
        return str(CODED[name].get(value, value))
    if isinstance(value, datetime):
        return clock.local(value).strftime("%m-%d %H:%M")
    return str(value)


def volunteer_value(name: str, value: Any) -> str:
    """Return a value of a volunteer in the reader's words."""
    if name == "skills":
        return _(", ").join(str(words.SKILLS.get(each, each)) for each in value) or "—"
    return value_words(name, value) or "—"


def in_words(error: ReliefError) -> ReliefError:
    """Put the differing values of a stale form into the reader's words."""
    if fields := getattr(error, "fields", None):
        error.fields = tuple(  # type: ignore[attr-defined]
            replace(each, theirs=value_words(each.field, each.theirs),
                    yours=value_words(each.field, each.yours))
            for each in fields
        )  # fmt: skip
    return error
