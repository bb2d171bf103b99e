"""At the doors of a few shelters: who of the lists comes in, the book of the night, the way home.

From midnight on nowhere are more people registered than a headcount says are inside: both
figures are of the same people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from relief_ops.drill.curves import Curves
from relief_ops.drill.evacuation import AT_SHELTER, Evacuation, Row
from relief_ops.drill.exposure import Township, dice
from relief_ops.drill.requests import Body, Ids, Request, iso
from relief_ops.drill.shelters import Network, Shelter

# What the list counts of a household, as the shelter asks for it.
CARE = {"alone": "alone", "disabled": "disabled", "children": "infant", "medical": "medical"}
A_STAY = timedelta(minutes=4)  # households leave one after the other


@dataclass(frozen=True)
class Guest:
    """One row of the list that is let in, and at which shelter."""

    row: Row
    shelter: Shelter
    at: datetime


class Doors:
    """Check-in and check-out of the evacuation, and the day book of these shelters."""

    def __init__(self, curves: Curves, network: Network, moving: Evacuation, ids: Ids) -> None:
        self.curves, self.network, self.moving, self.ids = curves, network, moving, ids
        self.raw: dict[str, Any] = curves.scenario.raw["doors"]
        found = [guests for each in moving.townships if (guests := list(self._guests(each)))]
        self.guests = [guest for guests in found[: self.raw["townships"]] for guest in guests]

    @property
    def keys(self) -> frozenset[str]:
        """Return the rows whose arrival and return are said at a door, not by a cadre."""
        return frozenset(each.row.key for each in self.guests)

    def _guests(self, township: Township) -> Iterator[Guest]:
        """Let rows in by the time they come, each where there is room at every later count."""
        rooms = {each.key: self._room(township, each) for each in self._open(township)}
        inside: dict[str, int] = defaultdict(int)
        coming = [
            (at, row)
            for row in self.moving.rows
            if row.township.code == township.code
            for at, state in row.steps
            if state == AT_SHELTER
        ]
        for at, row in sorted(coming, key=lambda each: (each[0], each[1].key)):
            for shelter in self._open(township):
                people = inside[shelter.key] + row.body["people"]
                opened = self.network.opened(shelter)
                if opened and opened <= at and people <= rooms[shelter.key]:
                    inside[shelter.key] = people
                    yield Guest(row, shelter, at)
                    break

    def _open(self, township: Township) -> list[Shelter]:
        last = self.curves.scenario.rounds[-1]
        return self.network.by_township[township.code][: self.network.open_at(township.code, last)]

    def _room(self, township: Township, shelter: Shelter) -> int:
        """Return how many are inside at the least, from midnight until all go home."""
        first, last = self._instant("counted_from"), self.moving.home
        later = [at for at in self.curves.scenario.rounds if first <= at <= last]
        counts = [self.network.inside(township.code, at).get(shelter.key, 0) for at in later]
        return min([shelter.capacity, *counts])

    def _instant(self, name: str) -> datetime:
        zone = self.curves.scenario.starts_at.tzinfo
        return datetime.fromisoformat(self.raw[name]).replace(tzinfo=zone)

    # --- the requests

    def requests(self) -> Iterator[Request]:
        """Yield who comes in, what the night brings, and who goes home."""
        for each in self.guests:
            yield self._arrival(each)
        yield from self._departures()
        for shelter in self._used():
            yield from self._meals(shelter)
            yield from self._volunteer(shelter)
        if self.guests:
            yield from self._incidents(self._used()[0])

    def _used(self) -> list[Shelter]:
        found = {each.shelter.key: each.shelter for each in self.guests}
        return [found[key] for key in sorted(found)]

    def _sent(self, at: datetime, shelter: Shelter, part: str, body: Body) -> Request:
        path = f"/api/v1/shelters/{self.network.shelter_id(shelter)}/{part}"
        return Request(at, f"shelters:{shelter.county}", path, body)

    def _of(self) -> Body:
        return {"disaster_id": str(self.ids.disaster_id)}

    def _arrival(self, guest: Guest) -> Request:
        said = guest.row.body
        care = {ours: said[theirs] for theirs, ours in CARE.items() if theirs in said}
        body = self._of() | care | {
            "people": said["people"], "origin_code": guest.row.village.code,
            "listed_id": str(self.ids.new("must move", guest.row.key)),
            "room": self.raw["room"], "arrived_at": iso(guest.at),
        }  # fmt: skip
        part = f"arrivals/{self.ids.new('arrival', guest.row.key)}"
        return self._sent(guest.at, guest.shelter, part, body)

    def _departures(self) -> Iterator[Request]:
        home = self.moving.home
        for number, each in enumerate(self.guests):
            at = home + A_STAY * (number % 12)
            body = self._of() | {
                "arrival_id": str(self.ids.new("arrival", each.row.key)), "to": "home",
                "signed_by": self.raw["signed_by"], "handed_to": self.raw["handed_to"],
                "left_at": iso(at),
            }  # fmt: skip
            part = f"departures/{self.ids.new('departure', each.row.key)}"
            yield self._sent(at, each.shelter, part, body)

    def _meals(self, shelter: Shelter) -> Iterator[Request]:
        for number, meal in enumerate(self.raw["meals"]):
            at = datetime.fromisoformat(meal["at"]).replace(tzinfo=self.moving.home.tzinfo)
            people = sum(e.row.body["people"] for e in self.guests if e.shelter == shelter)
            body = self._of() | {
                "day": f"{at:%Y-%m-%d}", "meal": meal["meal"], "portions": people,
                "soft": people // 12,
            }  # fmt: skip
            part = f"meals/{self.ids.new('meal', f'{shelter.key}:{number}')}"
            yield self._sent(at, shelter, part, body)

    def _volunteer(self, shelter: Shelter) -> Iterator[Request]:
        """Yield one volunteer with a night's duty."""
        drawn = dice(self.curves.seed, "volunteer", shelter.key)
        comes, goes = self._instant("duty_from"), self._instant("duty_to")
        name = drawn.choice(self.moving.raw["surnames"]) + self.moving.raw["called"]
        body = self._of() | {
            "name": name, "phone": self.raw["phone"], "organisation": self.raw["organisation"],
            "skills": [drawn.choice(self.raw["skills"])],
            "duty_from": iso(comes), "duty_to": iso(goes),
        }  # fmt: skip
        part = f"volunteers/{self.ids.new('volunteer', shelter.key)}"
        duty = f"{part}/duties/{self.ids.new('duty', shelter.key)}"
        yield self._sent(comes - timedelta(hours=1), shelter, part, body)
        yield self._sent(comes, shelter, duty, {"arrived_at": iso(comes)})
        yield self._sent(goes, shelter, f"{duty}/end", {"left_at": iso(goes)})

    def _incidents(self, shelter: Shelter) -> Iterator[Request]:
        for number, each in enumerate(self.raw["incidents"]):
            at = datetime.fromisoformat(each["at"]).replace(tzinfo=self.moving.home.tzinfo)
            body = self._of() | {key: each[key] for key in each if key != "at"}
            body["happened_at"] = iso(at)
            part = f"incidents/{self.ids.new('incident', number)}"
            yield self._sent(at + timedelta(minutes=10), shelter, part, body)
