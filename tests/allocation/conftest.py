"""Who plans, and who asked."""

from __future__ import annotations

import pytest

from tests.evacuation.conftest import browse  # noqa: F401
from tests.factories.city import COUNTY, TOWNSHIP


@pytest.fixture
def manager(person):
    return person(f"logistics_manager@{COUNTY}")


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")
