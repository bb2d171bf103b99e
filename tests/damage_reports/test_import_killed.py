"""A worker that is killed in the middle of filing: the next one goes on, no row is filed twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from damage_reports.models import Report
from damage_reports.services.imports import filing_of
from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.config import ROOT
from relief_ops.jobs import JobRow
from tests.conftest import MASTER, SECRET
from tests.damage_reports.test_import_cells import AREAS
from tests.factories.city import COUNTY
from tests.factories.tables import book, checked, look

pytestmark = pytest.mark.sqlite_first

# Three rows at a time; in the middle of the second three it says so and stands still.
STANDS_STILL = """
import pathlib, sys, time
from damage_reports import jobs
from damage_reports.services import imports
from relief_ops import worker
given, rows = imports.file_row, []
def file_row(*args, **kwargs):
    given(*args, **kwargs)
    rows.append(1)
    if len(rows) == 5:
        pathlib.Path(sys.argv[1]).touch()
        time.sleep(600)
jobs.FILE_AT_ONCE, imports.file_row = 3, file_row
worker.main()
"""


def start(database, folder, *command):
    (folder / "secret.key").write_bytes(SECRET)
    (folder / "master.key").write_bytes(MASTER)
    environ = os.environ | {"DATABASE_URL": database, "DATA_DIR": str(folder)}
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environ)


def wait(for_what, seconds=60):
    deadline = time.monotonic() + seconds
    while not for_what():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def test_a_worker_killed_midway_is_followed_by_another_and_no_row_is_there_twice(
    person, disaster, database, tmp_path
):
    clerk, marked = person(f"township_reporter@{COUNTY}"), tmp_path / "midway"
    found = checked(clerk, disaster, book(*([area, "", 5, 0] for area in AREAS)))
    clerk.put(f"/api/v1/report-imports/{found['id']}/application", {})
    first = start(database, tmp_path, "-c", STANDS_STILL, str(marked))
    wait(marked.exists)
    first.send_signal(signal.SIGKILL)
    first.wait()
    between = look(clerk, found["id"])

    with db.transaction() as session:  # a minute later the claim is over
        session.execute(
            update(JobRow)
            .where(JobRow.id == filing_of(UUID(found["id"])))
            .values(claimed_until=clock.now() - timedelta(seconds=1))
        )
    second = start(database, tmp_path, "-m", "relief_ops.worker")
    try:
        wait(lambda: look(clerk, found["id"])["stage"] == "filed")
    finally:
        second.terminate()
        second.wait(20)

    assert (between["stage"], between["done"], between["outcomes"]) == ("filing", 3, {"stored": 3})
    assert look(clerk, found["id"])["outcomes"] == {"stored": len(AREAS)}
    with act_as(SYSTEM), db.reading() as session:
        kept = Counter(session.scalars(select(Report.area_id)))
    assert len(kept) == len(AREAS) and set(kept.values()) == {1}
