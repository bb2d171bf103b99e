"""Power fails at every write: the file opens whole, with all that was acknowledged (D-8)."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import event

from relief_ops import db
from tests import databases
from tests.conftest import KINDS, MORNING, new_id
from tests.factories import stock
from tests.factories.city import TOWNSHIP
from tests.proofs.recording import Recording, Tape, cuts, record, state

pytestmark = [
    pytest.mark.target("D-8"),
    pytest.mark.proof,
    pytest.mark.skipif("sqlite" not in KINDS, reason="cuts the power of the embedded database"),
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
POINTS = 1000
REPORTS, MOVES = 16, 10
HALF_WRITTEN = {
    "a report without its event": "SELECT count(*) FROM report WHERE id NOT IN"
    " (SELECT subject FROM event WHERE name = 'report.submitted')",
    "a report without its receipt": "SELECT count(*) FROM report WHERE id NOT IN"
    " (SELECT id FROM receipt)",
    "a report without its figures": "SELECT count(*) FROM report WHERE id NOT IN"
    " (SELECT report_id FROM report_value)",
    "a movement without its event": "SELECT count(*) FROM movement WHERE seq NOT IN"
    " (SELECT seq FROM event)",
    "a balance other than its movements": "SELECT count(*) FROM balance AS b WHERE on_hand <>"
    " (SELECT coalesce(sum(CASE WHEN to_account = b.account_id THEN quantity"
    " ELSE -quantity END), 0) FROM movement WHERE lot_id = b.lot_id"
    " AND b.account_id IN (from_account, to_account))",
    "a gap in the log": "SELECT count(*) <> max(seq) FROM event",
    "a head that is not the log's last": "SELECT count(*) FROM event_head WHERE seq <>"
    " (SELECT max(seq) FROM event)",
}


@dataclass
class Found:
    """What the cuts left."""

    points: int = 0
    broken: int = 0
    lost: int = 0
    half: list[str] = field(default_factory=list)
    between: int = 0  # more was there than had been acknowledged


def reports(who: Any, disaster: dict[str, Any], tape: Tape) -> None:
    for number in range(REPORTS):
        report_id = new_id()
        body = {
            "disaster_id": disaster["id"], "area_code": TOWNSHIP,
            "round": f"20131006T{number:02}00", "as_of": MORNING.isoformat(),
            "values": {"affected": 100 + number, "deaths": 0, "missing": None},
        }  # fmt: skip
        answer = who.put(f"/api/v1/reports/{report_id}", body)
        assert answer.status_code == 201, answer.json
        tape.acknowledge(("report", report_id))


def moves(who: Any, depots: list[str], tape: Tape) -> None:
    lot = new_id()
    for number in range(MOVES):
        move_id = new_id()
        ends = {"kind": "transfer", "source": depots[0], "to": depots[1], "quantity": 2}
        if number == 0:
            ends = {"kind": "receive", "to": depots[0], "quantity": 90}
        answer = stock.move(who, id=move_id, lot=lot, item="tent_12", **ends)
        assert answer.status_code == 201, answer.json
        tape.acknowledge(("movement", move_id))


def settle(database: str, path: Path) -> None:
    """Copy the closed database with its log folded in."""
    with db.engine().connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.engine().dispose()
    shutil.copyfile(database.removeprefix("sqlite:///"), path)


@pytest.fixture
def taped(person, disaster, database, tmp_path):
    """Return the tape of reports and moves of stock, and the file as it was before them."""
    tape, base = Tape(), tmp_path / "base.db"
    reporter, manager = person("township_reporter"), person("logistics_manager")
    depots = [stock.depot(manager), stock.depot(manager)]
    settle(database, base)
    listeners = {
        "before_cursor_execute": tape.listen,
        "commit": tape.ended("COMMIT"), "rollback": tape.ended("ROLLBACK"),
    }  # fmt: skip
    for name, listen in listeners.items():
        event.listen(db.engine(), name, listen)
    reports(reporter, disaster, tape)
    moves(manager, depots, tape)
    for name, listen in listeners.items():
        event.remove(db.engine(), name, listen)
    return tape, base


def look(folder: Path, tables: list[str], acknowledged: list[tuple[str, str]], found: Found) -> str:
    """Open what is left as the product would; return the hash of what it holds."""
    connection = sqlite.connect(folder / "cut.db", isolation_level=None)
    try:
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise sqlite.DatabaseError("not ok")
        for table, told in acknowledged:
            bare = told.replace("-", "")
            kept = f"SELECT count(*) FROM {table} JOIN receipt USING (id) WHERE id = ?"
            found.lost += connection.execute(kept, (bare,)).fetchone() != (1,)
        for what, question in HALF_WRITTEN.items():
            if connection.execute(question).fetchone()[0]:
                found.half.append(what)
        return state(connection, tables)
    finally:
        connection.close()


def lay(folder: Path, files: dict[str, bytearray | None]) -> None:
    for name in ("db", "wal", "shm", "journal"):
        path = folder / ("cut.db" if name == "db" else f"cut.db-{name}")
        path.unlink(missing_ok=True)
        content = files.get(name)
        if content is not None:
            path.write_bytes(content)


def cut_power(recording: Recording, tape: Tape, base: Path, *, every: int = 1) -> Found:
    """Look at what each cut leaves: whole transactions only, and none fewer than acknowledged."""
    found, dice = Found(), random.Random(1)
    with databases.in_memory() as folder:
        for count, files in cuts(recording, base.read_bytes(), dice):
            if count % every:
                continue
            found.points += 1
            lay(folder, files)
            told = [about for at, about in recording.acks if at <= count]
            try:
                held = look(folder, tape.tables, told, found)
            except sqlite.DatabaseError:
                found.broken += 1
                continue
            if held not in recording.states:
                found.half.append("no state between two transactions")
                continue
            done = sum(at <= count for at in recording.committed)
            found.between += recording.states.index(held) > done
    return found


def held_by(tables: list[str]) -> str:
    """Return the hash of what the application's own file holds."""
    with db.engine().connect() as connection:
        return state(connection.connection.dbapi_connection, tables)


def test_no_cut_loses_what_was_acknowledged_or_leaves_half_of_it(taped, tmp_path, tell):
    tape, base = taped
    recording = record(tape, base, tmp_path)
    assert recording.states[-1] == held_by(tape.tables), "played as the application wrote it"
    found = cut_power(recording, tape, base)
    tell(
        points=found.points, checkpoints=recording.checkpoints, acknowledged=len(recording.acks),
        broken=found.broken, lost=found.lost, half_written=len(found.half),
        committed_but_not_acknowledged=found.between,
    )  # fmt: skip

    assert len(recording.states) == len(set(recording.states)), "each commit changed something"
    assert len(recording.acks) == REPORTS + MOVES
    assert found.points >= POINTS
    assert recording.checkpoints >= 3
    assert (found.broken, found.lost, found.half) == (0, 0, [])
    assert found.between > 0, "a cut fell between the sync and the answer"


def test_a_build_that_syncs_only_at_checkpoints_is_caught(taped, tmp_path, tell):
    tape, base = taped
    found = cut_power(record(tape, base, tmp_path, synchronous="NORMAL"), tape, base, every=7)
    tell(points=found.points, broken=found.broken, lost=found.lost, half_written=len(found.half))

    assert found.lost > 0
    assert (found.broken, found.half) == (0, []), "it forgets, but never breaks the file"


def test_a_build_that_never_syncs_is_seen_to_break_the_file(taped, tmp_path, tell):
    tape, base = taped
    found = cut_power(record(tape, base, tmp_path, synchronous="OFF"), tape, base, every=7)
    tell(points=found.points, broken=found.broken, lost=found.lost, half_written=len(found.half))

    assert found.broken > 0
