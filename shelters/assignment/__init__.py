"""Who sleeps where: households of villages to shelters, by their needs and by distance.

In this order: nobody is left, special needs are met, families stay together, people who were
already told go where they were told, and then the distances are short. Nothing here reads a
table or a clock; OR-Tools comes in by `network` and `exact` alone, when something is solved.
"""

from shelters.assignment.nearest import nearest_first
from shelters.assignment.planning import assign, assign_again
from shelters.assignment.reasons import Reason, reasons
from shelters.assignment.shapes import (
    NEEDS,
    Assignment,
    Family,
    Limits,
    Line,
    Problem,
    Site,
    Split,
    Village,
)

__all__ = [
    "NEEDS",
    "Assignment",
    "Family",
    "Limits",
    "Line",
    "Problem",
    "Reason",
    "Site",
    "Split",
    "Village",
    "assign",
    "assign_again",
    "nearest_first",
    "reasons",
]
