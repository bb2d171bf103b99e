"""Thirty check-ins a second in the city: each is there once, no shelter above its places."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from typing import Any

import pytest
import uuid6

from tests.bench import data
from tests.bench.report import share
from tests.bench.wire import Http
from tests.bench.world import areas, bearer, world
from tests.conftest import KINDS

pytestmark = [pytest.mark.proof, pytest.mark.bench]
RATE, SECONDS, CONNECTIONS = 30, 20, 24
SHELTERS, PLACES = 60, 25
P95_MS = 200


class Rush:
    """Households at the doors of many shelters on schedule; some shelters fill up on the way."""

    def __init__(self, token: str) -> None:
        self.disaster, self.token = data.disaster(), token
        self.random = random.Random(20131006)
        self.shelters: list[str] = []
        self.inside: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.took: list[float] = []

    async def open(self, port: int) -> None:
        """Enter the shelters and open them."""
        async with Http(port, bearer(self.token)) as client:
            for number, node in enumerate(areas("village")[:SHELTERS]):
                shelter = str(uuid6.uuid7())
                body = {
                    "name": f"{number}号避灾点", "area_code": node.code, "kind": "point_village",
                    "capacity_max": PLACES if number % 2 else 4 * PLACES,
                }  # fmt: skip
                answer = await client.call("PUT", f"/api/v1/shelters/{shelter}", body)
                assert answer.status == 201, answer.body
                state = {"disaster_id": self.disaster, "state": "open", "reason": "台风将至"}
                await client.call("PUT", f"/api/v1/shelters/{shelter}/state", state)
                self.shelters.append(shelter)

    async def send(self, port: int) -> None:
        """Send every household at its instant, whatever became of those before."""
        waiting: asyncio.Queue[float] = asyncio.Queue()
        began = time.perf_counter()
        doors = [asyncio.create_task(self._door(port, waiting, began)) for _ in range(CONNECTIONS)]
        for number in range(RATE * SECONDS):
            await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
            waiting.put_nowait(number / RATE)
        await waiting.join()
        for each in doors:
            each.cancel()
        await asyncio.gather(*doors, return_exceptions=True)

    async def _door(self, port: int, waiting: Any, began: float) -> None:
        async with Http(port, bearer(self.token)) as client:
            while True:
                at = await waiting.get()
                shelter, people = self.random.choice(self.shelters), self.random.randint(1, 6)
                body = {"disaster_id": self.disaster, "people": people}
                path = f"/api/v1/shelters/{shelter}/arrivals/{uuid6.uuid7()}"
                answer = await client.call("PUT", path, body)
                self.took.append(time.perf_counter() - began - at)
                self.statuses[answer.status] += 1
                if answer.status == 201:
                    self.inside[shelter] += people
                waiting.task_done()

    async def registered(self, port: int) -> dict[str, tuple[int, int]]:
        """Return by shelter how many people the server knows inside, and its places."""
        found = {}
        async with Http(port, bearer(self.token)) as client:
            for shelter in self.shelters:
                answer = (await client.call("GET", f"/api/v1/shelters/{shelter}")).json()
                found[shelter] = (answer["status"]["registered"], answer["capacity_max"])
        return found


@pytest.mark.parametrize("kind", KINDS)
def test_thirty_check_ins_a_second_are_each_there_once_and_nobody_above_the_places(kind, tell):
    with world(kind) as made:
        server = made.serve()
        rush = Rush(made.token("keeper", "shelter_manager"))
        asyncio.run(rush.open(server.port))
        asyncio.run(rush.send(server.port))
        registered = asyncio.run(rush.registered(server.port))
    p95 = share(rush.took, 0.95) * 1000
    tell(
        sent=len(rush.took), statuses=dict(rush.statuses), inside=sum(rush.inside.values()),
        p50_ms=share(rush.took, 0.5) * 1000, p95_ms=p95,
    )  # fmt: skip
    assert set(rush.statuses) <= {201, 409}
    assert {shelter: rush.inside[shelter] for shelter in registered} == {
        shelter: people for shelter, (people, _places) in registered.items()
    }
    assert all(people <= places for people, places in registered.values())
    assert rush.statuses[409] > 0  # some were full, and said so
    assert p95 <= P95_MS
