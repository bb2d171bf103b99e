"""Who plans, and who asked."""

from __future__ import annotations

import pytest

from tests.evacuation.conftest import browse  # noqa: F401
from tests.factories import stock
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP


@pytest.fixture
def manager(person):
    return person(f"logistics_manager@{COUNTY}")


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def two_needs(reporter, person, disaster):
    """A township that asked first for a lot, and a neighbour that asked for less."""
    first = stock.need(reporter, disaster, quantity=30)
    neighbour = person(f"township_reporter@{NEIGHBOUR}")
    return first, stock.need(neighbour, disaster, quantity=10, area_code=NEIGHBOUR)


def depot(manager, quantity, **changes):
    made = stock.depot(manager, **changes)
    stock.stock(manager, made, quantity=quantity)
    return made
