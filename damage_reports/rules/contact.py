"""Whether an area can be heard from: out of contact is not late.

A report, a call that got through, a messenger or a radio word all count as contact. Domain:
perception of places that fell silent; parameter `contact.silence_minutes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Link(StrEnum):
    """What is known of a road, power, network or water."""

    OK = "ok"
    CUT = "cut"
    UNKNOWN = "unknown"


class Heard(StrEnum):
    """By what somebody heard from an area."""

    REPORT = "report"
    PHONE = "phone"
    MESSENGER = "messenger"
    RADIO = "radio"
    SATELLITE = "satellite"


class CallOutcome(StrEnum):
    """What came of a telephone call about an owed report."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    PROMISED = "promised"


ANSWERED = frozenset({CallOutcome.REACHED, CallOutcome.PROMISED})
LINKS = ("road", "power", "network", "water")


@dataclass(frozen=True)
class Known:
    """What is known of the contact with an area: `heard_at` is the last of any kind."""

    network: Link
    declared_at: datetime | None
    heard_at: datetime | None


def is_out_of_contact(known: Known, *, now: datetime, silence: timedelta) -> bool:
    """Whether an area is out of contact: declared so and not heard since, or cut off and silent."""
    heard = known.heard_at
    if known.declared_at is not None and (heard is None or heard <= known.declared_at):
        return True
    return known.network == Link.CUT and (heard is None or now - heard > silence)
