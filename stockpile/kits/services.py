"""Putting kits together from parts, and taking them apart, in the double-entry ledger.

All movements of one act are of one transaction. Only free stock is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import db, receipts
from relief_ops.disasters.items import queries as items
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.kits import events, queries, rules, schemas
from stockpile.kits.models import KitAct, KitActLine
from stockpile.kits.rules import Bound, Direction, Held, Taken
from stockpile.models import Depot, Lot
from stockpile.queries import balances, register
from stockpile.rules import AccountKind, Move
from stockpile.services import ledger
from stockpile.services.ledger import Entry

# The lot of the kits, the recipe they follow, and what goes in or comes out.
Work = tuple[Lot, dict[str, int], list[Taken]]
SAID = {
    Direction.ASSEMBLE: events.KitsAssembled,
    Direction.DISMANTLE: events.KitsDismantled,
}


def act(
    session: Session, attempt: Attempt, order: schemas.PutKitAct, *, depot: Depot, actor_id: UUID
) -> Receipt:
    """Put kits together or take them apart."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    items.item(session, order.kit)
    db.serialise(session, uuid5(depot.id, "kits"))  # one puts together what another takes apart
    way = _assemble if order.direction == Direction.ASSEMBLE else _dismantle
    lot, recipe, lines = way(session, attempt.id, order, depot)
    made = KitAct(
        id=attempt.id, depot_id=depot.id, kit_code=order.kit, direction=order.direction,
        number=order.number, lot_id=lot.id, recipe=recipe, reason=order.reason,
        actor_id=actor_id, at=register.now_in(session, depot.drill_id), area_id=depot.area_id,
        drill_id=depot.drill_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all(
        KitActLine(act_id=made.id, lot_id=each.lot_id, item_code=each.item, quantity=each.quantity)
        for each in lines
    )
    _book(session, made, lines)
    said = SAID[order.direction](depot.id, Code(order.kit), lot.id, order.number)
    record(session, said, actor_id=actor_id, subject=made.id, areas=[depot.area_id])
    return receipts.keep(session, attempt, revision=1)


def _assemble(session: Session, act_id: UUID, order: schemas.PutKitAct, depot: Depot) -> Work:
    recipe = _recipe(session, order.kit)
    locked = balances.lock(session, queries.held_ids(session, depot, recipe))
    held, meant = _of_one_purpose(order, queries.plain(session, locked.values()))
    taken, lack = rules.draw(recipe, order.number, held)
    if lack is not None:
        name = items.name_of(items.item(session, lack.item))
        raise IllegalTransition(
            _("Not enough %(item)s of goods given for the same: %(wanted)d are needed, %(free)d "
              "are free.", item=name, wanted=lack.wanted, free=lack.free)
        )  # fmt: skip
    lots = queries.lots_of(session, {each.lot_id for each in taken})
    donors = {each.donor for each in lots.values()}
    lot = _new_lot(
        session, uuid5(act_id, "kits"), order.kit, depot, meant,
        expires_on=rules.earliest(each.expires_on for each in lots.values()),
        donor=donors.pop() if len(donors) == 1 else "",
        unit_fen=rules.price_of(
            [(each.quantity, lots[each.lot_id].unit_fen) for each in taken], order.number
        ),
    )  # fmt: skip
    return lot, recipe, taken


def _recipe(session: Session, code: str) -> dict[str, int]:
    found = queries.recipe(session, code)
    if not found:
        words = _("The catalogue does not say what this is made of: it is no kit.")
        raise Invalid(words, [FieldError("kit", "no_kit", words)])
    return found


def _of_one_purpose(order: schemas.PutKitAct, held: list[Held]) -> tuple[list[Held], Bound]:
    """Return the lots that may go together: given for one thing, or for nothing (专款专用).

    Of a part of which lots are named, only these are used.
    """
    named = set(order.lots or ())
    chosen = [each for each in held if each.lot_id in named]
    if named - {each.lot_id for each in chosen}:
        words = _("No part of this kit is free in that lot here, or it has expired.")
        raise Invalid(words, [FieldError("lots", "unknown", words)])
    meant = {each.bound for each in chosen} or {Bound(order.purpose, order.disaster_id)}
    if len(meant) > 1:
        words = _("Goods given for a purpose or a disaster go together with nothing else.")
        raise Invalid(words, [FieldError("lots", "mixed", words)])
    (only,) = meant
    settled = {each.item for each in chosen}
    others = [each for each in held if each.item not in settled and each.bound == only]
    return [*chosen, *others], only


def _new_lot(
    session: Session, lot_id: UUID, code: str, depot: Depot, meant: Bound, *,
    expires_on: date | None, donor: str, unit_fen: int | None = None,
) -> Lot:  # fmt: skip
    made = Lot(
        id=lot_id, item_code=code, made_on=None, expires_on=expires_on, donor=donor,
        purpose=meant.purpose, disaster_id=meant.disaster_id, owner=meant.owner,
        unit_fen=unit_fen, drill_id=depot.drill_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _dismantle(session: Session, act_id: UUID, order: schemas.PutKitAct, depot: Depot) -> Work:
    """Take kits of one lot apart: what went in comes out, of kits from elsewhere today's recipe."""
    lot = _lot_apart(session, order, depot)
    db.serialise(session, uuid5(lot.id, "kits"))  # some of it may be taken apart in another depot
    recipe, number, parts = queries.inside(session, lot.id)
    if recipe is None or number <= 0:
        recipe = _recipe(session, order.kit)
        return (
            lot,
            recipe,
            [
                Taken(
                    _part_lot(session, act_id, part, depot, lot).id, part, quantity * order.number
                )
                for part, quantity in recipe.items()
            ],
        )
    if number < order.number:
        raise IllegalTransition(
            _("Only %(n)d of this lot were put together from parts: take these apart first.",
              n=number)
        )  # fmt: skip
    lots = queries.lots_of(session, {each.lot_id for each in parts})
    held = [
        Held(lot_id=each.lot_id, item=each.item, free=each.quantity,
             expires_on=lots[each.lot_id].expires_on)
        for each in parts
    ]  # fmt: skip
    taken, lack = rules.draw(recipe, order.number, held)
    assert lack is None, "what is inside is what its recipe says"
    return lot, recipe, taken


def _lot_apart(session: Session, order: schemas.PutKitAct, depot: Depot) -> Lot:
    """Return the lot of kits to take apart, locked: the one named, or the first that suffices.

    Kits that have expired are taken apart too: that saves the parts that have not.
    """
    rows = [row for row in balances.at_place(session, depot.id) if row.item.code == order.kit]
    if order.lots:
        rows = [row for row in rows if row.lot.id == order.lots[0]]
        if not rows:
            words = _("There is no such lot of this item.")
            raise Invalid(words, [FieldError("lots", "unknown", words)])
    else:
        meant = Bound(order.purpose, order.disaster_id)
        rows = [row for row in rows if queries.bound(row.lot) == meant]
    locked = balances.lock(session, [row.balance.id for row in rows])
    lots = {row.lot.id: row.lot for row in rows}
    enough = [each for each in locked.values() if each.free >= order.number]
    if not enough:
        raise IllegalTransition(_("There is not so much of this item free in one lot there."))
    first = min(enough, key=lambda each: (lots[each.lot_id].expires_on or date.max, each.id))
    return lots[first.lot_id]


def _part_lot(session: Session, act_id: UUID, part: str, depot: Depot, kits: Lot) -> Lot:
    """Return the lot in which a part of kits from elsewhere comes out: it lasts as they did."""
    return _new_lot(
        session, uuid5(act_id, part), part, depot, queries.bound(kits),
        expires_on=kits.expires_on, donor=kits.donor,
    )  # fmt: skip


def _book(session: Session, made: KitAct, lines: Iterable[Taken]) -> None:
    """Move what goes in out of the depot, and what comes of it in, through the assembly account."""
    kind = Move(made.direction)
    place = register.place(session, made.depot_id)
    depot = ledger.account_at(session, place, AccountKind.DEPOT)
    counter = ledger.counter_account(session, AccountKind.ASSEMBLY, made.drill_id)
    parts, kits = list(lines), [Taken(made.lot_id, made.kit_code, made.number)]
    out, back = (parts, kits) if kind == Move.ASSEMBLE else (kits, parts)
    lots = queries.lots_of(session, {each.lot_id for each in (*parts, *kits)})
    entries = [
        Entry(
            id=queries.movement_id(made.id, each.lot_id), kind=kind, source=source, target=target,
            lot=lots[each.lot_id], quantity=each.quantity, at=made.at, actor_id=made.actor_id,
            reason=made.reason,
        )
        for listed, source, target in ((out, depot, counter), (back, counter, depot))
        for each in listed
    ]  # fmt: skip
    ledger.post(session, entries, now=made.at)
