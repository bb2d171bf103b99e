"""What the rows of a workbook may name, read once for the whole of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shelters.evacuation.models import Cadre, ListedHousehold, RiskPoint
from shelters.models import Shelter


@dataclass(frozen=True)
class Known:
    """Risk points and shelters by (area, name or kind), and the numbers that are on the list."""

    risks: Mapping[tuple[UUID, str], UUID]
    shelters: Mapping[tuple[UUID, str], UUID]
    numbers: Mapping[bytes, UUID]


def known_things(session: Session) -> Known:
    """Return the risk points of the reader's areas, every shelter, and the numbers on any list."""
    risks: dict[tuple[UUID, str], UUID] = {}
    for row in session.execute(
        select(RiskPoint.id, RiskPoint.area_id, RiskPoint.name, RiskPoint.kind).order_by(
            RiskPoint.name
        )
    ):
        risks.setdefault((row.area_id, row.kind), row.id)
        risks[row.area_id, row.name] = row.id
    everywhere = select(Shelter.id, Shelter.area_id, Shelter.name)
    shelters = session.execute(everywhere.execution_options(scope="shared"))
    numbered = select(ListedHousehold.id_number_blind, ListedHousehold.id).where(
        ListedHousehold.id_number_blind.is_not(None), ~ListedHousehold.removed
    )
    listed = session.execute(numbered.execution_options(scope="shared"))
    return Known(
        risks=risks,
        shelters={(row.area_id, row.name): row.id for row in shelters},
        numbers={row[0]: row[1] for row in listed if row[0]},
    )


def listed_elsewhere(session: Session, number: bytes, row: ListedHousehold) -> UUID | None:
    """Return the area in which another row of the same list has this number (its blind index)."""
    return session.scalar(
        select(ListedHousehold.area_id)
        .where(
            ListedHousehold.id_number_blind == number, ~ListedHousehold.removed,
            ListedHousehold.id != row.id,
            ListedHousehold.drill_id.is_not_distinct_from(row.drill_id),
        )
        .limit(1)
        .execution_options(scope="shared", any_drill=True)
    )  # fmt: skip


def cadre_by_phone(session: Session, phone: bytes, drill_id: UUID | None) -> UUID | None:
    """Return who answers for households under this number (its blind index), or None."""
    return session.scalar(
        select(Cadre.id)
        .where(Cadre.phone_blind == phone, Cadre.drill_id.is_not_distinct_from(drill_id))
        .limit(1)
        .execution_options(scope="shared", any_drill=True)
    )
