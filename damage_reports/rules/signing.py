"""What a level signs and sends up: a table that never changes, and what was corrected since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class SignRole(StrEnum):
    """Who signs beside the preparer (填报人): 统计负责人 and 单位负责人."""

    STATISTICS_HEAD = "statistics_head"
    UNIT_HEAD = "unit_head"


class Given(NamedTuple):
    """One signature: in person, or by telephone, told by whoever gave their word."""

    role: str
    by_telephone: bool
    told_by: str
    actor_id: UUID
    at: datetime


class Stage(StrEnum):
    """How far a table is: prepared, sent up on a word by telephone, or signed."""

    PREPARED = "prepared"
    BY_TELEPHONE = "by_telephone"
    SIGNED = "signed"


class Sending(StrEnum):
    """How an area's table of a round stands with the level above."""

    AWAITED = "awaited"
    OVERDUE = "overdue"
    BY_TELEPHONE = "by_telephone"
    SIGNED = "signed"
    EXCUSED = "excused"


@dataclass(frozen=True)
class Line:
    """One area of a table: how many reported, and each figure; an absent one is not known.

    `sources` says of a figure that is no report's where it comes from (`Unit.marks`).
    """

    area: str
    expected: int
    reported: int
    values: Mapping[str, Decimal]
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Delta:
    """What one cell has become since it was signed; None on a side is not known there."""

    area: str
    indicator: str
    signed: Decimal | None
    now: Decimal | None

    @property
    def change(self) -> Decimal:
        """Return the signed difference; what was not known counts nothing."""
        return (self.now or Decimal(0)) - (self.signed or Decimal(0))


def stage(signed: Iterable[SignRole], by_telephone: Iterable[SignRole]) -> Stage:
    """Return how far a table is: it goes up once the unit head has signed, or said so."""
    if SignRole.UNIT_HEAD in set(signed):
        return Stage.SIGNED
    return Stage.BY_TELEPHONE if SignRole.UNIT_HEAD in set(by_telephone) else Stage.PREPARED


def sending(
    sent_at: datetime | None, *, by_hand: bool, due: datetime, now: datetime, excused: bool = False
) -> Sending:
    """Return how a table stands that went up at `sent_at`, or has not; `by_hand`: it was signed."""
    if sent_at is not None:
        return Sending.SIGNED if by_hand else Sending.BY_TELEPHONE
    if excused:
        return Sending.EXCUSED
    return Sending.OVERDUE if now > due else Sending.AWAITED


@dataclass(frozen=True)
class Signatures:
    """What was signed so far: how far the table is with that, and who is still missing."""

    given: tuple[Given, ...]

    @property
    def stage(self) -> Stage:
        """Return how far the table is."""
        return stage(self.roles(by_telephone=False), self.roles(by_telephone=True))

    @property
    def sent_at(self) -> datetime | None:
        """Return when it went up: at the unit head's first word."""
        heads = [each.at for each in self.given if each.role == SignRole.UNIT_HEAD]
        return min(heads, default=None)

    @property
    def outstanding(self) -> list[SignRole]:
        """Return whose own signature is missing."""
        return outstanding(self.roles(by_telephone=False))

    def roles(self, *, by_telephone: bool) -> list[SignRole]:
        """Return the roles that signed so."""
        return [SignRole(each.role) for each in self.given if each.by_telephone == by_telephone]


def outstanding(signed: Iterable[SignRole]) -> list[SignRole]:
    """Return whose own signature a table still lacks."""
    given = set(signed)
    return [role for role in SignRole if role not in given]


def deltas(signed: Iterable[Line], now: Iterable[Line]) -> list[Delta]:
    """Return every cell that differs, in the order of the signed table."""
    before = {line.area: line.values for line in signed}
    after = {line.area: line.values for line in now}
    return [
        Delta(area, code, was.get(code), has.get(code))
        for area in dict.fromkeys([*before, *after])
        for was, has in [(before.get(area, {}), after.get(area, {}))]
        for code in dict.fromkeys([*was, *has])
        if was.get(code) != has.get(code)
    ]
