"""Reading evacuation plans, what shelters have to offer, and what villages were promised."""

from shelters.plans.queries.broken import Broken, attention, broken
from shelters.plans.queries.drawing import drawn_plan
from shelters.plans.queries.listed import groups_to_move, home_of, told_households
from shelters.plans.queries.offers import Offer, offers, promised
from shelters.plans.queries.reading import (
    addresses_of,
    flows,
    lines,
    names_of,
    number_of,
    place_of,
    plan,
    plans,
    promises,
    promises_to,
    where_to,
)

__all__ = [
    "Broken",
    "Offer",
    "addresses_of",
    "attention",
    "broken",
    "drawn_plan",
    "flows",
    "groups_to_move",
    "home_of",
    "lines",
    "names_of",
    "number_of",
    "offers",
    "place_of",
    "plan",
    "plans",
    "promised",
    "promises",
    "promises_to",
    "told_households",
    "where_to",
]
