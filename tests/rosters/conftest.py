"""Somebody who keeps the rosters of a township, and a browser of theirs."""

from __future__ import annotations

import pytest

from tests.damage_reports.conftest import drill  # noqa: F401  a drill whose clock moves
from tests.factories.city import TOWNSHIP


@pytest.fixture
def keeper(person):
    """Return the reporter of the township."""
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def reviewer(person):
    """Return the reviewer of the township, who may settle and read in full."""
    return person(f"township_reviewer@{TOWNSHIP}")


@pytest.fixture
def browse(app, person):
    """Return a maker of signed-in browsers."""
    from tests.spine.test_live import cookie_of

    def make(*roles):
        client = app.test_client()
        client.set_cookie("session", cookie_of(person(*roles)))
        return client

    return make
