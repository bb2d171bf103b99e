"""Decisions about kits on plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Direction(StrEnum):
    """What is done with kits."""

    ASSEMBLE = "assemble"
    DISMANTLE = "dismantle"


@dataclass(frozen=True)
class Bound:
    """What goods were given for, and whose they are where not the depot's.

    Only goods of one purpose, disaster and owner go together (专款专用).
    """

    purpose: str = ""
    disaster_id: UUID | None = None
    owner: str = ""


FREE = Bound()


@dataclass(frozen=True, kw_only=True)
class Held:
    """What is free of one lot in a depot."""

    lot_id: UUID
    item: str
    free: int
    expires_on: date | None = None
    bound: Bound = FREE


@dataclass(frozen=True)
class Taken:
    """So much of one lot."""

    lot_id: UUID
    item: str
    quantity: int


@dataclass(frozen=True)
class Lack:
    """So much of a part is needed, and so much is free."""

    item: str
    wanted: int
    free: int


def most(recipe: Mapping[str, int], held: Iterable[Held]) -> tuple[int, str | None]:
    """Return how many whole kits the parts do for, and which part limits that; none without one."""
    free = dict.fromkeys(recipe, 0)
    for each in held:
        if each.item in free:
            free[each.item] += each.free
    if not recipe:
        return 0, None
    limit = min(recipe, key=lambda part: free[part] // recipe[part])
    return free[limit] // recipe[limit], limit


def draw(
    recipe: Mapping[str, int], number: int, held: Sequence[Held]
) -> tuple[list[Taken], Lack | None]:
    """Return what so many kits are made of, what expires first going first; or what is lacking."""
    taken: list[Taken] = []
    for part, each in recipe.items():
        mine = first_expiring(lot for lot in held if lot.item == part)
        wanted = each * number
        free = sum(lot.free for lot in mine)
        if free < wanted:
            return [], Lack(part, wanted, free)
        taken += _from(mine, wanted)
    return taken, None


def first_expiring(held: Iterable[Held]) -> list[Held]:
    """Return lots in the order they expire; what does not expire comes last."""
    return sorted(held, key=lambda lot: (lot.expires_on or date.max, str(lot.lot_id)))


def _from(lots: Sequence[Held], wanted: int) -> list[Taken]:
    taken = []
    for lot in lots:
        quantity = min(lot.free, wanted)
        if quantity:
            taken.append(Taken(lot.lot_id, lot.item, quantity))
            wanted -= quantity
    return taken


def earliest(days: Iterable[date | None]) -> date | None:
    """Return the first of the days on which something expires; none if nothing does."""
    return min((each for each in days if each is not None), default=None)


def disagreements(
    recipe: Mapping[str, int], number: int, lines: Iterable[Taken]
) -> list[tuple[str, int, int]]:
    """Return every part whose lines are not what the recipe asks for: part, asked, moved."""
    moved: dict[str, int] = {}
    for each in lines:
        moved[each.item] = moved.get(each.item, 0) + each.quantity
    asked = {part: quantity * number for part, quantity in recipe.items()}
    return [
        (part, asked.get(part, 0), moved.get(part, 0))
        for part in sorted({*asked, *moved})
        if asked.get(part, 0) != moved.get(part, 0)
    ]


def price_of(parts: Iterable[tuple[int, int | None]], number: int) -> int | None:
    """Return what one of so many kits cost in fen, by (pieces, price of one) of all its parts.

    Rounded to a fen; None where a part has no price.
    """
    whole = 0
    for quantity, unit_fen in parts:
        if unit_fen is None:
            return None
        whole += quantity * unit_fen
    return (2 * whole + number) // (2 * number)
