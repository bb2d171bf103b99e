"""The real city in a database of its own, the application on it, and the server."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from relief_ops import cli, db, geo
from relief_ops.app import create_app
from relief_ops.auth import SYSTEM, act_as, services
from relief_ops.auth.models import User
from relief_ops.config import ROOT, Settings
from tests import databases
from tests.running import Server

SCRATCH = ROOT / "var" / "bench"
DATA = ROOT / "relief_ops" / "data"
MORNING = datetime(2013, 10, 6, 0, 0, tzinfo=UTC)
CITY = "330200000000"
SHELTERS = 5000
VERSION = 1  # of the template: raise it when `fill` changes


@dataclass
class World:
    """A filled database, its keys, and who may call."""

    url: str
    folder: Path
    tokens: dict[str, str] = field(default_factory=dict)
    servers: list[Server] = field(default_factory=list)

    def token(self, login: str, *roles: str) -> str:
        """Return a bearer token of an account with these roles (ROLE or ROLE@CODE)."""
        if login not in self.tokens:
            with act_as(SYSTEM), db.transaction() as session:
                user_id = cli.make_user(session, login, login, roles)
                self.tokens[login] = cli.make_token(session, user_id, days=1)
        return self.tokens[login]

    def cookie(self, login: str, *roles: str) -> str:
        """Return the cookie of a signed-in browser."""
        self.token(login, *roles)
        with act_as(SYSTEM), db.transaction() as session:
            user = session.scalars(select(User).where(User.login == login)).one()
            secret = services.start_session(session, user, by_link=False, second_factor=False)
        return f"session={secret}"

    def serve(self, *, core: int | None = None, app: str = "wsgi:app", **environ: str) -> Server:
        """Start the server, on one core of its own if asked."""
        every = os.sched_getaffinity(0)
        if core is not None:
            os.sched_setaffinity(0, {core})
        try:
            server = Server(self.url, self.folder, app=app, **environ).start()
        finally:
            os.sched_setaffinity(0, every)
        self.servers.append(server)
        return server


@contextlib.contextmanager
def world(database: str) -> Iterator[World]:
    """Yield the city on a fresh database; its servers and files are gone afterwards."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=SCRATCH))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        url = stack.enter_context(_database(database, folder))
        settings = Settings.from_environ({"DATA_DIR": str(folder), "DATABASE_URL": url})
        create_app(settings)
        made = World(url, folder)
        stack.callback(db.engine().dispose)
        try:
            with db.reading() as session:
                geo.tree(session)
            yield made
        finally:
            for server in made.servers:
                server.kill()


@contextlib.contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        path = folder / "relief.db"
        shutil.copyfile(_sqlite_template(), path)
        yield f"sqlite:///{path}"
        return
    server = databases.postgres_server(durable=True)
    name = f"relief_bench_{uuid.uuid4().hex}"
    databases.run_on_server(server, f"CREATE DATABASE {name} TEMPLATE {_postgres_template(server)}")
    try:
        yield f"{server}/{name}"
    finally:
        db.engine().dispose()
        databases.run_on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _fingerprint() -> str:
    """Return what the template depends on: the schema, the areas, and how it is filled."""
    packages = ("relief_ops", "maps", "shelters", "stockpile", "damage_reports")
    files = [path for name in packages for path in (ROOT / name).rglob("models.py")]
    files += [*databases.MIGRATIONS.rglob("*.py"), DATA / "ningbo_divisions.csv"]
    digest = hashlib.sha256(f"{VERSION}:{SHELTERS}".encode())
    for path in sorted(files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sqlite_template() -> Path:
    with databases.locked("bench-sqlite"):
        path = SCRATCH / f"template-{_fingerprint()}.db"
        if not path.exists():
            for old in SCRATCH.glob("template-*"):
                old.unlink()
            making = path.with_suffix(".making")
            fill(f"sqlite:///{making}")
            db.connect(f"sqlite:///{making}")
            with db.engine().connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine().dispose()
            making.rename(path)
        return path


def _postgres_template(server: str) -> str:
    name = f"relief_bench_template_{_fingerprint()}"
    with databases.locked("bench-postgres"):
        known = databases.ask_server(server, "SELECT 1 FROM pg_database WHERE datname = %s", name)
        if not known:
            making = f"{name}_making"
            databases.run_on_server(
                server, f"DROP DATABASE IF EXISTS {making}", f"CREATE DATABASE {making}"
            )
            fill(f"{server}/{making}")
            databases.run_on_server(server, f"ALTER DATABASE {making} RENAME TO {name}")
    return name


def fill(url: str) -> None:
    """Create the schema and load the reference data, the whole city and 5,000 shelters."""
    create_app(Settings(database_url=url, data_dir=SCRATCH))
    cli.initialise()
    with act_as(SYSTEM), db.transaction() as session:
        cli.load_areas(
            session,
            divisions=DATA / "ningbo_divisions.csv",
            points=DATA / "ningbo_township_points.csv",
            counties=DATA / "ningbo_counties.geojson",
            population=DATA / "ningbo_population.csv",
            valid_from=date(2000, 1, 1),
        )
    from tests.bench import data

    data.load_shelters(SHELTERS)
    db.engine().dispose()


def bearer(token: str) -> dict[str, str]:
    """Return the header that says who calls."""
    return {"Authorization": f"Bearer {token}"}


def areas(level: str) -> list[Any]:
    """Return the city's areas of one level, by code, without the zone codes."""
    with db.reading() as session:
        found = [node for node in geo.tree(session) if node.level == level and not node.pseudo]
    return sorted(found, key=lambda node: node.code)
