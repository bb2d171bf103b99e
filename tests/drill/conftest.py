"""A real server with the shipped areas, who directs drills there, and a plan."""

from uuid import UUID

import pytest

from relief_ops.drill.plan import Plan, plan
from tests.drill.playing import server, token  # noqa: F401  used by name

DRILL = UUID("0192f5c8-0000-7000-8000-00000000d111")
SEED = 2013


@pytest.fixture(scope="session")
def planned() -> Plan:
    """Return the plan of one drill and seed: nothing changes it."""
    return plan(DRILL, seed=SEED)
