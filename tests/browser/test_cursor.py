"""The cursor of the live line, run by node over thousands of random interleavings."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
CURSOR = HERE.parent.parent / "static" / "js" / "live" / "cursor.js"
pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


def interleave(script: Path, runs: int = 2000) -> dict[str, int]:
    answer = subprocess.run(
        ["node", str(script), str(runs)], capture_output=True, text=True, timeout=120, check=True
    )
    return json.loads(answer.stdout)


def test_nothing_is_missed_and_nothing_applied_twice_in_any_interleaving():
    assert interleave(HERE / "cursor_interleavings.mjs") == {
        "runs": 2000,
        "missed": 0,
        "twice": 0,
        "moved_over_a_hole": 0,
    }


@pytest.mark.parametrize(
    ("wrong", "instead"),
    [
        ("each.seq > state.seq && !state.ahead.has(each.seq)", "each.seq > state.seq"),
        ("if (prev <= seq) seq = each;", "if (true) seq = each;"),
        ("seq <= state.seq || state.ahead.has(seq)", "seq <= state.seq"),
    ],
)
def test_a_cursor_that_jumps_over_holes_or_forgets_is_caught(tmp_path, wrong, instead):
    source = CURSOR.read_text("utf-8")
    assert source.count(wrong) == 1
    (tmp_path / "cursor.mjs").write_text(source.replace(wrong, instead), "utf-8")
    script = (HERE / "cursor_interleavings.mjs").read_text("utf-8")
    mutant = tmp_path / "run.mjs"
    mutant.write_text(re.sub(r'"[^"]*cursor\.js"', '"./cursor.mjs"', script), "utf-8")

    found = interleave(mutant, runs=500)

    assert found["missed"] + found["twice"] + found["moved_over_a_hole"] > 0
