"""What a plan is worked out from: open needs, free stock, and the roads between them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.auth import viewer
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs import queries as needs
from relief_ops.disasters.needs.models import Need
from relief_ops.disasters.needs.queries import Line
from relief_ops.disasters.needs.rules import Basis
from relief_ops.geo import cached_tree
from stockpile.allocation.shapes import NOTHING, Load, Lot, Question, Roads, Skip
from stockpile.allocation.shapes import Need as Wanted
from stockpile.fleet import queries as fleet
from stockpile.fleet.rules import load_of
from stockpile.models import Balance, Depot
from stockpile.models import Lot as StockLot
from stockpile.plans import rules
from stockpile.plans.models import AllocationPlan
from stockpile.plans.queries.reading import lots, standing_pins
from stockpile.queries import balances, register
from stockpile.travel import queries as travel

ANY = {"any_drill": True}


@dataclass(frozen=True)
class Asked:
    """One item of a plan; `needs` are those before anything was fixed by hand.

    `lines` are the same needs in the order in which they were asked; `barred` is what is free but
    may not go out at all, with why: expired, given for another disaster, or its depot is shut.
    """

    question: Question
    needs: tuple[Wanted, ...]
    lines: tuple[Line, ...]
    stock: Mapping[str, Balance]
    barred: tuple[tuple[Balance, str], ...] = ()
    load: Load = NOTHING  # of a pack
    km: Mapping[tuple[str, str], float] = field(default_factory=dict)  # from depot to place


def asked(session: Session, found: AllocationPlan) -> dict[str, Asked]:
    """Return what is to be worked out, item by item, as everything stands now."""
    disaster = disasters.disaster(session, found.disaster_id)
    now = disasters.now_of(session, disaster)
    wanted = open_needs(session, disaster, found.area_id, found.items)
    codes = {each.item.code for each in wanted}
    stock = {code: free_stock(session, disaster, code, now) for code in codes}
    roads, km = roads_between(session, disaster, stock, wanted, now)
    fixed = standing_pins(session, found.id)
    pins = {str(key): each.quantity or 0 for key, each in fixed.items()}
    alone = {str(key): str(each.depot_id) for key, each in fixed.items() if each.depot_id}
    roads = _alone(roads, wanted, alone)
    answer = {}
    for code in sorted(stock):
        mine = tuple(each for each in wanted if each.item.code == code)
        needs_of = tuple(_wanted(each.need) for each in mine)
        question = Question(
            pack=mine[0].item.pack_size, lots=_lots(session, stock[code], now),
            needs=rules.pinned(needs_of, pins, alone), roads=roads,
            keep_back=_kept(session, code, stock[code]) if found.keep_minimum else {},
            least_life=found.least_life_days * 24.0, minutes_a_day=found.minutes_a_day,
        )  # fmt: skip
        held = {str(each.id): each for each in stock[code]}
        answer[code] = Asked(
            question, needs_of, mine, held, _barred(session, disaster, code, now),
            load_of(mine[0].item.pack_ml, mine[0].item.pack_grams), km,
        )  # fmt: skip
    return answer


def trucks(session: Session, found: AllocationPlan, asked: Mapping[str, Asked]) -> dict[str, Load]:
    """Return the room on the trucks of each depot that has any, if the plan minds them."""
    if not found.mind_trucks:
        return {}
    depots = {each.account_id for one in asked.values() for each in one.stock.values()}
    return {str(depot): room for depot, room in fleet.room(session, depots).items()}


def _wanted(need: Need) -> Wanted:
    had = need.quantity - need.outstanding
    return Wanted(str(need.id), str(need.place_id), need.outstanding, need.priority, had)


def _lots(session: Session, stock: list[Balance], now: datetime) -> tuple[Lot, ...]:
    """Return balances as the lots of a question; the life left counts from `now`."""
    found, here = lots(session, {row.lot_id for row in stock}), clock.local(now)
    return tuple(
        Lot(str(each.id), str(each.account_id), each.free,
            rules.hours_left(found[each.lot_id].expires_on, here))
        for each in stock
    )  # fmt: skip


def open_needs(
    session: Session, disaster: Disaster, area_id: UUID, items: Collection[str]
) -> list[Line]:
    """Return the needs of an area that nobody has promised in full, first come first.

    What the level above granted to a depot is shared by that level: not by the depot's own.
    """
    return [
        each
        for each in needs.outstanding(session, disaster.id, area_id)
        if (not items or each.item.code in items) and _shares_here(each.need, area_id)
    ]


def waiting(
    session: Session, disaster: Disaster, area_id: UUID, items: Collection[str]
) -> list[needs.Waiting]:
    """Return what `open_needs` does in figures alone: to count, and to see what changed."""
    return [
        each
        for each in needs.waiting(session, disaster.id, area_id)
        if (not items or each.item_code in items) and _shares_here(each, area_id)
    ]


def _shares_here(each: Need | needs.Waiting, area_id: UUID) -> bool:
    return each.basis != Basis.REQUEST or area_id not in cached_tree().within(each.area_id)


def as_they_stand(
    session: Session, disaster: Disaster, ids: Iterable[UUID]
) -> dict[str, tuple[int, int]]:
    """Return (outstanding, class) of these needs, of those that are still open."""
    rows = session.scalars(
        select(Need).where(Need.disaster_id == disaster.id, Need.id.in_(list(ids)))
        .execution_options(populate_existing=True, scope="shared", **ANY)
    )  # fmt: skip
    return {
        str(each.id): (each.outstanding, each.priority) for each in rows if each.outstanding > 0
    }


def free_stock(session: Session, disaster: Disaster, code: str, now: datetime) -> list[Balance]:
    """Return what is free of an item in depots where the viewer may promise."""
    someone, tree = viewer(), cached_tree()
    assert someone is not None
    ids = balances.pickable_ids(
        session, code, today=clock.local_date(now), drill_id=disaster.drill_id,
        disaster_id=disaster.id,
    )  # fmt: skip
    statement = select(Balance).where(Balance.id.in_(ids)).order_by(Balance.id)
    return [
        each
        for each in session.scalars(statement.execution_options(**ANY))
        if someone.may("stock.reserve", each.area_id, tree)
    ]


def _barred(
    session: Session, disaster: Disaster, code: str, now: datetime
) -> tuple[tuple[Balance, str], ...]:
    """Return the free stock of an item that may not be promised here, and why."""
    someone, tree, today = viewer(), cached_tree(), clock.local_date(now)
    assert someone is not None
    drill = disaster.drill_id
    rows = session.execute(
        select(Balance, StockLot, Depot.shut_at)
        .join(Depot, Depot.id == Balance.account_id)
        .join(StockLot, StockLot.id == Balance.lot_id)
        .where(
            Balance.item_code == code,
            Balance.on_hand > Balance.promised,
            Balance.drill_id.is_(None) if drill is None else Balance.drill_id == drill,
            or_(
                StockLot.expires_on <= today,
                Depot.shut_at.is_not(None),
                and_(StockLot.disaster_id.is_not(None), StockLot.disaster_id != disaster.id),
                and_(StockLot.disaster_id.is_(None), StockLot.purpose != ""),
            ),
        )
        .order_by(Balance.id)
        .execution_options(**ANY)
    )
    return tuple(
        (held, _why(lot, shut=shut_at is not None, today=today))
        for held, lot, shut_at in rows
        if someone.may("stock.reserve", held.area_id, tree)
    )


def _alone(roads: Roads, wanted: Iterable[Line], alone: Mapping[str, str]) -> Roads:
    """Add a place for each need that somebody fixed at one depot: only that depot sends there."""
    import numpy as np

    places, columns = list(roads.places), [roads.hours]
    for each in wanted:
        depot = alone.get(str(each.need.id))
        if depot is None:
            continue
        column = np.full((len(roads.depots), 1), np.inf)
        if depot in roads.depots:
            row = roads.depots.index(depot)
            column[row] = roads.hours[row, places.index(str(each.need.place_id))]
        places.append(rules.beside(str(each.need.place_id), str(each.need.id)))
        columns.append(column)
    return Roads(roads.depots, tuple(places), np.hstack(columns)) if alone else roads


def _why(lot: StockLot, *, shut: bool, today: date) -> Skip:
    """Return what keeps a lot from going out at all, the reason that comes first."""
    if lot.expires_on and lot.expires_on <= today:
        return Skip.EXPIRED
    return Skip.SHUT if shut else Skip.PURPOSE


def roads_between(
    session: Session, disaster: Disaster, stock: Mapping[str, list[Balance]],
    wanted: Iterable[Line], now: datetime,
) -> tuple[Roads, dict[tuple[str, str], float]]:  # fmt: skip
    """Return the hours from every depot to every place, infinite where nobody can go; and the km.

    Where nobody knows how a place lies, nothing can be sent by itself; and no depot meets a
    need of its own.
    """
    import numpy as np

    depots = sorted({each.account_id for rows in stock.values() for each in rows})
    places = {each.need.place_id: each.need.area_id for each in wanted}
    ways = travel.between(session, disaster, depots, places, now)
    columns = sorted(places)
    barred = _barred_ways(session, disaster, stock, wanted)
    hours = np.array([
        [np.inf if depot == place or (depot, place) in barred else ways[depot, place].hours
         for place in columns]
        for depot in depots
    ])  # fmt: skip
    roads = Roads(
        tuple(map(str, depots)), tuple(map(str, columns)),
        hours.reshape(len(depots), len(columns)),
    )  # fmt: skip
    return roads, {(str(depot), str(place)): way.km for (depot, place), way in ways.items()}


def _barred_ways(
    session: Session, disaster: Disaster, stock: Mapping[str, list[Balance]],
    wanted: Iterable[Line],
) -> set[tuple[UUID, UUID]]:  # fmt: skip
    """Return from which depot to which nothing goes that the level above granted.

    Not from the area that asked, nor from a depot that waits for such goods itself: two that
    ask would send each other what they have.
    """
    granted = {each.need.place_id: each.need.area_id for each in wanted
               if each.need.basis == Basis.REQUEST}  # fmt: skip
    if not granted:
        return set()
    tree, asking = cached_tree(), balances.asking_depots(session, disaster.id)
    inside = {area: tree.within(area) for area in set(granted.values()) if area in tree}
    held = {each.account_id: each.area_id for rows in stock.values() for each in rows}
    return {
        (depot, place)
        for place, area in granted.items()
        for depot, lies_in in held.items()
        if depot in asking or lies_in in inside.get(area, ())
    }


def _kept(session: Session, code: str, stock: list[Balance]) -> dict[str, int]:
    """Return the least that each depot should hold of an item, beyond what is promised."""
    rows = register.minimums(session, {each.account_id for each in stock})
    return {str(each.depot_id): each.quantity for each in rows if each.item_code == code}
