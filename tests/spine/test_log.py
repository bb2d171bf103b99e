"""The log: gap-free in commit order, chained, append-only; retries and races change nothing."""

from __future__ import annotations

import random
import sys
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from relief_ops import audit, backup, db, geo
from relief_ops.auth import SYSTEM, AreaScoped, act_as
from relief_ops.auth.scope import Unscoped
from relief_ops.disasters.events import DrillEnded
from relief_ops.events import record
from relief_ops.events.models import EventRow
from relief_ops.receipts import ReceiptRow
from tests.conftest import MORNING, new_id
from tests.factories.city import NEIGHBOUR, TOWNSHIP


def say(session, times=1):
    from uuid import UUID

    root = geo.tree(session).root.id
    for _ in range(times):
        subject = UUID(new_id())
        record(session, DrillEnded(subject), actor_id=None, subject=subject, areas=[root])


def sequence():
    with db.reading() as session:
        return list(session.scalars(select(EventRow.seq).order_by(EventRow.seq)))


def in_threads(count, work):
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def often_interleaved():
    """Threads change places every 0.2 ms instead of 5.

    A reader that never rests otherwise keeps a writer waiting 5 ms after every statement:
    thirteen threads then do little but wait for each other, and meet less often.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    yield
    sys.setswitchinterval(before)


def test_a_rollback_leaves_no_hole(app):
    before = len(sequence())
    with act_as(SYSTEM), db.transaction() as session:
        say(session)

    def fail():
        with act_as(SYSTEM), db.transaction() as session:
            say(session, 3)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with act_as(SYSTEM), db.transaction() as session:
        say(session, 2)

    assert sequence() == list(range(1, before + 4))


def test_many_writers_leave_no_gap_and_a_reader_skips_nothing(app, often_interleaved):
    seen: list[int] = []
    done = threading.Event()

    def write(number):
        dice = random.Random(number)
        for _ in range(6):
            try:
                with act_as(SYSTEM), db.transaction() as session:
                    say(session, dice.randint(1, 3))
                    if dice.random() < 0.25:
                        raise KeyError
            except KeyError:
                continue

    def read():
        last = 0
        while not done.is_set() or last < max(sequence(), default=0):
            with db.reading() as session:
                found = session.scalars(
                    select(EventRow.seq).where(EventRow.seq > last).order_by(EventRow.seq)
                ).all()
            seen.extend(found)
            last = found[-1] if found else last

    reader = threading.Thread(target=read)
    reader.start()
    in_threads(12, write)
    done.set()
    reader.join()

    written = sequence()
    assert written == list(range(1, len(written) + 1))
    assert seen == written


def test_the_chain_holds_and_the_database_refuses_to_alter_it(app):
    with act_as(SYSTEM), db.transaction() as session:
        say(session, 5)
    assert backup.verify(()) == []

    for statement in (
        "UPDATE event SET name = 'x' WHERE seq = 2",
        "DELETE FROM event WHERE seq = 2",
    ):
        with pytest.raises(DBAPIError, match="append-only"), db.transaction() as session:
            session.execute(text(statement))


ROWS = st.integers(min_value=2, max_value=12)


@given(count=ROWS, data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_edit_removal_insertion_or_reordering_is_found(count, data):
    rows, prev = [], audit.GENESIS
    for seq in range(1, count + 1):
        row = {
            "site": "main", "seq": seq, "epoch": "e", "name": "x.y", "actor_id": None,
            "subject": str(seq), "payload": "{}", "at": "t", "areas": [], "prev_hash": prev,
        }  # fmt: skip
        row["hash"] = prev = audit.row_hash(row, prev)
        rows.append(row)
    assert audit.broken_rows(rows) == []

    place = data.draw(st.integers(0, count - 1))
    harm = data.draw(st.sampled_from(["edit", "drop", "swap", "insert"]))
    damaged = [dict(row) for row in rows]
    if harm == "edit":
        field = data.draw(st.sampled_from(["name", "subject", "payload", "at", "site", "hash"]))
        damaged[place][field] = damaged[place][field] + "!"
    elif harm == "drop":
        damaged.pop(min(place, count - 2))
    elif harm == "swap":
        other = (place + 1) % count
        damaged[place], damaged[other] = damaged[other], damaged[place]
    else:
        damaged.insert(place, dict(damaged[place], payload='{"x":1}'))

    assert audit.broken_rows(damaged)


def test_a_log_cut_short_is_found_by_the_counter(app):
    with act_as(SYSTEM), db.transaction() as session:
        say(session, 3)
    with db.transaction() as session:
        session.execute(text("UPDATE event_head SET seq = seq + 1"))

    assert "counter" in " ".join(backup.verify(()))


def test_fifty_senders_of_one_id_make_one_report(app, person, disaster):
    reporter, report_id = person(f"township_reporter@{TOWNSHIP}"), new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 7},
    }  # fmt: skip
    answers = []

    def send(_number):
        client = app.test_client()
        answers.append(
            client.put(f"/api/v1/reports/{report_id}", json=body,
                       headers={"Authorization": f"Bearer {reporter.token}"})
        )  # fmt: skip

    in_threads(16, send)

    assert sorted(each.status_code for each in answers) == [200] * 15 + [201]
    assert len({each.get_data() for each in answers}) == 1


def test_a_query_with_nobody_looking_raises(app):
    from damage_reports.models import Report

    assert issubclass(Report, AreaScoped)
    with pytest.raises(Unscoped), db.reading() as session:
        session.scalars(select(Report)).all()


def test_the_scope_filter_hides_the_neighbours_rows(person, disaster):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 7},
    }  # fmt: skip
    report_id = reporter.put(f"/api/v1/reports/{new_id()}", body).json["id"]

    assert reporter.get(f"/api/v1/reports/{report_id}").status_code == 200
    assert (
        person(f"township_reporter@{NEIGHBOUR}").get(f"/api/v1/reports/{report_id}").status_code
        == 404
    )


def test_sqlite_keeps_its_promises_on_every_connection(app):
    if not db.is_sqlite():
        pytest.skip("PostgreSQL has its own")
    import pysqlite3

    assert pysqlite3.sqlite_version_info >= (3, 51, 3)
    connections = [db.engine().connect() for _ in range(6)]
    for connection in connections:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        connection.close()


def test_a_locked_database_is_said_and_nothing_is_written(app, person, monkeypatch):
    if not db.is_sqlite():
        pytest.skip("PostgreSQL locks rows, not files")
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.2)
    officer = person("duty_officer")
    before = sequence()
    holder = db.engine().connect().execution_options(writing=True)
    holder.begin()
    body = {"name": "大水", "kind": "flood", "started_at": MORNING.isoformat()}
    answer = officer.put(f"/api/v1/disasters/{new_id()}", body)
    holder.rollback()
    holder.close()

    assert answer.status_code == 503 and answer.json["code"] == "busy"
    assert answer.headers["Retry-After"]
    assert sequence() == before


def test_a_backup_restores_whole_and_begins_a_new_epoch(app, person, tmp_path):
    officer = person("duty_officer")
    epoch = officer.get("/api/v1/events").json["epoch"]
    backup.backup(tmp_path / "copy")
    body = {"name": "大水", "kind": "flood", "started_at": MORNING.isoformat()}
    officer.put(f"/api/v1/disasters/{new_id()}", body)

    backup.restore(tmp_path / "copy", replace=True)

    assert backup.verify(()) == []
    assert officer.get("/api/v1/disasters").json["disasters"] == []
    assert officer.get("/api/v1/events").json["epoch"] != epoch


def test_a_backup_of_another_key_is_refused_before_anything_is_written(app, tmp_path):
    from relief_ops import vault

    backup.backup(tmp_path / "copy")
    vault.unlock(b"x" * 32)
    try:
        with pytest.raises(backup.BackupError, match="another master key"):
            backup.restore(tmp_path / "copy", replace=True)
    finally:
        vault.unlock(b"m" * 32)


def test_every_acknowledged_write_has_its_receipt(person, disaster):
    with db.reading() as session:
        rows = session.scalars(select(ReceiptRow)).all()

    assert disaster["id"] in [str(row.id) for row in rows]
