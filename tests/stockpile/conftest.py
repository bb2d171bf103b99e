"""Who works with stock in these tests."""

from __future__ import annotations

import pytest

from tests.evacuation.conftest import browse  # noqa: F401
from tests.factories.city import TOWNSHIP


@pytest.fixture
def manager(person):
    return person("logistics_manager")


@pytest.fixture
def keeper(person):
    return person("depot_keeper")


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")
