"""The hour after the network returns: every village files, each twice, on an open loop.

The line is bad: one answer in five is lost on its way, after the server has given it, and the
village sends again until it hears. Time is told of those whose first answer came through.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy import func, select

from damage_reports.models import Report as FiledReport
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.receipts import ReceiptRow
from tests.bench import data
from tests.bench.report import Report, flush_seconds, share
from tests.bench.wire import Answer, Http, Socket
from tests.bench.world import CITY, World, areas, bearer, world
from tests.faults.proxy import Kind, Proxy, seeded

SEED = 20131007
CONNECTIONS = 64
ACCOUNTS = 10
RATE = 3042 / 60
DROPPED, PAUSE = 0.2, 0.05
INDICATORS = ("affected", "relocated_cum", "relocated_rt", "crop_affected")


def run(report: Report) -> None:
    """File every village's report within 60 seconds (small: 600 villages in 12)."""
    with world(report.database) as made:
        burst = _Burst(report, made, 600 if report.small else 3042)
        asyncio.run(burst.all())


@dataclass
class _Village:
    path: str
    body: dict[str, Any]
    area: Any
    sender: dict[str, str]
    receipts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def request(self) -> tuple[str, dict[str, Any], dict[str, str]]:
        return self.path, self.body, self.sender


class _Burst:
    def __init__(self, report: Report, made: World, many: int) -> None:
        self.report, self.made = report, made
        self.random = random.Random(SEED)
        self.disaster = data.disaster()
        # One account may not file six thousand times a minute, and in life each has its own.
        self.senders = [
            bearer(made.token(f"villages {n}", "township_reporter")) for n in range(ACCOUNTS)
        ]
        self.villages = [self._village(node) for node in areas("village")[:many]]
        self.reader = made.token("reader", "city_reviewer")
        self.cookie = made.cookie("reader", "city_reviewer")
        self.heard: Counter[int] = Counter()
        self.took: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.dropped = 0

    def _village(self, node: Any) -> _Village:
        moved = self.random.randrange(40)
        values = {
            "affected": 40 + self.random.randrange(400), "relocated_cum": moved,
            "relocated_rt": self.random.randrange(moved + 1), "crop_affected": moved // 3,
        }  # fmt: skip
        body = data.report_body(self.disaster, node.code, values)
        sender = self.senders[int(node.code[-6:]) % ACCOUNTS]
        return _Village(f"/api/v1/reports/{uuid6.uuid7()}", body, node, sender)

    async def all(self) -> None:
        server = self.made.serve(core=0)
        sockets = [await self._watch(server.port) for _ in range(200)]
        self.report.say("200 sockets watch")
        await self._send(server.port)
        await asyncio.sleep(2)
        await self._judge(server.port)
        for each in sockets:
            each.abort()

    async def _watch(self, port: int) -> Socket:
        socket = await Socket.connect(port, self._hear, cookie=self.cookie)
        await socket.call("follow", {"area": CITY})
        return socket

    def _hear(self, name: str, body: Any, _at: float) -> None:
        for change in body if name == "changes" else [body] if name == "change" else []:
            if change["name"] == "report.submitted":
                self.heard[change["seq"]] += 1

    def _schedule(self) -> list[tuple[float, _Village]]:
        """Return when each village sends: a retry at the very moment, or some seconds later."""
        span = len(self.villages) / RATE
        planned = []
        for number, village in enumerate(self.villages):
            at = self.random.random() * span
            again = at if number % 2 else at + self.random.random() * 5
            planned += [(at, village), (again, village)]
        return sorted(planned, key=lambda each: each[0])

    async def _send(self, port: int) -> None:
        """Send on schedule whatever the answers do; time counts from the planned instant."""
        with Proxy(port, seeded(SEED, kinds=(Kind.SWALLOW,), part=DROPPED)) as line:
            await self._send_over(line.port)
            self.dropped = line.met[Kind.SWALLOW]

    async def _send_over(self, port: int) -> None:
        waiting: asyncio.Queue[tuple[float, _Village]] = asyncio.Queue()
        began = time.perf_counter()
        workers = [
            asyncio.create_task(self._work(port, waiting, began)) for _ in range(CONNECTIONS)
        ]
        for at, village in self._schedule():
            await asyncio.sleep(max(0.0, began + at - time.perf_counter()))
            waiting.put_nowait((at, village))
        await waiting.join()
        for worker in workers:
            worker.cancel()

    async def _work(
        self, port: int, waiting: asyncio.Queue[tuple[float, _Village]], began: float
    ) -> None:
        client = Http(port, {})
        while True:
            at, village = await waiting.get()
            try:
                answer, tries = await self._until_heard(client, village)
                if tries == 1:
                    self.took.append(time.perf_counter() - began - at)
                self.statuses[answer.status] += 1
                if answer.status in (200, 201):
                    village.receipts.append(answer.json())
                elif self.statuses[answer.status] == 1:
                    self.report.say(f"{answer.status}: {answer.body.decode()[:300]}")
            finally:
                waiting.task_done()

    async def _until_heard(self, client: Http, village: _Village) -> tuple[Answer, int]:
        """Return the answer, and on which try it came."""
        for tries in count(1):
            try:
                return await client.call("PUT", *village.request), tries
            except (OSError, EOFError):
                await asyncio.sleep(PAUSE)
        raise AssertionError

    async def _judge(self, port: int) -> None:
        flushes = [flush_seconds() for _ in range(5)]
        commit_ms = self.report.compare("durable_commit_ms", [each * 1000 for each in flushes])
        allowed = max(150.0, 20 * commit_ms)
        p95 = share(self.took, 0.95) * 1000
        lost, double = self._stored()
        self.report.figure(
            sent=self.statuses.total(), dropped=self.dropped,
            ack_p50_ms=share(self.took, 0.5) * 1000, ack_p95_ms=p95,
            ack_p99_ms=share(self.took, 0.99) * 1000, ack_p95_of_allowed=p95 / allowed,
            statuses={str(status): count for status, count in self.statuses.items()},
            server_errors=sum(n for status, n in self.statuses.items() if status >= 500),
            lost=lost, double=double,
        )  # fmt: skip
        told = [
            self.heard[village.receipts[0]["seq"]] for village in self.villages if village.receipts
        ]
        self.report.figure(
            sockets_told_each=f"{min(told, default=0)} to {max(told, default=0)} of 200"
        )
        self.report.figure(totals_differ=await self._totals(port))

    def _stored(self) -> tuple[int, int]:
        """Count acknowledged reports that are not there, and what is there twice."""
        with act_as(SYSTEM), db.reading() as session:
            ids = set(session.scalars(select(FiledReport.id)))
            receipts = Counter(session.scalars(select(ReceiptRow.id)))
            grains = session.execute(
                select(func.count()).select_from(FiledReport).where(FiledReport.current)
            ).scalar_one()
        lost = double = 0
        for village in self.villages:
            own = UUID(village.path.rsplit("/", 1)[1])
            lost += own not in ids or len(village.receipts) < 2
            double += receipts[own] > 1 or len({each["seq"] for each in village.receipts}) > 1
        return lost, double + abs(len(ids) - grains)

    async def _totals(self, port: int) -> int:
        """Count the city totals that differ from a sum made here."""
        path = f"/api/v1/rollup?disaster={self.disaster}&area={CITY}"
        answer = await Http(port, bearer(self.reader)).call("GET", path)
        found = answer.json()["values"]
        wanted = {
            code: sum(village.body["values"][code] for village in self.villages)
            for code in INDICATORS
        }
        return sum(found.get(code) != value for code, value in wanted.items())
