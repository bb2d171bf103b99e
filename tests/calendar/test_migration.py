"""The step to the holiday table goes up on a database that is in use."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import text

from relief_ops import calendar, db
from relief_ops.auth import SYSTEM, act_as
from tests import databases
from tests.conftest import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_the_first_schema_gets_its_calendar(kind, tmp_path):
    if kind == "sqlite":
        _step(databases.sqlite_copy(tmp_path))
        return
    with databases.postgres_clone(databases.postgres_server()) as url:
        _step(url)


def _step(url: str) -> None:
    """Take a filled database one step back, and migrate it as an upgrade would."""
    db.connect(url)
    with db.engine().connect().execution_options(writing=True) as connection:
        for table in ("report_round", "calendar_day", "calendar_year"):
            connection.execute(text(f"DROP TABLE {table}"))
        config = db.alembic_config()
        config.attributes["connection"] = connection
        command.stamp(config, "0001")
        connection.commit()
    db.migrate()
    with act_as(SYSTEM), db.transaction() as session:
        assert calendar.seed(session) == 23
        assert session.scalar(text("SELECT count(*) FROM area")) == 20, "the rest is as it was"
    db.engine().dispose()
