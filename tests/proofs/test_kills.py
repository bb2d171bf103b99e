"""Whatever is killed under eight writing clients: what was acknowledged is there (D-1)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from relief_ops import db, geo, vault
from tests import databases, servers
from tests.bench.crash import Kills
from tests.bench.nursery import Life, Nursery, answers
from tests.bench.report import Report
from tests.bench.world import World, world
from tests.conftest import KINDS, MASTER
from tests.proofs.conftest import keys_in

pytestmark = [pytest.mark.proof, pytest.mark.target("D-1")]
SECONDS = 300
OF_SERVER = {"sqlite": 200, "postgres": 50}
OF_WORKER, OF_POSTGRES = 50, 50


def judge(found: Kills, tell: Callable[..., None], **more: object) -> None:
    tell(
        kills=found.kills, acknowledged=len(found.acknowledged), lost=found.lost,
        double=found.double, half_written=found.half,
        between_commit_and_answer=found.between / found.kills, **more,
    )  # fmt: skip
    assert (found.lost, found.double, found.half, found.wrong) == (0, 0, 0, 0)
    assert found.problems == []
    assert len(found.acknowledged) > found.kills


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.long(300)
def test_kills_of_the_server_lose_nothing(kind, tell):
    with world(kind) as made:
        found = Kills(Report("crash", kind, small=False), made, seed=1)
        found.run(OF_SERVER[kind], seconds=SECONDS)
    judge(found, tell)

    assert found.kills == OF_SERVER[kind], "within five minutes"
    assert found.between >= found.kills / 10


@pytest.mark.nightly
@pytest.mark.parametrize("kind", KINDS)
def test_two_thousand_kills_lose_nothing(kind, tell):
    with world(kind) as made:
        found = Kills(Report("crash", kind, small=False), made, seed=4)
        found.run(2_000, seconds=20 * SECONDS)
    judge(found, tell)


@pytest.mark.parametrize("kind", KINDS)
def test_a_build_that_answers_before_it_commits_is_caught(kind, tell):
    with world(kind) as made:
        mutant = Kills(
            Report("crash", kind, small=True), made, seed=2, BENCH_MUTANT="ack_before_commit"
        )
        mutant.run(3)
    tell(kills=mutant.kills, acknowledged=len(mutant.acknowledged), lost=mutant.lost)

    assert mutant.lost > 0


def ready(port: int, seconds: float = 60) -> float:
    """Wait until the server answers again; return how long it took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if answers(port):
            return time.monotonic() - began
        time.sleep(0.02)
    raise AssertionError(f"not back after {seconds:.0f} s")


def outlive(
    made: World, kind: str, strike: Callable[[Life], None], times: int
) -> tuple[Kills, float]:
    """Strike what serves so often while the rest lives on; return the slowest recovery too."""
    found = Kills(Report("crash", kind, small=False), made, seed=3)
    slowest = 0.0
    with Nursery(made.url, made.folder) as nursery:
        life = nursery.start()
        try:
            for _ in range(times):
                asyncio.run(found.live(life.port, lambda: strike(life)))
                slowest = max(slowest, ready(life.port))
                found.kills += 1
                found.compare()
            found.finish(life.port)
        finally:
            life.kill()
    return found, slowest


def kill_worker(life: Life) -> None:
    for worker in psutil.Process(life.pid).children():
        worker.kill()
        with contextlib.suppress(psutil.TimeoutExpired):
            worker.wait(10)


@pytest.mark.parametrize("database", KINDS, indirect=True)
@pytest.mark.long(70)
def test_kills_of_the_worker_lose_nothing(made, database, tell):
    found, slowest = outlive(made, database.split(":")[0], kill_worker, OF_WORKER)

    judge(found, tell, slowest_recovery_s=slowest)


@pytest.fixture
def own_cluster() -> Iterator[tuple[servers._Postgres, str]]:
    """A PostgreSQL that nobody else uses, so that it may be killed."""
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # the server runs as another user when we are root
        cluster = servers._Postgres(Path(folder) / "cluster")
        url = cluster.url().rsplit("/", 1)[0]
        assert str(cluster.folder).startswith(folder), "never the shared one"
        yield cluster, url
        cluster.release()


@pytest.mark.postgres
@pytest.mark.skipif("postgres" not in KINDS, reason="kills a PostgreSQL")
@pytest.mark.long(160)
def test_kills_of_postgres_lose_nothing(own_cluster, the_app, tmp_path, tell):
    cluster, url = own_cluster
    databases.run_on_server(url, "CREATE DATABASE killed")
    vault.unlock(MASTER)
    databases.fill(f"{url}/killed")
    db.connect(f"{url}/killed")
    geo.forget()
    with db.reading() as session:
        geo.tree(session)
    keys_in(tmp_path)
    made = World(f"{url}/killed", tmp_path)

    found, slowest = outlive(made, "postgres", lambda _life: kill_cluster(cluster), OF_POSTGRES)
    db.engine().dispose()
    judge(found, tell, slowest_recovery_s=slowest)


def kill_cluster(cluster: servers._Postgres) -> None:
    """kill -9 the server with all its processes at once, and start it again."""
    first = psutil.Process(int((cluster.data / "postmaster.pid").read_text().split()[0]))
    every = [first, *first.children(recursive=True)]
    first.send_signal(signal.SIGSTOP)  # so that it tidies nothing up while we kill the others
    for process in every:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(every, timeout=10)
    cluster._run("pg_ctl", "-w", "-t", "60", "-l", str(cluster.folder / "log"), "restart")
