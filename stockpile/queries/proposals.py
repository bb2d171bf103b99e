"""What the pages of needs, depots and lots show beside the bare rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.needs.queries import Line
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from stockpile import rules
from stockpile.models import Account, Balance, Lot, Movement, ReservationLine
from stockpile.queries import balances, reach, register
from stockpile.queries.register import LEDGER

ENTRIES = 200  # of a lot's history on one page
COUNTERS = {
    "supplier": lazy("supplier"),
    "donor": lazy("donor"),
    "issued": lazy("those it was handed to"),
    "loss": lazy("loss"),
    "count_difference": lazy("count difference"),
    "in_transit": lazy("the road"),
    "lent": lazy("on loan"),
    "assembly": lazy("kits put together or taken apart"),
}


@dataclass(frozen=True)
class Drawn:
    """So much of one lot in one depot, so far from the need (kilometres, None: unknown)."""

    depot_name: str
    lot: Lot
    quantity: int
    km: float | None


@dataclass(frozen=True)
class Card:
    """A lot, its item, where it lies, and its entries, the latest first."""

    lot: Lot
    item: Item
    rows: list[balances.Row]
    entries: list[Movement]
    names: dict[UUID, str]


def nearest(session: Session, line: Line) -> list[Drawn]:
    """Return what would be drawn for a need right now, nearest first; promises nothing."""
    need = line.need
    today = clock.local_date(register.now_in(session, need.drill_id))
    ids = balances.pickable_ids(
        session, need.item_code, today=today, drill_id=need.drill_id,
        disaster_id=need.disaster_id,
    )  # fmt: skip
    ids = reach.reachable(session, need, ids)
    serves = balances.serves(session, need)
    rows = session.scalars(
        select(Balance).where(Balance.id.in_(ids)).execution_options(any_drill=True)
    )
    found = {row.id: row for row in rows if serves(row)}
    stock = {each.balance_id: each for each in balances.stock(session, found.values(), line.point)}
    drawn = []
    for draw in rules.nearest_first(need.outstanding, stock.values()):
        metres = stock[draw.balance_id].metres
        lot = register.lot(session, found[draw.balance_id].lot_id)
        depot = session.get_one(geo.Place, found[draw.balance_id].account_id)
        assert lot is not None
        drawn.append(
            Drawn(depot.name, lot, draw.quantity, None if metres is None else metres / 1000)
        )
    return drawn


def choices(session: Session, line: Line) -> tuple[dict[UUID, tuple[str, int]], dict[str, int]]:
    """Return where a need may be met from, and the purposes of what was given for one only.

    Each depot with its name and what is free in it; each purpose (专款专用) with what is free.
    """
    need = line.need
    today = clock.local_date(register.now_in(session, need.drill_id))
    ids = balances.pickable_ids(
        session, need.item_code, today=today, drill_id=need.drill_id,
        disaster_id=need.disaster_id, purpose=None,
    )  # fmt: skip
    rows = session.execute(
        select(Balance, geo.Place.name, Lot)
        .join(geo.Place, geo.Place.id == Balance.account_id)
        .join(Lot, Lot.id == Balance.lot_id)
        .where(Balance.id.in_(ids))
        .order_by(geo.Place.name, Balance.account_id)
        .execution_options(any_drill=True)
    )
    serves = balances.serves(session, need)
    depots: dict[UUID, tuple[str, int]] = {}
    purposes: Counter[str] = Counter()
    for balance, name, lot in rows:
        if serves(balance):
            bound = lot.purpose and lot.disaster_id is None
            before = depots.get(balance.account_id, (name, 0))[1]
            depots[balance.account_id] = name, before + (0 if bound else balance.free)
            if bound:
                purposes[lot.purpose] += balance.free
    return depots, dict(sorted(purposes.items()))


def promised(session: Session, need_id: UUID) -> list[tuple[ReservationLine, str, Lot]]:
    """Return every line promised to a need with its depot's name and lot."""
    rows = session.execute(
        select(ReservationLine, geo.Place.name, Lot)
        .join(geo.Place, geo.Place.id == ReservationLine.depot_id)
        .join(Lot, Lot.id == ReservationLine.lot_id)
        .where(ReservationLine.need_id == need_id)
        .order_by(ReservationLine.reservation_id, ReservationLine.id)
        # Who may see the need may see where its goods come from.
        .execution_options(**LEDGER)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def account_names(session: Session, entries: Iterable[Movement]) -> dict[UUID, str]:
    """Return what each account in these entries is called on screen."""
    ids = {each for entry in entries for each in (entry.from_account, entry.to_account)}
    rows = session.execute(
        select(Account.id, Account.kind, geo.Place.name)
        .outerjoin(geo.Place, geo.Place.id == Account.place_id)
        .where(Account.id.in_(ids))
        .execution_options(**LEDGER)
    )
    return {account: _called(kind, place) for account, kind, place in rows}


def _called(kind: str, place: str | None) -> str:
    if kind == rules.AccountKind.RECOVERY:
        return _("%(depot)s (to be graded)", depot=place)
    return place or str(COUNTERS.get(kind, kind))


def lot_card(session: Session, lot_id: UUID, *, page: int = 1) -> tuple[Card, int]:
    """Return a lot that lies, or lay, in the viewer's areas, and how many pages its history has.

    Raises NotFound.
    """
    lot = register.lot(session, lot_id)
    seen = session.scalars(
        select(Balance).where(Balance.lot_id == lot_id).execution_options(any_drill=True)
    ).all()
    accounts = {row.account_id for row in seen}
    if lot is None or not accounts:
        raise NotFound(_("There is no such lot, or not in your areas."))
    mine = (
        Movement.lot_id == lot_id,
        or_(Movement.from_account.in_(accounts), Movement.to_account.in_(accounts)),
    )
    count = select(func.count()).select_from(Movement).where(*mine)
    pages = max(1, -(-(session.scalar(count.execution_options(**LEDGER)) or 0) // ENTRIES))
    entries = _entries(session, mine, first=(min(page, pages) - 1) * ENTRIES)
    rows = [row for each in sorted(accounts) for row in balances.at_place(session, each)]
    card = Card(
        lot=lot, item=items.item(session, lot.item_code),
        rows=[row for row in rows if row.lot.id == lot_id],
        entries=entries, names=account_names(session, entries),
    )  # fmt: skip
    return card, pages


def _entries(
    session: Session, mine: Iterable[ColumnElement[bool]], *, first: int
) -> list[Movement]:
    return list(
        session.scalars(
            select(Movement)
            .where(*mine)
            .order_by(Movement.seq.desc(), Movement.line.desc())
            .offset(first)
            .limit(ENTRIES)
            .execution_options(**LEDGER)
        )
    )
