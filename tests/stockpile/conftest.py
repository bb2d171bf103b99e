"""Who works with stock in these tests."""

from __future__ import annotations

import pytest

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
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


@pytest.fixture
def proofs():
    """Return a reader of everything the stock's checks find wrong."""
    from relief_ops import plugins

    def run():
        with act_as(SYSTEM), db.reading() as session:
            checks = [each for each in plugins.contributed("checks") if "stock" in each.id]
            assert len(checks) > 5
            return [found for each in checks for found in each.run(session)]

    return run
