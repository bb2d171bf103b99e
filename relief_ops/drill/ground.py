"""What the county plans before the storm, and the ground that is not to be trodden during it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from shapely.geometry import Point, Polygon, mapping

from relief_ops.drill.curves import Curves
from relief_ops.drill.evacuation import Evacuation
from relief_ops.drill.exposure import Township, dice
from relief_ops.drill.requests import Body, Ids, Request, iso
from relief_ops.drill.shelters import Network

PLANS = "/api/v1/evacuation-plans"
HAZARDS = "/api/v1/hazards"
DEGREES = 0.004  # about 400 m


class Ground:
    """An evacuation plan of one county, the roads that are closed there, and the water."""

    def __init__(self, curves: Curves, network: Network, moving: Evacuation, ids: Ids) -> None:
        self.curves, self.network, self.moving, self.ids = curves, network, moving, ids
        self.raw: list[dict[str, Any]] = curves.scenario.raw["hazards"]
        self.actor = f"county:{moving.county}"

    def arranged(self) -> Iterator[Request]:
        """Yield the plan for everybody on the lists, and its application once it is ready."""
        path = f"{PLANS}/{self.ids.new('evacuation plan', 0)}"
        body: Body = {
            "disaster_id": str(self.ids.disaster_id), "area_code": self.moving.county,
            "phase": "night",
        }  # fmt: skip
        yield Request(None, self.actor, path, body, path)
        yield Request(None, self.actor, f"{path}/application", {}, path, ready=path)

    def requests(self) -> Iterator[Request]:
        """Yield each hazard when it is known, and its end."""
        for number, each in enumerate(self.raw):
            path = f"{HAZARDS}/{self.ids.new('hazard', number)}"
            begins, ends = self._instant(each["from"]), self._instant(each["until"])
            township = self.moving.townships[number % len(self.moving.townships)]
            body: Body = {
                "disaster_id": str(self.ids.disaster_id), "area_code": township.code,
                "kind": each["kind"], "name": each["name"], "reason": each["reason"],
                "shape": self._shape(each["kind"], township, number), "coordinates": "wgs84",
                "from_at": iso(begins),
            }  # fmt: skip
            yield Request(begins, self.actor, path, body, path)
            lifted: Body = {"reason": each["lifted"]}
            yield Request(ends, self.actor, f"{path}/lifting", lifted, path)

    def _instant(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.curves.scenario.starts_at.tzinfo)

    def _shape(self, kind: str, township: Township, number: int) -> Body:
        """Return a stretch of road, or wet ground in which no shelter stands."""
        drawn = dice(self.curves.seed, "hazard", str(number))
        shelters = [Point(each.point) for each in self.network.by_township[township.code]]
        while True:
            lon, lat = (each + drawn.uniform(-0.03, 0.03) for each in township.point)
            square = Polygon([(lon + DEGREES * x, lat + DEGREES * y) for x, y in CORNERS])
            if not any(square.contains(each) for each in shelters):
                break
        if kind == "closed_road":
            return {"type": "LineString", "coordinates": _rounded(square.exterior.coords[:2])}
        rings = [_rounded(ring) for ring in mapping(square)["coordinates"]]
        return {"type": "Polygon", "coordinates": rings}


CORNERS = ((-1, -1), (1, -0.8), (1.2, 1), (-0.9, 1.1))


def _rounded(points: Any) -> list[list[float]]:
    return [[round(lon, 6), round(lat, 6)] for lon, lat in points]
