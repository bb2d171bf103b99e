"""The limits are the promises of design §9, and a report that misses one says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from relief_ops.config import ROOT
from tests.bench.report import LIMITS, Report
from tests.conftest import KINDS
from tests.figures import Told

KNOWN: dict[str, dict[str, dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "known_misses.json").read_text("utf-8")
)
BENCHES = [
    pytest.param(each, marks=pytest.mark.target(f"bench {each}"), id=each)
    for each in sorted(LIMITS)
]
BOTH = ("burst", "http", "live", "rollup", "start")
# The promises, restated: (benchmark, figure, at most or at least, how much).
PROMISED = {
    ("http", "list_over_bare", "most", 8),
    ("http", "list_ms", "most", 12),
    ("http", "record_of_bare", "least", 0.2),
    ("http", "layer_5000_cold_ms", "most", 60),
    ("http", "layer_304_ms", "most", 3),
    ("http", "create_without_flush_ms", "most", 10),
    ("live", "missed", "most", 0),
    ("live", "twice", "most", 0),
    ("live", "out_of_scope", "most", 0),
    ("live", "p99_ms", "most", 200),
    ("live", "p99_over_raw", "most", 4),
    ("live", "server_mb", "most", 250),
    ("live", "p99_2000_ms", "most", 500),
    ("burst", "lost", "most", 0),
    ("burst", "double", "most", 0),
    ("burst", "server_errors", "most", 0),
    ("burst", "ack_p95_of_allowed", "most", 1),
    ("burst", "totals_differ", "most", 0),
    ("rollup", "read_your_write_p95_ms", "most", 50),
    ("rollup", "tree_export_p95_ms", "most", 300),  # peers F12
    ("rollup", "differ", "most", 0),
    ("rollup", "wide_city_p95_ms", "most", 100),  # peers F12
    ("rollup", "wide_differ", "most", 0),
    ("ledger", "over_promised", "most", 0),
    ("ledger", "not_promised", "most", 0),
    ("ledger", "differ", "most", 0),
    ("ledger", "server_errors", "most", 0),
    ("reports", "lost", "most", 0),
    ("reports", "double", "most", 0),
    ("reports", "not_read_back", "most", 0),
    ("reports", "totals_differ", "most", 0),
    ("sheets", "seconds", "most", 20),
    ("sheets", "memory_mb", "most", 300),
    ("sheets", "unnamed", "most", 0),
    ("sheets", "differ", "most", 0),
    ("evacuate", "seconds", "most", 2),
    ("evacuate", "over_capacity", "most", 0),
    ("evacuate", "over_bound", "most", 1.01),
    ("evacuate", "again_s", "most", 1),
    ("evacuate", "moved_beyond", "most", 0.02),
    ("allocate", "seconds", "most", 1),
    ("allocate", "packs_apart", "most", 1),
    ("allocate", "cost_beyond_lp", "most", 0.001),
    ("allocate", "ten_times_s", "most", 8),
    ("allocate", "trucks_loss", "most", 0.03),
    ("page", "cold_kb", "most", 600),
    ("page", "interactive_ms", "most", 2000),
    ("page", "longest_task_ms", "most", 200),
    ("crash", "lost", "most", 0),
    ("crash", "double", "most", 0),
    ("crash", "half_written", "most", 0),
    ("crash", "between_commit_and_answer", "least", 0.1),
    ("crash", "mutant_caught", "least", 1),
    ("start", "first_answer_s", "most", 3),
    ("start", "web_process_mb", "most", 200),
    ("start", "heavy_imports", "most", 0),
}


def test_the_limits_are_what_was_promised():
    found = {
        (bench, figure, bound, value)
        for bench, figures in LIMITS.items()
        for figure, limit in figures.items()
        for bound, value in limit.items()
    }

    assert found >= PROMISED


def test_every_benchmark_has_a_module():
    for name in LIMITS:
        assert (Path(__file__).parent / f"{name}.py").exists(), name


def test_a_missed_promise_is_not_held(capsys):
    report = Report("start", "sqlite", small=True)
    report.figure(first_answer_s=3.5, web_process_mb=150.0, heavy_imports=0)

    assert report.print() == 1
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert answer["held"] is False
    assert answer["missed"] == ["first_answer_s is 3.5, at most 3 was promised"]
    assert set(answer) >= {"bench", "db", "figures", "reference", "limits", "held"}
    assert set(answer["reference"]) >= {"flushes_per_second", "cores", "load_1min"}


def test_a_figure_that_was_not_measured_is_not_held(capsys):
    assert Report("crash", "sqlite", small=True).print() == 1


def test_a_reference_that_swings_proves_nothing(capsys):
    report = Report("start", "sqlite", small=True)
    report.figure(first_answer_s=1.0, web_process_mb=150.0, heavy_imports=0)
    report.compare("bare", [1.0, 1.1, 2.5])

    assert report.print() == 1
    assert "spread" in capsys.readouterr().out


def test_a_known_miss_names_a_promise_its_reason_and_how_far_it_may_go():
    for bench, figures in KNOWN.items():
        assert set(figures) <= set(LIMITS[bench]), bench
        for figure, miss in figures.items():
            assert len(miss["why"]) > 20, (bench, figure)
            assert beyond(LIMITS[bench][figure], miss["worst"]), (bench, figure)


def beyond(limit: Mapping[str, float], value: float) -> bool:
    """Whether a figure misses a promise: above its most, or below its least."""
    return value > limit.get("most", value) or value < limit.get("least", value)


def judge(tell: Told, name: str, *options: str, seconds: int) -> None:
    """Run a benchmark. A known miss stays a miss, with its reason; a worse or new one fails."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", name, *options], cwd=ROOT, env=dict(os.environ),
        capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    answer = json.loads(done.stdout.splitlines()[-1])
    tell(bench=name, db=answer["db"], **answer["figures"])
    known = KNOWN.get(name, {})
    missed = {each.split()[0]: each for each in answer["missed"]}
    new = [each for figure, each in missed.items() if figure not in known]
    new += [
        f"{figure} is {answer['figures'][figure]}, worse than the {miss['worst']} known"
        for figure, miss in known.items()
        if beyond(_bound(LIMITS[name][figure], miss["worst"]), answer["figures"][figure])
    ]

    assert not new, (new, done.stdout[-2000:], done.stderr[-2000:])
    if missed:
        pytest.xfail(
            "; ".join(f"{each} ({known[figure]['why']})" for figure, each in missed.items())
        )


def _bound(limit: Mapping[str, float], worst: float) -> dict[str, float]:
    return dict.fromkeys(limit, worst)


@pytest.mark.bench
@pytest.mark.nightly
@pytest.mark.parametrize("name", BENCHES)
def test_the_small_benchmark_holds(name: str, tell: Told):
    judge(tell, name, "--small", seconds=600)


@pytest.mark.bench
@pytest.mark.nightly
@pytest.mark.parametrize("name", [each for each in BENCHES if each.id in BOTH])
def test_the_small_benchmark_holds_on_postgresql_too(name: str, tell: Told):
    judge(tell, name, "--small", "--db", "postgres", seconds=600)


@pytest.mark.bench
@pytest.mark.nightly
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", BENCHES)
def test_the_full_benchmark_holds(name: str, kind: str, tell: Told):
    judge(tell, name, "--db", kind, seconds=7200)
