"""Who keeps the lists, who asks, and a village of which five people must move."""

from __future__ import annotations

import pytest

from tests.factories.city import COUNTY, TOWNSHIP
from tests.factories.evacuation import household


@pytest.fixture
def keeper(person):
    """Return the reporter of the township, who keeps its lists."""
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def officer(person):
    """Return who sees the county and asks for goods."""
    return person(f"duty_officer@{COUNTY}", f"shelter_manager@{COUNTY}")


@pytest.fixture
def listed(keeper):
    """Return the rows of eight people who were told no shelter."""
    return [household(keeper, people=3), household(keeper, people=5)]
