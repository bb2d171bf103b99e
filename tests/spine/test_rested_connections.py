"""A connection that has rested is asked whether it lives before anybody works with it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from relief_ops import db
from tests import databases

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
WHO = text("SELECT pg_backend_pid()")


@pytest.fixture
def engine():
    made = db.make_engine(f"{databases.postgres_server()}/postgres")
    yield made
    made.dispose()


def used(engine):
    with engine.connect() as connection:
        return connection.scalar(WHO)


def test_a_connection_cut_while_it_rested_is_replaced_unseen(engine, monkeypatch):
    monkeypatch.setattr(db, "REST_SECONDS", 0)
    first = used(engine)
    databases.run_on_server(databases.postgres_server(), f"SELECT pg_terminate_backend({first})")

    assert used(engine) != first


def test_a_connection_just_used_is_not_asked_again(engine, monkeypatch):
    asked = []
    ping = engine.dialect.do_ping
    monkeypatch.setattr(engine.dialect, "do_ping", lambda c: asked.append(c) or ping(c))
    first = used(engine)

    assert [used(engine) for _ in range(3)] == [first] * 3
    assert asked == []
    monkeypatch.setattr(db, "REST_SECONDS", 0)
    assert used(engine) == first
    assert len(asked) == 1
