"""Reading the road."""

from stockpile.transport.queries.desk import attention, cause_words, truck_features
from stockpile.transport.queries.photos import (
    kept_instead,
    photo,
    photo_of_content,
    photos,
    photos_of_trip,
)
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
    "kept_instead",
    "may_call",
    "phone_of",
    "photo",
    "photo_of_content",
    "photos",
    "photos_of_trip",
    "sightings",
    "trip",
    "trips",
    "truck_features",
    "underway",
]
