"""Quilts promised to a township, and who packs, sends and receives them."""

from __future__ import annotations

import pytest

from tests.factories import stock
from tests.factories.city import TOWNSHIP
from tests.stockpile.conftest import keeper, manager, reporter  # noqa: F401


@pytest.fixture
def depot(manager):  # noqa: F811
    return stock.depot(manager)


@pytest.fixture
def need(reporter, disaster):  # noqa: F811
    return stock.need(reporter, disaster, item="quilt", quantity=50)


@pytest.fixture
def lot(manager, depot):  # noqa: F811
    return stock.stock(manager, depot, item="quilt", quantity=100)


@pytest.fixture
def promise(manager, need, lot):  # noqa: F811
    answer = stock.reserve(manager, need)
    assert answer.status_code == 201, answer.json
    return answer.json["id"]


@pytest.fixture
def receiver(person):
    return person(f"depot_keeper@{TOWNSHIP}")
