"""From nothing to the first answer; what a web process weighs; what it does not import."""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import psutil

from tests.bench import data
from tests.bench.report import Report
from tests.bench.wire import Http
from tests.bench.world import CITY, World, bearer, world
from tests.running import Server

HEAVY = (
    "geopandas",
    "pandas",
    "pyogrio",
    "highspy",
    "ortools",
    "folium",
    "openpyxl",
    "docxtpl",
    "weasyprint",
    "pypinyin",
    "PIL",
)
LIBRARIES = (
    "apiflask",
    "flask_socketio",
    "gevent",
    "gunicorn",
    "pydantic",
    "shapely",
    "sqlalchemy.orm",
)
ROUNDS = 5
REQUESTS = 200


def run(report: Report) -> None:
    """Start five times, then ask 200 mixed questions and look at the process."""
    with world(report.database) as made:
        disaster = data.disaster()
        took, bare = [], []
        for _ in range(3 if report.small else ROUNDS):
            bare.append(_import_seconds())
            began = time.monotonic()
            server = made.serve(app="tests.bench.wsgi:app")
            took.append(time.monotonic() - began)
            server.stop()
        report.compare("imports_of_others_s", bare)
        report.figure(first_answer_s=statistics.median(took), slowest_start_s=max(took))
        server = made.serve(app="tests.bench.wsgi:app")
        asyncio.run(_ask(made, server, disaster))
        worker = _worker(server)
        report.figure(web_process_mb=worker.memory_info().rss / 2**20)
        found = [name for name in HEAVY if name in _modules(made.folder, worker)]
        report.figure(heavy_imports=len(found), imported=found)


def _import_seconds() -> float:
    """Return how long a fresh Python takes to import the libraries every web process needs."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", f"import {', '.join(LIBRARIES)}"], check=True)
    return time.monotonic() - began


def _worker(server: Server) -> psutil.Process:
    assert server.process is not None
    [worker] = psutil.Process(server.process.pid).children()
    return worker


def _modules(folder: Path, worker: psutil.Process) -> set[str]:
    """Return what the process has imported, as it says itself."""
    path = folder / f"modules-{worker.pid}"
    os.kill(worker.pid, signal.SIGUSR1)
    deadline = time.monotonic() + 10
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return set(path.read_text().split("\n"))


async def _ask(made: World, server: Server, disaster: str) -> None:
    page = Http(server.port, {"Cookie": made.cookie("duty", "duty_officer", "city_reviewer")})
    api = Http(server.port, bearer(made.token("duty")))
    at = f"?disaster={disaster}&area={CITY}"
    paths = [
        (page, "/desk" + at), (page, "/shelters" + at), (page, "/reports" + at),
        (page, "/stock" + at), (api, "/api/v1/disasters"), (api, "/api/v1/rollup" + at),
        (api, "/api/v1/layers/shelters" + at), (api, "/api/v1/totals" + at),
        (api, "/api/v1/events"), (api, f"/api/v1/search?q={quote('慈溪')}"),
    ]  # fmt: skip
    for number in range(REQUESTS):
        client, path = paths[number % len(paths)]
        answer = await client.call("GET", path)
        assert answer.status == 200, f"{path}: {answer.status} {answer.body[:200]!r}"
