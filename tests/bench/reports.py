"""10⁵ submissions over a bad line to a server killed now and then; then planted errors.

Forty phones keep the outboxes of all villages: round after round a first report and its
corrections, each sent until it is answered, the oldest first. On the way requests and answers
are lost, cut, late, doubled, and doubled so late that others have gone past; the phones too
send again what was long acknowledged. Every so often the server is killed without warning.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy import select

from damage_reports.models import Report as FiledReport
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.receipts import ReceiptRow
from tests.bench import data, finding
from tests.bench.nursery import Life, Nursery
from tests.bench.report import Report
from tests.bench.wire import Answer, Http
from tests.bench.world import CITY, MORNING, World, areas, bearer, world
from tests.faults.proxy import Kind, Proxy, seeded

SEED = 20131007
PHONES, CORRECTIONS = 40, 2
FAULTS = (
    Kind.DROP, Kind.DELAY, Kind.JITTER, Kind.RESET_REQUEST, Kind.RESET_RESPONSE, Kind.SWALLOW,
    Kind.BLACK_HOLE, Kind.REPEAT, Kind.LATE,
)  # fmt: skip
PART, AGAIN, PAUSE = 0.2, 0.05, 0.05
INDICATORS = ("affected", "relocated_cum", "relocated_rt", "crop_affected")


def run(report: Report) -> None:
    """Submit 100,000 (small: 1,080) and kill the server 20 times (3); then look for errors."""
    villages, rounds, kills = (60, 6, 3) if report.small else (3042, 11, 20)
    with world(report.database) as made:
        storm = _Storm(report, made, villages, rounds)
        asyncio.run(storm.all(kills))
    made_up = finding.storms(range(101, 104 if report.small else 109))
    ours = finding.by_product(made_up)
    report.figure(precision=ours.precision, recall=ours.recall)


@dataclass
class _Submission:
    id: UUID
    body: dict[str, Any]
    receipts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/api/v1/reports/{self.id}"


class _Storm:
    def __init__(self, report: Report, made: World, villages: int, rounds: int) -> None:
        self.report, self.made = report, made
        self.random = random.Random(SEED)
        self.disaster = data.disaster()
        self.token = made.token("villages", "township_reporter")
        self.reader = made.token("reader", "city_reviewer")
        places = areas("village")[:villages]
        self.chains = [list(self._chain(node.code, rounds)) for node in places]
        self.total = sum(len(each) for each in self.chains)
        self.statuses: Counter[int] = Counter()
        self.tries = self.answered = 0

    def _chain(self, code: str, rounds: int) -> Iterator[_Submission]:
        """Yield what one village has to say, in its order."""
        values = dict.fromkeys(INDICATORS, 0)
        for number in range(rounds):
            base = None
            for _turn in range(1 + CORRECTIONS):
                values = self._grown(values)
                body = data.report_body(
                    self.disaster, code, values, round=f"r{number}", base=base,
                    as_of=(MORNING + timedelta(hours=number)).isoformat(),
                )  # fmt: skip
                made = _Submission(uuid6.uuid7(), body)
                base = str(made.id)
                yield made

    def _grown(self, before: dict[str, int]) -> dict[str, int]:
        moved = before["relocated_cum"] + self.random.randrange(4)
        return {
            "affected": before["affected"] + 4 + self.random.randrange(30),
            "relocated_cum": moved,
            "relocated_rt": self.random.randrange(moved + 1),
            "crop_affected": before["crop_affected"] + self.random.randrange(3),
        }

    async def all(self, kills: int) -> None:
        with (
            Nursery(self.made.url, self.made.folder) as nursery,
            Proxy(0, seeded(SEED, kinds=FAULTS, part=PART)) as line,
        ):
            life = await asyncio.to_thread(nursery.start)
            line.target = life.port
            async with asyncio.TaskGroup() as tasks:
                for number in range(PHONES):
                    tasks.create_task(self._phone(line.port, number))
                tasks.create_task(self._strike(nursery, life, line, kills))
            self.report.figure(
                submissions=self.total, tries=self.tries, faults=line.met.total(), kills=kills,
                statuses={str(status): count for status, count in self.statuses.items()},
            )  # fmt: skip
        await self._judge(self.made.serve().port)

    async def _strike(self, nursery: Nursery, life: Life, line: Proxy, kills: int) -> None:
        """Kill the server each time a further share of all submissions is answered."""
        for turn in range(1, kills + 1):
            while self.answered < self.total * turn // (kills + 1):
                await asyncio.sleep(0.05)
            await asyncio.to_thread(life.kill)
            life = await asyncio.to_thread(nursery.start)
            line.target = life.port
            self.report.say(f"killed at {self.answered} of {self.total}")

    async def _phone(self, port: int, number: int) -> None:
        own = self.chains[number::PHONES]
        random_ = random.Random(f"{SEED}:{number}")
        client = Http(port, bearer(self.token))
        for turn in range(max(len(each) for each in own)):
            for chain in own:
                await self._send(client, chain[turn])
                self.answered += 1
                if random_.random() < AGAIN:
                    await self._send(client, random_.choice(chain[: turn + 1]))
        client.close()

    async def _send(self, client: Http, what: _Submission) -> None:
        answer = await self._until_heard(client, what)
        self.statuses[answer.status] += 1
        if answer.status in (200, 201):
            what.receipts.append(answer.json())
        else:
            self.report.say(f"{answer.status}: {answer.body.decode()[:300]}")

    async def _until_heard(self, client: Http, what: _Submission) -> Answer:
        while True:
            self.tries += 1
            try:
                answer = await asyncio.wait_for(client.call("PUT", what.path, what.body), 10)
            except (OSError, EOFError):
                await asyncio.sleep(PAUSE)
                continue
            if answer.status != 503:
                return answer
            self.statuses[503] += 1
            await asyncio.sleep(PAUSE)

    async def _judge(self, port: int) -> None:
        lost, double = self._stored()
        self.report.figure(lost=lost, double=double)
        self.report.figure(not_read_back=await self._read_back(port))
        self.report.figure(totals_differ=await self._totals(port))

    def _stored(self) -> tuple[int, int]:
        """Count submissions without a receipt or a row, and what is there twice."""
        with act_as(SYSTEM), db.reading() as session:
            rows = Counter(session.scalars(select(FiledReport.id)))
            receipts = Counter(session.scalars(select(ReceiptRow.id)))
            current = set(session.scalars(select(FiledReport.id).where(FiledReport.current)))
        sent = [each for chain in self.chains for each in chain]
        lost = sum(not each.receipts or each.id not in rows for each in sent)
        told_twice = sum(len({one["seq"] for one in each.receipts}) > 1 for each in sent)
        last = {chain[n].id for chain in self.chains for n in self._ends(chain)}
        foreign = len(set(rows) - {each.id for each in sent})
        doubled = sum(receipts[each.id] != 1 for each in sent)
        return lost, told_twice + foreign + doubled + len(current ^ last)

    def _ends(self, chain: list[_Submission]) -> range:
        """Return where the last words of each round stand in a chain."""
        return range(CORRECTIONS, len(chain), CORRECTIONS + 1)

    async def _read_back(self, port: int) -> int:
        """Count receipts the log does not tell of, page by page over the API."""
        client, after, told = Http(port, bearer(self.reader)), 0, {}
        while True:
            path = f"/api/v1/events?after={after}&area={CITY}&limit=1000"
            page = (await client.call("GET", path)).json()
            for each in page["events"]:
                if each["name"] == "report.submitted":
                    told[each["seq"]] = each["subject"]
            if page["up_to_seq"] >= page["head"]:
                break
            after = page["up_to_seq"]
        sent = (each for chain in self.chains for each in chain)
        return sum(told.get(one["seq"]) != str(each.id) for each in sent for one in each.receipts)

    async def _totals(self, port: int) -> int:
        """Count the city totals that differ from a sum made here."""
        path = f"/api/v1/rollup?disaster={self.disaster}&area={CITY}"
        found = (await Http(port, bearer(self.reader)).call("GET", path)).json()["values"]
        wanted = {
            code: sum(chain[-1].body["values"][code] for chain in self.chains)
            for code in INDICATORS
        }
        return sum(found.get(code) != value for code, value in wanted.items())
