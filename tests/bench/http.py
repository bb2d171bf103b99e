"""Pages, records, writes and layers over 5,000 shelters, beside a bare WSGI application."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import uuid6

from tests.bench import data
from tests.bench.report import Report, flush_seconds
from tests.bench.wire import Http
from tests.bench.world import World, areas, bearer, world

COUNTY = "330212000000"
BOX_1000 = 1000
ROUNDS = 5


def run(report: Report) -> None:
    """Measure with 5,000 shelters (1,000 of them reachable through `limit`)."""
    calls = 20 if report.small else 200
    with world(report.database) as made:
        disaster = data.disaster()
        shelters = data.shelter_ids()
        data.open_shelters(disaster, shelters[:5])
        report.say(f"{len(shelters)} shelters are in")
        asyncio.run(_Measure(report, made, disaster, shelters, calls).all())


class _Measure:
    def __init__(
        self, report: Report, made: World, disaster: str, shelters: list[str], calls: int
    ) -> None:
        self.report, self.made, self.calls = report, made, calls
        self.disaster, self.shelters = disaster, shelters
        self.random = random.Random("http")
        self.villages = areas("village")
        self.roles = ("shelter_manager", "county_reviewer", "duty_officer")
        self.token = made.token("bench", *self.roles)
        self.cookie = made.cookie("bench", *self.roles)

    async def all(self) -> None:
        subject = self.made.serve(core=0)
        page = Http(subject.port, {"Cookie": self.cookie})
        api = Http(subject.port, bearer(self.token))
        await self._lay_ready(page, api)
        bare = self.made.serve(core=0, app="tests.bench.bare:app", BARE_FOLDER=str(self.bare))
        reference = Http(bare.port)
        await self._list(page, reference)
        await self._record(api, reference, subject.port, bare.port)
        await self._writes(api)
        await self._layers(api)

    async def _lay_ready(self, page: Http, api: Http) -> None:
        """Lay the very bytes of the page and the record ready for the reference."""
        self.bare = self.made.folder / "bare"
        self.bare.mkdir()
        listed = await page.call("GET", self.list_path)
        record = await api.call("GET", self.record_path(0))
        assert listed.status == 200, listed.body[:300]
        assert record.status == 200, record.body[:300]
        assert listed.body.count(b"<tr") >= 25, "the rows must be in the page"
        (self.bare / "list").write_bytes(listed.body)
        (self.bare / "record").write_bytes(record.body)
        self.report.figure(list_kb=len(listed.body) / 1024, record_bytes=len(record.body))

    @property
    def list_path(self) -> str:
        return f"/shelters?disaster={self.disaster}&area=330200000000"

    def record_path(self, number: int) -> str:
        return f"/api/v1/shelters/{self.shelters[number % 5000]}"

    async def _list(self, page: Http, reference: Http) -> None:
        ours, theirs = [], []
        for _ in range(ROUNDS):
            theirs.append(await _median_ms(lambda: reference.call("GET", "/list"), self.calls))
            ours.append(await _median_ms(lambda: page.call("GET", self.list_path), self.calls // 2))
        bare = self.report.compare("bare_list_ms", theirs)
        mine = statistics.median(ours)
        self.report.figure(list_ms=mine, list_over_bare=mine / bare)

    async def _record(self, api: Http, reference: Http, port: int, bare_port: int) -> None:
        ours, theirs, many = [], [], []
        eight = [Http(port, bearer(self.token)) for _ in range(8)]
        eight_bare = [Http(bare_port) for _ in range(8)]
        for turn in range(ROUNDS):
            one = self.record_path(self.random.randrange(5000) + turn)
            theirs.append(await _per_second(eight_bare, "/record", self.calls * 2))
            many.append(await _per_second(eight, one, self.calls * 2))
            ours.append(await _median_ms(lambda one=one: api.call("GET", one), self.calls))
        bare = self.report.compare("bare_record_per_second", theirs)
        mine = statistics.median(many)
        self.report.figure(
            record_ms=statistics.median(ours), record_per_second=mine, record_of_bare=mine / bare
        )

    async def _writes(self, api: Http) -> None:
        flushes = [flush_seconds() * 1000 for _ in range(ROUNDS)]
        created = await _median_ms(lambda: self._create(api), self.calls // 2)
        checked_in = await _median_ms(lambda: self._check_in(api), self.calls // 2)
        flush = self.report.compare("flush_ms", flushes)
        self.report.figure(
            create_ms=created, create_without_flush_ms=created - flush, check_in_ms=checked_in
        )

    async def _create(self, api: Http) -> None:
        village = self.random.choice(self.villages)
        body = data.shelter_body(self.random, self.random.randrange(90_000), village)
        answer = await api.call("PUT", f"/api/v1/shelters/{uuid6.uuid7()}", body)
        assert answer.status == 201, answer.body

    async def _check_in(self, api: Http) -> None:
        shelter = self.random.choice(self.shelters[:5])
        body = {"disaster_id": self.disaster, "name": "演练户", "people": 1}
        path = f"/api/v1/shelters/{shelter}/arrivals/{uuid6.uuid7()}"
        answer = await api.call("PUT", path, body)
        assert answer.status == 201, answer.body

    async def _layers(self, api: Http) -> None:
        for count in (1000, 5000):
            path = f"/api/v1/layers/shelters?disaster={self.disaster}&limit={count}"
            cold = []
            for _ in range(max(ROUNDS, self.calls // 10)):
                await self._create(api)
                cold.append(await _ms(lambda path=path: api.call("GET", path)))
            answer = await api.call("GET", path)
            found = len(answer.json()["features"])
            assert found >= count, f"{found} points in the layer"
            tag = {"If-None-Match": answer.headers["etag"]}
            again = await _median_ms(lambda path=path, tag=tag: _not_modified(api, path, tag), 20)
            self.report.figure(
                **{f"layer_{count}_cold_ms": statistics.median(cold), "layer_304_ms": again}
            )


async def _not_modified(api: Http, path: str, tag: dict[str, str]) -> None:
    answer = await api.call("GET", path, headers=tag)
    assert answer.status == 304, answer.status


async def _ms(call: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await call()
    return (time.perf_counter() - began) * 1000


async def _median_ms(call: Callable[[], Awaitable[Any]], times: int) -> float:
    return statistics.median([await _ms(call) for _ in range(max(times, 5))])


async def _per_second(clients: list[Http], path: str, calls: int) -> float:
    async def some(client: Http) -> None:
        for _ in range(calls // len(clients)):
            answer = await client.call("GET", path)
            assert answer.status == 200, answer.status

    began = time.perf_counter()
    await asyncio.gather(*(some(client) for client in clients))
    return calls // len(clients) * len(clients) / (time.perf_counter() - began)
