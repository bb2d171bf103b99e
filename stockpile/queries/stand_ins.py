"""What may stand in for an item that is short, and how much of it is free."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.auth import viewer
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item, ItemSubstitute
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs.models import Need
from relief_ops.disasters.needs.rules import Basis
from relief_ops.geo import cached_tree
from stockpile.models import Balance
from stockpile.queries import balances, register


@dataclass(frozen=True)
class StandIn:
    """An item that may stand in, how much of it is free, and for how much of the need that does."""

    item: Item
    rate: ItemSubstitute
    free: int

    @property
    def does_for(self) -> int:
        """Return for how many units of the item what is free would do."""
        return self.free * 100 // self.rate.per_hundred


def stand_ins(session: Session, need: Need) -> list[StandIn]:
    """Return what may stand in for a need people asked for, if its own item is short; else none.

    Free is what lies in depots where the viewer may promise, as for the need itself.
    """
    if need.basis != Basis.ACTUAL or need.outstanding <= 0:
        return []
    serves, now = balances.serves(session, need), register.now_in(session, need.drill_id)

    def free(code: str) -> int:
        ids = balances.pickable_ids(
            session, code, today=clock.local_date(now), drill_id=need.drill_id,
            disaster_id=need.disaster_id,
        )  # fmt: skip
        return _free(session, ids, serves)

    if free(need.item_code) >= need.outstanding:
        return []
    return [
        StandIn(items.item(session, each.stands_in_code), each, free(each.stands_in_code))
        for each in items.stand_ins(session).get(need.item_code, ())
    ]


def helped(
    session: Session, disaster: Disaster, code: str, need_ids: Collection[UUID], *, now: datetime
) -> set[UUID]:
    """Return which of these needs of one item something that is free could stand in for."""
    someone, tree = viewer(), cached_tree()
    assert someone is not None

    def serves(row: Balance) -> bool:
        return someone.may("stock.reserve", row.area_id, tree)

    def free(other: str) -> int:
        ids = balances.pickable_ids(
            session, other, today=clock.local_date(now), drill_id=disaster.drill_id,
            disaster_id=disaster.id,
        )  # fmt: skip
        return _free(session, ids, serves)

    if not any(free(each.stands_in_code) for each in items.stand_ins(session).get(code, ())):
        return set()
    statement = select(Need.id).where(Need.id.in_(list(need_ids)), Need.basis == Basis.ACTUAL)
    return set(session.scalars(statement.execution_options(any_drill=True)))


def _free(session: Session, ids: list[UUID], serves: Callable[[Balance], bool]) -> int:
    rows = session.scalars(
        select(Balance).where(Balance.id.in_(ids)).execution_options(any_drill=True)
    )
    return sum(row.free for row in rows if serves(row))
