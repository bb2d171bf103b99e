"""A flood beside the typhoon, and who joins, files and looks."""

from __future__ import annotations

import pytest

from tests.damage_reports.conftest import browse  # noqa: F401  a browser without scripts
from tests.factories.city import CITY
from tests.parts.acts import opened


@pytest.fixture
def officer(person):
    """Return who may open, join and split disasters."""
    return person("duty_officer")


@pytest.fixture
def reporter(person):
    """Return who files for every township."""
    return person(f"township_reporter@{CITY}")


@pytest.fixture
def flood(officer):
    """Return a second disaster."""
    return opened(officer)
