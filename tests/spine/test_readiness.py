"""`/readyz` says how database, worker and broker are; only the database keeps it from serving."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from relief_ops import clock, db, jobs
from relief_ops.auth import SYSTEM, act_as
from relief_ops.jobs.models import WorkerBeat
from relief_ops.worker import Beats
from tests.conftest import new_id
from tests.running import free_port


def said(client, at=None):
    with time_machine.travel(at or clock.now(), tick=False):
        answer = client.get("/readyz")
    return answer.status_code, dict(line.split(": ", 1) for line in answer.text.splitlines())


def test_without_a_worker_it_serves_and_says_that_work_waits(client):
    status, lines = said(client)

    assert status == 200
    assert lines == {"database": "ok", "worker": "away (background work waits)", "broker": "none"}


def test_a_worker_that_lives_is_seen_and_a_silent_one_missed(client):
    with act_as(SYSTEM):
        Beats().step()
    now = clock.now()

    assert said(client, now)[1]["worker"] == "ok"
    assert said(client, now + timedelta(seconds=119))[1]["worker"] == "ok"
    assert said(client, now + timedelta(seconds=121))[1]["worker"].startswith("away")


def test_a_worker_at_a_long_step_is_not_taken_for_a_dead_one(client):
    with act_as(SYSTEM), db.transaction() as session:
        from uuid import UUID

        jobs.create(session, UUID(new_id()), kind="x", arguments={}, actor_id=None)
        jobs.claim(session)

    assert said(client)[1]["worker"] == "ok"
    assert said(client, clock.now() + timedelta(minutes=2))[1]["worker"].startswith("away")


def test_a_worker_leaves_its_sign_every_half_minute_and_the_old_are_forgotten(app, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("relief_ops.worker.time.monotonic", lambda: now[0])
    old = Beats()
    with time_machine.travel(clock.now() - timedelta(days=2), tick=False):
        old.step()
    beats, seen = Beats(), []
    for second in (0, 10, 29, 30, 61):
        now[0] = 1000.0 + second
        beats.step()
        with db.reading() as session:
            seen.append([(row.id, row.at) for row in session.query(WorkerBeat)])

    assert all(len(each) == 1 and each[0][0] == beats.id for each in seen)
    assert [seen[0] == each for each in seen] == [True, True, True, False, False]


def test_a_broker_that_is_away_is_said_and_does_not_keep_it_from_serving(app, monkeypatch):
    url = f"redis://127.0.0.1:{free_port()}/0"
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], redis_url=url))
    status, lines = said(app.test_client())

    assert status == 200 and lines["broker"].startswith("away")


@pytest.mark.parametrize("table", ["event_head", "worker_beat"])
def test_only_the_database_keeps_it_from_serving(app, table):
    from sqlalchemy import text

    with db.transaction() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO gone"))
    try:
        status, lines = said(app.test_client())
    finally:
        with db.transaction() as session:
            session.execute(text(f"ALTER TABLE gone RENAME TO {table}"))

    assert status == (503 if table == "event_head" else 200)
    assert lines["database" if table == "event_head" else "worker"] != "ok"
