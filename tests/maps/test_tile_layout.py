"""The tile map's arithmetic, run by node: any city, every real township once, no overlap."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

LAYOUT = Path(__file__).resolve().parents[2] / "static" / "js" / "maps" / "tile_layout.js"
SCRIPT = """
import { layout } from %s;
const [counties, room] = JSON.parse(await new Promise((done) => {
  let text = ""; process.stdin.on("data", (part) => (text += part));
  process.stdin.on("end", () => done(text)); }));
console.log(JSON.stringify(layout(counties, room)));
"""
pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


def laid_out(counties: list[dict], room: int) -> dict:
    script = SCRIPT % json.dumps(LAYOUT.as_uri())
    answer = subprocess.run(
        ["node", "--input-type=module", "-e", script],
        input=json.dumps([counties, room]),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(answer.stdout)


def made_up(sizes: list[int]) -> list[dict]:
    rnd = random.Random(f"city:{sizes}")
    counties = []
    for number, size in enumerate(sizes):
        lon, lat = rnd.uniform(100, 102), rnd.uniform(30, 32)
        townships = [
            {
                "code": f"{number:02}{each:04}",
                "lon": lon + rnd.uniform(-0.2, 0.2),
                "lat": lat + rnd.uniform(-0.2, 0.2),
            }
            for each in range(size)
        ]
        counties.append({"code": f"{number:02}", "lon": lon, "lat": lat, "townships": townships})
    return counties


@pytest.mark.parametrize(
    "sizes", [[21, 19, 17, 12, 18, 8, 7, 11, 25, 18], [300], [1], [30] * 10, [1, 2, 60, 5]]
)
@pytest.mark.parametrize("room", [320, 1200, 3400])
def test_every_township_has_one_tile_and_no_two_overlap(sizes, room):
    counties = made_up(sizes)

    made = laid_out(counties, room)

    placed = {}
    for block in made["blocks"]:
        for tile in block["tiles"]:
            place = (block["x"] + 76 * tile["column"], block["y"] + 24 + 56 * tile["row"])
            placed[tile["code"]] = place
    assert sorted(placed) == sorted(t["code"] for c in counties for t in c["townships"])
    places = sorted(placed.values())
    for x, y in places:
        near = [p for p in places if abs(p[0] - x) < 76 and abs(p[1] - y) < 56]
        assert near == [(x, y)]


def test_the_same_city_is_laid_out_the_same_every_time():
    counties = made_up([21, 19, 17])

    assert laid_out(counties, 1200) == laid_out(list(reversed(counties)), 1200)


def test_what_lies_north_stands_above():
    counties = made_up([12])

    [block] = laid_out(counties, 1200)["blocks"]

    latitude = {each["code"]: each["lat"] for each in counties[0]["townships"]}
    rows: dict[int, list[float]] = {}
    for tile in block["tiles"]:
        rows.setdefault(tile["row"], []).append(latitude[tile["code"]])
    for upper, lower in zip(sorted(rows), sorted(rows)[1:], strict=False):
        assert min(rows[upper]) >= max(rows[lower])
