"""Relief-work forms over the API, as a county files them."""

from __future__ import annotations

from typing import Any

from tests.conftest import MORNING
from tests.factories.city import COUNTY


def form_body(disaster_id: str, **changes: Any) -> dict[str, Any]:
    """Return a form of the county for one round."""
    return {
        "disaster_id": disaster_id, "area_code": COUNTY, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"rescuers": 120, "boats": None},
    } | changes  # fmt: skip
