"""What people will take where they are expected, and what lies beyond that."""

from shelters.needs_forecast.queries.outlook import (
    Outlook,
    Place,
    Sum,
    Wanted,
    deadline,
    event_of,
    outlook,
)
from shelters.needs_forecast.queries.spare import spare_at

__all__ = [
    "Outlook",
    "Place",
    "Sum",
    "Wanted",
    "deadline",
    "event_of",
    "outlook",
    "spare_at",
]
