"""From which depots somebody can go to a place now."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import plugins
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.needs.models import Need
from stockpile.models import Balance
from stockpile.queries.register import LEDGER


def reachable(session: Session, need: Need, balance_ids: Collection[UUID]) -> list[UUID]:
    """Return those of these balances from whose depot a way to a need's place is open."""
    rows = select(Balance.id, Balance.account_id).where(Balance.id.in_(list(balance_ids)))
    depots = {row[0]: row[1] for row in session.execute(rows.execution_options(**LEDGER))}
    pairs = {(depot, need.place_id) for depot in depots.values()}
    if not pairs:
        return []
    disaster = disasters.disaster(session, need.disaster_id)
    now = disasters.now_of(session, disaster)
    shut = {
        pair
        for ask in plugins.contributed("shut_ways")
        for pair in ask(session, disaster, pairs, {need.place_id: need.area_id}, now)
    }
    return [each for each in balance_ids if (depots.get(each), need.place_id) not in shut]
