"""Sixty-four clients on ten lots, with three times the demand there is: nothing twice."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy import func, select

from relief_ops import backup, db, plugins
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.needs.models import Need
from stockpile.models import Account, Balance
from stockpile.rules import AccountKind
from tests.bench import data
from tests.bench.report import Report, share
from tests.bench.wire import Http
from tests.bench.world import areas, bearer, world

CLIENTS, LOTS = 64, 10
ITEM = "tent_12"  # goes one by one: whole packs


def run(report: Report) -> None:
    """Reserve, release, ship and turn back: 10,000 operations (small: 800)."""
    operations = 800 if report.small else 10_000
    with world(report.database) as made:
        server = made.serve(core=0)
        token = made.token("stock", "logistics_manager", "depot_keeper")
        asking = made.token("needs", "township_reporter")  # who asks does not allocate
        store = _Store(report, server.port, token, asking, operations)
        asyncio.run(store.all())
        db.engine().dispose()
        with act_as(SYSTEM):
            problems = backup.verify(plugins.contributed("checks"))
        for problem in problems[:5]:
            report.say(problem)
        report.figure(differ=len(problems) + store.differ(), not_promised=store.not_promised())


class _Store:
    def __init__(self, report: Report, port: int, token: str, asking: str, operations: int) -> None:
        self.asking = asking
        self.report, self.port, self.token, self.left = report, port, token, operations
        self.operations = operations
        self.stock = operations // 6
        self.disaster = data.disaster()
        self.random = random.Random("ledger")
        self.statuses: Counter[str] = Counter()
        self.took: list[float] = []
        self.over = 0
        self.open: list[str] = []
        self.shipped: list[str] = []
        self.item = ITEM

    async def all(self) -> None:
        admin = Http(self.port, bearer(self.token))
        await self._set_up(admin)
        began = time.monotonic()
        watcher = asyncio.create_task(self._watch())
        await asyncio.gather(*(self._work(number) for number in range(CLIENTS)))
        seconds = time.monotonic() - began
        await self._ask_for_the_rest(admin)
        watcher.cancel()
        errors = sum(n for each, n in self.statuses.items() if each.rsplit(" ", 1)[1] >= "500")
        self.report.figure(
            operations_per_second=self.operations / seconds, p95_ms=share(self.took, 0.95) * 1000,
            over_promised=self.over, server_errors=errors, statuses=dict(self.statuses),
        )  # fmt: skip

    async def _set_up(self, admin: Http) -> None:
        """Fill a depot with ten lots, and open the needs."""
        items = (await admin.call("GET", "/api/v1/items")).json()["items"]
        self.item = next((each["code"] for each in items if ITEM in each["code"]), items[0]["code"])
        self.depot = str(uuid6.uuid7())
        county = areas("county")[0].code
        await self._put(admin, f"/api/v1/depots/{self.depot}", {
            "name": "演练库", "area_code": county, "lon": 121.55, "lat": 29.87,
        })  # fmt: skip
        for _ in range(LOTS):
            await self._put(admin, f"/api/v1/stock/movements/{uuid6.uuid7()}", {
                "kind": "receive", "to": self.depot, "item": self.item,
                "quantity": max(self.stock // LOTS, 1), "lot": str(uuid6.uuid7()),
            })  # fmt: skip
        self.needs = [str(uuid6.uuid7()) for _ in range(40)]
        townships = areas("township")
        reporter = Http(self.port, bearer(self.asking))
        for number, need in enumerate(self.needs):
            await self._put(reporter, f"/api/v1/needs/{need}", {
                "disaster_id": self.disaster, "area_code": townships[number].code,
                "item": self.item, "quantity": max(3 * self.stock // 40, 1), "priority": 1,
            })  # fmt: skip

    async def _put(self, client: Http, path: str, body: Any) -> int:
        began = time.perf_counter()
        answer = await client.call("PUT", path, body)
        self.took.append(time.perf_counter() - began)
        kind = path.rsplit("/", 2)
        name = kind[1] if len(kind[2]) == 36 else kind[2]
        self.statuses[f"{name} {answer.status}"] += 1
        if answer.status == 422:
            raise AssertionError(answer.body)
        return answer.status

    async def _work(self, number: int) -> None:
        """Do one thing after the other; each twentieth request is sent twice."""
        client = Http(self.port, bearer(self.token))
        random_ = random.Random(f"ledger:{number}")
        while self.left > 0:
            self.left -= 1
            path, body = self._next(random_)
            done = await self._put(client, path, body) == 201
            if done and "/reservations/" in path and "need_id" in body:
                self.open.append(path.rsplit("/", 1)[1])
            if done and path.startswith("/api/v1/shipments/") and "reservation_ids" in body:
                self.shipped.append(path.rsplit("/", 1)[1])
            if random_.random() < 0.05 and self.left > 0:
                self.left -= 1
                await self._put(client, path, body)

    def _next(self, random_: random.Random) -> tuple[str, Any]:
        chance = random_.random()
        if self.shipped and chance < 0.05:
            return f"/api/v1/shipments/{self.shipped.pop()}/turn-back", {}
        if self.open and chance < 0.15:
            order = {"reservation_ids": [self.open.pop()]}
            return f"/api/v1/shipments/{uuid6.uuid7()}", order
        if self.open and chance < 0.4:
            return f"/api/v1/stock/reservations/{self.open.pop()}/release", {}
        wanted = {"need_id": random_.choice(self.needs), "quantity": random_.randrange(1, 4)}
        return f"/api/v1/stock/reservations/{uuid6.uuid7()}", wanted

    async def _ask_for_the_rest(self, client: Http) -> None:
        """Let every need ask for all it still lacks: together they lack more than there is."""
        for need in self.needs:
            await self._put(
                client, f"/api/v1/stock/reservations/{uuid6.uuid7()}", {"need_id": need}
            )

    async def _watch(self) -> None:
        """Look at the table itself again and again: never is more promised than is there."""
        while True:
            self.over += await asyncio.to_thread(_over_promised)
            await asyncio.sleep(0.05)

    def differ(self) -> int:
        """Return by how much the stock differs from what was brought in."""
        with act_as(SYSTEM), db.reading() as session:
            there = session.scalar(
                select(func.sum(Balance.on_hand))
                .where(Balance.physical)
                .execution_options(any_drill=True)
            )
        return abs(int(there or 0) - self._brought())

    def _brought(self) -> int:
        return max(self.stock // LOTS, 1) * LOTS

    def not_promised(self) -> int:
        """Return by how much what is promised differs from the stock: to the unit, all of it is.

        What is promised is the sum the needs have, and what is set aside or on the road.
        """
        of_needs = select(func.sum(Need.promised)).where(Need.id.in_(map(UUID, self.needs)))
        set_aside = select(func.sum(Balance.promised)).where(Balance.physical)
        road = select(func.sum(Balance.on_hand)).join(Account, Account.id == Balance.account_id)
        on_the_road = road.where(Account.kind == AccountKind.IN_TRANSIT)
        with act_as(SYSTEM), db.reading() as session:
            needs, kept, gone = (
                int(session.scalar(each.execution_options(any_drill=True)) or 0)
                for each in (of_needs, set_aside, on_the_road)
            )
        return abs(needs - self._brought()) + abs(kept + gone - self._brought())


def _over_promised() -> int:
    with act_as(SYSTEM), db.reading() as session:
        return session.execute(
            select(func.count())
            .select_from(Balance)
            .where(Balance.promised > Balance.on_hand, Balance.physical)
            .execution_options(any_drill=True)
        ).scalar_one()
