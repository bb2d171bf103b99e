"""Browsers that are signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import uuid6
from flask import Flask

from relief_ops import cli, db
from relief_ops.auth import SYSTEM, act_as, services
from relief_ops.auth.models import User
from tests.factories import city
from tests.factories.browsers import Browser, sign_in_by_link


@pytest.fixture
def signed_in(app: Flask) -> Callable[..., Browser]:
    """Return a maker of signed-in browsers; the second factor counts as given unless asked."""

    def make(*roles: str, login: str | None = None, given: bool = True) -> Browser:
        held = tuple(role if "@" in role else f"{role}@{city.CITY}" for role in roles)
        with act_as(SYSTEM), db.transaction() as session:
            name = login or f"user-{uuid6.uuid7().hex[-12:]}"
            user_id = cli.make_user(session, name, name, held)
            if given:
                user = session.get_one(User, user_id)
                secret = services.start_session(session, user, by_link=True, second_factor=True)
            else:
                secret = services.make_link(session, user_id)
        client = app.test_client()
        if given:
            client.set_cookie("session", secret)
        else:
            sign_in_by_link(client, secret)
        return Browser(client, user_id)

    return make
