"""Five backups while people write: each copy, restored, is whole (D-10)."""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import uuid6
from sqlalchemy import func, select

from damage_reports.models import Report
from relief_ops import backup, db, plugins
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from stockpile.models import Movement
from tests import databases
from tests.bench import data
from tests.bench.wire import Http
from tests.bench.world import World, areas, bearer, world
from tests.conftest import KINDS

pytestmark = [pytest.mark.proof, pytest.mark.target("D-10")]
BACKUPS, WRITERS, MOST_SECONDS = 5, 4, 120


class Load:
    """People who file reports and book stock until they are told to stop."""

    def __init__(self, made: World, port: int) -> None:
        self.port = port
        self.disaster = data.disaster()
        self.villages = [node.code for node in areas("village")]
        self.county = areas("county")[0].code
        self.token = made.token("writer", "township_reporter", "logistics_manager", "depot_keeper")
        self.depot, self.over = str(uuid6.uuid7()), threading.Event()
        self.acknowledged = self.refused = self.last = 0
        self.thread = threading.Thread(target=lambda: asyncio.run(self._all()))

    def __enter__(self) -> Load:
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.thread.join()

    async def _all(self) -> None:
        await asyncio.gather(*(self._work(number) for number in range(WRITERS)))

    async def _work(self, number: int) -> None:
        async with Http(self.port, bearer(self.token)) as client:
            if number == 0:
                await self._put(client, f"/api/v1/depots/{self.depot}", {
                    "name": "演练库", "area_code": self.county, "lon": 121.55, "lat": 29.87,
                })  # fmt: skip
            turn = 0
            while not self.over.is_set():
                turn += 1
                await (self._move(client) if number == 0 else self._file(client, number, turn))

    async def _move(self, client: Http) -> None:
        await self._put(client, f"/api/v1/stock/movements/{uuid6.uuid7()}", {
            "kind": "receive", "to": self.depot, "item": "quilt", "quantity": 10,
            "lot": str(uuid6.uuid7()),
        })  # fmt: skip

    async def _file(self, client: Http, number: int, turn: int) -> None:
        village = self.villages[(turn * WRITERS + number) % len(self.villages)]
        body = data.report_body(self.disaster, village, {"affected": 3}, round=f"r{number}-{turn}")
        await self._put(client, f"/api/v1/reports/{uuid6.uuid7()}", body)

    async def _put(self, client: Http, path: str, body: Any) -> None:
        try:
            answer = await client.call("PUT", path, body)
        except (OSError, EOFError):  # an idle line was parted with: again, as a phone does
            answer = await client.call("PUT", path, body)
        if answer.status in (200, 201):
            self.acknowledged += 1
            self.last = max(self.last, answer.json()["seq"])
        else:
            self.refused += 1


def counts() -> dict[str, int]:
    with act_as(SYSTEM), db.reading() as session:
        named = select(func.count()).select_from(EventRow)
        return {
            "reports": session.scalar(select(func.count()).select_from(Report)) or 0,
            "movements": session.scalar(select(func.count()).select_from(Movement)) or 0,
            "told_reports": session.scalar(named.where(EventRow.name == "report.submitted")) or 0,
            "events": session.scalar(named) or 0,
        }


class Elsewhere:
    """A second, empty database of the same kind to restore into."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder, self.made = kind, folder, []

    def url(self) -> str:
        if self.kind == "sqlite":
            return databases.sqlite_copy(self.folder)
        server = databases.postgres_server(durable=True)
        name = f"relief_restored_{uuid6.uuid7().hex}"
        template = databases.postgres_template(server)
        databases.run_on_server(server, f"CREATE DATABASE {name} TEMPLATE {template}")
        self.made.append((server, name))
        return f"{server}/{name}"

    def clear(self) -> None:
        for server, name in self.made:
            databases.run_on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def prove(copy: Path, known: int, elsewhere: Elsewhere) -> tuple[float, list[str]]:
    """Restore a copy elsewhere; return how long that took, and everything that is wrong with it."""
    db.connect(elsewhere.url())
    began = time.monotonic()
    manifest = backup.restore(copy, replace=True)
    seconds = time.monotonic() - began
    with act_as(SYSTEM):
        problems = backup.verify(plugins.contributed("checks"))
    found = counts()
    if found["reports"] != found["told_reports"]:
        problems.append(f"rows: {found}")
    if not known <= manifest["seq"] <= found["events"]:
        problems.append(f"{known} was acknowledged, the copy ends at {found['events']}")
    if not (found["reports"] and found["movements"]):
        problems.append("nothing of the load is in the copy")
    db.engine().dispose()
    return seconds, problems


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.long(95)
def test_five_backups_under_load_restore_whole(kind, the_app, tmp_path, tell):
    elsewhere = Elsewhere(kind, tmp_path)
    with world(kind) as made:
        server = made.serve()
        source, took, back, problems = made.url, [], [], []
        with Load(made, server.port) as load:
            for number in range(BACKUPS):
                time.sleep(2)
                copy, known = tmp_path / f"copy-{number}", load.last
                began = time.monotonic()
                backup.backup(copy)
                took.append(time.monotonic() - began)
                size = copy.stat().st_size
                seconds, wrong = prove(copy, known, elsewhere)
                back.append(seconds)
                problems += [f"copy {number}: {each}" for each in wrong]
                db.connect(source)
        elsewhere.clear()
        shutil.rmtree(tmp_path, ignore_errors=True)
    tell(
        backups=BACKUPS, writes_meanwhile=load.acknowledged, refused=load.refused,
        backup_s=max(took), restore_s=max(back), megabytes=size / 2**20, problems=len(problems),
    )  # fmt: skip
    assert problems == []
    assert load.acknowledged > 100
    assert load.refused == 0
    assert max(took) + max(back) < MOST_SECONDS
