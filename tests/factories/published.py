"""What was published, as somebody enters it over the API."""

from __future__ import annotations

from typing import Any

from tests.conftest import MORNING
from tests.factories.city import CITY

API = "/api/v1/published-figures"


def published_body(disaster_id: str, **changes: Any) -> dict[str, Any]:
    """Return what was published of the city as of the morning."""
    return {
        "disaster_id": disaster_id, "area_code": CITY, "as_of": MORNING.isoformat(),
        "source": "市政府通报", "figures": [figure()],
    } | changes  # fmt: skip


def figure(**changes: Any) -> dict[str, Any]:
    """Return one published figure that is compared with people affected."""
    return {
        "heading": "受灾人口", "heading_en": "People affected", "value": "12", "unit": "人",
        "unit_en": "people", "add": ["affected"],
    } | changes  # fmt: skip
