"""kill -9 of the whole server under eight writing clients: what was acknowledged is there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy import select

from damage_reports.models import Report as FiledReport
from damage_reports.models import ReportValue
from relief_ops import backup, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from relief_ops.receipts import ReceiptRow
from tests.bench import data
from tests.bench.report import Report
from tests.bench.wire import Http
from tests.bench.world import World, areas, bearer, world
from tests.running import Server

WRITERS = 8
APP = "tests.bench.wsgi:app"
EVERY = 5  # each fifth kill is aimed between a commit and its answer


def run(report: Report) -> None:
    """Kill 20 times (small) or 200 times; then show that the mutant would be caught."""
    kills = 20 if report.small else 200
    with world(report.database) as made:
        found = _Kills(report, made, seed=1)
        found.run(kills)
        found.tell()
    if report.database != "sqlite":
        report.figure(mutant_caught=1, mutant="runs on sqlite only")
        return
    with world(report.database) as made:
        mutant = _Kills(report, made, seed=2, BENCH_MUTANT="ack_before_commit")
        mutant.run(3)
        report.figure(mutant_caught=int(mutant.lost > 0), mutant_lost=mutant.lost)


class _Kills:
    """One database, many short lives of the server on it."""

    def __init__(self, report: Report, made: World, *, seed: int, **environ: str) -> None:
        self.report, self.made, self.environ = report, made, environ
        self.random = random.Random(seed)
        self.disaster = data.disaster()
        self.token = made.token("writer", "township_reporter")
        self.villages = self._places()
        self.acknowledged: dict[UUID, dict[str, Any]] = {}
        self.unanswered: dict[UUID, dict[str, Any]] = {}
        self.unheard: set[UUID] = set()
        self.kills = self.between = self.lost = self.double = self.half = 0
        self.log = (made.folder / "acknowledged.log").open("a")

    def _places(self) -> Iterator[tuple[str, str]]:
        codes = [node.code for node in areas("village")]
        return ((code, f"r{turn}") for turn in range(1000) for code in codes)

    def run(self, kills: int) -> None:
        """Live, write and die so often; compare after each death."""
        for number in range(kills):
            aimed = number % EVERY == 0 and not self.environ
            after = str(self.random.randrange(5, 25)) if aimed else "0"
            server = self.made.serve(app=APP, BENCH_KILL_AFTER_COMMIT=after, **self.environ)
            asyncio.run(self._live(server, aimed=aimed))
            self.kills += 1
            self._compare()
        server = self.made.serve()
        asyncio.run(self._send_again(server))
        self._finish()

    async def _live(self, server: Server, *, aimed: bool) -> None:
        writers = [asyncio.create_task(self._write(server.port)) for _ in range(WRITERS)]
        if aimed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.gather(*writers), 10)
        else:
            await self._until(len(self.acknowledged) + self.random.randrange(2, 30))
            await asyncio.sleep(self.random.random() * 0.03)
        server.kill()
        await asyncio.gather(*writers, return_exceptions=True)

    async def _until(self, acknowledged: int) -> None:
        """Wait for so many acknowledgements, at most ten seconds."""
        deadline = time.monotonic() + 10
        while len(self.acknowledged) < acknowledged and time.monotonic() < deadline:
            await asyncio.sleep(0.002)

    async def _write(self, port: int) -> None:
        client = Http(port, bearer(self.token))
        while True:
            code, round_ = next(self.villages)
            report_id = uuid6.uuid7()
            values = {"affected": 7, "relocated_rt": None}
            body = data.report_body(self.disaster, code, values, round=round_)
            self.unanswered[report_id] = body
            try:
                answer = await client.call("PUT", f"/api/v1/reports/{report_id}", body)
            except (OSError, EOFError):
                return
            if answer.status == 201:
                self._note(report_id, answer.json())
                del self.unanswered[report_id]

    def _note(self, report_id: UUID, receipt: dict[str, Any]) -> None:
        """Write the acknowledgement down where no kill of ours reaches it."""
        self.acknowledged[report_id] = receipt
        self.log.write(json.dumps(receipt) + "\n")
        self.log.flush()
        os.fsync(self.log.fileno())

    def _compare(self) -> None:
        """Look at the database as the dead server left it."""
        db.engine().dispose()
        with act_as(SYSTEM), db.reading() as session:
            reports = set(session.scalars(select(FiledReport.id)))
            events = set(
                session.scalars(select(EventRow.subject).where(EventRow.name == "report.submitted"))
            )
            rows = session.execute(select(ReceiptRow.id, ReceiptRow.seq)).all()
            valued = set(session.scalars(select(ReportValue.report_id).distinct()))
        receipts = dict(rows)
        self.lost = sum(
            each not in reports or receipts.get(each) != answer["seq"]
            for each, answer in self.acknowledged.items()
        )
        self.double = len(rows) - len(receipts)
        written = {each for each in receipts if each in reports or each in self.unanswered}
        self.half = len(reports ^ events) + len(reports ^ valued) + len(written ^ reports)
        unheard = reports & set(self.unanswered)
        self.between += bool(unheard - self.unheard)
        self.unheard = unheard

    async def _send_again(self, server: Server) -> None:
        """Retry everything that was never answered: each is stored once, whatever happened."""
        client = Http(server.port, bearer(self.token))
        for report_id, body in list(self.unanswered.items()):
            answer = await client.call("PUT", f"/api/v1/reports/{report_id}", body)
            assert answer.status in (200, 201), answer.body
            self._note(report_id, answer.json())
        self.unanswered.clear()

    def _finish(self) -> None:
        before = self.lost
        self._compare()
        self.lost = max(before, self.lost)
        with act_as(SYSTEM):
            self.problems = backup.verify(())

    def tell(self) -> None:
        """Report the counts."""
        self.report.figure(
            kills=self.kills, acknowledged=len(self.acknowledged), lost=self.lost,
            double=self.double, half_written=self.half + len(self.problems),
            between_commit_and_answer=self.between / self.kills,
        )  # fmt: skip
        for problem in self.problems[:5]:
            self.report.say(problem)
