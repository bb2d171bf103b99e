"""Fixtures: a database of either kind, the application on it, and people who call it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import uuid6
import websocket  # noqa: F401  the tests' sockets need it; the product, imported next, hides it
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from relief_ops import cli, db, files, geo, vault
from relief_ops.app import create_app
from relief_ops.auth import SYSTEM, act_as
from relief_ops.config import Settings
from tests import databases, results, servers
from tests.browsing import browser, faults, open_page, phone  # noqa: F401  one browser for all
from tests.factories import city
from tests.figures import tell  # noqa: F401  proofs print what they reached
from tests.results import pytest_runtest_logreport  # noqa: F401  and leave it in a file

KINDS = os.environ.get("TEST_DB", "sqlite,postgres").split(",")
SECRET, MASTER = b"s" * 32, b"m" * 32
LATER_ON_POSTGRES = {"sqlite_first": "proof", "sqlite_in_proof": "nightly"}
WALKED_ON_BOTH = ("test_storm_night", "test_outbox")
MORNING = datetime(2013, 10, 6, 0, 0, tzinfo=UTC)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a database or a browser: `make check` leaves it out, browsers run alone.

    `make test` walks the journeys, `make proof` opens every page. What a page does does not
    depend on the database: only the journeys of the outbox and of the storm night are walked on
    both in `make test`, all of them in `make proof`, the pages on PostgreSQL in `make nightly`.
    What is refused or read before a database is asked, and long random work, is marked
    `sqlite_first`: on PostgreSQL it is run by `make proof`. What `make proof` runs on SQLite only
    is marked `sqlite_in_proof`: on PostgreSQL it is run by `make nightly`.
    """
    for item in items:
        second = "[postgres" in item.name
        if "database" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
        if second:
            item.add_marker("postgres")
        if second:
            _put_off(item)
        if {"browser", "journeys"} & set(item.path.parts):
            item.add_marker("browser")
        if "browser" in item.path.parts and not item.get_closest_marker("bench"):
            item.add_marker("nightly" if second else "proof")
        if "journeys" in item.path.parts and second and item.path.stem not in WALKED_ON_BOTH:
            item.add_marker("proof")
    items.sort(key=_longest_first)
    results.mark(items)


def _put_off(item: pytest.Item) -> None:
    """Leave what PostgreSQL adds little to to a later run."""
    for first, later in LATER_ON_POSTGRES.items():
        if item.get_closest_marker(first):
            item.add_marker(later)


def _longest_first(item: pytest.Item) -> int:
    """Order: what takes minutes starts first, so that no process is left alone with it."""
    long = item.get_closest_marker("long")
    return -long.args[0] if long and item.get_closest_marker("proof") else 0


def pytest_sessionfinish() -> None:
    """Write what was reached; leave the shared servers: the last process out stops them."""
    results.write()
    databases.leave()
    servers.release()


@pytest.fixture(scope="session")
def the_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Build the application once for each test process."""
    folder = tmp_path_factory.mktemp("data")
    settings = Settings(
        database_url=f"sqlite:///{folder / 'unused.db'}",
        secret_key=SECRET,
        master_key=MASTER,
        data_dir=folder,
        testing=True,
    )
    app = create_app(settings)
    app.test_client_class = TidyClient
    return app


class TidyClient(FlaskClient):
    """A browser that leaves no file open: of a large upload it makes one, and forgets it."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request; its body is not asked for again."""
        answer = super().open(*args, **kwargs)
        answer.request.environ["wsgi.input"].close()
        return answer


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the address of a fresh database holding the made-up city."""
    if request.param == "sqlite":
        with databases.in_memory() as folder:
            yield databases.sqlite_copy(folder)
            db.engine().dispose()
        return
    with databases.postgres_reused(databases.postgres_server()) as url:
        yield url


@pytest.fixture
def app(the_app: Flask, database: str, tmp_path: Any) -> Flask:
    """Return the application on this test's database."""
    databases.share_statements(db.connect(database))
    geo.forget()
    vault.unlock(MASTER)
    files.keep_in(tmp_path / "files")
    the_app.extensions["limits"].forget()
    with db.reading() as session:
        geo.tree(session)
    return the_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser without a sign-in."""
    return app.test_client()


@dataclass
class Caller:
    """Somebody who calls the API with a bearer token."""

    client: FlaskClient
    token: str | None
    user_id: UUID | None

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Call the API; `If_Match="1"` and the like become headers."""
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if isinstance(body, bytes):
            return self.client.open(
                path, method=method, data=body, headers=sent, content_type="application/json"
            )
        return self.client.open(path, method=method, json=body, headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        """GET."""
        return self.call("GET", path, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        """PUT."""
        return self.call("PUT", path, body, **headers)


@pytest.fixture
def person(app: Flask) -> Callable[..., Caller]:
    """Return a maker of callers: person("township_reporter", TOWNSHIP)."""

    def make(*roles: str, login: str | None = None) -> Caller:
        held = tuple(role if "@" in role else f"{role}@{city.CITY}" for role in roles)
        with act_as(SYSTEM), db.transaction() as session:
            name = login or f"user-{uuid6.uuid7().hex[-12:]}"
            user_id = cli.make_user(session, name, name, held)
            token = cli.make_token(session, user_id, days=1)
        return Caller(app.test_client(), token, user_id)

    return make


@pytest.fixture
def stranger(app: Flask) -> Caller:
    """Return a caller nobody knows."""
    return Caller(app.test_client(), None, None)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Yield a write transaction of the system itself, committed at the end."""
    with act_as(SYSTEM), db.transaction() as session:
        yield session


@pytest.fixture
def disaster(person: Callable[..., Caller]) -> dict[str, Any]:
    """Return an open typhoon of the made-up city (a real one, not a drill)."""
    body = {
        "name": "试验台风",
        "kind": "typhoon",
        "storm": "1323",
        "started_at": MORNING.isoformat(),
        "division_date": "2013-10-06",
        "form_version": "2020",
    }
    disaster_id = str(uuid6.uuid7())
    answer = person("duty_officer").put(f"/api/v1/disasters/{disaster_id}", body)
    assert answer.status_code == 201, answer.json
    return body | {"id": disaster_id}


def new_id() -> str:
    """Return a fresh client id."""
    return str(uuid6.uuid7())


@pytest.fixture
def server(app: Flask, database: str, tmp_path: Any) -> Iterator[Any]:
    """Yield the real server running on this test's database, with the test's own keys."""
    from tests.running import Server

    (tmp_path / "secret.key").write_bytes(SECRET)
    (tmp_path / "master.key").write_bytes(MASTER)
    running = Server(database, tmp_path, quick=True).start()
    yield running
    running.kill()  # in no time; how it stops when asked to is a test of its own
