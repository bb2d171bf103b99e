"""Reading the road."""

from stockpile.transport.queries.desk import attention, cause_words, truck_features
from stockpile.transport.queries.reading import (
    Underway,
    custody,
    driver_of,
    followed,
    instant,
    may_call,
    phone_of,
    sightings,
    trip,
    trips,
    underway,
)

__all__ = [
    "Underway",
    "attention",
    "cause_words",
    "custody",
    "driver_of",
    "followed",
    "instant",
    "may_call",
    "phone_of",
    "sightings",
    "trip",
    "trips",
    "truck_features",
    "underway",
]
