"""Booking a file of receipts at once: all of its rows, once, or none."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import receipts
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.receipts import Attempt
from stockpile import events, schemas
from stockpile.services.movements import put_movement


def book_file(
    session: Session, attempt: Attempt, rows: Sequence[tuple[str, schemas.PutMovement]], *,
    area_id: UUID, actor_id: UUID,
) -> int:  # fmt: skip
    """Return how many rows were booked: none where this very file was before, by whomever.

    Each row comes with where it stands. Raises Invalid, naming that, for one that is refused. Two
    files lock what both bring in the same order.
    """
    if receipts.replay(session, attempt):
        return 0
    for number, (where, order) in sorted(enumerate(rows), key=_in_turn):
        row = Attempt(id=row_id(attempt.id, number), base="", digest=attempt.digest)
        try:
            put_movement(session, row, order, actor_id=actor_id)
        except (Invalid, IllegalTransition) as error:
            raise Invalid(str(error), [FieldError(where, error.code, str(error))]) from error
    event = events.StockFileBooked(len(rows))
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[area_id])
    receipts.keep(session, attempt, revision=1)
    return len(rows)


def row_id(file_id: UUID, number: int) -> UUID:
    """Return the id of the movement of a file's row, counted from 0."""
    return uuid5(file_id, str(number))


def _in_turn(each: tuple[int, tuple[str, schemas.PutMovement]]) -> tuple[str, int]:
    number, (_where, order) = each
    what = (order.to, order.item, order.expires_on, order.made_on, order.donor)
    return repr([str(part) for part in what]), number
