"""The ledger as plain Python: what it must do, written a second time without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

REFUSED = "refused"
Key = tuple[str, str]


@dataclass
class Line:
    """A promised line: which depot and lot, how much, and what became of it."""

    need: str
    depot: str
    lot: str
    quantity: int
    state: str = "open"


@dataclass
class Need:
    """The four quantities of a need, and where it stands."""

    quantity: int
    place: str = "place"
    promised: int = 0
    shipped: int = 0
    received: int = 0
    withdrawn: bool = False

    @property
    def outstanding(self) -> int:
        return 0 if self.withdrawn else self.quantity - self.promised


@dataclass
class Model:
    """Two depots in order of distance, some lots with their expiry; places they go to."""

    depots: tuple[str, ...]
    lots: dict[str, date | None]
    on_hand: dict[Key, int] = field(default_factory=dict)
    promised: dict[Key, int] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)
    lines: dict[str, list[Line]] = field(default_factory=dict)
    roads: dict[str, list[Line]] = field(default_factory=dict)
    given: int = 0
    gone: int = 0

    def free(self, place: str, lot: str) -> int:
        key = place, lot
        return self.on_hand.get(key, 0) - self.promised.get(key, 0)

    def _add(self, place: str, lot: str, quantity: int) -> None:
        self.on_hand[place, lot] = self.on_hand.get((place, lot), 0) + quantity

    def _promise(self, depot: str, lot: str, quantity: int) -> None:
        self.promised[depot, lot] = self.promised.get((depot, lot), 0) + quantity

    def receive(self, depot: str, lot: str, quantity: int) -> Any:
        self._add(depot, lot, quantity)
        self.given += quantity

    def leave(self, place: str, lot: str, quantity: int) -> Any:
        if self.free(place, lot) < quantity:
            return REFUSED
        self._add(place, lot, -quantity)
        self.gone += quantity
        return None

    def transfer(self, source: str, target: str, lot: str, quantity: int) -> Any:
        if self.free(source, lot) < quantity:
            return REFUSED
        self._add(source, lot, -quantity)
        self._add(target, lot, quantity)
        return None

    def count(self, depot: str, lot: str, counted: int) -> Any:
        held = self.on_hand.get((depot, lot), 0)
        difference = counted - held
        if abs(difference) > max(10, held * 2 // 100):
            return None  # kept until a second person finds the same
        if counted < self.promised.get((depot, lot), 0):
            return None  # kept until promises were given back
        self._add(depot, lot, difference)
        self.given += difference
        return None

    def reserve(self, name: str, need_name: str, quantity: int) -> Any:
        need = self.needs[need_name]
        if quantity > need.outstanding:
            return REFUSED
        order = sorted(
            ((depot, lot) for depot in self.depots for lot in self.lots),
            key=lambda key: (self.depots.index(key[0]), self.lots[key[1]] or date.max),
        )
        drawn = []
        for depot, lot in order:
            taken = min(self.free(depot, lot), quantity - sum(each.quantity for each in drawn))
            if taken > 0:
                drawn.append(Line(need_name, depot, lot, taken))
        if not drawn:
            return REFUSED
        for line in drawn:
            self._promise(line.depot, line.lot, line.quantity)
            need.promised += line.quantity
        self.lines[name] = drawn
        return sorted((line.depot, line.lot, line.quantity) for line in drawn)

    def pass_on(self, name: str, need_name: str, place: str, lot: str, quantity: int) -> Any:
        need = self.needs[need_name]
        if quantity > need.outstanding or quantity > self.free(place, lot):
            return REFUSED
        self._promise(place, lot, quantity)
        need.promised += quantity
        self.lines[name] = [Line(need_name, place, lot, quantity)]
        return None

    def release(self, name: str) -> Any:
        found = [line for line in self.lines[name] if line.state == "open"]
        if not found:
            return REFUSED
        self._release(found)
        return None

    def _release(self, found: list[Line]) -> None:
        for line in found:
            line.state = "released"
            self._promise(line.depot, line.lot, -line.quantity)
            self.needs[line.need].promised -= line.quantity

    def withdraw(self, need_name: str) -> Any:
        need = self.needs[need_name]
        if need.withdrawn or (need.received and need.received >= need.quantity):
            return REFUSED
        mine = [line for lines in self.lines.values() for line in lines if line.need == need_name]
        self._release([line for line in mine if line.state == "open"])
        need.withdrawn = True
        if need.shipped:
            need.quantity = need.promised = need.shipped
        return None

    def open_lines(self, reservation: str, depot: str) -> list[Line]:
        """Return what of a promise still lies in a depot."""
        mine = self.lines.get(reservation, [])
        return [line for line in mine if line.state == "open" and line.depot == depot]

    def so_much(self, reservation: str, depot: str, part: int | None) -> dict[str, int] | None:
        """Return this much of every lot of a promise in a depot; None: all of it."""
        found = {line.lot: part or 0 for line in self.open_lines(reservation, depot)}
        return found if part and found else None

    def dispatch(
        self, name: str, reservation: str, depot: str, most: dict[str, int] | None = None
    ) -> Any:
        found = self.open_lines(reservation, depot)
        if not found:
            return REFUSED
        if most is not None:
            found = [line for line in found if line.lot in most]
            there = {line.lot: line.quantity for line in found}
            if any(quantity > there.get(lot, 0) for lot, quantity in most.items()):
                return REFUSED
            found = [self._part(reservation, line, most[line.lot]) for line in found]
        for line in found:
            line.state = "shipped"
            self._add(line.depot, line.lot, -line.quantity)
            self._promise(line.depot, line.lot, -line.quantity)
            self.needs[line.need].shipped += line.quantity
        self.roads[name] = found
        return None

    def _part(self, reservation: str, line: Line, goes: int) -> Line:
        """Return what of a line leaves; the rest stays as it is."""
        if goes == line.quantity:
            return line
        line.quantity -= goes
        part = Line(line.need, line.depot, line.lot, goes)
        self.lines[reservation].append(part)
        return part

    def arrive(self, name: str, good: dict[str, int], damaged: dict[str, int]) -> Any:
        found = self.roads[name]
        if any(line.state != "shipped" for line in found):
            return REFUSED
        for line in found:
            broken = min(damaged[line.lot], line.quantity)
            fine = min(good[line.lot], line.quantity - broken)
            surplus = good[line.lot] - fine
            missing = line.quantity - fine - broken
            self._add(self.needs[line.need].place, line.lot, fine + surplus)
            self.given += surplus
            self.gone += broken + missing
            self._arrive(self.needs[line.need], min(fine + surplus, line.quantity), line.quantity)
            line.state = "received"
        return None

    def _arrive(self, need: Need, arrived: int, sent: int) -> None:
        need.received = min(need.shipped, need.received + arrived)
        self._not_arriving(need, sent - arrived)

    def _not_arriving(self, need: Need, lost: int) -> None:
        need.shipped -= lost
        need.promised -= lost
        if need.withdrawn:
            need.quantity = need.promised

    def turn_back(self, name: str, lost: dict[str, int] | None = None) -> Any:
        found = self.roads[name]
        if any(line.state != "shipped" for line in found):
            return REFUSED
        for line in found:
            line.state = "turned_back"
            less = (lost or {}).get(line.lot, 0)
            self._add(line.depot, line.lot, line.quantity - less)
            self.gone += less
            self._not_arriving(self.needs[line.need], line.quantity)
        return None

    def on_the_road(self) -> int:
        lines = [line for road in self.roads.values() for line in road]
        return sum(line.quantity for line in lines if line.state == "shipped")
