"""The codes of the day book in the reader's words."""

from __future__ import annotations

from relief_ops.i18n import lazy

KINDS = {
    "illness": lazy("Illness"),
    "infectious": lazy("Several ill alike"),
    "injury": lazy("Injury"),
    "fire": lazy("Fire"),
    "violence": lazy("Conflict or violence"),
    "missing": lazy("Missing child or elder"),
    "power": lazy("Power failed"),
    "water": lazy("Water failed"),
    "toilet": lazy("Toilets out of order"),
    "roof": lazy("Roof or walls damaged"),
    "theft": lazy("Theft"),
    "other": lazy("Something else"),
}
SYNDROMES = {
    "fever": lazy("Fever"),
    "diarrhoea": lazy("Diarrhoea or vomiting"),
    "rash": lazy("Rash"),
    "respiratory": lazy("Cough or short breath"),
}
SEVERITIES = {"ordinary": lazy("not serious"), "serious": lazy("serious")}
STATES = {
    "open": lazy("not handled yet"),
    "handled": lazy("handled"),
    "closed": lazy("incident closed"),
}
SKILLS = {
    "first_aid": lazy("First aid"),
    "cooking": lazy("Cooking"),
    "interpreting": lazy("Interpreting, dialect"),
    "child_care": lazy("Child care"),
    "driving": lazy("Driving"),
    "counselling": lazy("Psychological support"),
    "cleaning": lazy("Cleaning"),
    "other": lazy("Other help"),
}
