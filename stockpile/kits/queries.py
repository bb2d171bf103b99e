"""Reading kits: what could be put together, what was, and the proof that it agrees."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item, KitPart
from relief_ops.disasters.models import Disaster
from stockpile.kits import rules
from stockpile.kits.models import KitAct, KitActLine
from stockpile.kits.rules import FREE, Bound, Direction, Held, Taken
from stockpile.models import Account, Balance, Depot, Lot, Movement
from stockpile.queries import balances, register
from stockpile.queries.register import LEDGER
from stockpile.rules import AccountKind, Move

HISTORY = 50


@dataclass(frozen=True)
class Possible:
    """How many kits the parts that lie in a depot do for, of goods given for one thing."""

    kit: Item
    bound: Bound
    given_for: str
    number: int
    limit: Item
    parts: list[tuple[Item, int, int]]  # of each: how many belong in one kit, how many are free


@dataclass(frozen=True)
class Done:
    """An act with its kit, its lot and what went in or came out."""

    act: KitAct
    kit: Item
    lot: Lot
    lines: list[tuple[KitActLine, Item]]


def recipe(session: Session, code: str) -> dict[str, int]:
    """Return what one kit is made of by today's catalogue; nothing for what is no kit."""
    return _by_part(items.recipes(session).get(code, ()))


def _by_part(parts: Iterable[KitPart]) -> dict[str, int]:
    return {each.part_code: each.quantity for each in parts}


def today(session: Session, depot: Depot) -> date:
    """Return the present day of the depot's world."""
    return clock.local_date(register.now_in(session, depot.drill_id))


def held_ids(session: Session, depot: Depot, codes: Collection[str]) -> list[UUID]:
    """Return the balances of these items in a depot of which anything is free and lasts."""
    statement = (
        select(Balance.id)
        .join(Lot, Lot.id == Balance.lot_id)
        .where(
            Balance.account_id == depot.id,
            Balance.item_code.in_(list(codes)),
            Balance.on_hand > Balance.promised,
            or_(Lot.expires_on.is_(None), Lot.expires_on > today(session, depot)),
        )
        .execution_options(**LEDGER)
    )
    return list(session.scalars(statement))


def plain(session: Session, found: Iterable[Balance]) -> list[Held]:
    """Return balances as the plain values decisions are made on."""
    rows = list(found)
    lots = lots_of(session, {row.lot_id for row in rows})
    return [
        Held(
            lot_id=row.lot_id, item=row.item_code, free=row.free,
            expires_on=lots[row.lot_id].expires_on, bound=bound(lots[row.lot_id]),
        )
        for row in rows
        if row.free > 0
    ]  # fmt: skip


def lots_of(session: Session, ids: Collection[UUID]) -> dict[UUID, Lot]:
    """Return these lots by id, whoever is looking."""
    rows = session.scalars(select(Lot).where(Lot.id.in_(list(ids))).execution_options(**LEDGER))
    return {row.id: row for row in rows}


def bound(lot: Lot) -> Bound:
    """Return what a lot was given for."""
    return Bound(lot.purpose, lot.disaster_id, lot.owner)


def possible(session: Session, depot: Depot) -> list[Possible]:
    """Return how many of each kit could be put together now, and what limits that.

    Goods given for one purpose or disaster are a line of their own, where they do for a kit.
    """
    recipes = {kit: _by_part(parts) for kit, parts in items.recipes(session).items()}
    codes = {part for parts in recipes.values() for part in parts}
    ids = held_ids(session, depot, codes)
    rows = session.scalars(select(Balance).where(Balance.id.in_(ids)).execution_options(**LEDGER))
    held: dict[Bound, list[Held]] = defaultdict(list)
    held[FREE] = []
    for each in plain(session, rows):
        held[each.bound].append(each)
    known = {each.code: each for each in items.items(session)}
    found = [
        _possible(session, known, kit, parts, (given, mine))
        for kit, parts in recipes.items()
        for given, mine in held.items()
    ]
    listed = [each for each in found if each.number or each.bound == FREE]
    return sorted(listed, key=lambda each: (each.kit.position, each.kit.code, each.given_for))


def _possible(
    session: Session, known: dict[str, Item], kit: str, parts: dict[str, int],
    given: tuple[Bound, list[Held]],
) -> Possible:  # fmt: skip
    meant, held = given
    number, limit = rules.most(parts, held)
    assert limit is not None, "a kit has parts"
    free = Counter[str]()
    for each in held:
        free[each.item] += each.free
    lines = [(known[part], quantity, free[part]) for part, quantity in parts.items()]
    return Possible(known[kit], meant, given_for(session, meant), number, known[limit], lines)


def given_for(session: Session, meant: Bound) -> str:
    """Return in words what goods were given for; nothing for goods given for nothing."""
    disaster = session.get(Disaster, meant.disaster_id) if meant.disaster_id else None
    return " · ".join(each for each in (meant.purpose, disaster.name if disaster else "") if each)


def whole(session: Session, depot: Depot) -> list[balances.Row]:
    """Return the lots of kits in a depot that can be taken apart."""
    kits = set(items.recipes(session)) | set(
        session.scalars(select(KitAct.kit_code).distinct().execution_options(**LEDGER))
    )
    return [
        row for row in balances.at_place(session, depot.id)
        if row.item.code in kits and row.balance.free > 0
    ]  # fmt: skip


def inside(session: Session, lot_id: UUID) -> tuple[dict[str, int] | None, int, list[Taken]]:
    """Return of a lot of kits put together here: the recipe, how many, and the lots inside."""
    acts = list(
        session.scalars(select(KitAct).where(KitAct.lot_id == lot_id).execution_options(**LEDGER))
    )
    made = next((each for each in acts if each.direction == Direction.ASSEMBLE), None)
    if made is None:
        return None, 0, []
    signs = {each.id: 1 if each.direction == Direction.ASSEMBLE else -1 for each in acts}
    left: Counter[tuple[UUID, str]] = Counter()
    for line in session.scalars(select(KitActLine).where(KitActLine.act_id.in_(signs))):
        left[line.lot_id, line.item_code] += signs[line.act_id] * line.quantity
    number = sum(signs[each.id] * each.number for each in acts)
    return made.recipe, number, [Taken(*key, left[key]) for key in left if left[key] > 0]


def acts(session: Session, depot: Depot) -> list[Done]:
    """Return what was done in a depot the caller may see, the latest first."""
    rows = session.execute(
        select(KitAct, Item, Lot)
        .join(Item, Item.code == KitAct.kit_code)
        .join(Lot, Lot.id == KitAct.lot_id)
        .where(KitAct.depot_id == depot.id)
        .order_by(KitAct.at.desc(), KitAct.id.desc())
        .limit(HISTORY)
        .execution_options(**LEDGER)
    ).all()
    lines: dict[UUID, list[tuple[KitActLine, Item]]] = defaultdict(list)
    parts = session.execute(
        select(KitActLine, Item)
        .join(Item, Item.code == KitActLine.item_code)
        .where(KitActLine.act_id.in_([row[0].id for row in rows]))
        .order_by(Item.position, KitActLine.lot_id)
    )
    for line, item in parts:
        lines[line.act_id].append((line, item))
    return [Done(act, kit, lot, lines[act.id]) for act, kit, lot in rows]


def movement_id(act_id: UUID, lot_id: UUID) -> UUID:
    """Return the id of an act's movement of one lot."""
    return uuid5(act_id, str(lot_id))


def acts_agree(session: Session) -> list[str]:
    """Return every act whose movements are not what its recipe says, and movements of no act."""
    wrong, expected = [], {}
    lines: dict[UUID, list[Taken]] = defaultdict(list)
    for line in session.scalars(select(KitActLine)):
        lines[line.act_id].append(Taken(line.lot_id, line.item_code, line.quantity))
    for act in session.scalars(select(KitAct).execution_options(**LEDGER)):
        wrong += [
            f"kit act {act.id}: {asked} of {part} belong in it, {moved} moved"
            for part, asked, moved in rules.disagreements(act.recipe, act.number, lines[act.id])
        ]
        kits = Taken(act.lot_id, act.kit_code, act.number)
        out_first = act.direction == Direction.ASSEMBLE
        for each in lines[act.id]:
            expected[movement_id(act.id, each.lot_id)] = _told(act, each, leaves=out_first)
        expected[movement_id(act.id, act.lot_id)] = _told(act, kits, leaves=not out_first)
    booked = _booked(session)
    return wrong + [
        f"movement {each}: {expected.get(each)} was decided, {booked.get(each)} is booked"
        for each in sorted({*expected, *booked})
        if expected.get(each) != booked.get(each)
    ]


def _told(act: KitAct, each: Taken, *, leaves: bool) -> tuple[Any, ...]:
    depot = str(act.depot_id)
    ends = (depot, AccountKind.ASSEMBLY) if leaves else (AccountKind.ASSEMBLY, depot)
    return (act.direction, each.lot_id, each.item, each.quantity, *map(str, ends))


def _booked(session: Session) -> dict[UUID, tuple[Any, ...]]:
    counters = set(
        session.scalars(
            select(Account.id)
            .where(Account.kind == AccountKind.ASSEMBLY)
            .execution_options(**LEDGER)
        )
    )
    rows = session.scalars(
        select(Movement)
        .where(
            or_(
                Movement.kind.in_([Move.ASSEMBLE, Move.DISMANTLE]),
                Movement.from_account.in_(counters),
                Movement.to_account.in_(counters),
            )
        )
        .execution_options(**LEDGER)
    )

    def end(account: UUID) -> str:
        return str(AccountKind.ASSEMBLY) if account in counters else str(account)

    return {
        each.id: (each.kind, each.lot_id, each.item_code, each.quantity,
                  end(each.from_account), end(each.to_account))
        for each in rows
    }  # fmt: skip


def shown_possible(each: Possible) -> dict[str, Any]:
    """Return what could be put together as the API shows it."""
    return {
        "kit": each.kit.code,
        "kit_name": items.name_of(each.kit),
        "purpose": each.bound.purpose,
        "disaster_id": each.bound.disaster_id,
        "number": each.number,
        "limit": each.limit.code,
        "parts": [
            {"item": part.code, "item_name": items.name_of(part), "quantity": quantity,
             "free": free}
            for part, quantity, free in each.parts
        ],
    }  # fmt: skip


def shown_act(each: Done) -> dict[str, Any]:
    """Return an act as the API shows it."""
    return {
        "id": each.act.id,
        "direction": each.act.direction,
        "kit": each.kit.code,
        "kit_name": items.name_of(each.kit),
        "number": each.act.number,
        "lot": each.lot.id,
        "lot_label": each.lot.label,
        "expires_on": each.lot.expires_on,
        "recipe": each.act.recipe,
        "reason": each.act.reason,
        "at": each.act.at,
        "actor_id": each.act.actor_id,
        "drill": each.act.drill_id is not None,
        "lines": [
            {"lot": line.lot_id, "item": item.code, "quantity": line.quantity}
            for line, item in each.lines
        ],
    }
