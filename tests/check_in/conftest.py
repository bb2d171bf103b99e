"""Who stands at the door of a shelter, and whom it waits for."""

from __future__ import annotations

import pytest

from tests.factories.city import COUNTY, TOWNSHIP
from tests.factories.shelters import open_shelter


@pytest.fixture
def manager(person):
    """Return the manager of a shelter of the township."""
    return person(f"shelter_manager@{TOWNSHIP}")


@pytest.fixture
def keeper(person):
    """Return the reporter of the township, who keeps its lists."""
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def shelter_id(person, disaster):
    """Return an open shelter of the township with 50 places."""
    return open_shelter(person(f"shelter_manager@{COUNTY}"), disaster)
