"""What the stockpile owes the relief-work form: goods that reached those they were meant for.

Counted is what was received at the last place: a shipment unloaded where no depot is, damaged
and missing goods left out. What moves between depots or is on the road counts nowhere, so goods
that went from the city over the county to a township are counted once, in the township. What one
such place sends on to another counts where it went. Stock
handed out or moved without a need names no disaster, and is in no figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import db
from relief_ops.disasters.boards.services import propose as leave
from stockpile.models import Shipment
from stockpile.queries import road

SOURCE = "stockpile"


def propose(
    session: Session, made: Shipment, area_id: UUID, codes: Iterable[str], *, as_of: datetime
) -> None:
    """Propose how much of these items reached one of a shipment's two areas so far.

    Two receipts of one area take turns, so neither misses the other.
    """
    db.serialise(session, uuid5(made.disaster_id, f"issued:{area_id}"))
    session.flush()
    received = road.received_in(session, made.disaster_id, area_id)
    for code in sorted({*codes} & {*received}):
        leave(
            session, disaster_id=made.disaster_id, area_id=area_id,
            indicator=road.ISSUED + code, value=received[code], source=SOURCE, as_of=as_of,
        )  # fmt: skip
