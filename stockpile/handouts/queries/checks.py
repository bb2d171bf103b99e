"""Proof that what handouts say was given is what the ledger issued for them."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stockpile.handouts.models import Handout, HandoutLine
from stockpile.handouts.rules import HandoutState
from stockpile.models import Movement
from stockpile.queries.register import LEDGER
from stockpile.rules import Move


def handouts_are_booked(session: Session) -> list[str]:
    """Return every line of a handout the ledger does not bear out."""
    issued: Counter[tuple[UUID, str]] = Counter()
    rows = session.execute(
        select(Movement.handout_id, Movement.item_code, Movement.kind, func.sum(Movement.quantity))
        .where(Movement.handout_id.is_not(None))
        .group_by(Movement.handout_id, Movement.item_code, Movement.kind)
        .execution_options(**LEDGER)
    )
    for handout_id, code, kind, quantity in rows:
        assert handout_id is not None, "asked for by the statement"
        issued[handout_id, code] += int(quantity) * (1 if kind == Move.ISSUE else -1)
    said: Counter[tuple[UUID, str]] = Counter()
    lines = session.execute(
        select(Handout.id, HandoutLine.item_code, HandoutLine.quantity - HandoutLine.short)
        .join(HandoutLine, HandoutLine.handout_id == Handout.id)
        .where(Handout.state != HandoutState.TAKEN_BACK)
        .execution_options(**LEDGER)
    )
    said.update({(row[0], row[1]): int(row[2]) for row in lines})
    return [
        f"handout {handout}, {code}: {said[handout, code]} is said, "
        f"{issued[handout, code]} was issued"
        for handout, code in sorted({*issued, *said})
        if said[handout, code] != issued[handout, code]
    ]
