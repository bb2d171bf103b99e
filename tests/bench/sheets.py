"""A workbook of 100,000 rows in, checked, out: in seconds, in little memory, every bad cell named.

The rows are one figure each of every village, as analysts send them. The real worker checks
them; a process of its own writes what was filed out again, and every cell must be as it was
sent. The reference reads and writes the same rows with the libraries alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import uuid6

from damage_reports import queries, schemas
from damage_reports.models import ReportImport
from damage_reports.services import imports
from relief_ops import db, sheets
from relief_ops.auth import SYSTEM, act_as
from relief_ops.config import ROOT
from relief_ops.disasters import queries as disasters
from tests.bench import data
from tests.bench.report import Report
from tests.bench.world import CITY, MORNING, World, areas, world

ROUND, FIGURES = "r1", 33
BAD = ("abc", -1, 1.2345, "１２人", 10**15, True)
Row = list[Any]


def run(report: Report) -> None:
    """Check good and bad workbooks beside the libraries alone, file one, and write it out."""
    rows, rounds = (10_000, 3) if report.small else (100_000, 5)
    with world(report.database) as made:
        bench = _Bench(report, made, rows)
        with bench.worker():
            bench.first_file()
            for number in range(rounds):
                bench.round(number)
        bench.end()


class _Bench:
    def __init__(self, report: Report, made: World, rows: int) -> None:
        self.report, self.world, self.random = report, made, random.Random("sheets")
        made.token("bench", f"township_reporter@{CITY}")
        self.actor = _actor("bench")
        self.disaster = data.disaster()
        self.good = list(_rows(self.disaster, rows))
        self.memory = 0.0
        self.took: dict[str, list[float]] = {"check": [], "out": [], "bare": []}
        self.unnamed = self.differ = 0
        self.file = made.folder / "rows.json"
        self.file.write_text(json.dumps(self.good))
        report.say(f"{len(self.good)} rows of {len({row[0] for row in self.good})} areas")

    def first_file(self) -> None:
        """Check and file the good rows once, so that there is something to write out."""
        import_id = self.check(_book(self.good))
        found = self.found(import_id)
        self.unnamed += len(found["errors"]) + len(found["problems"])
        began = time.monotonic()
        with act_as(SYSTEM), db.transaction() as session:
            order = schemas.PutImportApplication()
            imports.file_all(
                session, data.attempt(uuid6.uuid7()), import_id, order, actor_id=self.actor
            )
        self.until(lambda: self.row(import_id).applied_at is not None)
        filed = self.found(import_id)["outcomes"]
        self.report.figure(filed=filed.get("stored", 0), filing_s=time.monotonic() - began)

    def round(self, number: int) -> None:
        """Measure the libraries alone, then a file with planted errors in, and all of it out."""
        self.took["bare"].append(self.apart("bare"))
        rows, planted = _spoilt(self.good, self.random, 50 + number)
        sent = _book(rows)
        began = time.monotonic()
        import_id = self.check(sent)
        self.took["check"].append(time.monotonic() - began)
        named = {each[0] for each in self.found(import_id)["errors"]}
        self.unnamed += len(planted ^ named)
        for each in sorted(planted ^ named)[:5]:
            self.report.say(f"{each}: {'not named' if each in planted else 'named, but right'}")
        self.took["out"].append(self.apart("out"))
        self.differ += self.compare()
        last = {name: f"{seconds[-1]:.1f} s" for name, seconds in self.took.items()}
        self.report.say(f"round {number + 1}: {last}")

    def end(self) -> None:
        """Say what came of it."""
        bare = self.report.compare("bare_s", self.took["bare"])
        whole = [a + b for a, b in zip(self.took["check"], self.took["out"], strict=True)]
        self.report.figure(
            check_s=statistics.median(self.took["check"]), out_s=statistics.median(self.took["out"])
        )
        self.report.figure(seconds=statistics.median(whole), memory_mb=self.memory)
        self.report.figure(over_bare=statistics.median(whole) / bare)
        self.report.figure(unnamed=self.unnamed, differ=self.differ)

    def check(self, sent: bytes) -> UUID:
        """Send a file in and let the worker look it through."""
        import_id = uuid6.uuid7()
        order = schemas.PutImport(disaster_id=UUID(self.disaster), round=ROUND, as_of=MORNING)
        with act_as(SYSTEM), db.transaction() as session:
            imports.check_in(
                session, data.attempt(import_id), order, sent, source="bench.xlsx",
                disaster=disasters.disaster(session, order.disaster_id), actor_id=self.actor,
            )  # fmt: skip
        self.until(lambda: self.row(import_id).checked_at is not None)
        return import_id

    def row(self, import_id: UUID) -> ReportImport:
        """Return how far a file is."""
        with act_as(SYSTEM), db.reading() as session:
            return session.get_one(ReportImport, import_id)

    def found(self, import_id: UUID) -> dict[str, Any]:
        """Return what was found in a file and what became of its rows."""
        with act_as(SYSTEM), db.reading() as session:
            made = session.get_one(ReportImport, import_id)
            wrong = queries.import_rows(session, import_id, wrong_only=True)
            return {
                "problems": made.problems,
                "errors": [each for row in wrong for each in row.troubles],
                "outcomes": queries.outcomes_of(session, import_id),
            }

    @contextlib.contextmanager
    def worker(self) -> Iterator[None]:
        """Run the real worker, watching its memory."""
        process = self._start(sys.executable, "-m", "relief_ops.worker")
        watching = self._watched(process)
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)
            watching.join()

    def until(self, done: Callable[[], bool], seconds: float = 300) -> None:
        """Wait until the worker has done something."""
        deadline = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < deadline, "the worker does not get there"
            time.sleep(0.05)

    def apart(self, what: str) -> float:
        """Do one thing in a process of its own and return the seconds it says it took."""
        code = f"from tests.bench import sheets; sheets.{what}()"
        process = self._start(sys.executable, "-c", code)
        watching = self._watched(process) if what != "bare" else None
        assert process.wait(300) == 0, f"{what} broke off"
        if watching:
            watching.join()
        return float((self.world.folder / f"{what}.seconds").read_text())

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        environ = os.environ | {
            "DATABASE_URL": self.world.url, "DATA_DIR": str(self.world.folder),
            "BENCH_DISASTER": self.disaster,
        }  # fmt: skip
        return subprocess.Popen(command, cwd=ROOT, env=environ)

    def _watched(self, process: subprocess.Popen[bytes]) -> threading.Thread:
        watching = threading.Thread(target=self._watch, args=(process,))
        watching.start()
        return watching

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Note the most memory a process and its children take, fifty times a second."""
        while process.poll() is None:
            try:
                one = psutil.Process(process.pid)
                tree = [one, *one.children(recursive=True)]
                used = sum(each.memory_info().rss for each in tree) / 2**20
            except psutil.Error:
                return
            self.memory = max(self.memory, used)
            time.sleep(0.02)

    def compare(self) -> int:
        """Count the cells of what came out that are not as they were sent."""
        out = sheets.read_grids((self.world.folder / "out.xlsx").read_bytes())[0].rows[4:]
        sent = sorted([str(row[0]), *row[2:4]] for row in self.good)
        back = sorted([row[0], *row[2:4]] for row in out)
        differ = sum(a != b for a, b in zip(sent, back, strict=False))
        return differ + abs(len(sent) - len(back))


def _actor(login: str) -> UUID:
    from sqlalchemy import select

    from relief_ops.auth.models import User

    with act_as(SYSTEM), db.reading() as session:
        return session.scalars(select(User.id).where(User.login == login)).one()


def _rows(disaster: str, count: int) -> Iterator[Row]:
    """Yield a row for each figure of each village: code, name, figure, value, reason."""
    with act_as(SYSTEM), db.reading() as session:
        found = disasters.disaster(session, UUID(disaster))
        codes = [each.code for each in queries.table_of(session, found.form_version).columns]
    left = count
    for village in areas("village"):
        for place, code in enumerate(codes[:FIGURES]):
            if not left:
                return
            left -= 1
            value = "尚未掌握" if place % 7 == 6 else 0  # noughts break no rule of the form
            yield [village.code, village.name, code, 50 if code == "affected" else value, None]


def _book(rows: list[Row]) -> bytes:
    head = ["区划代码", "填报单位", "指标", "数值", "理由"]
    return sheets.write_workbook([sheets.Sheet(name="数据", headings=head, rows=rows)])


def _spoilt(rows: list[Row], random_: random.Random, count: int) -> tuple[list[Row], set[str]]:
    """Return the rows with so many cells wrong, and the addresses of those."""
    spoilt, planted = list(rows), set()
    for number in random_.sample(range(len(rows)), count):
        row = list(spoilt[number])
        row[3] = random_.choice(BAD)
        spoilt[number] = row
        planted.add(f"数据!D{number + 2}")
    return spoilt, planted


def bare() -> None:
    """Read and write the rows with the libraries alone: what cannot be done without."""
    import io

    import xlsxwriter
    from python_calamine import CalamineWorkbook

    folder = Path(os.environ["DATA_DIR"])
    rows = json.loads((folder / "rows.json").read_text())
    sent = _book(rows)
    began = time.monotonic()
    read = CalamineWorkbook.from_filelike(io.BytesIO(sent)).get_sheet_by_index(0).to_python()
    with xlsxwriter.Workbook(str(folder / "bare.xlsx"), {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(read):
            page.write_row(number, 0, row)
    (folder / "bare.seconds").write_text(str(time.monotonic() - began))


def out() -> None:
    """Write what was filed as the product does, and say how long that took."""
    from damage_reports.routes import tables
    from relief_ops.app import create_app
    from relief_ops.config import Settings

    create_app(Settings.from_environ())
    folder, disaster_id = Path(os.environ["DATA_DIR"]), UUID(os.environ["BENCH_DISASTER"])
    with act_as(SYSTEM), db.reading() as session:
        seen = disasters.looking(session, disaster_id=disaster_id, area_code=CITY)
        assert seen.disaster is not None
        began = time.monotonic()
        made = tables.template(session, seen, seen.disaster, round_=ROUND, filled=True, tall=True)
        (folder / "out.xlsx").write_bytes(made())
    (folder / "out.seconds").write_text(str(time.monotonic() - began))
