"""Needs that follow from the headcounts, and the stock that meets them, nearest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from relief_ops.drill.exposure import Township, dice, km
from relief_ops.drill.requests import Body, Ids, Request, iso
from relief_ops.drill.shelters import Network, Shelter

HURRY = timedelta(hours=6)


@dataclass(frozen=True)
class Depot:
    """A generated depot of the city or of a county."""

    code: str
    name: str
    city: bool
    point: tuple[float, float]


@dataclass(frozen=True)
class Want:
    """A shelter's need for an item, as it will be opened."""

    key: str
    at: datetime
    shelter: Shelter
    item: dict[str, Any]
    quantity: int


@dataclass(frozen=True)
class Load:
    """So much of a need from one depot, promised at `at`."""

    want: Want
    depot: Depot
    quantity: int
    at: datetime


class Supply:
    """The depots, their stock, the needs of the shelters and how they are met."""

    def __init__(self, network: Network, ids: Ids) -> None:
        self.network = network
        self.curves = network.curves
        self.ids = ids
        self.raw = self.curves.scenario.raw["supply"]
        self.depots = list(self._depots())
        self.arrived: list[tuple[datetime, str, str, int]] = []  # when, county, item, how much
        self.free = {
            (depot.code, item["code"]): sum(item["city" if depot.city else "county"])
            for depot in self.depots
            for item in self.raw["items"]
        }

    def _depots(self) -> Iterator[Depot]:
        """Yield one depot in the largest township of each county, and the city's in the midst."""
        by_county: dict[str, list[Township]] = {}
        for each in self.curves.townships:
            by_county.setdefault(each.county, []).append(each)
        for row in self.curves.scenario.rows("divisions"):
            if row["level"] in ("city", "county"):
                members = by_county.get(row["code"], self.curves.townships)
                largest = max(members, key=lambda each: (each.people, each.code))
                city = row["level"] == "city"
                yield Depot(row["code"], row["name"] + self.raw["depot"], city, largest.point)

    def depot_id(self, depot: Depot) -> str:
        """Return a depot's id, which is also its place's."""
        return str(self.ids.new("depot", depot.code))

    # --- before the clock

    def register(self) -> Iterator[Request]:
        """Yield depots, and how long it takes to where no road goes."""
        for depot in self.depots:
            lon, lat = depot.point
            body: Body = {
                "name": depot.name,
                "area_code": depot.code,
                "drill_id": str(self.ids.drill_id),
                "lon": round(lon, 6),
                "lat": round(lat, 6),
            }
            yield Request(None, "director", f"/api/v1/depots/{self.depot_id(depot)}", body)
        for each in self.raw["travel"]:
            yield self._travel(each)

    def _travel(self, each: dict[str, Any]) -> Request:
        start, end = each.get("from"), each["to"]
        body: Body = {
            "from_area_code": start,
            "to_area_code": end,
            "minutes": each.get("minutes"),
            "means": each.get("means", "road"),
            "note": each["note"],
            "drill_id": str(self.ids.drill_id),
        }
        return Request(
            None,
            "director",
            f"/api/v1/travel-times/{self.ids.new('travel', f'{start}:{end}')}",
            body,
        )

    def opening(self) -> Iterator[Request]:
        """Yield what lies in the depots when the drill begins, lot by lot, and their trucks."""
        for depot in self.depots:
            for each in self.raw["trucks"]["city" if depot.city else "county"]:
                yield self._trucks(depot, each)
            for item in self.raw["items"]:
                lots = item["city" if depot.city else "county"]
                for number, quantity in enumerate(lots):
                    yield self._lot(depot, item, number, quantity)

    def _trucks(self, depot: Depot, kind: dict[str, Any]) -> Request:
        trucks = self.ids.new("trucks", f"{depot.code}:{kind['name']}")
        body: Body = {"depot": self.depot_id(depot), **kind}
        path = f"/api/v1/depot-trucks/{trucks}"
        return Request(None, f"depots:{depot.code}", path, body, after=depot.code)

    def _lot(self, depot: Depot, item: dict[str, Any], number: int, quantity: int) -> Request:
        body: Body = {
            "kind": "receive",
            "to": self.depot_id(depot),
            "item": item["code"],
            "quantity": quantity,
            "expires_on": item["expires"][number],
            "reason": self.raw["opening"],
        }
        key = f"{depot.code}:{item['code']}:{number}"
        path = f"/api/v1/stock/movements/{self.ids.new('lot', key)}"
        return Request(None, f"depots:{depot.code}", path, body, after=depot.code)

    # --- in the drill's time

    def requests(self) -> Iterator[Request]:
        """Yield needs, promises, shipments and receipts."""
        ends_at = self.curves.scenario.ends_at
        wants = sorted(self.wants(), key=lambda each: (each.at, each.key))
        for want in wants:
            yield self._need(want)
            for number, load in enumerate(self._loads(want)):
                yield from (
                    each for each in self._journey(load, number) if each.at and each.at < ends_at
                )

    def wants(self) -> Iterator[Want]:
        """Yield what the larger shelters lack whenever their people are looked at."""
        asked: dict[tuple[str, str], int] = {}
        zone = self.curves.scenario.starts_at.tzinfo
        for text in self.raw["checked"]:
            at = datetime.fromisoformat(text).replace(tzinfo=zone)
            for township, shelters in self.network.by_township.items():
                people = self.network.inside(township, at)
                for each in shelters:
                    if people.get(each.key, 0) >= self.raw["least_people"]:
                        yield from self._lacking(each, people[each.key], at, asked)

    def _lacking(
        self, shelter: Shelter, people: int, at: datetime, asked: dict[tuple[str, str], int]
    ) -> Iterator[Want]:
        drawn = dice(self.curves.seed, f"want:{iso(at)}", shelter.key)
        usual = [item for item in self.raw["items"] if Decimal(item["per_person"])]
        for item in drawn.sample(usual, 1):
            had = asked.get((shelter.key, item["code"]), 0)
            lacking = int(people * Decimal(item["per_person"])) - had
            quantity = -(-lacking // item["pack"]) * item["pack"]
            if quantity >= max(20, had):
                asked[shelter.key, item["code"]] = had + quantity
                when = at + timedelta(minutes=round(drawn.uniform(20, 90), 1))
                yield Want(f"{shelter.key}:{item['code']}:{had}", when, shelter, item, quantity)

    def _loads(self, want: Want) -> Iterator[Load]:
        """Promise from the nearest depot that has some, from two at most."""
        drawn = dice(self.curves.seed, "promise", want.key)
        left, at = want.quantity, want.at + timedelta(minutes=round(drawn.uniform(15, 70), 1))
        near = sorted(self.depots, key=lambda each: (km(each.point, want.shelter.point), each.code))
        for depot in near[:4]:
            taken = min(left, self.free[depot.code, want.item["code"]])
            taken -= taken % want.item["pack"]
            if taken > 0:
                self.free[depot.code, want.item["code"]] -= taken
                left -= taken
                yield Load(want, depot, taken, at)

    def _need(self, want: Want) -> Request:
        body: Body = {
            "disaster_id": str(self.ids.disaster_id),
            "area_code": want.shelter.area_code,
            "place": self.network.shelter_id(want.shelter),
            "item": want.item["code"],
            "quantity": want.quantity,
            "priority": want.item["priority"],
            "due_at": iso(want.at + HURRY),
        }
        need = str(self.ids.new("need", want.key))
        actor = f"shelters:{want.shelter.county}"
        return Request(want.at, actor, f"/api/v1/needs/{need}", body, after=need)

    def _journey(self, load: Load, number: int) -> Iterator[Request]:
        """Yield the promise, the dispatch and the receipt of one load."""
        want, key = load.want, f"{load.want.key}:{number}"
        need = str(self.ids.new("need", want.key))
        promise, trip = self.ids.new("promise", key), self.ids.new("shipment", key)
        drawn = dice(self.curves.seed, "journey", key)
        leaves = load.at + timedelta(minutes=round(drawn.uniform(15, 60), 1))
        away = km(load.depot.point, want.shelter.point)
        hours = 0.4 + 1.4 * away / self.raw["kilometres_an_hour"] * drawn.uniform(0.9, 1.6)
        arrives = leaves + timedelta(minutes=round(hours * 60, 1))
        promised: Body = {
            "need_id": need,
            "quantity": load.quantity,
            "depot": self.depot_id(load.depot),
        }
        sent: Body = {
            "reservation_ids": [str(promise)],
            "depot": self.depot_id(load.depot),
            "eta": iso(arrives),
        }
        keeper, path = f"depots:{load.depot.code}", f"/api/v1/shipments/{trip}"
        yield Request(
            load.at, "logistics", f"/api/v1/stock/reservations/{promise}", promised, after=need
        )
        yield Request(leaves, keeper, path, sent, after=need, spare="eta")
        receiver = f"depots:{want.shelter.county}"
        if arrives < self.curves.scenario.ends_at:
            self.arrived.append((arrives, want.shelter.county, want.item["code"], load.quantity))
        yield Request(arrives, receiver, f"{path}/receipt", {}, after=need)
