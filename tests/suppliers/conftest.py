"""A county's agreement for water, who calls it off, who signs, and the depot it goes to."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.factories import stock
from tests.factories.city import COUNTY
from tests.factories.suppliers import agreement_body


@pytest.fixture
def planner(person):
    return person(f"logistics_manager@{COUNTY}")


@pytest.fixture
def signer(person):
    return person(f"order_signer@{COUNTY}")


@pytest.fixture
def taker(person):
    return person(f"depot_keeper@{COUNTY}")


@pytest.fixture
def depot(planner):
    return stock.depot(planner)


@pytest.fixture
def agreement(planner):
    agreement_id = new_id()
    answer = planner.put(f"/api/v1/supply-agreements/{agreement_id}", agreement_body())
    assert answer.status_code == 201, answer.json
    return agreement_id
