"""The burst when the network returns (P-1); a long even load that leaves nothing behind (P-2)."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import statistics
import time
from collections import Counter
from typing import Any

import psutil
import psycopg
import pytest
import uuid6
from sqlalchemy import make_url

from relief_ops import db
from tests.bench import data
from tests.bench.live import SCOPES, Screen
from tests.bench.report import share
from tests.bench.wire import Http
from tests.bench.world import CITY, World, areas, bearer, world
from tests.conftest import KINDS
from tests.running import Server

pytestmark = [pytest.mark.proof, pytest.mark.bench]
RATE, SECONDS, CONNECTIONS = 50, 30, 48
P95_MS, P99_MS = 500, 2000
SOAK_SECONDS, SOAK_RATE, SOCKETS, SAMPLE_SECONDS = 300, 5, 200, 4
DRIFT = 1.1
LEEWAY = 6  # descriptors and threads that come and go
POOL = 50  # connections the pool may keep
WAL_MB = 64


def raw_commits(made: World, times: int = 200) -> float:
    """Return how many durable commits a second one connection makes on the same disk."""
    if made.url.startswith("sqlite"):
        with contextlib.closing(
            sqlite3.connect(made.folder / "raw.db", isolation_level=None)
        ) as raw:
            raw.execute("PRAGMA journal_mode=WAL")
            raw.execute("PRAGMA synchronous=FULL")
            raw.execute("CREATE TABLE raw_commit (said TEXT)")
            return _rate(lambda: raw.execute("INSERT INTO raw_commit VALUES ('x')"), times)
    with psycopg.connect(made.url, autocommit=True) as plain:
        plain.execute("CREATE TABLE raw_commit (said TEXT)")
        try:
            return _rate(lambda: plain.execute("INSERT INTO raw_commit VALUES ('x')"), times)
        finally:
            plain.execute("DROP TABLE raw_commit")


def _rate(commit: Any, times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        commit()
    return times / (time.perf_counter() - began)


class Burst:
    """Reports on schedule, whatever the answers do; time counts from the planned instant."""

    def __init__(self, made: World) -> None:
        self.disaster = data.disaster()
        self.token = made.token("writer", "township_reporter")
        self.villages = [node.code for node in areas("village")]
        self.sent: dict[str, dict[str, Any]] = {}
        self.accepted: set[str] = set()
        self.statuses: Counter[int] = Counter()
        self.took: list[float] = []

    async def send(self, port: int, rate: float, seconds: float, connections: int) -> None:
        waiting: asyncio.Queue[tuple[float, str]] = asyncio.Queue()
        began = time.perf_counter()
        workers = [
            asyncio.create_task(self._work(port, waiting, began)) for _ in range(connections)
        ]
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            report_id = str(uuid6.uuid7())
            self.sent[report_id] = data.report_body(
                self.disaster, self.villages[len(self.sent) % len(self.villages)],
                {"affected": len(self.sent)}, round=f"r{len(self.sent) // len(self.villages)}",
            )  # fmt: skip
            waiting.put_nowait((number / rate, report_id))
        await waiting.join()
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, port: int, waiting: Any, began: float) -> None:
        async with Http(port, bearer(self.token)) as client:
            while True:
                at, report_id = await waiting.get()
                try:
                    path = f"/api/v1/reports/{report_id}"
                    answer = await client.call("PUT", path, self.sent[report_id])
                    self.took.append(time.perf_counter() - began - at)
                    self.statuses[answer.status] += 1
                    if answer.status == 201:
                        self.accepted.add(report_id)
                except (OSError, EOFError):
                    self.statuses[0] += 1
                finally:
                    waiting.task_done()

    async def read_back(self, port: int) -> int:
        """Ask for every accepted report; return how many are not there as they were sent."""
        left, lost = list(self.accepted), []

        async def ask() -> None:
            async with Http(port, bearer(self.token)) as client:
                while left:
                    report_id = left.pop()
                    answer = await client.call("GET", f"/api/v1/reports/{report_id}")
                    values = answer.json().get("values", {}) if answer.status == 200 else {}
                    if values.get("affected") != self.sent[report_id]["values"]["affected"]:
                        lost.append(report_id)

        await asyncio.gather(*(ask() for _ in range(8)))
        return len(lost)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.target("P-1")
def test_fifty_reports_a_second_for_half_a_minute_are_all_there(kind, tell):
    with world(kind) as made:
        server = made.serve()
        raw = [raw_commits(made)]
        burst = Burst(made)
        asyncio.run(burst.send(server.port, RATE, SECONDS, CONNECTIONS))
        raw += [raw_commits(made)] if kind == "postgres" else []
        lost = asyncio.run(burst.read_back(server.port))
    p95, p99 = share(burst.took, 0.95) * 1000, share(burst.took, 0.99) * 1000
    tell(
        sent=len(burst.sent), accepted=len(burst.accepted), lost=lost,
        statuses=dict(burst.statuses), p50_ms=share(burst.took, 0.5) * 1000, p95_ms=p95, p99_ms=p99,
        raw_commits_per_second=statistics.median(raw),
    )  # fmt: skip
    assert burst.statuses == {201: RATE * SECONDS}
    assert lost == 0
    assert p95 <= P95_MS
    assert p99 <= P99_MS


class Soak:
    """What the server's worker holds on to, looked at every few seconds."""

    def __init__(self, made: World, server: Server) -> None:
        assert server.process is not None
        [self.worker] = psutil.Process(server.process.pid).children()
        self.made = made
        self.samples: list[dict[str, float]] = []
        self.began = time.monotonic()

    def look(self) -> dict[str, float]:
        with self.worker.oneshot():
            return {
                "seconds": time.monotonic() - self.began,
                "descriptors": self.worker.num_fds(),
                "threads": self.worker.num_threads(),
                "mb": self.worker.memory_info().rss / 2**20,
                "connections": self.connections(),
            }

    def connections(self) -> int:
        if not self.made.url.startswith("sqlite"):
            asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            with psycopg.connect(self.made.url, autocommit=True) as plain:
                row = plain.execute(f"{asked} AND pid <> pg_backend_pid()").fetchone()
                return int(row[0]) if row else 0
        return sum(each.path == make_url(self.made.url).database for each in self._files())

    def _files(self) -> list[Any]:
        with contextlib.suppress(psutil.Error):
            return list(self.worker.open_files())
        return []

    async def watch(self) -> None:
        while True:
            self.samples.append(await asyncio.to_thread(self.look))
            await asyncio.sleep(SAMPLE_SECONDS)

    def growth(self, name: str) -> float:
        """Return how much higher the last third's top is than the middle third's."""
        third = len(self.samples) // 3
        middle = max(each[name] for each in self.samples[third : 2 * third])
        return max(each[name] for each in self.samples[2 * third :]) - middle

    def mb_an_hour(self) -> float:
        """Return the slope of the memory after the first third."""
        late = self.samples[len(self.samples) // 3 :]
        slope, _ = statistics.linear_regression(
            [each["seconds"] for each in late], [each["mb"] for each in late]
        )
        return slope * 3600


async def live_through(made: World, server: Server, soak: Soak, burst: Burst) -> Counter[int]:
    """File, watch and export for a while; everybody has gone home at the end."""
    exports: Counter[int] = Counter()
    cookie = made.cookie("eye", f"duty_officer@{CITY}")
    screens = [Screen(SCOPES[n % 3], cookie) for n in range(SOCKETS)]
    for screen in screens:
        await screen.connect(server.port)

    async def export() -> None:
        async with Http(server.port, {"Cookie": cookie}) as client:
            while True:
                for path in ("/shelters/export", "/shelters/export?format=geojson"):
                    answer = await client.call("GET", f"{path}{'&' if '?' in path else '?'}")
                    exports[answer.status] += 1
                    await asyncio.sleep(10)

    beside = [asyncio.create_task(soak.watch()), asyncio.create_task(export())]
    await burst.send(server.port, SOAK_RATE, SOAK_SECONDS, 4)
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)
    for screen in screens:
        screen.socket.abort()  # type: ignore[union-attr]
    await asyncio.sleep(SAMPLE_SECONDS)
    return exports


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.target("P-2")
def test_an_even_load_leaves_nothing_behind(kind, tell):
    with world(kind) as made:
        server, burst = made.serve(), Burst(made)
        db.engine().dispose()
        soak = Soak(made, server)
        idle = soak.look()
        exports = asyncio.run(live_through(made, server, soak, burst))
        time.sleep(3)
        after = soak.look()
        wal = made.folder / "relief.db-wal"
        wal_mb = wal.stat().st_size / 2**20 if wal.exists() else 0.0
    grown = {name: soak.growth(name) for name in ("descriptors", "threads", "connections")}
    half = len(burst.took) // 2
    first, second = (share(each, 0.95) * 1000 for each in (burst.took[:half], burst.took[half:]))
    tell(
        reports=len(burst.accepted), exports=dict(exports), statuses=dict(burst.statuses),
        idle=_plain(idle), top=_plain(max(soak.samples, key=lambda each: each["descriptors"])),
        after=_plain(after), grown=grown, mb_an_hour=soak.mb_an_hour(), wal_mb=wal_mb,
        p95_ms_first_half=first, p95_ms_second_half=second,
    )  # fmt: skip
    assert set(burst.statuses) == {201}
    assert set(exports) == {200}
    assert all(more <= LEEWAY for more in grown.values()), grown
    assert after["threads"] <= idle["threads"] + LEEWAY + 10  # the thread pool of ten stays
    assert after["connections"] <= POOL
    top = max(each["descriptors"] for each in soak.samples)
    assert after["descriptors"] <= top - SOCKETS, "the sockets' descriptors are free again"
    assert wal_mb <= WAL_MB
    assert second <= first * DRIFT


def _plain(sample: dict[str, float]) -> dict[str, int]:
    return {name: round(value) for name, value in sample.items() if name != "seconds"}
