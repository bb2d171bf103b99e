"""The answer to "is she safe?": the last that is known of one person, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class By(StrEnum):
    """Which number of a person was given with the name."""

    ID_NUMBER = "id_number"
    PHONE = "phone"


class Inquiry(StrEnum):
    """For whom it is asked where somebody is."""

    FAMILY = "family"
    RESCUE = "rescue"
    MEDICAL = "medical"
    VILLAGE = "village"


HOLDING = ("at_shelter", "on_the_way")
CARED_FOR = ("left_relatives", "left_hospital")  # they left a shelter, and count on as safe


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """What one record says of where somebody is, and since when (None: it does not say).

    `people` is of how many it is said. `lifted`: it was said under an order that has been lifted
    since, so it says where they were then.
    """

    record_id: UUID
    area_id: UUID
    state: str
    since: datetime | None
    people: int = 1
    shelter_id: UUID | None = None
    lifted: bool = False


@dataclass(frozen=True, kw_only=True)
class OfRow:
    """What is known of a row of the list: `listed` with all of its people.

    `stays` are its registrations in shelters. `said` is where it stands under an order that runs,
    `sheltered` of it by registrations; `before` what was said under one that has been lifted.
    """

    listed: Whereabouts
    stays: Sequence[Whereabouts] = ()
    said: Whereabouts | None = None
    sheltered: int = 0
    before: Whereabouts | None = None


def latest(found: Iterable[Whereabouts]) -> Whereabouts | None:
    """Return what was said last; of two said at once the first, and the undated after all."""
    newest: Whereabouts | None = None
    for each in found:
        if newest is None or (each.since and (not newest.since or each.since > newest.since)):
            newest = each
    return newest


def parts(row: OfRow) -> list[Whereabouts]:
    """Return where the people of a row are: nobody of it in two parts, nobody in none.

    First who holds places in shelters, then who left them and of whom nothing was said since;
    the others are where the row stands. What was said under a lifted order is told only where
    nothing else is known.
    """
    found = [each for each in row.stays if each.state in HOLDING]
    rest = row.listed.people - sum(each.people for each in found)
    inside = sum(each.people for each in found if each.state == "at_shelter")
    safe_elsewhere = row.sheltered - inside
    gone = [each for each in row.stays if each.state.startswith("left_")]
    for each in sorted(gone, key=_since, reverse=True):
        people = min(each.people, rest)
        if _overtaken(each, row.said):
            people = min(people, safe_elsewhere if each.state in CARED_FOR else 0)
        if people > 0:
            found.append(replace(each, people=people))
            rest, safe_elsewhere = rest - people, safe_elsewhere - people
    return [*found, replace(_of_the_rest(row), people=rest)] if rest > 0 else found


def _overtaken(left: Whereabouts, said: Whereabouts | None) -> bool:
    return said is not None and _since(said) > _since(left)


def _of_the_rest(row: OfRow) -> Whereabouts:
    never = [each for each in row.stays if each.state == "did_not_come"]
    said = [row.said] if row.said else []
    known = [*said, *never] if row.said and row.said.state != "to_tell" else [*never, *said]
    now = latest(known)
    return now or row.before or row.listed


def _since(said: Whereabouts) -> float:
    return said.since.timestamp() if said.since else 0.0


def last_known(found: Iterable[list[Whereabouts]]) -> list[Whereabouts]:
    """Return of several accounts of one person, part by part, the one of the latest moment."""
    best: list[Whereabouts] = []
    for each in found:
        said = latest(each)
        if said and (not best or latest([*best, said]) is said):
            best = each
    return best
