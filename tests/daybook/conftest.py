"""A shelter whose manager keeps its day book."""

from __future__ import annotations

import pytest

from tests.factories.city import COUNTY
from tests.factories.shelters import open_shelter


@pytest.fixture
def manager(person):
    """Return the manager of the county's shelters."""
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelter(manager, disaster):
    """Return an open shelter."""
    return open_shelter(manager, disaster)
