"""kill -9 of the whole server under eight writing clients: what was acknowledged is there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import time
from collections.abc import Callable, Iterator
from math import inf
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from damage_reports.models import Report as FiledReport
from damage_reports.models import ReportValue
from relief_ops import backup, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.db.sessions import WorkSession
from relief_ops.events.models import EventRow
from relief_ops.receipts import ReceiptRow
from tests.bench import data
from tests.bench.nursery import Nursery
from tests.bench.report import Report
from tests.bench.wire import Http
from tests.bench.world import World, areas, bearer, world

WRITERS = 8
BUSY = 503
EVERY = 5  # each fifth kill is aimed between a commit and its answer


def run(report: Report) -> None:
    """Kill 20 times (small) or 200 times; then show that the mutant would be caught."""
    with world(report.database) as made:
        found = Kills(report, made, seed=1)
        found.run(20 if report.small else 200)
        found.tell()
    with world(report.database) as made:
        mutant = Kills(report, made, seed=2, BENCH_MUTANT="ack_before_commit")
        mutant.run(3)
        report.figure(mutant_caught=int(mutant.lost > 0), mutant_lost=mutant.lost)


@contextlib.contextmanager
def _at_one_instant() -> Iterator[Session]:
    """Yield a session that sees one instant: a last commit may still be on its way."""
    if db.is_sqlite():
        with db.reading() as session:
            yield session
        return
    with db.engine().connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        session = WorkSession(bind=connection)
        yield session
        session.close()


class Kills:
    """One database, many short lives of the server on it."""

    def __init__(self, report: Report, made: World, *, seed: int, **environ: str) -> None:
        self.report, self.made, self.environ = report, made, environ
        self.random = random.Random(seed)
        self.disaster = data.disaster()
        self.token = made.token("writer", "township_reporter")
        self.villages = self._places()
        self.begun = self._last_receipt()
        self.acknowledged: dict[UUID, dict[str, Any]] = {}
        self.unanswered: dict[UUID, dict[str, Any]] = {}
        self.unheard: set[UUID] = set()
        self.problems: list[str] = []
        self.stricken = False
        self.kills = self.between = self.lost = self.double = self.half = self.wrong = 0
        self.log = made.folder / "acknowledged.log"

    def _places(self) -> Iterator[tuple[str, str]]:
        codes = [node.code for node in areas("village")]
        return ((code, f"r{turn}") for turn in range(1000) for code in codes)

    def _last_receipt(self) -> int:
        """Return the number of the last change that was made before anything is written here."""
        with act_as(SYSTEM), db.reading() as session:
            return session.scalar(select(func.max(ReceiptRow.seq))) or 0

    def run(self, kills: int, *, seconds: float = inf) -> None:
        """Live, write and die so often (or as often as fits); compare after each death."""
        began = time.monotonic()
        with Nursery(self.made.url, self.made.folder, **self.environ) as nursery:
            while self.kills < kills and time.monotonic() - began < seconds:
                aimed = self.kills % EVERY == 0 and not self.environ
                life = nursery.start(kill_after=self.random.randrange(5, 25) if aimed else 0)
                asyncio.run(self.live(life.port, life.kill, aimed=aimed))
                self.kills += 1
                self.compare()
        self.finish(self.made.serve().port)

    def finish(self, port: int) -> None:
        """Retry what was never answered, and look at everything once more."""
        asyncio.run(self._send_again(port))
        before = self.lost
        self.compare()
        self.lost = max(before, self.lost)
        with act_as(SYSTEM):
            self.problems = backup.verify(())

    async def live(self, port: int, strike: Callable[[], None], *, aimed: bool = False) -> None:
        """Write from eight clients until the strike: after some acknowledgements, or its own."""
        self.stricken = False
        writers = [asyncio.create_task(self._write(port)) for _ in range(WRITERS)]
        if aimed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.gather(*writers), 10)
        else:
            await self._until(len(self.acknowledged) + self.random.randrange(2, 30))
            await asyncio.sleep(self.random.random() * 0.03)
        self.stricken = True
        strike()
        await asyncio.gather(*writers, return_exceptions=True)

    async def _until(self, acknowledged: int) -> None:
        """Wait for so many acknowledgements, at most ten seconds."""
        deadline = time.monotonic() + 10
        while len(self.acknowledged) < acknowledged and time.monotonic() < deadline:
            await asyncio.sleep(0.002)

    async def _write(self, port: int) -> None:
        async with Http(port, bearer(self.token)) as client:
            while not self.stricken:
                code, round_ = next(self.villages)
                values = {"affected": 7, "relocated_rt": None}
                body = data.report_body(self.disaster, code, values, round=round_)
                try:
                    await self._file(client, uuid6.uuid7(), body)
                except (OSError, EOFError):
                    return

    async def _file(self, client: Http, report_id: UUID, body: dict[str, Any]) -> None:
        self.unanswered[report_id] = body
        answer = await client.call("PUT", f"/api/v1/reports/{report_id}", body)
        if answer.status == 201:
            self._note(report_id, answer.json())
            del self.unanswered[report_id]
        elif answer.status != BUSY:
            self.wrong += 1

    def _note(self, report_id: UUID, receipt: dict[str, Any]) -> None:
        """Write the acknowledgement down where no kill of ours reaches it."""
        self.acknowledged[report_id] = receipt
        with self.log.open("a") as log:
            log.write(json.dumps(receipt) + "\n")
            log.flush()
            os.fsync(log.fileno())

    def compare(self) -> None:
        """Look at the database as the dead server left it."""
        db.engine().dispose()
        with act_as(SYSTEM), _at_one_instant() as session:
            reports = set(session.scalars(select(FiledReport.id)))
            events = set(
                session.scalars(select(EventRow.subject).where(EventRow.name == "report.submitted"))
            )
            since = select(ReceiptRow.id, ReceiptRow.seq).where(ReceiptRow.seq > self.begun)
            rows = session.execute(since).all()
            valued = set(session.scalars(select(ReportValue.report_id).distinct()))
        receipts = dict(rows)
        self.lost = sum(
            each not in reports or receipts.get(each) != answer["seq"]
            for each, answer in self.acknowledged.items()
        )
        self.double = len(rows) - len(receipts)
        written = {each for each in receipts if each in reports or each in self.unanswered}
        half = len(reports ^ events) + len(reports ^ valued) + len(written ^ reports)
        self.half = max(self.half, half)
        unheard = reports & set(self.unanswered)
        self.between += bool(unheard - self.unheard)
        self.unheard = unheard

    async def _send_again(self, port: int) -> None:
        """Send what got no answer: each is stored once, whatever happened."""
        async with Http(port, bearer(self.token)) as client:
            for report_id, body in list(self.unanswered.items()):
                answer = await client.call("PUT", f"/api/v1/reports/{report_id}", body)
                assert answer.status in (200, 201), answer.body
                self._note(report_id, answer.json())
        self.unanswered.clear()

    def tell(self) -> None:
        """Report the counts."""
        self.report.figure(
            kills=self.kills, acknowledged=len(self.acknowledged), lost=self.lost,
            double=self.double, half_written=self.half + len(self.problems),
            wrong_answers=self.wrong,
            between_commit_and_answer=self.between / self.kills,
        )  # fmt: skip
        for problem in self.problems[:5]:
            self.report.say(problem)
