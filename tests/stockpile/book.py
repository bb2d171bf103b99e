"""The ledger as plain Python with every kind of movement a person books, and its past.

What `model.py` leaves out: donations bound to a disaster, returns, corrections, entries dated
back, counts that wait for a second person, handouts to households and their taking back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.stockpile.model import REFUSED, Key, Line, Model

INVALID, MISSING = "invalid", "missing"
ISSUED, OUTSIDE = "issued", "outside"  # with households; suppliers, donors, losses, differences
LENT = "lent"  # a place like any other: nobody brings back more than he borrowed


@dataclass
class Moved:
    """An entry of the ledger that has an id a person knows."""

    kind: str
    source: str
    target: str
    lot: str
    quantity: int
    corrected: bool = False
    who: str = ""

    @property
    def falls(self) -> bool:
        """Whether it says that goods a place had are gone."""
        return self.target == OUTSIDE


@dataclass
class Book(Model):
    """The model with its past. `now` is in seconds; only `pickable` lots may serve people here."""

    pickable: frozenset[str] = frozenset()
    now: int = 0
    at: int | None = None
    known: set[str] = field(default_factory=set)
    issued: Counter[str] = field(default_factory=Counter)
    past: dict[Key, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    moved: dict[str, Moved] = field(default_factory=dict)
    waiting: dict[Key, tuple[int, str]] = field(default_factory=dict)  # counts
    short: dict[Key, tuple[int, bool]] = field(default_factory=dict)  # counts below promises
    losses: dict[Key, tuple[int, str]] = field(default_factory=dict)  # write-offs
    undoing: dict[tuple[str, ...], tuple[str, int, str]] = field(
        default_factory=dict
    )  # corrections
    seconded: dict[tuple[Key, str], int] = field(default_factory=dict)  # how far two people said
    handed: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, dict[str, int]] = field(default_factory=dict)  # when a road got each lot

    def _add(self, place: str, lot: str, quantity: int) -> None:
        if quantity:
            at = self._leaves(place, lot) if quantity < 0 else self.now
            self.past[place, lot].append((at if self.at is None else self.at, quantity))
        super()._add(place, lot, quantity)

    def _leaves(self, place: str, lot: str) -> int:
        """Return when something leaves now: never before anything came or left, by the clock."""
        return max([self.now, *(at for at, _quantity in self.past[place, lot])])

    def lowest_from(self, place: str, lot: str, at: int) -> int:
        """Return the least a place ever held of a lot from an instant on."""
        past = self.past[place, lot]
        moments = {at} | {moment for moment, _quantity in past if moment > at}
        return min(sum(each for moment, each in past if moment <= until) for until in moments)

    def move(
        self, name: str, kind: str, lot: str, quantity: int, *, source: str = OUTSIDE,
        target: str = OUTSIDE, at: int | None = None,
    ) -> Any:  # fmt: skip
        """Book what somebody brings, takes away or carries over, now or dated back."""
        leaves = source not in (OUTSIDE, ISSUED)
        if (at is not None and at > self.now) or (leaves and lot not in self.known):
            return INVALID
        if leaves and self.free(source, lot) < quantity:
            return REFUSED
        early = at is not None and at < self.now
        if leaves and early and self.lowest_from(source, lot, at) < quantity:
            return REFUSED
        self.known.add(lot)
        with self._dated(at if early else None):
            self._book(name, Moved(kind, source, target, lot, quantity))
        return None

    @contextmanager
    def _dated(self, at: int | None) -> Iterator[None]:
        self.at = at
        yield
        self.at = None

    def _book(self, name: str, moved: Moved) -> None:
        self.moved[name] = moved
        if self.at is None and moved.source not in (ISSUED, OUTSIDE):
            with self._dated(self._leaves(moved.source, moved.lot)):
                self._book(name, moved)
            return
        for end, sign in ((moved.source, -1), (moved.target, 1)):
            if end == ISSUED:
                self.issued[moved.lot] += sign * moved.quantity
            elif end != OUTSIDE:
                self._add(end, moved.lot, sign * moved.quantity)

    def correct(self, name: str, wrong: str, who: str) -> Any:
        """Take an entry back by its mirror image, once, if the goods are still there.

        What takes much out of a place for good waits for a second person.
        """
        found = self.moved.get(wrong)
        if found is None:
            return MISSING
        if found.kind in ("count", "handout") or found.corrected:
            return REFUSED
        back = Moved("correction", found.target, found.source, found.lot, found.quantity)
        if not self._can_leave(back):
            return REFUSED
        back.who, key = who, (back.source, back.lot)
        if back.falls and back.source not in (ISSUED, OUTSIDE, LENT):
            said = wrong, back.quantity
            if not self._spoken(self.undoing, key, said, who, of=wrong):
                return None
        found.corrected = True
        self._book(name, back)
        return None

    def _spoken(
        self, waiting: dict[Any, Any], key: Key, said: tuple[Any, ...], who: str, *, of: str = ""
    ) -> bool:
        """Whether a fall is little, or another person said it before; else it waits now.

        Of one lot a loss waits, and each movement that somebody takes back (`of`).
        """
        little = self._little(key, said[-1] + self._alone(key, who))
        slot = (*key, of) if of else key
        if waiting.get(slot, ())[:-1] == said:
            agreed = waiting.pop(slot)[-1]
            if agreed != who:
                self._second(key, agreed, who)
                return True
        if not little:
            waiting[slot] = *said, who
        return little

    def _second(self, key: Key, *people: str) -> None:
        """Remember that what is booked next was said by two: what they said alone is over."""
        for who in people:
            self.seconded[key, who] = len(self.moved) + 1

    def _can_leave(self, back: Moved) -> bool:
        if back.source == ISSUED:
            return self.issued[back.lot] >= back.quantity
        return back.source == OUTSIDE or self.free(back.source, back.lot) >= back.quantity

    def count_by(self, name: str, who: str, depot: str, lot: str, counted: int) -> Any:
        """Book a small difference, or one that two people found; keep another for the second."""
        if lot not in self.known:
            return INVALID
        key, before = (depot, lot), self.waiting.get((depot, lot))
        difference = counted - self.on_hand.get(key, 0)
        alone = self._alone(key, who) if difference < 0 else 0
        agreed = before is not None and before[0] == difference and before[1] != who
        found, by_two = self.short.pop(key, (None, False))
        by_two = agreed or (by_two and found == difference)
        settled = agreed or found == difference or self._little(key, abs(difference) + alone)
        self.waiting.pop(key, None)  # what was said last takes the place of what waited
        if not settled:
            self.waiting[key] = difference, who
        if settled and counted < self.promised.get(key, 0):
            self.short[key] = difference, by_two
            return None
        if by_two:
            self._second(key, *{each.who for each in self.moved.values()}, who)
        if settled and difference:
            ends = (depot, OUTSIDE) if difference < 0 else (OUTSIDE, depot)
            self._book(name, Moved("count", *ends, lot, abs(difference), who=who))
        return None

    def _alone(self, key: Key, who: str) -> int:
        """Return by how much a lot fell there on somebody's own word, whatever he called it."""
        fell: Counter[bool] = Counter()
        for each in list(self.moved.values())[self.seconded.get((key, who), 0) :]:
            counted = each.kind == "count"
            if each.who != who or each.lot != key[1] or each.corrected:
                continue
            if each.falls and each.source == key[0]:
                fell[counted] += each.quantity
            elif counted and each.target == key[0]:
                fell[counted] -= each.quantity
        return fell[False] + max(0, fell[True])

    def _little(self, key: Key, difference: int) -> bool:
        return difference <= max(10, self.on_hand.get(key, 0) * 2 // 100)

    def write_off(
        self, name: str, who: str, depot: str, lot: str, quantity: int, *, at: int | None
    ) -> Any:
        """Book a small loss, or one that two people saw; keep another for the second."""
        if lot not in self.known or (at is not None and at > self.now):
            return INVALID
        if self.free(depot, lot) < quantity:
            return REFUSED
        early = at is not None and at < self.now
        kept, seconded = dict(self.losses), dict(self.seconded)
        if not self._spoken(self.losses, (depot, lot), (quantity,), who):
            return None
        if early and self.lowest_from(depot, lot, at) < quantity:
            self.losses, self.seconded = kept, seconded
            return REFUSED
        told = self.move(name, "write_off", lot, quantity, source=depot, at=at)
        self.moved[name].who = who
        return told

    def reserve(self, name: str, need_name: str, quantity: int) -> Any:
        """Promise of what may serve people here; goods bound elsewhere are passed over."""
        every = self.lots
        self.lots = {lot: until for lot, until in every.items() if lot in self.pickable}
        told = super().reserve(name, need_name, quantity)
        self.lots = every
        return REFUSED if told == REFUSED else None

    def hand_out(self, name: str, place: str, quantity: int, *, offline: bool) -> Any:
        """Give to a household what expires first; what was given already goes as far as it goes."""
        drawn, left = [], quantity
        for lot in sorted(self.pickable, key=lambda each: self.lots[each] or date.max):
            taken = min(self.free(place, lot), left)
            if taken > 0:
                drawn.append(Moved("handout", place, ISSUED, lot, taken))
                left -= taken
        if left and not offline:
            return REFUSED
        self.handed[name] = [f"{name} {moved.lot}" for moved in drawn]
        for moved in drawn:
            self._book(f"{name} {moved.lot}", moved)
        return None

    def take_back(self, name: str) -> Any:
        """Book a handout back whole, unless some of it is not with households any more."""
        if name not in self.handed:
            return MISSING
        found = [self.moved[each] for each in self.handed[name]]
        back = [Moved("correction", ISSUED, each.source, each.lot, each.quantity) for each in found]
        if not all(self._can_leave(each) for each in back):
            return REFUSED
        for entry, each in zip(found, back, strict=True):
            entry.corrected = True
            self._book(f"back {name} {each.lot}", each)
        return None

    def dispatch(
        self, name: str, reservation: str, depot: str, most: dict[str, int] | None = None
    ) -> Any:
        """Send what is promised from a depot, or so much of each lot."""
        left = {lot: self._leaves(depot, lot) for lot in self.lots}
        self.left[name] = left
        return super().dispatch(name, reservation, depot, most)

    def turn_back(self, name: str, lost: int = 0, *, who: str = "", alone: bool = True) -> Any:
        """Take a load back into its depot, but for what is lost of each lot on one's own word."""
        found = self.roads.get(name)
        if found is None:
            return MISSING
        if any(line.state != "shipped" for line in found):
            return REFUSED
        gone = {line.lot: min(lost, line.quantity) for line in found}
        for line in found:
            key, less = (line.depot, line.lot), gone[line.lot]
            if alone and less and less + self._alone(key, who) > max(10, line.quantity * 2 // 100):
                return REFUSED
        good = {line.lot: line.quantity - gone[line.lot] for line in found}
        told = self._off_the_road(name, good, lambda: super(Book, self).turn_back(name, gone))
        for line in found:
            if less := gone[line.lot]:
                lost_there = Moved("lost", line.depot, OUTSIDE, line.lot, less, who=who)
                self.moved[f"{name} {line.lot}"] = lost_there
        return told

    def arrive(self, name: str, good: dict[str, int], damaged: dict[str, int]) -> Any:
        """Count a load at its place; what is beyond it was found there, now."""
        fine = {
            line.lot: min(good[line.lot], line.quantity - min(damaged[line.lot], line.quantity))
            for line in self.roads[name]
        }
        return self._off_the_road(name, fine, lambda: super(Book, self).arrive(name, good, damaged))

    def _off_the_road(self, name: str, carried: dict[str, int], act: Callable[[], Any]) -> Any:
        """Date what comes off a road no earlier than it came onto it."""
        before = {key: len(past) for key, past in self.past.items()}
        told = act()
        for (place, lot), past in self.past.items():
            if len(past) > before.get((place, lot), 0):
                at, quantity = past.pop()
                past.append((max(at, self.left[name][lot]), carried[lot]))
                past.append((at, quantity - carried[lot]))
        return told

    def sent(self, road: str) -> list[Line]:
        """Return the lines of a shipment that is still on the road."""
        return [line for line in self.roads.get(road, []) if line.state == "shipped"]


def by_moment(changes: Iterable[tuple[datetime, int]]) -> dict[datetime, int]:
    """Return by how much a balance changed at each moment."""
    found: Counter[datetime] = Counter()
    for at, quantity in changes:
        found[at] += quantity
    return {at: quantity for at, quantity in found.items() if quantity}
