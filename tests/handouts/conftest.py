"""Who hands goods out in these tests, to whom, and from where."""

from __future__ import annotations

import pytest

from tests.factories import handouts as made
from tests.factories.city import TOWNSHIP
from tests.stockpile.conftest import browse, keeper, manager, proofs  # noqa: F401


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
