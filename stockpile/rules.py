"""Decisions about stock on plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from itertools import groupby
from uuid import UUID


class AccountKind(StrEnum):
    """Where stock can be. The physical ones can never hold less than nothing."""

    DEPOT = "depot"
    VEHICLE = "vehicle"
    SHELTER = "shelter"
    IN_TRANSIT = "in_transit"
    SUPPLIER = "supplier"
    DONOR = "donor"
    ISSUED = "issued"
    LOSS = "loss"
    COUNT_DIFFERENCE = "count_difference"
    RECOVERY = "recovery"
    ASSEMBLY = "assembly"
    LENT = "lent"


PHYSICAL = frozenset(
    {
        AccountKind.DEPOT,
        AccountKind.VEHICLE,
        AccountKind.SHELTER,
        AccountKind.IN_TRANSIT,
        AccountKind.RECOVERY,
        AccountKind.LENT,  # nobody brings back more than he borrowed
    }
)


# Where goods go that nobody has any more: whoever sends them there says that they are gone.
OUTSIDE = frozenset(
    {AccountKind.LOSS, AccountKind.COUNT_DIFFERENCE, AccountKind.SUPPLIER, AccountKind.DONOR}
)


class Mode(StrEnum):
    """How a depot holds its stock: bought, by agreement, or as capacity to produce."""

    OWNED = "owned"
    AGREEMENT = "agreement"
    CAPACITY = "capacity"


class Move(StrEnum):
    """Why stock moved: the reason code of a movement."""

    RECEIVE = "receive"
    DONATION = "donation"
    TRANSFER = "transfer"
    ISSUE = "issue"
    RETURN = "return"
    COUNT = "count"
    WRITE_OFF = "write_off"
    CORRECTION = "correction"
    DISPATCH = "dispatch"
    DELIVERY = "delivery"
    TURN_BACK = "turn_back"
    SHORTAGE = "shortage"
    DAMAGE = "damage"
    SURPLUS = "surplus"
    COLLECT = "collect"
    RESTOCK = "restock"
    SCRAP = "scrap"
    ASSEMBLE = "assemble"
    DISMANTLE = "dismantle"
    LOAN = "loan"
    LOAN_BACK = "loan_back"


@dataclass(frozen=True)
class Ends:
    """Which ends of a movement a person names; the other end is a counter-account."""

    needs_from: bool
    needs_to: bool
    counter: AccountKind | None
    permission: str


MOVES = {
    Move.RECEIVE: Ends(False, True, AccountKind.SUPPLIER, "stock.receive"),
    Move.DONATION: Ends(False, True, AccountKind.DONOR, "stock.receive"),
    Move.RETURN: Ends(False, True, AccountKind.ISSUED, "stock.receive"),
    Move.TRANSFER: Ends(True, True, None, "stock.ship"),
    Move.ISSUE: Ends(True, False, AccountKind.ISSUED, "stock.ship"),
    Move.WRITE_OFF: Ends(True, False, AccountKind.LOSS, "stock.count"),
    Move.LOAN: Ends(True, False, AccountKind.LENT, "stock.ship"),
    Move.LOAN_BACK: Ends(False, True, AccountKind.LENT, "stock.receive"),
    Move.COUNT: Ends(True, False, AccountKind.COUNT_DIFFERENCE, "stock.count"),
}


# What a person may take back as a whole; everything else is put right by a form of its own.
TAKEN_BACK = frozenset({*MOVES, Move.CORRECTION} - {Move.COUNT})


def can_be_taken_back(kind: str, *, corrected: bool, handed_out: bool) -> bool:
    """Whether a movement may be taken back: once, and what a household got with its handout."""
    return kind in TAKEN_BACK and not corrected and not handed_out


class LineState(StrEnum):
    """What became of one promised lot line; every one is resolved exactly once."""

    OPEN = "open"
    RELEASED = "released"
    SHIPPED = "shipped"
    RECEIVED = "received"
    TURNED_BACK = "turned_back"


class ShipmentState(StrEnum):
    """Where a shipment is."""

    ON_THE_WAY = "on_the_way"
    RECEIVED = "received"
    TURNED_BACK = "turned_back"


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What is free of one lot in one depot, and how far that is from the need (None: unknown)."""

    balance_id: UUID
    depot_id: UUID
    free: int
    metres: float | None
    expires_on: date | None


@dataclass(frozen=True)
class Draw:
    """So much of one balance."""

    balance_id: UUID
    quantity: int


def nearest_first(quantity: int, stock: Iterable[Stock]) -> list[Draw]:
    """Draw the quantity from the nearest depot first, in each the lot that expires first.

    Draws everything there is when there is less; depots whose distance is not known come last.
    """
    draws = []
    for each in sorted(stock, key=_nearest):
        if quantity <= 0:
            break
        taken = min(each.free, quantity)
        if taken > 0:
            draws.append(Draw(each.balance_id, taken))
            quantity -= taken
    return draws


def _nearest(each: Stock) -> tuple[bool, float, str, date, str]:
    known = each.metres is not None
    expires = each.expires_on or date.max
    return not known, each.metres or 0.0, str(each.depot_id), expires, str(each.balance_id)


def is_pickable(expires_on: date | None, today: date) -> bool:
    """Whether a lot may still go out: one that expires today or earlier may not."""
    return expires_on is None or expires_on > today


def goes_unnamed(kind: Move, *, expires_on: date | None, bound: bool, today: date) -> bool:
    """Whether a lot may be taken where nobody chose it.

    What was given for a purpose (`bound`) goes only where somebody names it, and nobody sends out
    what has expired without having looked; to write it off is another matter.
    """
    return kind == Move.WRITE_OFF or (not bound and is_pickable(expires_on, today))


def expiry_of(made_on: date | None, shelf_life_days: int | None) -> date | None:
    """Return the day a lot expires by its item's shelf life, if both are known."""
    if made_on is None or shelf_life_days is None:
        return None
    return made_on + timedelta(days=shelf_life_days)


class CountState(StrEnum):
    """What became of a count that differs too much to be booked on one person's word."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"  # asked by mistake
    SHORT = "short"  # found, but more is promised: promises are given back first


def needs_second(difference: int, held: int, *, pieces: int, percent: int) -> bool:
    """Whether a difference is more than one person may book: beyond both limits."""
    return abs(difference) > max(pieces, held * percent // 100)


def lowest_from(changes: Sequence[tuple[datetime, int]], at: datetime) -> int:
    """Return the lowest a balance ever is from an instant on.

    `changes` are its movements as (instant, signed quantity), in any order; those of one
    instant count together.
    """
    balance, lowest, before = 0, None, 0
    for moment, group in groupby(sorted(changes), key=lambda each: each[0]):
        balance += sum(change for _moment, change in group)
        if moment <= at:
            before = balance
        else:
            lowest = balance if lowest is None else min(lowest, balance)
    return before if lowest is None else min(before, lowest)


@dataclass(frozen=True)
class Value:
    """So many pieces, how many of them nobody knows a price of, and what the others cost."""

    quantity: int = 0
    unpriced: int = 0
    fen: int = 0

    @property
    def yuan(self) -> Decimal | None:
        """Return the value of what has a price; None where nothing that is there has one."""
        if self.quantity and self.unpriced == self.quantity:
            return None
        return Decimal(self.fen) / 100

    def __add__(self, other: Value) -> Value:
        return Value(
            self.quantity + other.quantity, self.unpriced + other.unpriced, self.fen + other.fen
        )


def value_of(quantity: int, unit_fen: int | None) -> Value:
    """Return what so many pieces are worth by their lot's price; without one they are unpriced."""
    if unit_fen is None:
        return Value(quantity, quantity)
    return Value(quantity, 0, quantity * unit_fen)


def cover_days(on_hand: int, ration_milli: int, people: int) -> Decimal | None:
    """Return how many days a stock lasts so many people, to a tenth; None without people."""
    if people <= 0 or ration_milli <= 0:
        return None
    days = Decimal(on_hand) * 1000 / (Decimal(ration_milli) * people)
    return days.quantize(Decimal("0.1"), rounding=ROUND_DOWN)


def expiry_state(expires_on: date | None, today: date, *, near: int, warn: int) -> str:
    """Return how a lot stands: act when expired or within `near` days, watch within `warn`."""
    if expires_on is None:
        return "ok"
    left = (expires_on - today).days
    if left <= near:
        return "act"
    return "watch" if left <= warn else "ok"


def minimum_state(on_hand: int, minimum: int) -> str:
    """Return how a stock stands against its minimum: act below half of it, watch below it."""
    if 2 * on_hand < minimum:
        return "act"
    return "watch" if on_hand < minimum else "ok"


def wait_hours(opens: time | None, closes: time | None, now: datetime) -> float:
    """Return the hours until a depot opens, 0 while it is open; without hours it always is.

    `now` is local time. One that closes before it opens is open over midnight.
    """
    if opens is None or closes is None or _open_at(opens, closes, now.time()):
        return 0.0
    next_time = datetime.combine(now.date(), opens, tzinfo=now.tzinfo)
    if next_time <= now:
        next_time += timedelta(days=1)
    return (next_time - now) / timedelta(hours=1)


def _open_at(opens: time, closes: time, at: time) -> bool:
    return opens <= at < closes if opens < closes else at >= opens or at < closes


def closed_since(closes: time, now: datetime) -> datetime:
    """Return when a depot that is closed now closed last; `now` is local time."""
    last = datetime.combine(now.date(), closes, tzinfo=now.tzinfo)
    return last if last <= now else last - timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Lending:
    """A movement of one lot out on loan (`quantity` above 0) or back; `who` as it was written.

    `place` is what lends it, or to which it comes back.
    """

    id: UUID
    quantity: int
    who: str
    place: UUID | None = None
    corrects: UUID | None = None


def open_loans(moves: Iterable[Lending]) -> list[tuple[UUID, int]]:
    """Return (loan, how much of it is still out) of one lot's lendings, the oldest first.

    `moves` are in the order they happened. What comes back is of the place it comes back to and
    of whoever brings it, the oldest loan first; from somebody who borrowed nothing there, or not
    so much, of the oldest loan of all.
    """
    books = _Loans()
    for each in moves:
        books.lend(each) if each.quantity > 0 else books.bring_back(each)
    return [(loan, left) for loan, left in books.left.items() if left]


class _Loans:
    """What is out of each loan, and what each movement did to it."""

    def __init__(self) -> None:
        self.left: dict[UUID, int] = {}
        self.of: dict[UUID, Lending] = {}
        self.did: dict[UUID, dict[UUID, int]] = {}

    def lend(self, each: Lending) -> None:
        """Open a loan; a return that was taken back is out again where it was."""
        again = self.did.get(each.corrects) if each.corrects else None
        self.did[each.id] = again or {each.id: each.quantity}
        if not again:
            self.of[each.id] = each
        for loan, quantity in self.did[each.id].items():
            self.left[loan] = self.left.get(loan, 0) + quantity

    def bring_back(self, each: Lending) -> None:
        """Close loans: those this takes back, the place's, the bringer's own, then the oldest."""
        mine = self.did.get(each.corrects, {}) if each.corrects else {}
        wanted, taken = -each.quantity, {}

        def rank(loan: UUID) -> tuple[bool, bool, bool]:
            of = self.of[loan]
            return loan not in mine, of.place != each.place, of.who != each.who

        ranked = sorted(self.left, key=rank)
        for loan in ranked:
            taken[loan] = min(wanted, self.left[loan])
            self.left[loan] -= taken[loan]
            wanted -= taken[loan]
        self.did[each.id] = {loan: quantity for loan, quantity in taken.items() if quantity}
