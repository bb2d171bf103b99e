"""The step to messages and contacts goes up on a database that is in use."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from relief_ops import cli, db
from relief_ops.auth import SYSTEM, act_as, reach
from relief_ops.auth.models import User
from relief_ops.messages import Channel
from tests.conftest import KINDS
from tests.factories.city import TOWNSHIP
from tests.upgrading import migrated_from


@pytest.mark.parametrize("kind", KINDS)
def test_accounts_of_the_fourth_schema_get_their_addresses(kind, tmp_path):
    with migrated_from("0004", kind, tmp_path), act_as(SYSTEM):
        with db.transaction() as session:
            cli.make_user(session, "li", "李", (f"township_reporter@{TOWNSHIP}",))
            found = session.scalar(select(User).where(User.login == "li"))
            assert reach.shown(found) == {"email": "", "phone": "", "webhook": ""}
            reach.set_address(found, Channel.SMS, "13900001234")
        with db.reading() as session:
            found = session.scalar(select(User).where(User.login == "li"))
            assert reach.address(found, Channel.SMS) == "13900001234"
            tables = ("message", "reminder", "report_call", "area_contact")
            counted = [session.scalar(text(f"SELECT count(*) FROM {name}")) for name in tables]
            assert counted == [0, 0, 0, 0]
            assert session.scalar(text("SELECT count(*) FROM area")) == 20, "the rest is as it was"
