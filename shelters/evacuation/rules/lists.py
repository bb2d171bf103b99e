"""The lists made before the storm (domain.md §4.1): risk points, and who must move from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from relief_ops.cases.rules import identity


class RiskKind(StrEnum):
    """风险点: what threatens the people of a place."""

    GEOHAZARD = "geohazard"
    FLASH_FLOOD = "flash_flood"
    UNSAFE_HOUSE = "unsafe_house"
    RESERVOIR = "reservoir"
    WATERLOGGING = "waterlogging"
    WORK_SHED = "work_shed"
    FISH_RAFT = "fish_raft"
    OUTSIDE_SEAWALL = "outside_seawall"


class RiskLevel(StrEnum):
    """How grave it is; extreme ones are moved first."""

    EXTREME = "extreme"
    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"


class Kind(StrEnum):
    """What one row of the list is: a household, or a unit whose people move together."""

    HOUSEHOLD = "household"
    WORKSITE = "worksite"
    DORMITORY = "dormitory"
    FISH_RAFT = "fish_raft"
    SCENIC_SPOT = "scenic_spot"
    GUEST_HOUSE = "guest_house"


class Destination(StrEnum):
    """Where people mean to go: 投亲靠友 or 集中安置."""

    SHELTER = "shelter"
    RELATIVES = "relatives"


class Transport(StrEnum):
    """What people need in order to get away."""

    NONE = "none"
    BUS = "bus"
    WHEELCHAIR = "wheelchair"
    STRETCHER = "stretcher"
    BOAT = "boat"


UNITS = frozenset(set(Kind) - {Kind.HOUSEHOLD})
GROUPS = ("over80", "alone", "disabled", "pregnant", "children", "medical", "outsiders")
PETS = ("dogs", "cats", "other_pets")


def pets_of(counts: Iterable[int | None]) -> int | None:
    """Return how many pets come along; None when of none of the kinds it is known."""
    known = [each for each in counts if each is not None]
    return sum(known) if known else None


def group_errors(people: int, groups: Mapping[str, int]) -> list[str]:
    """Return the groups that are said to be more people than there are in the row."""
    return [name for name, number in groups.items() if number > people]


def places(
    people: int,
    transport: Transport,
    *,
    disabled: int,
    children: int,
    medical: int,
    pets: int = 0,
) -> tuple[int, int, int, int]:
    """Return how many of a row need a place for wheelchairs, infants, medical care, pets.

    Who cannot walk counts once: a wheelchair, or a bed when they must lie. Who
    brings pets needs one place for people with pets, however many they are. Nobody needs two
    kinds at once, so together they are no more than the people.
    """
    chairs = max(1, disabled) if transport == Transport.WHEELCHAIR else 0
    beds = max(1, medical) if transport == Transport.STRETCHER else medical
    chairs = min(people, chairs)
    beds = min(people - chairs, beds)
    infants = min(people - chairs - beds, children)
    return chairs, infants, beds, min(people - chairs - beds - infants, 1 if pets else 0)


def masked(field: str, text: str) -> str:
    """Return a personal field as it is shown to somebody who has not asked for more."""
    if not text:
        return ""
    if field == "name":
        return identity.masked_name(text)
    if field == "id_number":
        return identity.masked_id_number(text)
    return identity.masked_phone(text)
