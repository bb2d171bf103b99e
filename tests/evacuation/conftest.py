"""The people of an evacuation: who keeps the lists, who orders, who goes from door to door."""

from __future__ import annotations

import pytest

from tests.damage_reports.conftest import drill  # noqa: F401  a drill whose clock moves
from tests.factories.city import COUNTY, TOWNSHIP, VILLAGE


@pytest.fixture
def keeper(person):
    """Return the reporter of the township, who keeps its lists."""
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def leader(person):
    """Return the leader on duty in the county, who gives orders."""
    return person(f"duty_leader@{COUNTY}")


@pytest.fixture
def officer(person):
    """Return the officer of the village, who goes from door to door."""
    return person(f"village_officer@{VILLAGE}")


@pytest.fixture
def browse(app, person):
    """Return a maker of signed-in browsers."""
    from tests.spine.test_live import cookie_of

    def make(*roles):
        client = app.test_client()
        client.set_cookie("session", cookie_of(person(*roles)))
        return client

    return make
