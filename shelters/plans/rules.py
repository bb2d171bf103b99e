"""Decisions about evacuation plans on plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from shelters.assignment.shapes import Family

USUAL_HOUSEHOLD = 3


class PlanState(StrEnum):
    """How far a plan has come."""

    COMPUTING = "computing"
    READY = "ready"
    APPLIED = "applied"
    REPLACED = "replaced"
    FAILED = "failed"


def families(
    people: int, needs: tuple[int, int, int, int], households: Iterable[tuple[int, int]]
) -> dict[Family, int]:
    """Return the kinds of household of a village, from what is known of it.

    People in no household that was named live in households of three. Who needs a place of a
    kind lives each in a household of their own, the largest first, as long as there are any.
    Raises ValueError when the households hold more people than there are, or the needs do.
    """
    named = list(households)
    rest = people - sum(size * count for size, count in named)  # before anything is laid out
    if rest < 0 or sum(needs) > people:
        raise ValueError("more than there are people")
    sizes = sorted((size for size, count in named for _each in range(count)), reverse=True)
    sizes += [USUAL_HOUSEHOLD] * (rest // USUAL_HOUSEHOLD)
    if rest % USUAL_HOUSEHOLD:
        sizes.append(rest % USUAL_HOUSEHOLD)
    wanted = [kind for kind, count in enumerate(needs) for _each in range(count)]
    held = [[0, 0, 0, 0] for _each in sizes]
    while wanted:
        for number, size in enumerate(sizes):
            if wanted and sum(held[number]) < size:
                held[number][wanted.pop(0)] += 1
    return dict(
        Counter(
            Family(size, (one[0], one[1], one[2], one[3]))
            for size, one in zip(sizes, held, strict=True)
        )
    )


def is_listed(given: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a plan is for the households of the lists, not for numbers somebody typed."""
    return any("kinds" in each for each in given)


def kinds_of(group: Mapping[str, Any]) -> dict[Family, int]:
    """Return the kinds of household of what was given for a village."""
    if "kinds" in group:
        return {
            Family(size, (wheelchair, infant, medical, pets)): count
            for size, wheelchair, infant, medical, pets, count in group["kinds"]
        }
    needs = group["wheelchair"], group["infant"], group["medical"], group["pets"]
    return families(group["people"], needs, group["households"])


Kind = tuple[UUID, Family]
Row = tuple[UUID, Kind, UUID | None]


def directions(
    rows: Iterable[Row], places: Mapping[Kind, Mapping[UUID | None, int]]
) -> dict[UUID, UUID | None]:
    """Return which household goes to which shelter, None for nowhere.

    A row is a household, its village and kind, and where it goes by now: it stays with that
    if the plan sends any of its kind there. Rows the plan does not know are left as they are.
    """
    left = {kind: Counter(there) for kind, there in places.items()}
    found: dict[UUID, UUID | None] = {}
    others = []
    for household, kind, shelter in rows:
        if left.get(kind, Counter())[shelter] > 0:
            left[kind][shelter] -= 1
            found[household] = shelter
        else:
            others.append((household, kind))
    for household, kind in others:
        for shelter, count in left.get(kind, Counter()).items():
            if count > 0:
                left[kind][shelter] -= 1
                found[household] = shelter
                break
    return found


def free_places(capacity: int, *, inside: int, promised_elsewhere: int) -> int:
    """Return the places left for a plan beside those inside and those promised to others."""
    return max(0, capacity - inside - promised_elsewhere)
