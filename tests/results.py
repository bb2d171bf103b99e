"""The results file of a tier: one line for each proof of a target on each database.

A line says which promise of the quality book it is, whether it held, the figures reached, how
long it took, on which database, and how fast the machine was meanwhile. `RESULTS` names the
file; without it nothing is written. The seed stands among the figures where a proof draws lots.
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

_reached: dict[tuple[str, str, tuple[str, ...]], dict[str, Any]] = {}


def mark(items: list[pytest.Item]) -> None:
    """Have each test that proves a target say so in its report, which travels to the writer."""
    for item in items:
        targets = [each for marker in item.iter_markers("target") for each in marker.args]
        if targets:
            item.user_properties.append(("target", targets))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep what the report of a proof says; a step before or after it may fail it too."""
    told = dict(report.user_properties)
    left_out = report.skipped and not hasattr(report, "wasxfail")
    if "target" not in told or left_out or (report.when != "call" and report.passed):
        return
    targets = tuple(told.pop("target"))
    test = (report.nodeid.split("[")[0], _database(report.nodeid), targets)
    kept = _reached.setdefault(test, {"ran": 0, "passed": 0, "seconds": 0.0, "figures": {}})
    kept["ran"] += 1
    kept["passed"] += report.outcome == "passed"
    kept["seconds"] = round(kept["seconds"] + report.duration, 1)
    kept["figures"] |= told


def write() -> None:
    """Add a line for each target this process heard about to the file of the tier."""
    path = os.environ.get("RESULTS")
    if not path or not _reached or "PYTEST_XDIST_WORKER" in os.environ:
        return
    additions = _million_additions_ms()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with Path(path).open("a", encoding="utf-8") as file:
        for (test, database, targets), kept in sorted(_reached.items()):
            for target in targets:
                line = {"target": target, "held": kept["passed"] == kept["ran"]}
                line |= {"database": database, "test": test} | kept
                line |= {"million_additions_ms": additions, "cores": os.cpu_count(), "at": now}
                file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
    _reached.clear()


def _database(test: str) -> str:
    return next((each for each in ("postgres", "sqlite") if each in test.partition("[")[2]), "none")


def _million_additions_ms() -> float:
    began, total = time.perf_counter(), 0
    for number in range(1_000_000):
        total += number
    return round((time.perf_counter() - began) * 1000, 1)
