"""What a package may say about itself, and the one place the rest can ask."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from relief_ops.plugins.parts import (
    Arrived,
    Assessment,
    Attention,
    Check,
    F,
    FeatureCollection,
    Figure,
    GivenOut,
    Headline,
    Job,
    MapLayer,
    Mark,
    NavEntry,
    OfflineApp,
    OfflinePart,
    OrderedBy,
    PanelSection,
    Personal,
    PlaceNote,
    Programme,
    Proviso,
    Rates,
    ReportAsked,
    Search,
    Total,
    Verdict,
    View,
    WallPart,
)

if TYPE_CHECKING:
    from datetime import datetime

    from apiflask import APIBlueprint
    from sqlalchemy.orm import Session

    from relief_ops.messages import Words

__all__ = [
    "Arrived",
    "Assessment",
    "Attention",
    "Check",
    "F",
    "FeatureCollection",
    "Figure",
    "GivenOut",
    "Headline",
    "Job",
    "MapLayer",
    "Mark",
    "NavEntry",
    "OfflineApp",
    "OfflinePart",
    "OrderedBy",
    "PanelSection",
    "Personal",
    "PlaceNote",
    "Plugin",
    "Programme",
    "Proviso",
    "Rates",
    "ReportAsked",
    "Search",
    "Total",
    "Verdict",
    "View",
    "WallPart",
    "contributed",
    "install",
    "installed",
    "programme",
]


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """Everything one package contributes. Only the name is required.

    `gives_back` is called when a need is withdrawn, with its id and who withdraws it: whoever
    promised something to it takes that back in the same transaction. `messages`: a template's key
    and what words its parameters. `report_facts` are counted things the rules of the form hold
    against figures, by the name the rules give them; `report_links` lead from reports elsewhere.
    `may_finalise` and `may_split` are asked before a disaster is verified, or townships are split
    off it: who has something against it raises IllegalTransition. `emergency`: whether a display
    on the wall stays signed in. `editions`: of the form. `arrivals` hear, in the transaction, of a
    listed household that came or left. `place_notes`: what is open at a place. `number_listed`:
    the row of a number. `people_at`: who uses goods up. `spare_at`: who has too much of them.
    `given_out` hear, in the transaction, of goods given at a door. `shut_ways`: which of some
    pairs of places nobody can go between now. `places_promised`: what others than some areas were
    promised at places and wait for. `listed_home`: the area of a row of a list. `struck_at`: when a
    disaster strikes an area first, as far as anybody said. `parted` hear, in the transaction, of a
    promised line of which so much leaves as a line of its own, and say whether whole boxes of it
    do. `ordered_by`: under which plan and
    order promises were made.
    """

    name: str
    blueprints: tuple[APIBlueprint, ...] = ()
    permissions: tuple[str, ...] = ()
    events: tuple[type[Any], ...] = ()
    map_layers: tuple[MapLayer, ...] = ()
    totals: tuple[Total, ...] = ()
    provisos: tuple[Callable[[Session, View], Proviso | None], ...] = ()
    wall: tuple[WallPart, ...] = ()
    panel: tuple[PanelSection, ...] = ()
    number_listed: tuple[Callable[[Session, UUID, bytes], UUID | None], ...] = ()
    place_notes: tuple[Callable[[Session, UUID, UUID], PlaceNote | None], ...] = ()
    attention: tuple[Callable[[Session, View], list[Attention]], ...] = ()
    nav: tuple[NavEntry, ...] = ()
    offline: tuple[OfflineApp, ...] = ()
    offline_parts: tuple[OfflinePart, ...] = ()
    search: tuple[Search, ...] = ()
    checks: tuple[Check, ...] = ()
    personal: tuple[Personal, ...] = ()
    jobs: tuple[Job, ...] = ()
    programmes: tuple[Programme[Any], ...] = ()
    shell: tuple[Callable[[Session], dict[str, Any]], ...] = ()
    struck_at: tuple[Callable[[Session, UUID, UUID], datetime | None], ...] = ()
    listed_home: tuple[Callable[[Session, UUID], UUID | None], ...] = ()
    people_at: tuple[Callable[[Session, UUID, UUID], list[Any]], ...] = ()
    places_promised: tuple[
        Callable[[Session, UUID, Collection[UUID]], Mapping[UUID, Mapping[str, int]]], ...
    ] = ()
    shut_ways: tuple[Callable[[Session, Any, Any, Any, Any], set[Any]], ...] = ()
    spare_at: tuple[Callable[[Session, Any, UUID, Collection[UUID]], list[Any]], ...] = ()
    ordered_by: tuple[Callable[[Session, Collection[UUID]], Mapping[UUID, OrderedBy]], ...] = ()
    parted: tuple[Callable[[Session, UUID, UUID, int], bool], ...] = ()
    gives_back: tuple[Callable[[Session, UUID, UUID | None], None], ...] = ()
    messages: tuple[tuple[str, Callable[[Mapping[str, Any]], Words]], ...] = ()
    report_facts: tuple[Callable[[Session, ReportAsked], Mapping[str, int]], ...] = ()
    report_links: tuple[NavEntry, ...] = ()
    editions: tuple[Callable[[Session], Iterable[str]], ...] = ()
    emergency: tuple[Callable[[Session], bool], ...] = ()
    may_finalise: tuple[Callable[[Session, Any], None], ...] = ()
    arrivals: tuple[Callable[[Session, Arrived], None], ...] = ()
    given_out: tuple[Callable[[Session, GivenOut], None], ...] = ()
    may_split: tuple[Callable[[Session, Any, Any, frozenset[UUID]], None], ...] = ()


_installed: list[Plugin] = []


def install(plugins: Sequence[Plugin]) -> None:
    """Replace what is installed, so that building the app again adds nothing twice."""
    _installed[:] = plugins


def installed() -> tuple[Plugin, ...]:
    """Return the plug-ins in the order the application lists them."""
    return tuple(_installed)


def contributed(slot: str) -> Iterable[Any]:
    """Return everything the plug-ins put into one slot, in their order."""
    return [item for plugin in _installed for item in getattr(plugin, slot)]


def programme(code: str) -> Programme[Any]:
    """Return the programme registered under `code`. Raises KeyError if there is none."""
    found: Programme[Any] = {each.code: each for each in contributed("programmes")}[code]
    return found
