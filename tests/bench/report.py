"""What a benchmark found, what it was compared with, and whether the promises held."""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from relief_ops.config import ROOT

LIMITS: dict[str, dict[str, dict[str, float]]] = json.loads(
    (Path(__file__).parent / "limits.json").read_text("utf-8")
)
SPREAD = 2.0


class Report:
    """Collects figures and references; `print` ends with the one JSON line."""

    def __init__(self, bench: str, database: str, *, small: bool) -> None:
        self.bench, self.database, self.small = bench, database, small
        self.figures: dict[str, Any] = {}
        self.reference: dict[str, Any] = {}
        self.notes: list[str] = []
        self.began = time.monotonic()
        self.say(f"{bench} on {database}, {'small' if small else 'full'} size")

    def say(self, line: str) -> None:
        """Print one line of what is being done."""
        print(f"[{time.monotonic() - self.began:6.1f} s] {line}", flush=True)

    def figure(self, **values: Any) -> None:
        """Note figures of the subject."""
        self.figures |= {name: _rounded(value) for name, value in values.items()}
        self.say(", ".join(f"{name} {_rounded(value)}" for name, value in values.items()))

    def compare(self, name: str, rounds: Sequence[float]) -> float:
        """Note a reference measured in rounds and return its median.

        The rounds must agree within a factor of two, or nothing is proved.
        """
        middle = statistics.median(rounds)
        self.reference[name] = _rounded(middle)
        spread = max(rounds) / max(min(rounds), 1e-9)
        self.reference[f"{name}_spread"] = _rounded(spread)
        if spread > SPREAD:
            self.notes.append(f"the reference {name} spread {spread:.1f}-fold over the rounds")
        return middle

    def missed(self) -> list[str]:
        """Return every promise that was not kept, and why."""
        found = list(self.notes)
        for name, limit in LIMITS[self.bench].items():
            value = self.figures.get(name)
            if value is None:
                found.append(f"{name} was not measured")
            elif "most" in limit and value > limit["most"]:
                found.append(f"{name} is {value}, at most {limit['most']} was promised")
            elif "least" in limit and value < limit["least"]:
                found.append(f"{name} is {value}, at least {limit['least']} was promised")
        return found

    def print(self) -> int:
        """Print the end: the machine, what was missed, and the JSON line."""
        self.reference |= machine()
        missed = self.missed()
        for line in missed:
            self.say(f"NOT HELD: {line}")
        answer = {
            "bench": self.bench,
            "db": self.database,
            "small": self.small,
            "figures": self.figures,
            "reference": self.reference,
            "limits": LIMITS[self.bench],
            "missed": missed,
            "held": not missed,
        }
        print(json.dumps(answer, ensure_ascii=False), flush=True)
        return 1 if missed else 0


def _rounded(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def machine() -> dict[str, Any]:
    """Return what the figures depend on: disk flushes a second, speed, cores, load."""
    return {
        "million_additions_ms": round(additions_seconds() * 1000, 1),
        "flushes_per_second": round(1 / flush_seconds()),
        "cores": os.cpu_count(),
        "load_1min": round(os.getloadavg()[0], 2),
    }


def additions_seconds() -> float:
    """Return how long this Python takes to add up a million numbers, the best of three."""
    took = []
    for _ in range(3):
        began, total = time.perf_counter(), 0
        for number in range(1_000_000):
            total += number
        took.append(time.perf_counter() - began)
    return min(took)


def flush_seconds(*, tries: int = 30) -> float:
    """Return the median seconds of one 4 kB write with fsync where the databases lie."""
    took = []
    with tempfile.NamedTemporaryFile(dir=ROOT / "var") as file:
        for _ in range(tries):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return statistics.median(took)


def share(values: Sequence[float], part: float) -> float:
    """Return the value below which so much of them lies (0.95 for p95)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
