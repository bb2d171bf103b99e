"""The SQL of reading shelters: one record, lists, the situation, the past."""

from shelters.queries.checks import disagreements
from shelters.queries.due import safety_attention
from shelters.queries.layer import features
from shelters.queries.one import (
    area_of,
    arrival,
    contact,
    current_headcount,
    history,
    lock_shelter,
    next_best,
    shelter,
    shown,
    status,
)
from shelters.queries.public import Line, Site, near, public_sites, ranked
from shelters.queries.register import Page, Wanted, exported, listed, page_of
from shelters.queries.situation import attention, in_shelters, panel, search

__all__ = [
    "Line",
    "Page",
    "Site",
    "Wanted",
    "area_of",
    "arrival",
    "attention",
    "contact",
    "current_headcount",
    "disagreements",
    "exported",
    "features",
    "history",
    "in_shelters",
    "listed",
    "lock_shelter",
    "near",
    "next_best",
    "page_of",
    "panel",
    "public_sites",
    "ranked",
    "safety_attention",
    "search",
    "shelter",
    "shown",
    "status",
]
