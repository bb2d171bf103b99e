"""A thousand screens: each sees exactly what its rights and the log say, and at once."""

from __future__ import annotations

import asyncio
import csv
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psutil
import uuid6
from sqlalchemy import select

from relief_ops import db, events
from relief_ops.events import Audience
from relief_ops.events.models import EventArea, EventRow
from relief_ops.geo import AreaVersion
from tests.bench import data
from tests.bench.report import Report, share
from tests.bench.wire import Http, Socket
from tests.bench.world import CITY, DATA, World, areas, bearer, world
from tests.running import Server, free_port

SCOPES = (CITY, "330281000000", "330206000000")  # the city, a county, another
RATE = 10
BEAT_SECONDS = 5
CLIENT_CORE, SERVER_CORE = 1, 0


def run(report: Report) -> None:
    """Watch 20 s with 1,000 sockets, then with 2,000 (small: 6 s with 300, then 600)."""
    count, seconds, cuts = (300, 6, 6) if report.small else (1000, 20, 20)
    with world(report.database) as made:
        stage = _Stage(report, made)
        server = made.serve(core=SERVER_CORE)
        raw = [asyncio.run(_raw(count, 3)) for _ in range(5)]
        raw_p99 = report.compare("raw_p99_ms", [share(each, 0.99) * 1000 for each in raw])
        took = asyncio.run(stage.watch(server, count, seconds, cuts))
        p99 = share(took, 0.99) * 1000
        report.figure(
            sockets=count, p50_ms=share(took, 0.5) * 1000, p99_ms=p99, p99_over_raw=p99 / raw_p99
        )
        report.figure(server_mb=_worker_mb(server))
        took = asyncio.run(stage.watch(server, 2 * count, seconds // 2, 0))
        report.figure(p99_2000_ms=share(took, 0.99) * 1000, messages=len(took))


def _worker_mb(server: Server) -> float:
    assert server.process is not None
    [worker] = psutil.Process(server.process.pid).children()
    return worker.memory_info().rss / 2**20


@dataclass
class Screen:
    """One browser: what it applied, by room, and how long each change was on the way."""

    scope: str
    cookie: str
    heads: dict[str, int] = field(default_factory=dict)
    began: dict[str, int] = field(default_factory=dict)
    seen: dict[str, Counter[int]] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    doubled: int = 0
    caught_up: bool = False
    holes: set[str] = field(default_factory=set)
    socket: Socket | None = None
    room: str = ""

    async def connect(self, port: int) -> None:
        """Connect and follow our area; what happened before the first time is not ours."""
        self.socket = await Socket.connect(port, self.hear, cookie=self.cookie)
        for name, code in (("shared", None), ("area", self.scope)):
            answer = await self.socket.call("follow", {"area": code})
            room = answer["room"]
            if name == "area":
                self.room = room
            self.heads.setdefault(room, answer["head"])
            self.began.setdefault(room, answer["head"])
            self.seen.setdefault(room, Counter())
            if self.heads[room] < answer["head"]:
                self.holes.add(room)

    def hear(self, name: str, body: Any, at: float) -> None:
        """Apply a change to every room of ours it was sent to; a hole asks for catch-up."""
        if name == "beat":
            self.holes |= {r for r, n in body["heads"].items() if self.heads.get(r, n) < n}
            return
        if name == "changes":
            for change in body:
                self.hear("change", change, at)
            return
        self.took.append(at - datetime.fromisoformat(body["at"]).timestamp())
        for room, before in body["prev"].items():
            if room not in self.heads:
                continue
            if body["seq"] <= self.heads[room]:
                # Whoever caught up meets a change again on the socket, and drops it.
                self.doubled += not self.caught_up
            elif before != self.heads[room]:
                self.holes.add(room)
            else:
                self.apply(room, body["seq"])

    def apply(self, room: str, seq: int) -> None:
        """Apply one change."""
        self.seen[room][seq] += 1
        self.heads[room] = seq

    async def catch_up(self, client: Http) -> None:
        """Ask for what was missed, page by page."""
        self.caught_up = True
        for room in list(self.holes):
            area = "" if room == "shared" else f"&area={self.scope}"
            while True:
                path = f"/api/v1/events?after={self.heads[room]}&limit=200{area}"
                page = (await client.call("GET", path)).json()
                for each in page["events"]:
                    if each["seq"] > self.heads[room]:
                        self.apply(room, each["seq"])
                self.heads[room] = max(self.heads[room], page["up_to_seq"])
                if len(page["events"]) < 200:
                    break
            self.holes.discard(room)


class _Stage:
    """The city under change, and everybody who watches it."""

    def __init__(self, report: Report, made: World) -> None:
        self.report, self.made = report, made
        self.random = random.Random("live")
        self.disaster = data.disaster()
        self.villages = [node.code for node in areas("village")]
        self.shelters = data.shelter_ids()[:60]
        self.token = made.token("writer", "township_reporter", "duty_officer", "shelter_manager")
        self.cookies = {code: made.cookie(f"eye-{code}", f"duty_officer@{code}") for code in SCOPES}
        self.tokens = {code: made.token(f"eye-{code}") for code in SCOPES}
        self.round = 0

    async def watch(self, server: Server, count: int, seconds: float, cuts: int) -> list[float]:
        """Return how long each change was on its way to each screen, in seconds."""
        os.sched_setaffinity(0, {CLIENT_CORE})
        self.round += 1
        screens = [Screen(SCOPES[n % 3], self.cookies[SCOPES[n % 3]]) for n in range(count)]
        for batch in range(0, count, 50):
            await asyncio.gather(
                *(each.connect(server.port) for each in screens[batch : batch + 50])
            )
        self.report.say(f"{count} screens are connected")
        cutting = asyncio.create_task(self._cut(server, screens, cuts, seconds))
        await self._change(server, seconds)
        await cutting
        await asyncio.sleep(BEAT_SECONDS + 1)  # a beat tells whoever missed the last changes
        await self._settle(server, screens)
        self._judge(screens)
        for each in screens:
            each.socket.abort()  # type: ignore[union-attr]
        return [took for each in screens for took in each.took]

    async def _change(self, server: Server, seconds: float) -> None:
        """Change something ten times a second, on schedule."""
        client = Http(server.port, bearer(self.token))
        began = time.monotonic()
        for number in range(int(seconds * RATE)):
            await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
            path, body = self._next(number)
            answer = await client.call("PUT", path, body)
            assert answer.status in (200, 201, 409), answer.body

    def _next(self, number: int) -> tuple[str, Any]:
        if number % 4 == 3:
            shelter = self.shelters[number // 4 % len(self.shelters)]
            state = "preparing" if self.round == 1 else "open"
            body = {"disaster_id": self.disaster, "state": state, "reason": f"演练{number}"}
            return f"/api/v1/shelters/{shelter}/state", body
        code = self.random.choice(self.villages)
        body = data.report_body(
            self.disaster, code, {"affected": 5}, round=f"r{self.round}-{number}"
        )
        return f"/api/v1/reports/{uuid6.uuid7()}", body

    async def _cut(self, server: Server, screens: list[Screen], cuts: int, seconds: float) -> None:
        """Cut some lines by force; each comes back and catches up."""
        for _ in range(cuts):
            await asyncio.sleep(seconds / cuts * 0.8)
            screen = self.random.choice(screens)
            screen.socket.abort()  # type: ignore[union-attr]
            await asyncio.sleep(self.random.random() * 0.4)
            await screen.connect(server.port)
            await screen.catch_up(Http(server.port, bearer(self.tokens[screen.scope])))

    async def _settle(self, server: Server, screens: list[Screen]) -> None:
        for screen in screens:
            if screen.holes:
                await screen.catch_up(Http(server.port, bearer(self.tokens[screen.scope])))

    def _judge(self, screens: list[Screen]) -> None:
        """Compare every screen with what it must have seen by an account of our own."""
        wanted = visible_numbers()
        missed = twice = foreign = 0
        for screen in screens:
            for room, seen in screen.seen.items():
                visible = wanted["shared" if room == "shared" else screen.scope]
                must = {seq for seq in visible if seq > screen.began[room]}
                missed += len(must - set(seen))
                twice += sum(n - 1 for n in seen.values())
                foreign += len(set(seen) - visible)
            twice += screen.doubled
        figures = self.report.figures
        self.report.figure(
            missed=figures.get("missed", 0) + missed, twice=figures.get("twice", 0) + twice,
            out_of_scope=figures.get("out_of_scope", 0) + foreign,
        )  # fmt: skip


def visible_numbers() -> dict[str, set[int]]:
    """Return the numbers each scope must see, from the log and the division list alone."""
    parents = _parents()
    shared = {name for name, kind in events.known().items() if kind.audience != Audience.AREA}
    found: dict[str, set[int]] = {"shared": set()} | {code: set() for code in SCOPES}
    with db.reading() as session:
        names = dict(session.execute(select(EventRow.seq, EventRow.name)).all())
        codes = _codes(session)
        for seq, area_id in session.execute(
            select(EventArea.seq, EventArea.area_id).where(EventArea.own)
        ).all():
            if names[seq] in shared:
                found["shared"].add(seq)
            else:
                for code in _chain(parents, codes[area_id]):
                    if code in found:
                        found[code].add(seq)
    return found


def _codes(session: Any) -> dict[Any, str]:
    return dict(session.execute(select(AreaVersion.area_id, AreaVersion.code)).all())


def _parents() -> dict[str, str]:
    with (DATA / "ningbo_divisions.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: row["parent_code"] for row in csv.DictReader(file)}


def _chain(parents: dict[str, str], code: str) -> Iterable[str]:
    while code:
        yield code
        code = parents.get(code, "")


async def _raw(count: int, seconds: float) -> list[float]:
    """Return the delays of the raw server's messages to as many sockets."""
    port, took = free_port(), []
    command = [
        sys.executable,
        "-m",
        "tests.bench.raw_sockets",
        str(port),
        str(RATE),
        str(seconds),
        "400",
    ]
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {SERVER_CORE})
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    os.sched_setaffinity(0, {CLIENT_CORE})
    try:
        await asyncio.to_thread(server.stdout.readline)  # type: ignore[union-attr]
        hear = lambda _name, body, at: took.append(at - body["sent"])  # noqa: E731
        sockets = [await Socket.connect(port, hear) for _ in range(count)]
        server.stdin.write(b"go\n")  # type: ignore[union-attr]
        server.stdin.flush()  # type: ignore[union-attr]
        await asyncio.sleep(seconds + 1.5)
        for each in sockets:
            each.abort()
    finally:
        server.kill()
        server.wait()
        os.sched_setaffinity(0, every)
    return took
