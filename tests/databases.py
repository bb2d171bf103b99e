"""A fresh database for each test: a copied file, or a cloned PostgreSQL database."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import Engine

from relief_ops import app, cli, db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.config import ROOT
from relief_ops.db import Base
from tests.factories import city

SCRATCH = ROOT / "var" / "test"
ROOM = 500_000_000
MIGRATIONS = ROOT / "relief_ops" / "migrations"


@functools.cache
def fingerprint() -> str:
    """Return what the template depends on: schema, reference data and the made-up city."""
    packages = ("relief_ops", "maps", "shelters", "stockpile", "damage_reports")
    files = [*MIGRATIONS.rglob("*.py"), *(ROOT / "relief_ops" / "data").glob("*")]
    files += [each for name in packages for each in (ROOT / name).rglob("models.py")]
    files += [Path(city.__file__), Path(cli.__file__), Path(app.__file__)]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold a lock among the test processes."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    with (SCRATCH / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def fill(url: str) -> None:
    """Create the schema, the reference data and the made-up city."""
    db.connect(url)
    geo.forget()
    cli.initialise()
    with act_as(SYSTEM), db.transaction() as session:
        city.load(session)
    db.engine().dispose()


@contextmanager
def in_memory() -> Iterator[Path]:
    """Yield a folder of the memory disk where there is room: nobody waits for its flushes."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    with tempfile.TemporaryDirectory(dir=memory if roomy else None) as folder:
        yield Path(folder)


def sqlite_template() -> Path:
    """Return the file every test copies."""
    with locked("sqlite"):
        path = SCRATCH / f"template-{fingerprint()}.db"
        if not path.exists():
            for old in SCRATCH.glob("template-*"):
                old.unlink()
            making = path.with_suffix(".making")
            making.unlink(missing_ok=True)
            fill(f"sqlite:///{making}")
            db.connect(f"sqlite:///{making}")
            with db.engine().connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine().dispose()
            making.rename(path)
        return path


def sqlite_copy(folder: Path) -> str:
    """Return the address of a fresh copy."""
    path = folder / f"{uuid.uuid4().hex}.db"
    shutil.copyfile(sqlite_template(), path)
    return f"sqlite:///{path}"


def postgres_server(*, durable: bool = False) -> str:
    """Return the address of the server to use, without a database.

    Our own server waits for the disk only when `durable` (timings) is asked.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given.rsplit("/", 1)[0]
    from tests import servers

    server = servers.postgres_url().rsplit("/", 1)[0]
    flush_to_disk(server, wanted=durable)
    return server


def flush_to_disk(server: str, *, wanted: bool) -> None:
    """Let our own server wait for the disk (timings) or not (a clone for each test).

    Either way every committed row is with the operating system, so a killed server loses none.
    """
    if _flushes.get(server) == wanted:
        return
    _flushes[server] = wanted
    setting = f"ALTER SYSTEM SET fsync = {'on' if wanted else 'off'}"
    run_on_server(server, setting, "SELECT pg_reload_conf()")


def run_on_server(server: str, *statements: str) -> None:
    """Run administrative statements."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def postgres_template(server: str) -> str:
    """Return the name of the database every test clones."""
    name = f"relief_template_{fingerprint()}"
    with locked("postgres"):
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", (name,)
            ).fetchone()
        if not known:
            making = f"{name}_making"
            run_on_server(server, f"DROP DATABASE IF EXISTS {making}", f"CREATE DATABASE {making}")
            fill(f"{server}/{making}")
            db.engine().dispose()
            run_on_server(server, f"ALTER DATABASE {making} RENAME TO {name}")
    return name


_flushes: dict[str, bool] = {}  # what each server was told last
NEVER_CHANGED = ("storm", "storm_fix")  # five thousand rows that no test touches
GONE_SECONDS = 2
_own: dict[str, str] = {}


@contextmanager
def postgres_reused(server: str) -> Iterator[str]:
    """Yield the address of this process's own clone, put back as it was before each test.

    A clone costs half a second, putting it back a twentieth. Should putting it back fail
    (a test left a lock, or switched a trigger off), the next test gets a new clone.
    """
    if server not in _own:
        name = f"relief_worker_{uuid.uuid4().hex}"
        run_on_server(server, f"CREATE DATABASE {name} TEMPLATE {postgres_template(server)}")
        _own[server] = name
        _keep_baseline(f"{server}/{name}")
    name = _own[server]
    try:
        yield f"{server}/{name}"
    finally:
        db.engine().dispose()
        try:
            _put_back(f"{server}/{name}")
        except (psycopg.Error, SchemaChanged):
            _own.pop(server)


def leave() -> None:
    """Drop this process's own clones."""
    while _own:
        server, name = _own.popitem()
        db.engine().dispose()
        run_on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _tables() -> list[str]:
    return [each for each in Base.metadata.tables if each not in NEVER_CHANGED]


def _keep_baseline(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA baseline")
        for table in _tables():
            connection.execute(f'CREATE TABLE baseline."{table}" AS TABLE public."{table}"')


class SchemaChanged(Exception):
    """A test left the schema other than it found it."""


def _put_back(url: str) -> None:
    off = "SELECT 1 FROM pg_trigger WHERE tgenabled <> 'O'"
    statements = ["SET LOCAL lock_timeout = '2s'", "SET LOCAL session_replication_role = replica"]
    with psycopg.connect(url) as connection:
        if connection.execute(off).fetchone():
            raise SchemaChanged
        written = _written(connection)
        for table in _tables():
            if table in written:
                statements.append(f'DELETE FROM public."{table}"')
                statements.append(f'INSERT INTO public."{table}" SELECT * FROM baseline."{table}"')
        connection.execute("; ".join(statements))
    with psycopg.connect(url, autocommit=True) as connection:
        _nobody_else(connection)
        connection.execute("SELECT pg_stat_reset()")


def _written(connection: psycopg.Connection) -> set[str]:
    """Return the tables somebody wrote to since the last put-back, by the server's own count."""
    _nobody_else(connection)
    counted = "n_tup_ins + n_tup_upd + n_tup_del > 0"
    asked = f"SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public' AND {counted}"
    return {name for (name,) in connection.execute(asked)}


def _nobody_else(connection: psycopg.Connection) -> None:
    """Wait until every other connection is gone: it hands in its counts before it goes."""
    others = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'"
    )
    until = time.monotonic() + GONE_SECONDS
    while connection.execute(others).fetchone() != (0,):
        if time.monotonic() > until:
            raise SchemaChanged
        time.sleep(0.002)


def share_statements(engine: Engine) -> None:
    """Let the engines of all tests of a process know each other's compiled statements."""
    first = _engines.setdefault(engine.dialect.name, engine)
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache


_engines: dict[str, Engine] = {}


@contextmanager
def postgres_clone(server: str) -> Iterator[str]:
    """Yield the address of a fresh clone and drop it afterwards."""
    name = f"relief_test_{uuid.uuid4().hex}"
    template = postgres_template(server)
    run_on_server(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield f"{server}/{name}"
    finally:
        db.engine().dispose()
        run_on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def ask_server(server: str, question: str, *params: str) -> list[tuple[object, ...]]:
    """Return the rows of an administrative question."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        return connection.execute(question, params).fetchall()
