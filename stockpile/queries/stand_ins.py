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
    """An item that may stand in, how much of it is free, and for how much of the need that does.

    `short` is what no stock of the need's own item covers; `pack` that item's.
    """

    item: Item
    rate: ItemSubstitute
    free: int
    short: int
    pack: int

    @property
    def does_for(self) -> int:
        """Return for how many units of the item what is free would do, in whole packs of both."""
        whole = self.free - self.free % self.item.pack_size
        does = whole * 100 // self.rate.per_hundred
        return does - does % self.pack

    @property
    def proposed(self) -> int:
        """Return how much of the need it should stand in for: what is short, as far as it does."""
        whole = -(-self.short // self.pack) * self.pack
        return min(whole, self.does_for)


def stand_ins(session: Session, need: Need, *, anyway: bool = False) -> list[StandIn]:
    """Return what may stand in for a need people asked for; none while its own item is not short.

    Free is what lies in depots where the viewer may promise, as for the need itself. A form that
    came back shows them `anyway`. Those that do for most come first.
    """
    if need.basis != Basis.ACTUAL or (need.outstanding <= 0 and not anyway):
        return []
    serves, now = balances.serves(session, need), register.now_in(session, need.drill_id)

    def free(code: str) -> int:
        ids = balances.pickable_ids(
            session, code, today=clock.local_date(now), drill_id=need.drill_id,
            disaster_id=need.disaster_id,
        )  # fmt: skip
        return _free(session, ids, serves)

    short = max(0, need.outstanding - free(need.item_code))
    if not short and not anyway:
        return []
    pack = items.item(session, need.item_code).pack_size
    found = [
        StandIn(items.item(session, each.stands_in_code), each, free(each.stands_in_code), short,
                pack)
        for each in items.stand_ins(session).get(need.item_code, ())
    ]  # fmt: skip
    return sorted(found, key=lambda each: -each.proposed)


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
