"""Who lives where and how exposed they are: shares, not figures; all of it estimated."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from relief_ops.drill.scenario import DATA, Scenario

KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Village:
    """A village or community."""

    code: str
    name: str
    people: float


@dataclass(frozen=True)
class Township:
    """A township with its estimated people and its exposure, each from 0 to about 1."""

    code: str
    name: str
    county: str
    people: float
    rural: float
    low: float
    sea: float
    point: tuple[float, float]
    villages: tuple[Village, ...]
    apart: bool


def dice(seed: int, kind: str, code: str) -> Random:
    """Return the one source of chance for a thing: the same for the same seed."""
    return Random(f"{seed}:{kind}:{code}")


def townships(scenario: Scenario) -> list[Township]:
    """Return the real townships in the order of their codes; zones file nothing."""
    divisions = list(scenario.rows("divisions"))
    villages = defaultdict(list)
    for row in divisions:
        if row["level"] == "village":
            villages[row["parent_code"]].append(row)
    real = [
        row
        for row in divisions
        if row["level"] == "township" and row["kind"] != scenario.raw["pseudo_kind"]
    ]
    weight = {row["code"]: _weight(scenario, villages[row["code"]]) for row in real}
    county: Counter[str] = Counter()
    for row in real:
        county[row["parent_code"]] += weight[row["code"]]  # type: ignore[assignment]
    living = {row["code"]: int(row["pop_2020_census"]) for row in scenario.rows("population")}
    places = points(scenario)
    built = []
    for row in sorted(real, key=lambda each: each["code"]):
        people = living[row["parent_code"]] * weight[row["code"]] / county[row["parent_code"]]
        built.append(_township(scenario, row, villages[row["code"]], people, places[row["code"]]))
    return built


def _weight(scenario: Scenario, villages: list[dict[str, str]]) -> float:
    """Weigh a community as three villages: people per committee differ about so much."""
    urban = scenario.raw["urban_kind"]
    return sum(3.0 if row["kind"] == urban else 1.0 for row in villages)


def _township(
    scenario: Scenario,
    row: dict[str, str],
    villages: list[dict[str, str]],
    people: float,
    point: tuple[float, float],
) -> Township:
    whole = _weight(scenario, villages)
    members = tuple(
        Village(each["code"], each["name"], people * _weight(scenario, [each]) / whole)
        for each in villages
    )
    rural = sum(each["kind"] != scenario.raw["urban_kind"] for each in villages) / len(villages)
    return Township(
        row["code"],
        row["name"],
        row["parent_code"],
        people,
        rural,
        _low(scenario.raw, row["parent_code"], point),
        _sea(scenario.raw["coast"], point),
        point,
        members,
        row["parent_code"] == scenario.raw["apart"],
    )


def _low(raw: dict[str, Any], county: str, point: tuple[float, float]) -> float:
    near: float = sum(
        depth * math.exp(-km(point, (lon, lat)) / 9) for lon, lat, depth in raw["low_ground"]
    )
    return float(raw["exposure_by_county"][county]) * (0.25 + min(1.0, near))


def _sea(coast: Iterable[tuple[float, float]], point: tuple[float, float]) -> float:
    return math.exp(-min(km(point, (lon, lat)) for lon, lat in coast) / 12)


def km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance in km, flat earth: good to a percent within a city."""
    east = (one[0] - other[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return KM_PER_DEGREE * math.hypot(east, one[1] - other[1])


def outlines(scenario: Scenario) -> dict[str, BaseGeometry]:
    """Return code → county polygon in WGS-84."""
    text = (DATA / scenario.raw["files"]["outlines"]).read_text("utf-8")
    return {
        each["properties"]["code"]: shape(each["geometry"]) for each in json.loads(text)["features"]
    }


def points(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """Return a point for each township, drawn inside its county where none is known."""
    counties = outlines(scenario)
    found = {}
    for row in scenario.rows("points"):
        if row["lon_wgs84"]:
            found[row["code"]] = (float(row["lon_wgs84"]), float(row["lat_wgs84"]))
        else:
            found[row["code"]] = inside(counties[row["county_code"]], f"point:{row['code']}")
    return found


def inside(outline: BaseGeometry, seed: str) -> tuple[float, float]:
    """Return a point well inside an outline, as the import of areas places it."""
    drawn = Random(seed)
    west, south, east, north = outline.bounds
    core = outline.buffer(-0.02) if not outline.buffer(-0.02).is_empty else outline
    for _ in range(400):
        point = Point(drawn.uniform(west, east), drawn.uniform(south, north))
        if core.contains(point):
            return (point.x, point.y)
    middle = outline.representative_point()
    return (middle.x, middle.y)
