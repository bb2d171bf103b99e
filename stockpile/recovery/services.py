"""Bringing goods back: collected into a book of their own, graded, back in stock or scrapped."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import db, geo, receipts
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import Code, Event, record
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.receipts import Attempt, Receipt
from stockpile.models import Account, Depot, Lot
from stockpile.queries import register
from stockpile.recovery import events, queries, rules, schemas
from stockpile.recovery.models import Recovery, RecoveryStep
from stockpile.recovery.rules import Graded, Problem, StepKind
from stockpile.rules import AccountKind, Move
from stockpile.services import ledger
from stockpile.services.ledger import Entry

APART = "recovery"
SAID = {
    Problem.NOTHING: ("good", lazy("Say how much is good, or how much should be scrapped.")),
    Problem.TOO_MUCH: ("good", lazy("That is more than is left to grade.")),
    Problem.NOT_WASHED: ("washed", lazy("So much of it is not in the wash.")),
    Problem.PENDING: (
        "scrap",
        lazy("Scrapping of it waits for a second person: settle that first."),
    ),
    Problem.NO_REASON: ("reason", lazy("Say why it should be scrapped.")),
}


def collect(
    session: Session, attempt: Attempt, order: schemas.PutRecovery, *, disaster: Disaster,
    depot: Depot, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Book goods from a place, or from households, into what a depot has to grade."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    lot = _lot(session, order.lot, disaster, depot)
    now = register.now_in(session, depot.drill_id)
    source, target = _source(session, order, disaster, depot), apart(session, depot)
    _check_handed_out(session, order, lot)
    entry = Entry(
        id=uuid5(attempt.id, Move.COLLECT), kind=Move.COLLECT, source=source,
        target=target, lot=lot, quantity=order.quantity, at=now, actor_id=actor_id,
    )  # fmt: skip
    ledger.post(session, [entry], now=now)
    made = Recovery(
        id=attempt.id, disaster_id=disaster.id, place_id=order.place, depot_id=depot.id,
        lot_id=lot.id, item_code=lot.item_code, quantity=order.quantity, restocked=0, scrapped=0,
        proposed=0, collected_by=actor_id, collected_at=now, area_id=depot.area_id,
        drill_id=depot.drill_id, revision=1,
    )  # fmt: skip
    session.add(made)
    session.flush()
    event = events.GoodsCollected(
        disaster.id, order.place, depot.id, Code(lot.item_code), order.quantity
    )
    areas = [depot.area_id, *([source.area_id] if order.place else [])]
    _say(session, event, made, actor_id, areas=list(dict.fromkeys(areas)))
    return receipts.keep(session, attempt, revision=1)


def _lot(session: Session, lot_id: UUID, disaster: Disaster, depot: Depot) -> Lot:
    found = register.lot(session, lot_id)
    if found is None or len({found.drill_id, disaster.drill_id, depot.drill_id}) > 1:
        words = _("There is no such lot here.")
        raise Invalid(words, [FieldError("lot", "unknown", words)])
    if not items.item(session, found.item_code).returnable:
        words = _("Goods of this kind are used up: they are not collected.")
        raise Invalid(words, [FieldError("lot", "used_up", words)])
    return found


def _source(
    session: Session, order: schemas.PutRecovery, disaster: Disaster, depot: Depot
) -> Account:
    if order.place is None:
        return ledger.counter_account(session, AccountKind.ISSUED, disaster.drill_id)
    place = register.place(session, order.place)
    if place.drill_id != depot.drill_id or place.kind == "depot":
        words = _("Goods come back from a place that is no depot, or from households.")
        raise Invalid(words, [FieldError("place", "depot", words)])
    return ledger.account_at(session, place, AccountKind.SHELTER)


def _check_handed_out(session: Session, order: schemas.PutRecovery, lot: Lot) -> None:
    """Let no more come back from households than went to them from the actor's areas."""
    if order.place is not None:
        return
    given, back = queries.with_households(session, [lot.id]).get(lot.id, (0, 0))
    if not given:
        words = _("There is no such lot here.")
        raise Invalid(words, [FieldError("lot", "unknown", words)])
    if given - back < order.quantity:
        raise IllegalTransition(_("So much of this lot is not with households any more."))


def apart(session: Session, depot: Depot) -> Account:
    """Return the account of what a depot has to grade, opened when goods first come back."""
    account_id = uuid5(depot.id, APART)
    found = register.account(session, account_id)
    if found is not None:
        return found
    db.serialise(session, account_id)
    if found := register.account(session, account_id):
        return found
    made = Account(
        id=account_id, kind=AccountKind.RECOVERY, place_id=depot.id, area_id=depot.area_id,
        drill_id=depot.drill_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def grade(
    session: Session, attempt: Attempt, order: schemas.PutGrading, recovery_id: UUID, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Put what is good back into stock; propose to scrap the rest, which takes another person.

    What goes to the wash stays apart, and is graded once it is back.
    """
    if receipt := receipts.replay(session, attempt):
        receipt.id = recovery_id
        return receipt
    found, depot = _locked(session, recovery_id)
    said = Graded(order.good, order.scrap, order.wash, order.washed, order.reason)
    if problem := rules.wrong_with(found.tally, said):
        name, words = SAID[problem]
        raise Invalid(str(words), [FieldError(name, problem, str(words))])
    now = register.now_in(session, found.drill_id)
    if order.good:
        _book(session, found, Move.RESTOCK, order.good, attempt.id, now=now, actor_id=actor_id)
    _set(found, found.tally.graded(said))
    if order.wash:
        found.washing_since = now
    if order.scrap:
        found.proposed_by, found.proposed_why = actor_id, order.reason
    step = RecoveryStep(
        id=attempt.id, recovery_id=found.id, kind=StepKind.GRADED, good=order.good,
        scrap=order.scrap, wash=order.wash, washed=order.washed, reason=order.reason,
        actor_id=actor_id, at=now,
    )  # fmt: skip
    session.add(step)
    event = events.GoodsGraded(
        found.disaster_id, depot.id, Code(found.item_code), order.good, order.scrap, order.wash,
        order.washed,
    )  # fmt: skip
    _say(session, event, found, actor_id, areas=[found.area_id])
    return _answer(session, attempt, found)


def judge(
    session: Session, attempt: Attempt, order: schemas.PutScrapping, recovery_id: UUID, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Scrap what was proposed, or have it graded again: never by whoever proposed it."""
    if receipt := receipts.replay(session, attempt):
        receipt.id = recovery_id
        return receipt
    found, depot = _locked(session, recovery_id)
    if not found.proposed:
        raise IllegalTransition(_("Nothing of it waits to be scrapped."))
    if found.revision != order.revision:
        raise IllegalTransition(_("It was changed since you looked at it. Look at it again."))
    if found.proposed_by == actor_id:
        raise IllegalTransition(_("You proposed it: another person must agree."))
    now, quantity = register.now_in(session, found.drill_id), found.proposed
    if order.agreed:
        _book(session, found, Move.SCRAP, quantity, attempt.id, now=now, actor_id=actor_id)
    _set(found, found.tally.judged(agreed=order.agreed))
    found.proposed_by, found.proposed_why = None, ""
    kind = StepKind.SCRAPPED if order.agreed else StepKind.KEPT
    step = RecoveryStep(
        id=attempt.id, recovery_id=found.id, kind=kind, good=0, scrap=quantity,
        reason=order.reason, actor_id=actor_id, at=now,
    )  # fmt: skip
    session.add(step)
    event = events.GoodsScrapped(
        found.disaster_id, depot.id, Code(found.item_code), quantity, order.agreed
    )
    _say(session, event, found, actor_id, areas=[found.area_id])
    return _answer(session, attempt, found)


def _locked(session: Session, recovery_id: UUID) -> tuple[Recovery, Depot]:
    found = queries.recovery(session, recovery_id, lock=True)
    return found, register.depot(session, found.depot_id)


def _set(found: Recovery, tally: rules.Tally) -> None:
    found.restocked, found.scrapped, found.proposed, found.washing = (
        tally.restocked, tally.scrapped, tally.proposed, tally.washing,
    )  # fmt: skip
    found.revision += 1


def _book(
    session: Session, found: Recovery, kind: Move, quantity: int, act: UUID, *, now: datetime,
    actor_id: UUID,
) -> None:  # fmt: skip
    """Move goods from what is to be graded into the depot's stock, or out of every book."""
    depot = register.depot(session, found.depot_id)
    place: geo.Place = register.place(session, depot.id)
    target = (
        ledger.account_at(session, place, AccountKind.DEPOT)
        if kind == Move.RESTOCK
        else ledger.counter_account(session, AccountKind.LOSS, found.drill_id)
    )
    lot = register.lot(session, found.lot_id)
    assert lot is not None, "a recovery has its lot"
    entry = Entry(
        id=uuid5(act, kind), kind=kind, source=apart(session, depot), target=target, lot=lot,
        quantity=quantity, at=now, actor_id=actor_id,
    )  # fmt: skip
    ledger.post(session, [entry], now=now)


def _say(
    session: Session, event: Event, found: Recovery, actor_id: UUID, *, areas: list[UUID]
) -> None:
    record(session, event, actor_id=actor_id, subject=found.id, areas=areas)


def _answer(session: Session, attempt: Attempt, found: Recovery) -> Receipt:
    receipt = receipts.keep(session, attempt, revision=found.revision)
    receipt.id = found.id
    return receipt
