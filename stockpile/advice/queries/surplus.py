"""What shelters have too much of, and the open needs elsewhere it could meet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, plugins
from relief_ops.disasters.boards.queries import SpareAt
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs.models import Need
from relief_ops.disasters.needs.rules import FOR_PEOPLE
from stockpile.advice.rules import Hours, Spare, Want
from stockpile.models import Account, Balance, Lot
from stockpile.plans.rules import hours_left
from stockpile.queries.register import below
from stockpile.rules import AccountKind
from stockpile.travel import queries as travel


@dataclass(frozen=True)
class Surplus:
    """By item what shelters can give and what is asked for; where these lie, and the ways."""

    spares: Mapping[str, list[Spare]]
    wants: Mapping[str, list[Want]]
    stock: Mapping[UUID, tuple[Balance, Lot]]
    givers: Mapping[UUID, SpareAt]
    takers: Mapping[UUID, tuple[str, UUID]]
    hours: Hours


def surplus(session: Session, disaster: Disaster, area_id: UUID, now: datetime) -> Surplus:
    """Return what shelters of an area have beyond what their people take, and who lacks it."""
    stock = _stock(session, disaster, area_id, now)
    wants, takers = _wants(session, disaster, area_id, {each.item_code for each, _lot in stock})
    stock = [(each, lot) for each, lot in stock if each.item_code in wants]
    places = {each.account_id for each, _lot in stock}
    givers = {
        each.place_id: each
        for ask in plugins.contributed("spare_at") if places
        for each in ask(session, disaster, area_id, places)
    }  # fmt: skip
    spares = _spares(stock, givers, now)
    return Surplus(
        spares, wants, {each.id: (each, lot) for each, lot in stock}, givers, takers,
        _hours(session, disaster, spares, takers, now),
    )  # fmt: skip


def _stock(
    session: Session, disaster: Disaster, area_id: UUID, now: datetime
) -> list[tuple[Balance, Lot]]:
    """Return what lies in shelters of an area, what expires first first; not what is promised."""
    drill = Balance.drill_id
    rows = session.execute(
        select(Balance, Lot)
        .join(Lot, Lot.id == Balance.lot_id)
        .join(Account, Account.id == Balance.account_id)
        .where(
            Account.kind == AccountKind.SHELTER, Account.area_id.in_(below(area_id)),
            Balance.on_hand > 0,
            drill.is_(None) if disaster.drill_id is None else drill == disaster.drill_id,
            Lot.expires_on.is_(None) | (Lot.expires_on > clock.local_date(now)),
            (Lot.disaster_id.is_(None) & (Lot.purpose == "")) | (Lot.disaster_id == disaster.id),
        )
        .execution_options(any_drill=True)
    )  # fmt: skip
    found = [(row[0], row[1]) for row in rows]
    return sorted(found, key=lambda each: (each[1].expires_on or date.max, each[0].id))


def _wants(
    session: Session, disaster: Disaster, area_id: UUID, codes: Iterable[str]
) -> tuple[dict[str, list[Want]], dict[UUID, tuple[str, UUID]]]:
    rows = session.execute(
        select(Need, geo.Place.name)
        .join(geo.Place, geo.Place.id == Need.place_id)
        .where(
            Need.disaster_id == disaster.id, Need.area_id.in_(below(area_id)),
            Need.basis.in_(FOR_PEOPLE), Need.withdrawn_at.is_(None),
            Need.quantity > Need.promised, Need.item_code.in_(list(codes)),
        )
        .order_by(Need.priority, Need.due_at, Need.id)
        .execution_options(any_drill=True)
    )  # fmt: skip
    found: dict[str, list[Want]] = defaultdict(list)
    takers = {}
    for need, name in rows:
        found[need.item_code].append(
            Want(need.id, need.place_id, need.priority, need.quantity, need.promised)
        )
        takers[need.place_id] = (name, need.area_id)
    return dict(found), takers


def _spares(
    stock: list[tuple[Balance, Lot]], givers: Mapping[UUID, SpareAt], now: datetime
) -> dict[str, list[Spare]]:
    """Return lot by lot what a shelter can give of what is usable and promised to nobody."""
    free: dict[tuple[UUID, str], int] = defaultdict(int)
    for each, _lot in stock:
        free[each.account_id, each.item_code] += each.free
    left = {
        (place, code): free[place, code] - keeps
        for place, giver in givers.items() for code, keeps in giver.keeps.items()
    }  # fmt: skip
    found: dict[str, list[Spare]] = defaultdict(list)
    for each, lot in stock:
        key = (each.account_id, each.item_code)
        given = min(each.free, left.get(key, 0))
        if given > 0:
            left[key] -= given
            life = hours_left(lot.expires_on, clock.local(now))
            found[each.item_code].append(Spare(each.id, each.account_id, given, life))
    return found


def _hours(
    session: Session, disaster: Disaster, spares: Mapping[str, list[Spare]],
    takers: Mapping[UUID, tuple[str, UUID]], now: datetime,
) -> dict[tuple[UUID, UUID], float]:  # fmt: skip
    givers = sorted({each.depot for found in spares.values() for each in found})
    places = {place: area for place, (_name, area) in takers.items()}
    ways = travel.between(session, disaster, givers, places, now) if givers and places else {}
    return {
        key: way.hours for key, way in ways.items() if key[0] != key[1] and way.hours < float("inf")
    }
