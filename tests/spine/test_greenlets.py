"""On SQLite no greenlet switch happens inside a write transaction: nobody waits for ever."""

from __future__ import annotations

import subprocess
import sys

from relief_ops.config import ROOT
from tests import databases


def test_no_greenlet_switch_inside_a_write_transaction(tmp_path):
    url = databases.sqlite_copy(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "tests.spine.greenlet_switches", url],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == "0 switches, 80 reports"
