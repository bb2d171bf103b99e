"""What an area's stock should do although nobody asked: moves, and what is to be bought."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from relief_ops import clock, parameters, plugins
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.boards.models import SupplyAtPlace
from relief_ops.disasters.boards.queries import PeopleAt
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs.models import Need
from relief_ops.disasters.needs.queries import for_itself, really_asked, stood_in_at
from relief_ops.disasters.needs.rules import FOR_PEOPLE, Basis, beside
from stockpile.advice import rules
from stockpile.advice.queries.buying import Market, Offered, market
from stockpile.advice.queries.surplus import Surplus, surplus
from stockpile.advice.rules import Eater, Move, Short, Spare, Why
from stockpile.models import Balance, Depot, Lot
from stockpile.plans.rules import hours_left
from stockpile.queries import register
from stockpile.queries.register import below
from stockpile.travel import queries as travel

NEAR, DAYS = "stock.near_expiry_days", "ration.days"
# Whoever promises from a depot may know what places lack and how many people are there.
EVERYBODYS = {"any_drill": True, "scope": "shared"}


@dataclass(frozen=True)
class Row:
    """One move with what it is of, from where and to where."""

    move: Move
    item: Item
    lot: Lot
    depot_name: str
    place_name: str
    area_id: UUID
    there_by: datetime
    people: int | None = None  # of a shelter that gives: inside and expected

    def shown(self) -> dict[str, Any]:
        """Return it as the API shows it."""
        return {
            "why": self.move.why,
            "balance": self.move.balance,
            "item": self.item.code,
            "item_name": items.name_of(self.item),
            "unit": items.unit_of(self.item),
            "lot": self.lot.id,
            "expires_on": self.lot.expires_on,
            "from": self.move.depot,
            "from_name": self.depot_name,
            "to": self.move.place,
            "to_name": self.place_name,
            "need": self.move.need,
            "people": self.people,
            "quantity": self.move.quantity,
            "minutes": round(self.move.hours * 60),
        }


@dataclass(frozen=True)
class Buy:
    """How much of an item no stock of the area covers: what depots lack, what was asked for.

    `coming` was called off already; `short` are the depots below their least stock, by name.
    """

    item: Item
    lacks: int
    asked: int
    free: int
    quantity: int
    coming: int = 0
    short: tuple[tuple[str, int], ...] = ()
    offers: tuple[Offered, ...] = ()


@dataclass(frozen=True)
class Advice:
    """What should move, and what should be bought."""

    rows: list[Row]
    buys: list[Buy]


@dataclass(frozen=True)
class _Here:
    """What lies where in an area, who uses it up, and when that is."""

    disaster: Disaster
    area_id: UUID
    now: datetime
    depots: list[Depot]
    eating: list[PeopleAt]
    stock: list[Balance]
    lots: Mapping[UUID, Lot]


@dataclass(frozen=True)
class _Known:
    """Everything the decisions are made of, by item."""

    spares: Mapping[str, list[Spare]]
    shorts: Mapping[str, list[Short]]
    eaters: Mapping[str, list[Eater]]
    asked: Mapping[str, int]
    stay: float  # hours for which people in a shelter are supplied ahead


def advice(session: Session, disaster: Disaster, area_id: UUID) -> Advice:
    """Return what an area's stock should do now, item by item; changes nothing."""
    here = _here(session, disaster, area_id)
    depots, eating, lots = here.depots, here.eating, here.lots
    known, hours = _known(session, here), _hours(session, here)
    held = {each.id: each for each in here.stock}
    near = _number(session, here.now, NEAR) * 24.0
    names = {each.id: (each.name, each.area_id) for each in depots}
    names |= {each.place_id: (each.name, each.area_id) for each in eating}
    more = surplus(session, disaster, area_id, here.now)
    sold = market(session, disaster, area_id, depots, here.now)
    rows, buys = [], []
    for item in items.items(session):
        given = _given(more, item, here.now)
        moves = _moves(known, item, hours, near)
        rows += given
        rows += [
            Row(each, item, lots[held[each.balance].lot_id], names[each.depot][0],
                names[each.place][0], names[each.place][1], _there(here.now, each))
            for each in moves
        ]  # fmt: skip
        enough = sum(each.move.quantity for each in given)
        buys += _buys(known, item, moves, enough, sold)
    return Advice(rows, buys)


def _there(now: datetime, move: Move) -> datetime:
    return now + timedelta(hours=move.hours)


def _given(more: Surplus, item: Item, now: datetime) -> list[Row]:
    """Return what shelters with too much of an item could give to those who asked for it."""
    spares, wants = more.spares.get(item.code, []), more.wants.get(item.code, [])
    return [
        Row(each, item, more.stock[each.balance][1], more.givers[each.depot].name,
            *more.takers[each.place], _there(now, each), more.givers[each.depot].people)
        for each in rules.surpluses(spares, wants, more.hours, pack=item.pack_size)
    ]  # fmt: skip


def _moves(known: _Known, item: Item, hours: rules.Hours, near: float) -> list[Move]:
    pack = item.pack_size
    spares = rules.beyond(known.spares.get(item.code, []), known.asked.get(item.code, 0))
    shorts, eaters = known.shorts.get(item.code, []), known.eaters.get(item.code, [])
    return [
        *rules.refills(spares, shorts, hours, pack=pack, near=near),
        *rules.rotations(spares, eaters, hours, pack=pack, near=near, stay=known.stay),
    ]


def _buys(known: _Known, item: Item, moves: list[Move], given: int, sold: Market) -> list[Buy]:
    shorts = known.shorts.get(item.code, [])
    filled = sum(each.quantity for each in moves if each.why == Why.MINIMUM)
    lacks = sum(each.lacks for each in shorts) - filled
    asked = max(0, known.asked.get(item.code, 0) - given)
    free = sum(each.free for each in known.spares.get(item.code, []))
    if item.merged_into:
        return []
    coming = sold.coming.get(item.code, 0)
    quantity = rules.to_buy(lacks, asked, free, coming=coming, pack=item.pack_size)
    if not quantity:
        return []
    offers = sold.offered(item.code, quantity, shorts, pack=item.pack_size)
    short = tuple((sold.depots[each.place].name, each.lacks) for each in shorts)
    return [Buy(item, lacks, asked, free, quantity, coming, short, tuple(offers))]


def _depots(session: Session, disaster: Disaster, area_id: UUID) -> list[Depot]:
    """Return the depots of an area that are not shut, in the disaster's world."""
    drill = Depot.drill_id
    return list(
        session.scalars(
            select(Depot)
            .where(
                Depot.area_id.in_(below(area_id)),
                Depot.shut_at.is_(None),
                drill.is_(None) if disaster.drill_id is None else drill == disaster.drill_id,
            )
            .order_by(Depot.name, Depot.id)
            .execution_options(any_drill=True)
        )
    )


def _eating(session: Session, disaster: Disaster, area_id: UUID) -> list[PeopleAt]:
    asked = plugins.contributed("people_at")
    return [each for ask in asked for each in ask(session, disaster.id, area_id)]


def _here(session: Session, disaster: Disaster, area_id: UUID) -> _Here:
    """Return what lies in the depots, unexpired and meant for this disaster or any."""
    now, depots = disasters.now_of(session, disaster), _depots(session, disaster, area_id)
    rows = session.execute(
        select(Balance, Lot)
        .join(Lot, Lot.id == Balance.lot_id)
        .where(
            Balance.account_id.in_([each.id for each in depots]), Balance.on_hand > 0,
            Lot.expires_on.is_(None) | (Lot.expires_on > clock.local_date(now)),
            (Lot.disaster_id.is_(None) & (Lot.purpose == "")) | (Lot.disaster_id == disaster.id),
        )
        .order_by(Balance.id)
        .execution_options(any_drill=True)
    ).all()  # fmt: skip
    return _Here(
        disaster, area_id, now, depots, _eating(session, disaster, area_id),
        stock=[balance for balance, _lot in rows], lots={lot.id: lot for _balance, lot in rows},
    )  # fmt: skip


def _known(session: Session, here: _Here) -> _Known:
    least = {
        (each.depot_id, each.item_code): each.quantity
        for each in register.minimums(session, [each.id for each in here.depots])
    }
    places = [*(each.id for each in here.depots), *(each.place_id for each in here.eating)]
    coming = _coming(session, here.disaster, places)
    held: dict[tuple[UUID, str], int] = defaultdict(int)
    for each in here.stock:
        held[each.account_id, each.item_code] += each.on_hand
    return _Known(
        spares=_spares(here, least),
        shorts=_shorts(held, coming, least),
        eaters=_eaters(session, here, coming),
        asked=_asked(session, here.disaster, here.area_id),
        stay=_number(session, here.now, DAYS) * 24.0,
    )


def _spares(here: _Here, least: Mapping[tuple[UUID, str], int]) -> dict[str, list[Spare]]:
    """Return what each depot can give, what expires first first, down to its least stock."""
    unpromised: dict[tuple[UUID, str], int] = defaultdict(int)
    for each in here.stock:
        unpromised[each.account_id, each.item_code] += each.free
    left = {key: max(0, quantity - least.get(key, 0)) for key, quantity in unpromised.items()}
    found: dict[str, list[Spare]] = defaultdict(list)
    ends = {each.id: each.expires_on or date.max for each in here.lots.values()}
    for each in sorted(here.stock, key=lambda each: (ends[each.lot_id], each.id)):
        key = (each.account_id, each.item_code)
        free = min(each.free, left[key])
        if free > 0:
            left[key] -= free
            life = hours_left(here.lots[each.lot_id].expires_on, clock.local(here.now))
            found[each.item_code].append(Spare(each.id, each.account_id, free, life))
    return found


def _shorts(
    held: Mapping[tuple[UUID, str], int], coming: Mapping[tuple[UUID, str], int],
    least: Mapping[tuple[UUID, str], int],
) -> dict[str, list[Short]]:  # fmt: skip
    found: dict[str, list[Short]] = defaultdict(list)
    for (depot, code), quantity in least.items():
        short = Short(depot, held.get((depot, code), 0) + coming.get((depot, code), 0), quantity)
        if short.lacks:
            found[code].append(short)
    return found


def _eaters(
    session: Session, here: _Here, coming: Mapping[tuple[UUID, str], int]
) -> dict[str, list[Eater]]:
    places = [each.place_id for each in here.eating]
    board = session.scalars(
        select(SupplyAtPlace)
        .where(SupplyAtPlace.place_id.in_(places))
        .execution_options(**EVERYBODYS)
    )
    rations = {each.code: items.thousandths(each.ration_milli) for each in items.items(session)}
    eaten = {code: ration for code, ration in rations.items() if ration}
    held = Counter({(each.place_id, each.item_code): each.on_hand for each in board})
    standing = stood_in_at(session, here.disaster.id, places, sent=False)
    covered, for_others = beside(standing, held, daily=eaten)
    held.update(coming)
    held.update(covered)
    held.subtract(for_others)
    found: dict[str, list[Eater]] = defaultdict(list)
    for code, ration in eaten.items():
        for each in here.eating:
            here_of_it = held[each.place_id, code]
            found[code].append(Eater(each.place_id, ration * each.people, here_of_it))
    return found


def _coming(
    session: Session, disaster: Disaster, places: list[UUID]
) -> dict[tuple[UUID, str], int]:
    """Return by place and item what was asked for and has not arrived: promised, or still open."""
    rows = session.execute(
        select(Need.place_id, Need.item_code, func.sum(really_asked() - Need.received))
        .where(Need.disaster_id == disaster.id, Need.place_id.in_(places),
               Need.withdrawn_at.is_(None), for_itself())
        .group_by(Need.place_id, Need.item_code)
        .execution_options(**EVERYBODYS)
    )  # fmt: skip
    return {(row[0], row[1]): int(row[2]) for row in rows}


def _asked(session: Session, disaster: Disaster, area_id: UUID) -> dict[str, int]:
    """Return by item what the places of an area asked for and nobody has promised."""
    rows = session.execute(
        select(Need.item_code, func.sum(Need.quantity - Need.promised))
        .where(Need.disaster_id == disaster.id, Need.area_id.in_(below(area_id)),
               or_(Need.basis.in_(FOR_PEOPLE), _granted_from(area_id)),
               Need.withdrawn_at.is_(None))
        .group_by(Need.item_code)
        .execution_options(any_drill=True)
    )  # fmt: skip
    return {row[0]: int(row[1]) for row in rows}


def _granted_from(area_id: UUID) -> Any:
    """Return the SQL condition of what a level granted to a depot below it."""
    return and_(Need.basis == Basis.REQUEST, Need.area_id != area_id)


def _hours(session: Session, where: _Here) -> dict[tuple[UUID, UUID], float]:
    """Return the hours from each depot to each place; none where nobody can go."""
    depots = [each.id for each in where.depots]
    places = {each.id: each.area_id for each in where.depots}
    places |= {each.place_id: each.area_id for each in where.eating}
    ways = travel.between(session, where.disaster, depots, places, where.now)
    return {
        key: way.hours for key, way in ways.items() if key[0] != key[1] and way.hours < float("inf")
    }


def _number(session: Session, now: datetime, key: str) -> int:
    held = parameters.values(session, (key,), on=clock.local_date(now))
    return int(held[key].value) if key in held else 0
