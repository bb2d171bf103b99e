"""The step to rounds goes up on a database that is in use; its deadlines need no new rows."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import text

from damage_reports import queries
from damage_reports.queries.rounds import DEFAULTS, terms_of
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.models import Disaster
from tests import databases
from tests.conftest import KINDS, MORNING


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_the_second_schema_gets_its_rounds(kind, tmp_path):
    if kind == "sqlite":
        _step(databases.sqlite_copy(tmp_path))
        return
    with databases.postgres_clone(databases.postgres_server()) as url:
        _step(url)


def _step(url: str) -> None:
    """Take a filled database one step back, with the parameters it had, and migrate it."""
    db.connect(url)
    with db.engine().connect().execution_options(writing=True) as connection:
        connection.execute(text("DROP TABLE report_round"))
        connection.execute(text("DELETE FROM policy_parameter WHERE key LIKE 'report.update_%'"))
        config = db.alembic_config()
        config.attributes["connection"] = connection
        command.stamp(config, "0002")
        connection.commit()
    db.migrate()
    with act_as(SYSTEM), db.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM area")) == 20, "the rest is as it was"
        unsaved = Disaster(started_at=MORNING, area_id=None)
        assert queries.rounds(session, Disaster(id=None)) == []
        given = terms_of(session, unsaved).update["township"]
    db.engine().dispose()

    assert given.total_seconds() == 60 * DEFAULTS["report.update_township_minutes"]
