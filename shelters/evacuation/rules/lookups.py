"""The answer to "is she safe?": the last that is known of one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class By(StrEnum):
    """Which number of a person was given with the name."""

    ID_NUMBER = "id_number"
    PHONE = "phone"


class Inquiry(StrEnum):
    """For whom it is asked where somebody is."""

    FAMILY = "family"
    RESCUE = "rescue"
    MEDICAL = "medical"
    VILLAGE = "village"


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """What one record says of where somebody is, and since when (None: it does not say)."""

    record_id: UUID
    area_id: UUID
    state: str
    since: datetime | None
    shelter_id: UUID | None = None


def latest(found: Iterable[Whereabouts]) -> Whereabouts | None:
    """Return what was said last; of two said at once the first, and the undated after all."""
    newest: Whereabouts | None = None
    for each in found:
        if newest is None or (each.since and (not newest.since or each.since > newest.since)):
            newest = each
    return newest
