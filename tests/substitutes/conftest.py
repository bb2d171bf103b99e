"""A hundred quilts that are short, who decides what stands in, and the proof after every test."""

from __future__ import annotations

import pytest

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.needs.queries import substitutions_agree
from tests.factories import stock
from tests.factories.city import TOWNSHIP


@pytest.fixture
def manager(person):
    return person("logistics_manager")


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def keeper(person):
    return person("depot_keeper")


@pytest.fixture
def depot(manager):
    return stock.depot(manager)


@pytest.fixture
def quilts(reporter, disaster):
    """Return a need of a hundred quilts, which go in packs of five."""
    return stock.need(reporter, disaster, item="quilt", quantity=100, priority=2,
                      due_at="2013-10-08T20:00:00+08:00")  # fmt: skip


@pytest.fixture(autouse=True)
def books(app):
    """Hold after every test that every stand-in is what was decided."""
    yield
    assert proofs() == []


def proofs():
    with act_as(SYSTEM), db.reading() as session:
        return substitutions_agree(session)
