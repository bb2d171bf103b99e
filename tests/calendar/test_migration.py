"""The step to the holiday table goes up on a database that is in use."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from relief_ops import calendar, db
from relief_ops.auth import SYSTEM, act_as
from tests.conftest import KINDS
from tests.upgrading import migrated_from


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_the_first_schema_gets_its_calendar(kind, tmp_path):
    with (
        migrated_from("0001", kind, tmp_path),
        act_as(SYSTEM),
        db.transaction() as session,
    ):
        assert calendar.seed(session) == 23
        assert session.scalar(text("SELECT count(*) FROM area")) == 20, "the rest is as it was"
