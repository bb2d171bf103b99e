"""The shelters of the drill: generated places, opened as people come, and counted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from relief_ops.drill.apportion import apportion
from relief_ops.drill.curves import Curves
from relief_ops.drill.exposure import Township, dice, outlines
from relief_ops.drill.requests import Body, Ids, Request, iso

SIZE = {"centre_township": 2.0, "centre_county": 4.0, "point_village": 1.0}
FILLED_BEFORE_THE_NEXT_OPENS = 0.75


@dataclass(frozen=True)
class Shelter:
    """A generated shelter; `rank` is its turn to be opened in its township."""

    key: str
    name: str
    kind: str
    area_code: str
    township: str
    county: str
    point: tuple[float, float]
    capacity: int
    rank: int


class Network:
    """All shelters, which of them are open at a moment, and who is inside."""

    def __init__(self, curves: Curves, ids: Ids) -> None:
        self.curves = curves
        self.ids = ids
        self.raw = curves.scenario.raw["shelters"]
        self.by_township: dict[str, list[Shelter]] = {}
        zone = curves.scenario.starts_at.tzinfo
        self.emptied_at = datetime.fromisoformat(self.raw["emptied_at"]).replace(tzinfo=zone)
        self._spared: dict[str, Shelter | None] = {}
        counties = outlines(curves.scenario)
        points, centres = self._village_points(), self._county_centres()
        for each in curves.townships:
            kinds = ["centre_township"] + ["centre_county"] * centres.get(each.code, 0)
            kinds += ["point_village"] * points[each.code]
            self.by_township[each.code] = self._built(each, kinds, counties[each.county])

    @property
    def shelters(self) -> list[Shelter]:
        """Return every shelter, township by township."""
        return [each for group in self.by_township.values() for each in group]

    def _county_centres(self) -> dict[str, int]:
        """Two county centres, where most people live."""
        by_county: dict[str, list[Township]] = {}
        for each in self.curves.townships:
            by_county.setdefault(each.county, []).append(each)
        largest = [
            each
            for group in by_county.values()
            for each in sorted(group, key=lambda t: (-t.people, t.code))[:2]
        ]
        return dict.fromkeys((each.code for each in largest), 1)

    def _village_points(self) -> dict[str, int]:
        """Share the village points out by how many will need one, at most one a village."""
        townships = self.curves.townships
        counties = len({each.county for each in townships})
        wanted = self.raw["count"] - len(townships) - 2 * counties
        weights = {each.code: math.sqrt(1 + self._peak(each.code)) for each in townships}
        most = {each.code: len(each.villages) for each in townships}
        shares = apportion(wanted, weights, least=dict.fromkeys(weights, 1))
        while over := sum(max(0, shares[code] - most[code]) for code in shares):
            shares = {code: min(shares[code], most[code]) for code in shares}
            room = {c: w if shares[c] < most[c] else 0.0 for c, w in weights.items()}
            for code, more in apportion(over, room).items():
                shares[code] += more
        return shares

    def _peak(self, code: str) -> int:
        return self.curves.known["central"][code][-1]

    def _built(self, each: Township, kinds: list[str], outline: BaseGeometry) -> list[Shelter]:
        drawn = dice(self.curves.seed, "shelters", each.code)
        villages = drawn.sample(each.villages, sum(kind == "point_village" for kind in kinds))
        capacities = self._capacities(each, kinds, drawn)
        built = []
        for rank, kind in enumerate(kinds):
            village = villages.pop() if kind == "point_village" else None
            home = village or each
            building = drawn.choice(self.raw["buildings"][kind])
            name = f"{home.name}{self.raw['suffix'][kind]}({building})"
            point = near(each.point, outline, drawn, km=1.2 if rank == 0 else 3.5)
            built.append(
                Shelter(
                    f"{each.code}:{rank}", name, kind, home.code, each.code, each.county,
                    point, capacities[rank], rank,
                )
            )  # fmt: skip
        return built

    def _capacities(self, each: Township, kinds: list[str], drawn: Random) -> list[int]:
        """Most townships have places enough for the peak; a few have not."""
        wanted = self._peak(each.code) * drawn.uniform(0.93, 1.6)
        weights = [SIZE[kind] * drawn.uniform(0.6, 1.5) for kind in kinds]
        whole = sum(weights)
        return [
            max(self.raw["least"][kind], 5 * math.ceil(wanted * weight / whole / 5))
            for kind, weight in zip(kinds, weights, strict=True)
        ]

    # --- who is where

    def open_at(self, township: str, at: datetime) -> int:
        """Return how many shelters of a township have been opened by then."""
        people = self.curves.value("central", township, at) or 0
        places, opened = 0.0, 0
        for each in self.by_township[township]:
            if places >= people:
                break
            places += each.capacity * FILLED_BEFORE_THE_NEXT_OPENS
            opened += 1
        return opened

    def in_use(self, township: str, at: datetime) -> list[Shelter]:
        """Return the shelters of a township that are opened and not emptied again."""
        opened = self.by_township[township][: self.open_at(township, at)]
        spared = self.spared(township) if at >= self.emptied_at else None
        return [each for each in opened if each is not spared]

    def spared(self, township: str) -> Shelter | None:
        """Return the smallest shelter that can be emptied into the others once all is calm.

        In some townships; in none where the water stands, or the others have no room for all.
        """
        if township not in self._spared:
            self._spared[township] = self._smallest_spare(township)
        return self._spared[township]

    def _smallest_spare(self, township: str) -> Shelter | None:
        end = self.curves.scenario.rounds[-1]
        count = self.open_at(township, end)
        if self.curves.by_code[township].apart or self.open_at(township, self.emptied_at) < count:
            return None
        if dice(self.curves.seed, "emptied", township).random() > self.raw["emptied_share"]:
            return None
        opened = self.by_township[township][:count]
        people = self.curves.value("central", township, end) or 0
        places = sum(each.capacity for each in opened)
        fitting = [each for each in opened if people <= places - each.capacity]
        return min(fitting, key=lambda each: (each.capacity, each.key), default=None)

    def inside(self, township: str, at: datetime) -> dict[str, int]:
        """Return shelter key → people; together they are the township's people in shelters."""
        weights = {
            each.key: each.capacity * dice(self.curves.seed, "liked", each.key).uniform(0.8, 1.2)
            for each in self.in_use(township, at)
        }
        return apportion(self.curves.value("central", township, at) or 0, weights)

    # --- the requests

    def shelter_id(self, shelter: Shelter) -> str:
        """Return a shelter's id, which is also its place's."""
        return str(self.ids.new("shelter", shelter.key))

    def register(self) -> Iterator[Request]:
        """Yield the register."""
        for each in self.shelters:
            lon, lat = each.point
            body: Body = {
                "name": each.name,
                "area_code": each.area_code,
                "kind": each.kind,
                "lon": round(lon, 6),
                "lat": round(lat, 6),
                "capacity_max": each.capacity,
                "capacity_day": each.capacity,
                "capacity_night": each.capacity * 9 // 10,
                "capacity_after": each.capacity * 8 // 10,
                "wheelchair": each.capacity // 50,
                "infant": each.capacity // 25,
                "medical": each.capacity // 100,
                "remarks": self.raw["remark"],
                "drill_id": str(self.ids.drill_id),
            }
            path = f"/api/v1/shelters/{self.shelter_id(each)}"
            yield Request(None, f"shelters:{each.county}", path, body)

    def requests(self) -> Iterator[Request]:
        """Yield openings and headcounts, round by round, and the closing of some."""
        yield from self._closings()
        why = self.curves.scenario.raw["opening_reason"]
        opened: dict[str, int] = {}
        for index, at in enumerate(self.curves.scenario.rounds):
            for township in self.by_township:
                now, before = self.open_at(township, at), opened.get(township, 0)
                people = self.inside(township, at)
                for each in self.in_use(township, at):
                    if each.rank >= before:
                        when = self._opened(each, at)
                        yield self._step(each, "open", when, why=why)
                    if each.rank >= before or self._is_counted(each, index, at):
                        yield self._headcount(each, index, at, people)
                opened[township] = now

    def _is_counted(self, each: Shelter, index: int, at: datetime) -> bool:
        scenario = self.curves.scenario
        if at in scenario.instants:
            return at != scenario.instants[1] or self.curves.by_code[each.township].apart
        turn = dice(self.curves.seed, "turn", each.key).randrange(60)
        seldom = 16 if at > self.emptied_at else 8
        return (index + turn) % (6 if at.date() <= scenario.starts_at.date() else seldom) == 0

    def opened(self, each: Shelter) -> datetime | None:
        """Return when a shelter is opened; None for one that nobody needs."""
        rounds = self.curves.scenario.rounds
        needed = (at for at in rounds if self.open_at(each.township, at) > each.rank)
        first = next(needed, None)
        return self._opened(each, first) if first else None

    def _opened(self, each: Shelter, at: datetime) -> datetime:
        """Return when a shelter that is needed at a round was opened: a little before."""
        early = dice(self.curves.seed, "opened", each.key).uniform(5, 55)
        return max(self.curves.scenario.starts_at, at - timedelta(minutes=round(early, 1)))

    def _closings(self) -> Iterator[Request]:
        """Yield how some shelters are emptied into the others of their township, and closed."""
        at, number = self.emptied_at, len(self.curves.scenario.rounds)
        before, after = at - timedelta(hours=2), at + timedelta(hours=3)
        for township in self.by_township:
            spared = self.spared(township)
            if spared is None:
                continue
            people = {spared.key: 0} | self.inside(township, at)
            yield self._step(spared, "closing", before, why=self.raw["emptied_why"])
            empty = self._headcount(spared, number, at, people)
            yield replace(empty, at=at)  # before the others say that they have more
            for each in self.in_use(township, at):
                yield self._headcount(each, number, at, people)
            yield self._step(spared, "closed", after, done=self.raw["seen_to"])

    def _step(self, each: Shelter, state: str, at: datetime, **said: Any) -> Request:
        body: Body = {
            "id": str(self.ids.new(f"step:{state}", each.key)),
            "disaster_id": str(self.ids.disaster_id),
            "state": state,
            "reason": said.pop("why", ""),
            "at": iso(at),
        }
        path = f"/api/v1/shelters/{self.shelter_id(each)}/state"
        return Request(at, f"shelters:{each.county}", path, body | said)

    def _headcount(
        self, each: Shelter, index: int, at: datetime, people: Mapping[str, int]
    ) -> Request:
        total = people[each.key]
        drawn = dice(self.curves.seed, f"count:{index}", each.key)
        male = round(total * drawn.uniform(0.42, 0.54))
        body: Body = {
            "disaster_id": str(self.ids.disaster_id),
            "as_of": iso(at),
            "total": total,
            "male": male,
            "female": total - male,
            "under18": round(total * drawn.uniform(0.1, 0.2)),
            "over60": round(total * drawn.uniform(0.25, 0.4)),
            "base": None,
        }
        count = self.ids.new("headcount", f"{index}:{each.key}")
        path = f"/api/v1/shelters/{self.shelter_id(each)}/headcounts/{count}"
        late = 0.0 if at in self.curves.scenario.instants else round(drawn.uniform(1, 60), 1)
        return Request(at + timedelta(minutes=late), f"township:{each.township}", path, body)


def near(
    point: tuple[float, float], outline: BaseGeometry, drawn: Random, *, km: float
) -> tuple[float, float]:
    """Return a point within about so many km, on the land of the same county."""
    for _ in range(30):
        angle, away = drawn.uniform(0, 2 * math.pi), km * math.sqrt(drawn.random())
        lat = point[1] + away * math.sin(angle) / 111.2
        lon = point[0] + away * math.cos(angle) / (111.2 * math.cos(math.radians(lat)))
        if outline.contains(Point(lon, lat)):
            return (lon, lat)
    return point
