"""What trucks carry, on plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stockpile.allocation.shapes import Load

THOUSAND = 1000


@dataclass(frozen=True)
class Trucks:
    """So many trucks alike: what each holds, and how often it goes."""

    number: int
    trips: int
    litres: int
    kilograms: int


def carried(fleet: Iterable[Trucks]) -> Load:
    """Return what trucks carry in all their trips together."""
    litres = kilograms = 0
    for each in fleet:
        journeys = each.number * each.trips
        litres, kilograms = litres + journeys * each.litres, kilograms + journeys * each.kilograms
    return Load(litres, kilograms)


def load_of(pack_ml: int | None, pack_grams: int | None) -> Load:
    """Return what a pack takes; what nobody said counts as nothing, and has to be told."""
    return Load((pack_ml or 0) / THOUSAND, (pack_grams or 0) / THOUSAND)


def together(loads: Iterable[tuple[float, Load]]) -> Load:
    """Return what so many packs of each kind take."""
    litres = kilograms = 0.0
    for packs, load in loads:
        litres, kilograms = litres + packs * load.litres, kilograms + packs * load.kilograms
    return Load(litres, kilograms)


def left(carries: Load, taken: Load) -> Load:
    """Return the room that is left, never less than none."""
    return Load(
        max(0.0, carries.litres - taken.litres), max(0.0, carries.kilograms - taken.kilograms)
    )


def is_beyond(taken: Load, carries: Load) -> bool:
    """Whether something does not fit, by volume or by weight; a gram is nothing."""
    spare = 1 / THOUSAND
    return taken.litres > carries.litres + spare or taken.kilograms > carries.kilograms + spare
