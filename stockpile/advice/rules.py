"""What should move although nobody asked for it, on plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class Why(StrEnum):
    """What a move is good for."""

    MINIMUM = "minimum"  # the place it goes to lies below its least stock
    ROTATE = "rotate"  # where it lies it would expire; there it is used up before
    SURPLUS = "surplus"  # where it lies is more than its people take; there it was asked for


@dataclass(frozen=True)
class Spare:
    """What a depot can give of one lot: beyond its promises and its own least stock.

    `life` is how many hours it has left; None: it keeps.
    """

    balance: UUID
    depot: UUID
    free: int
    life: float | None = None


@dataclass(frozen=True)
class Short:
    """A depot below its least stock of an item, with what is on its way there."""

    place: UUID
    held: int
    least: int

    @property
    def lacks(self) -> int:
        """Return what is missing."""
        return max(0, self.least - self.held)


@dataclass(frozen=True)
class Eater:
    """A place where people use an item up: so much a day, so much there or coming."""

    place: UUID
    daily: Decimal
    held: int

    def room(self, hours: float) -> int:
        """Return how much more is used up there within so many hours."""
        return max(0, int(self.daily * Decimal(hours) / 24) - self.held)


@dataclass(frozen=True)
class Want:
    """What a place asked for of an item, and how much of it somebody promised."""

    need: UUID
    place: UUID
    priority: int
    quantity: int
    promised: int

    @property
    def lacks(self) -> int:
        """Return what nobody promised yet."""
        return self.quantity - self.promised


@dataclass(frozen=True)
class Move:
    """So much of one lot to one place, and why; `hours` on the road.

    `need` is what it meets, where somebody asked for it.
    """

    why: Why
    balance: UUID
    depot: UUID
    place: UUID
    quantity: int
    hours: float
    need: UUID | None = None


@dataclass(frozen=True)
class Seller:
    """What a supplier still holds under an agreement, and how soon and dear it comes."""

    agreement: UUID
    left: int
    lead_hours: int
    price_yuan: Decimal | None


Hours = Mapping[tuple[UUID, UUID], float]  # from a depot to a place; missing where no road is open


def beyond(spares: Iterable[Spare], asked: int) -> list[Spare]:
    """Return what is left once so much was given to those who asked: they come before any move.

    What keeps longest is taken as given, so that what expires soon may still be rotated.
    """
    found = []
    for each in sorted(spares, key=lambda each: -(each.life or float("inf"))):
        given, asked = min(each.free, asked), max(0, asked - each.free)
        if each.free > given:
            found.append(replace(each, free=each.free - given))
    return found


def refills(
    spares: Iterable[Spare], shorts: Iterable[Short], hours: Hours, *, pack: int, near: float
) -> list[Move]:
    """Return what fills depots up to their least stock: the emptiest first, from the nearest.

    What expires within `near` hours fills no reserve; of the rest what keeps longest goes.
    """
    left = {each.balance: each.free for each in spares_of(spares, least_life=near)}
    kept = [each for each in spares if each.balance in left]
    found = []
    for short in sorted(shorts, key=lambda each: (each.held / each.least, str(each.place))):
        lacks = short.lacks
        for spare in sorted(kept, key=lambda each: _nearest(each, short.place, hours)):
            way = hours.get((spare.depot, short.place))
            quantity = _packs(min(lacks, left[spare.balance]), pack)
            if not quantity or way is None or spare.depot == short.place:
                continue
            left[spare.balance] -= quantity
            lacks -= quantity
            found.append(Move(Why.MINIMUM, spare.balance, spare.depot, short.place, quantity, way))
    return found


def spares_of(spares: Iterable[Spare], *, least_life: float) -> list[Spare]:
    """Return those that keep for longer than so many hours."""
    return [each for each in spares if each.life is None or each.life > least_life]


def _nearest(spare: Spare, place: UUID, hours: Hours) -> tuple[float, float, str]:
    way = hours.get((spare.depot, place), float("inf"))
    return way, -(spare.life if spare.life is not None else float("inf")), str(spare.balance)


def rotations(
    spares: Iterable[Spare], eaters: Iterable[Eater], hours: Hours, *, pack: int, near: float,
    stay: float,
) -> list[Move]:  # fmt: skip
    """Return what should be used up before it expires: what ends first, to the nearest place.

    No place gets more than its people use up before that lot expires, nor for longer than they
    are reckoned to `stay` (hours), beyond what it has.
    """
    given: dict[UUID, int] = defaultdict(int)
    found = []
    for spare in sorted(spares, key=lambda each: (each.life or 0.0, str(each.balance))):
        if spare.life is None or not 0 < spare.life <= near:
            continue
        free = spare.free
        for eater in sorted(eaters, key=lambda each: _nearest(spare, each.place, hours)):
            way = hours.get((spare.depot, eater.place))
            if not free or way is None or way >= spare.life:
                continue
            room = eater.room(min(stay, spare.life - way)) - given[eater.place]
            quantity = _packs(min(free, room), pack)
            if quantity:
                given[eater.place] += quantity
                free -= quantity
                found.append(
                    Move(Why.ROTATE, spare.balance, spare.depot, eater.place, quantity, way)
                )
    return found


def surpluses(
    spares: Iterable[Spare], wants: Iterable[Want], hours: Hours, *, pack: int
) -> list[Move]:
    """Return what shelters with too much could give: by class, to whom least was promised first.

    Each need is met from the nearest, by what expires first of those that keep until they arrive.
    """
    known = list(spares)
    left = {each.balance: each.free for each in known}
    found = []
    for want in sorted(wants, key=_pressing):
        lacks = want.lacks
        for spare in sorted(known, key=lambda each: _soonest(each, want.place, hours)):
            way = hours.get((spare.depot, want.place))
            if way is None or (spare.life is not None and way >= spare.life):
                continue
            quantity = _packs(min(lacks, left[spare.balance]), pack)
            if quantity:
                left[spare.balance] -= quantity
                lacks -= quantity
                found.append(
                    Move(Why.SURPLUS, spare.balance, spare.depot, want.place, quantity, way,
                         want.need)
                )  # fmt: skip
    return found


def _pressing(want: Want) -> tuple[int, float, str]:
    return want.priority, want.promised / want.quantity, str(want.need)


def _soonest(spare: Spare, place: UUID, hours: Hours) -> tuple[float, float, str]:
    way = hours.get((spare.depot, place), float("inf"))
    return way, spare.life if spare.life is not None else float("inf"), str(spare.balance)


def _packs(quantity: int, pack: int) -> int:
    """Return whole packs, rounded down: what is lacked less than a pack is not sent for."""
    return max(0, quantity - quantity % pack)


def to_buy(lacks: int, asked: int, free: int, *, coming: int = 0, pack: int) -> int:
    """Return what no stock covers and no supplier was asked for, in whole packs.

    That is what depots still lack once all has moved, and what was asked for beyond what is free.
    """
    missing = max(0, lacks + max(0, asked - free) - coming)
    return -(-missing // pack) * pack


def to_call(quantity: int, sellers: Iterable[Seller], *, pack: int) -> list[tuple[Seller, int]]:
    """Return how much to call off from whom, in whole packs: the soonest first, then the cheapest.

    What nobody holds is left.
    """
    found = []
    for each in sorted(sellers, key=_soonest_cheapest):
        taken = _packs(min(each.left, quantity), pack)
        if taken:
            quantity -= taken
            found.append((each, taken))
    return found


def _soonest_cheapest(each: Seller) -> tuple[int, bool, Decimal, str]:
    unknown = each.price_yuan is None
    return each.lead_hours, unknown, each.price_yuan or Decimal(0), str(each.agreement)
