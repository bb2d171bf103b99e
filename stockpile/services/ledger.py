"""The ledger: the only code that changes a balance.

Every entry takes from one account and gives to another; the balance rows are locked in
ascending id order, changed by guarded updates, and the entries are written at the end of the
transaction with the log's number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid5

from sqlalchemy import CursorResult, Result, false, func, insert, select, update
from sqlalchemy.orm import Session

from relief_ops import db, geo
from relief_ops.disasters.boards.services import move_supply
from relief_ops.errors import IllegalTransition
from relief_ops.i18n import gettext as _
from stockpile.models import Account, Balance, Lot, Movement
from stockpile.queries import balances, register
from stockpile.rules import PHYSICAL, AccountKind, Move, lowest_from

REAL = UUID(int=0)
AFTER_EVENTS = 5
# What takes from households what went to them: never more than is there. A return (`Move.RETURN`)
# may be of goods nobody wrote down as issued.
FROM_HOUSEHOLDS = (Move.CORRECTION, Move.COLLECT)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One movement to book. `promised` is how much of the source's promise it uses up."""

    id: UUID
    kind: Move
    source: Account
    target: Account
    lot: Lot
    quantity: int
    at: datetime
    actor_id: UUID | None
    reason: str = ""
    document: str = ""
    corrects: UUID | None = None
    shipment_id: UUID | None = None
    handout_id: UUID | None = None
    promised: int = 0


def balance_id(account_id: UUID, lot_id: UUID) -> UUID:
    """Return the id of the balance of a lot in an account, whether it exists or not."""
    return uuid5(account_id, str(lot_id))


def account_at(session: Session, place: geo.Place, kind: AccountKind) -> Account:
    """Return the account of a place, opened if it is the first time stock comes there."""
    found = register.account(session, place.id)
    if found is not None:
        return found
    made = Account(id=place.id, kind=kind, area_id=place.area_id, drill_id=place.drill_id)
    made.place_id = place.id
    return _open(session, made)


def counter_account(session: Session, kind: AccountKind, drill_id: UUID | None) -> Account:
    """Return the account where stock of this world (real, or one drill) comes from or goes to."""
    account_id = uuid5(drill_id or REAL, kind)
    found = register.account(session, account_id)
    if found is not None:
        return found
    root = geo.tree(session).root.id
    return _open(session, Account(id=account_id, kind=kind, area_id=root, drill_id=drill_id))


def transit_account(
    session: Session, shipment_id: UUID, *, area_id: UUID, drill_id: UUID | None
) -> Account:
    """Return the account of a shipment's load while it is on the road."""
    kind = AccountKind.IN_TRANSIT
    made = Account(id=shipment_id, kind=kind, area_id=area_id, drill_id=drill_id)
    return register.account(session, shipment_id) or _open(session, made)


def _open(session: Session, made: Account) -> Account:
    session.add(made)
    session.flush()
    return made


def prepare(session: Session, pairs: Iterable[tuple[Account, Lot]]) -> dict[UUID, Balance]:
    """Make sure these balances exist and lock them, in ascending id order."""
    wanted = {balance_id(account.id, lot.id): (account, lot) for account, lot in pairs}
    session.flush()
    known = set(
        session.scalars(
            select(Balance.id).where(Balance.id.in_(wanted)).execution_options(**register.LEDGER)
        )
    )
    for each in sorted(set(wanted) - known):
        account, lot = wanted[each]
        session.execute(insert(Balance).values(_empty(each, account, lot)))
    return balances.lock(session, wanted)


def _empty(new_id: UUID, account: Account, lot: Lot) -> dict[str, object]:
    return {
        "id": new_id,
        "account_id": account.id,
        "lot_id": lot.id,
        "item_code": lot.item_code,
        "expires_on": lot.expires_on,
        "physical": AccountKind(account.kind) in PHYSICAL,
        "on_hand": 0,
        "promised": 0,
        "area_id": account.area_id,
        "drill_id": account.drill_id,
    }


def post(session: Session, entries: Sequence[Entry], *, now: datetime) -> None:
    """Book entries in order. Raises IllegalTransition if a place would hold less than nothing.

    That holds for every past moment too: an entry dated back must have been possible then, and
    what leaves now leaves no earlier than anything came, even if somebody set the clock back.
    """
    pairs = [(each.source, each.lot) for each in entries]
    pairs += [(each.target, each.lot) for each in entries]
    prepare(session, pairs)
    for asked in entries:
        each = asked if asked.at < now else _after_all_before(session, asked)
        _check_uncorrected(session, each)
        if each.at < now:
            _check_past(session, each)
        _take(session, each)
        _give(session, each)
        _tell_board(session, each)
        _queue(session, each, booked_at=now)


def set_aside(session: Session, each: UUID, quantity: int) -> None:
    """Promise so much of a locked balance by one guarded update; negative gives it back."""
    done = session.execute(
        update(Balance)
        .where(
            Balance.id == each,
            Balance.promised + quantity >= 0,
            Balance.promised + quantity <= Balance.on_hand,
        )
        .values(promised=Balance.promised + quantity)
        .execution_options(synchronize_session=False)
    )
    if _touched(done) != 1:
        raise IllegalTransition(_("This stock is no longer free."))


def _take(session: Session, each: Entry) -> None:
    left = Balance.on_hand - each.quantity
    keeps = Balance.promised - each.promised
    from_households = each.source.kind == AccountKind.ISSUED and each.kind in FROM_HOUSEHOLDS
    enough = (left >= keeps) & (keeps >= 0) | (
        ~Balance.physical if not from_households else false()
    )
    done = session.execute(
        update(Balance)
        .where(Balance.id == balance_id(each.source.id, each.lot.id), enough)
        .values(on_hand=left, promised=keeps)
        .execution_options(synchronize_session=False)
    )
    if _touched(done) != 1:
        if from_households:
            raise IllegalTransition(_("So much of this lot is not with households any more."))
        raise IllegalTransition(_("There is not so much of this lot free there."))


def _touched(done: Result[Any]) -> int:
    """Return how many rows an update changed: the guard held if it is one."""
    return cast("CursorResult[Any]", done).rowcount


def _give(session: Session, each: Entry) -> None:
    session.execute(
        update(Balance)
        .where(Balance.id == balance_id(each.target.id, each.lot.id))
        .values(on_hand=Balance.on_hand + each.quantity)
        .execution_options(synchronize_session=False)
    )


def _after_all_before(session: Session, each: Entry) -> Entry:
    """Date an entry of now by the latest of its source, should the clock be behind that."""
    if AccountKind(each.source.kind) not in PHYSICAL:
        return each
    past = [
        session.scalar(
            select(func.max(Movement.at))
            .where(end == each.source.id, Movement.lot_id == each.lot.id)
            .execution_options(**register.LEDGER)
        )
        for end in (Movement.from_account, Movement.to_account)
    ]
    return replace(each, at=max([each.at, *(at for at in past if at is not None)]))


def _check_past(session: Session, each: Entry) -> None:
    """Refuse an entry dated back that its source could not have borne at any moment since."""
    if AccountKind(each.source.kind) not in PHYSICAL:
        return
    past = register.changes(session, each.source.id, each.lot.id)
    if lowest_from(past, each.at) < each.quantity:
        raise IllegalTransition(
            _("Dated back so far, the stock would have been below zero on a past day.")
        )


def _check_uncorrected(session: Session, each: Entry) -> None:
    if each.corrects and register.corrected_by(session, each.corrects):
        raise IllegalTransition(_("This movement was corrected already."))


def _tell_board(session: Session, each: Entry) -> None:
    """Keep the board of what places have in step, in this same transaction."""
    for account, sign in ((each.source, -1), (each.target, 1)):
        if account.kind == AccountKind.SHELTER and account.place_id:
            move_supply(
                session, place_id=account.place_id, item_code=each.lot.item_code,
                on_hand=sign * each.quantity, on_the_way=0, as_of=each.at,
            )  # fmt: skip


def _queue(session: Session, each: Entry, *, booked_at: datetime) -> None:
    queue: list[dict[str, object]] = session.info.setdefault("movements", [])
    if not queue:
        db.before_commit(session, AFTER_EVENTS, _write)
    queue.append(
        {
            "id": each.id,
            "line": len(queue),
            "kind": each.kind,
            "from_account": each.source.id,
            "to_account": each.target.id,
            "lot_id": each.lot.id,
            "item_code": each.lot.item_code,
            "quantity": each.quantity,
            "reason": each.reason,
            "document": each.document,
            "at": each.at,
            "booked_at": booked_at,
            "actor_id": each.actor_id,
            "corrects": each.corrects,
            "shipment_id": each.shipment_id,
            "handout_id": each.handout_id,
            "drill_id": each.lot.drill_id,
        }
    )


def _write(session: Session) -> None:
    """Write the entries with the number of the transaction's last event."""
    seq = session.info["seq"]
    rows = [row | {"seq": seq} for row in session.info.pop("movements")]
    session.execute(insert(Movement), rows)
