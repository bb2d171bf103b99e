"""Every village with the whole indicator set; edits must be in the next total, and be right."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy.orm import Session

from damage_reports.queries import indicators
from damage_reports.rules import totals as oracle
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from tests.bench import data
from tests.bench.report import Report, share
from tests.bench.wire import Http
from tests.bench.world import CITY, areas, bearer, world

BATCH = 200
# Of the edits through the services so many return a report, and so many are rivals of one.
RETURNED, RIVALS = 0.05, 0.05


def run(report: Report) -> None:
    """File 3,042 full reports, edit them over HTTP and through the services, recompute."""
    over_http, by_service = (60, 1_500) if report.small else (2_000, 100_000)
    with world(report.database) as made:
        books = _Books()
        books.file_all()
        report.say(f"{len(books.latest)} villages filed {len(books.codes)} figures each")
        began = time.monotonic()
        books.edit(by_service)
        report.figure(service_edits_per_second=by_service / (time.monotonic() - began))
        report.figure(**{f"edits_{kind}": count for kind, count in sorted(books.edits.items())})
        report.figure(returned_now=sum(each.returned for each in books.latest.values()))
        server = made.serve(core=0)
        token = made.token("bench", "township_reporter", "city_reviewer")
        took = asyncio.run(_edit_over_http(books, Http(server.port, bearer(token)), over_http))
        for place, seconds in took.items():
            report.figure(**{f"{place}_p50_ms": statistics.median(seconds) * 1000})
        report.figure(read_your_write_p95_ms=share(took["city"], 0.95) * 1000)
        took_tree = asyncio.run(_export(books, Http(server.port, bearer(token)), over_http // 6))
        report.figure(tree_export_p95_ms=share(took_tree, 0.95) * 1000)
        report.figure(differ=asyncio.run(_compare(report, books, server.port, token)))


@dataclass
class _Filed:
    """The report that stands for one village, as this benchmark keeps its own books."""

    id: UUID
    values: dict[str, int | None]
    revision: int = 1
    returned: bool = False


class _Books:
    """What was filed, kept apart from the product: the independent account."""

    def __init__(self) -> None:
        self.random = random.Random("rollup")
        self.disaster = data.disaster()
        self.villages = areas("village")
        with act_as(SYSTEM), db.reading() as session:
            from damage_reports.queries import form_of

            self.form = form_of(session, "2020")
            assert set(self.form) <= set(indicators(session))
        self.codes = sorted(self.form)
        self.latest: dict[str, _Filed] = {}
        self.edits: Counter[str] = Counter()

    def body(self, code: str, values: dict[str, int | None], base: UUID | None) -> dict[str, Any]:
        """Return a report; falling figures carry their reason."""
        reasons = dict.fromkeys(values, "核减重复") if base else {}
        more = {"base": str(base) if base else None, "reasons": reasons}
        return data.report_body(self.disaster, code, values, **more)

    def file_all(self) -> None:
        """File the whole indicator set for every village; equal figures break no rule."""
        bodies = []
        for node in self.villages:
            values: dict[str, int | None] = dict.fromkeys(self.codes, 0)
            values |= self.change()
            filed = _Filed(uuid6.uuid7(), values)
            self.latest[node.code] = filed
            bodies.append((filed.id, self.body(node.code, values, None)))
        data.file_reports(bodies, batch=300)

    def change(self) -> dict[str, int | None]:
        """Return new figures for an edit: known ones, and now and then an unknown one."""
        affected = self.random.randrange(200, 900)
        gone = self.random.random() < 0.1
        return {
            "affected": None if gone else affected,
            "crop_affected": self.random.randrange(40),
        }

    def next_edit(self) -> tuple[UUID, str, dict[str, Any]]:
        """Return one more revision of a village's report and book it here."""
        code = self.random.choice(self.villages).code
        before = self.latest[code]
        values = before.values | self.change()
        made = _Filed(uuid6.uuid7(), values, before.revision + 1)
        self.latest[code] = made
        return made.id, code, self.body(code, values, before.id)

    def edit(self, count: int) -> None:
        """Revise, return and settle through the services, many in one transaction."""
        while count > 0:
            some = min(BATCH, count)
            with act_as(SYSTEM), db.transaction() as session:
                for _ in range(some):
                    self._edit(session)
            count -= some

    def _edit(self, session: Session) -> None:
        """Make one edit: what is returned counts for nothing until it is sent again."""
        drawn = self.random.random()
        code = self.random.choice(self.villages).code
        before = self.latest[code]
        if drawn < RETURNED and not before.returned:
            data.return_report(session, before.id)
            before.returned = True
            self.edits["returned"] += 1
        elif RETURNED <= drawn < RETURNED + RIVALS and not before.returned:
            self._rival(session, code)
        else:
            report_id, code, body = self.next_edit()
            self.edits["unknown"] += self.latest[code].values["affected"] is None
            self.edits["revised"] += 1
            data.file_report(session, report_id, body)

    def _rival(self, session: Session, code: str) -> None:
        """Send a report blind beside the one that stands; a person keeps it or sets it aside."""
        before, keep = self.latest[code], self.random.random() < 0.5
        values = before.values | self.change()
        made = _Filed(uuid6.uuid7(), values, before.revision + 1)
        data.file_report(session, made.id, self.body(code, values, None))
        data.settle_report(session, made.id, keep=keep)
        self.edits["chosen" if keep else "set_aside"] += 1
        if keep:
            self.latest[code] = made

    def totals(self, code: str) -> dict[str, oracle.Sum]:
        """Return every area's total of one indicator by the rules, from these books alone."""
        rows = [oracle.Row(CITY, None)]
        rows += [oracle.Row(node.code, CITY) for node in areas("county")]
        # Zone codes with villages have filed through them, so they count as townships do.
        for township in {node.code[:9] + "000" for node in self.villages}:
            rows.append(oracle.Row(township, township[:6] + "000000", statistical=True))
        for node in self.villages:
            filed = self.latest[node.code]
            value = None if filed.returned else filed.values[code]
            values = {code: None if value is None else Decimal(value)}
            rows.append(oracle.Row(node.code, node.code[:9] + "000", values=values))
        how = oracle.RollUp(self.form[code].roll_up)
        return oracle.roll_up(rows, indicator=code, how=how)


async def _edit_over_http(books: _Books, client: Http, count: int) -> dict[str, list[float]]:
    """Send an edit and ask at once for a total that must contain it."""
    took: dict[str, list[float]] = {"city": [], "county": [], "put": []}
    for number in range(count):
        report_id, code, body = books.next_edit()
        place, area = ("county", code[:6] + "000000") if number % 4 == 3 else ("city", CITY)
        began = time.perf_counter()
        answer = await client.call("PUT", f"/api/v1/reports/{report_id}", body)
        took["put"].append(time.perf_counter() - began)
        assert answer.status in (200, 201), answer.body
        path = f"/api/v1/rollup?disaster={books.disaster}&area={area}"
        total = await client.call("GET", path)
        took[place].append(time.perf_counter() - began)
        assert total.status == 200, total.body
    return took


async def _export(books: _Books, client: Http, count: int) -> list[float]:
    """Ask for the whole tree down to the townships, each time just after an edit."""
    took = []
    for _ in range(count):
        report_id, _code, body = books.next_edit()
        await client.call("PUT", f"/api/v1/reports/{report_id}", body)
        began = time.perf_counter()
        path = f"/api/v1/rollup?disaster={books.disaster}&area={CITY}&below=all"
        answer = await client.call("GET", path)
        took.append(time.perf_counter() - began)
        assert answer.status == 200, answer.body
    return took


async def _compare(report: Report, books: _Books, port: int, token: str) -> int:
    """Count the totals of city, counties and some townships that the rules do not agree with."""
    client = Http(port, bearer(token))
    wanted = {code: books.totals(code) for code in books.codes}
    places = [CITY, *(node.code for node in areas("county"))]
    places += sorted({node.code[:9] + "000" for node in books.villages})[::20]
    differ = 0
    for area in places:
        path = f"/api/v1/rollup?disaster={books.disaster}&area={area}"
        found = (await client.call("GET", path)).json()["values"]
        for code, totals in wanted.items():
            value = totals[area].value
            if found.get(code) != (None if value is None else float(value)):
                differ += 1
                if differ <= 5:
                    report.say(f"{area} {code}: {found.get(code)}, the rules say {value}")
    report.figure(totals_compared=len(places) * len(wanted))
    return differ
