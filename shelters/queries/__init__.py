"""The SQL of reading shelters: one record, lists, the situation, the past."""

from shelters.queries.checks import disagreements
from shelters.queries.due import safety_attention
from shelters.queries.found import Held, members, number_held
from shelters.queries.inside import taken_for_others
from shelters.queries.layer import features
from shelters.queries.nearby import divided, others
from shelters.queries.one import (
    announced,
    area_of,
    arrival,
    arrival_anywhere,
    contact,
    current_headcount,
    emptied_after,
    history,
    hold_places,
    household,
    lock_shelter,
    registered_at,
    shelter,
    shelter_to_leave,
    shelter_to_send_to,
    shown,
    state_at,
    status,
)
from shelters.queries.public import Line, Site, near, public_sites, ranked
from shelters.queries.register import Page, Wanted, exported, listed, page_of
from shelters.queries.situation import attention, in_shelters, panel, search
from shelters.queries.steps import asked, asked_from

__all__ = [
    "Held",
    "Line",
    "Page",
    "Site",
    "Wanted",
    "announced",
    "area_of",
    "arrival",
    "arrival_anywhere",
    "asked",
    "asked_from",
    "attention",
    "contact",
    "current_headcount",
    "disagreements",
    "divided",
    "emptied_after",
    "exported",
    "features",
    "history",
    "hold_places",
    "household",
    "in_shelters",
    "listed",
    "lock_shelter",
    "members",
    "near",
    "number_held",
    "others",
    "page_of",
    "panel",
    "public_sites",
    "ranked",
    "registered_at",
    "safety_attention",
    "search",
    "shelter",
    "shelter_to_leave",
    "shelter_to_send_to",
    "shown",
    "state_at",
    "status",
    "taken_for_others",
]
