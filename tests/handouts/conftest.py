"""Who hands goods out in these tests, to whom, and from where."""

from __future__ import annotations

import pytest

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from tests.factories import handouts as made
from tests.factories.city import TOWNSHIP
from tests.stockpile.conftest import browse, keeper, manager  # noqa: F401


@pytest.fixture
def clerk(person):
    """Return somebody of the one window, who registers households."""
    return person(f"window_clerk@{TOWNSHIP}")


@pytest.fixture
def desk(manager):  # noqa: F811
    """Return a depot with a hundred quilts."""
    return made.desk(manager)


@pytest.fixture
def household(clerk):
    """Return a registered family of two."""
    return made.family(clerk)


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
