"""What is in the book under a paper."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from relief_ops import plugins
from relief_ops.plugins import OrderedBy
from stockpile.models import Movement
from stockpile.queries.register import LEDGER
from stockpile.rules import Move

Booked = tuple[UUID, str, int, str]


def booked(session: Session, documents: Iterable[str]) -> set[Booked]:
    """Return (place, item, quantity, paper) of what was taken in under these, and stands."""
    wanted = {each for each in documents if each}
    undone = aliased(Movement)
    rows = session.execute(
        select(Movement.to_account, Movement.item_code, Movement.quantity, Movement.document)
        .outerjoin(undone, undone.corrects == Movement.id)
        .where(
            Movement.document.in_(wanted), Movement.kind.in_((Move.RECEIVE, Move.DONATION)),
            undone.id.is_(None),
        )
        .execution_options(**LEDGER)
    )  # fmt: skip
    return {(row[0], row[1], row[2], row[3]) for row in rows}


def ordered_by(session: Session, reservation_ids: Collection[UUID]) -> dict[UUID, OrderedBy]:
    """Return under which plan and order promises the caller sees were made."""
    found: dict[UUID, OrderedBy] = {}
    for ask in plugins.contributed("ordered_by"):
        found.update(ask(session, reservation_ids))
    return found


def booked_at(session: Session, movement_id: UUID) -> datetime | None:
    """Return when a movement was written into the book, if it was."""
    found: datetime | None = session.scalar(
        select(Movement.booked_at).where(Movement.id == movement_id).execution_options(**LEDGER)
    )
    return found
