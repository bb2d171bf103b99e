"""Reading single handouts: their lines, and their entries in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from stockpile.handouts.models import Handout, HandoutLine
from stockpile.models import Movement
from stockpile.queries.register import ANY_DRILL, LEDGER
from stockpile.rules import Move


def handout(session: Session, handout_id: UUID, *, lock: bool = False) -> Handout:
    """Return one handout the viewer may see. Raises NotFound."""
    statement = select(Handout).where(Handout.id == handout_id)
    statement = statement.with_for_update() if lock else statement
    options = {**ANY_DRILL, "populate_existing": lock}
    found: Handout | None = session.scalar(statement.execution_options(**options))
    if found is None:
        raise NotFound(_("There is no such handout, or not in your areas."))
    return found


def held(session: Session, handout_ids: Iterable[UUID]) -> list[Handout]:
    """Return those of some handouts that there are, locked, whoever may see them."""
    statement = select(Handout).where(Handout.id.in_(list(handout_ids))).order_by(Handout.id)
    options = {**LEDGER, "populate_existing": True}
    return list(session.scalars(statement.with_for_update().execution_options(**options)))


def lines(session: Session, handout_ids: Iterable[UUID]) -> list[HandoutLine]:
    """Return the lines of some handouts, by item."""
    statement = select(HandoutLine).where(HandoutLine.handout_id.in_(list(handout_ids)))
    return list(session.scalars(statement.order_by(HandoutLine.item_code)))


def entries(session: Session, handout_id: UUID) -> list[Movement]:
    """Return what the ledger issued for a handout."""
    statement = select(Movement).where(
        Movement.handout_id == handout_id, Movement.kind == Move.ISSUE
    )
    return list(session.scalars(statement.order_by(Movement.id).execution_options(**LEDGER)))


def next_number(session: Session, place_id: UUID) -> int:
    """Return the number of the next handout of a place, whose turn the caller holds."""
    statement = select(func.max(Handout.number)).where(Handout.place_id == place_id)
    return (session.scalar(statement.execution_options(**LEDGER)) or 0) + 1
