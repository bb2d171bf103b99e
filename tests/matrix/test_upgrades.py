"""Every version of the schema goes forward with one of everything in it, and loses none (D-12)."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from relief_ops import db
from relief_ops.auth.viewers import roles
from tests.matrix.stage import OWN, Stage
from tests.matrix.table import ROWS
from tests.matrix.test_changes import send
from tests.upgrading import TAKEN_BACK, take_back_to

pytestmark = [pytest.mark.proof, pytest.mark.target("D-12")]
# What a step itself adds: its own numbers of law and indicators, what the stock proposes (0013).
GROWS = {"policy_parameter", "indicator", "figure_proposal", "alembic_version"}
Snapshot = dict[str, tuple[tuple[str, ...], Counter[bytes]]]


@pytest.mark.long(47)
def test_every_version_goes_forward_and_keeps_each_row(stage: Stage) -> None:
    filled = _one_of_everything(stage)
    wrong: list[str] = []
    for version in reversed(["0001", *TAKEN_BACK]):
        take_back_to(version)
        with db.engine().connect() as connection:
            before = _rows(connection)
        db.migrate()
        with db.engine().connect() as connection:
            wrong += _differences(version, before, _rows(connection, before))

    assert not wrong, "\n".join(wrong)
    assert len(filled) > 60, sorted(set(db.Base.metadata.tables) - filled)


def _one_of_everything(stage: Stage) -> set[str]:
    """Make every change the API knows once; return the tables that then hold something."""
    for row in ROWS:
        role = next(each for each in roles() if row.allows(each))
        send(stage, row, row.make(stage), role, OWN)
    with db.engine().connect() as connection:
        return {table for table, (_columns, rows) in _rows(connection).items() if rows}


def _rows(connection: Connection, like: Snapshot | None = None) -> Snapshot:
    """Return every table of ours with hashes of its rows, in the columns of `like` if given."""
    found: Snapshot = {}
    for table in db.Base.metadata.tables if like is None else like:
        columns = like[table][0] if like else _columns(connection, table)
        if columns:
            listed = ", ".join(f'"{each}"' for each in columns)
            rows = connection.execute(text(f'SELECT {listed} FROM "{table}"'))
            found[table] = columns, Counter(_hash(row) for row in rows)
    return found


def _columns(connection: Connection, table: str) -> tuple[str, ...]:
    seen = inspect(connection)
    return tuple(each["name"] for each in seen.get_columns(table)) if seen.has_table(table) else ()


def _hash(row: Any) -> bytes:
    return blake2b(repr(tuple(row)).encode(), digest_size=16).digest()


def _differences(version: str, before: Snapshot, after: Snapshot) -> list[str]:
    """Say which tables lost or changed a row, or hold one nobody wrote."""
    wrong = []
    for table, (_columns, rows) in before.items():
        gone, new = rows - after[table][1], after[table][1] - rows
        if gone or (new and table not in GROWS):
            wrong.append(f"{version}: {table} lost {gone.total()} and gained {new.total()} rows")
    return wrong
