"""Counts: what waits for a second person, without what was found, and what was booked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.plugins import Attention, View
from stockpile.models import Balance, CountClaim, Lot, Movement
from stockpile.queries.register import LEDGER, below
from stockpile.rules import CountState, Move

LATEST = 20
COUNTED_ONCE = lazy("%(depot)s: %(n)d lots wait for a second count")
WRITTEN_OFF_ONCE = lazy("%(depot)s: %(n)d write-offs wait for a second person")
TAKEN_BACK_ONCE = lazy("%(depot)s: %(n)d movements wait for a second person to take them back")


def waiting(session: Session, depot_id: UUID, kind: Move = Move.COUNT) -> dict[UUID, CountClaim]:
    """Return the counts, or the write-offs, a second person has still to make, by lot."""
    rows = session.scalars(
        select(CountClaim)
        .where(
            CountClaim.account_id == depot_id,
            CountClaim.state == CountState.WAITING,
            CountClaim.kind == kind,
        )
        .execution_options(any_drill=True)
    )
    return {each.lot_id: each for each in rows}


def short(session: Session, place_id: UUID) -> dict[UUID, CountClaim]:
    """Return what was counted at a place and is not booked as more is promised, by lot."""
    rows = session.scalars(
        select(CountClaim)
        .where(CountClaim.account_id == place_id, CountClaim.state == CountState.SHORT)
        .execution_options(any_drill=True)
    )
    return {each.lot_id: each for each in rows}


def waits_for_promises(session: Session, claim_id: UUID) -> bool:
    """Whether what was counted under this id waits for promises to be given back."""
    found = session.scalar(
        select(CountClaim.state).where(CountClaim.id == claim_id).execution_options(**LEDGER)
    )
    return found == CountState.SHORT


def waits(session: Session, claim_id: UUID) -> bool:
    """Whether what was sent under this id waits for a second person."""
    found = session.scalar(
        select(CountClaim.state).where(CountClaim.id == claim_id).execution_options(**LEDGER)
    )
    return found == CountState.WAITING


def claim(session: Session, claim_id: UUID, *, lock: bool = False) -> CountClaim:
    """Return what one person said of a lot. Raises NotFound outside the viewer's areas."""
    wanted = select(CountClaim).where(CountClaim.id == claim_id)
    found: CountClaim | None = session.scalar(
        (wanted.with_for_update() if lock else wanted).execution_options(any_drill=True)
    )
    if found is None:
        raise NotFound(_("There is no such count, or not in your areas."))
    return found


def taken_back_once(session: Session, movement_id: UUID) -> CountClaim | None:
    """Return what waits for a second person to take the same movement back, if anything does."""
    waits = CountClaim.state == CountState.WAITING
    found: CountClaim | None = session.scalar(
        select(CountClaim)
        .where(CountClaim.corrects == movement_id, waits)
        .execution_options(any_drill=True)
    )
    return found


def shown(claim: CountClaim, *, reader: UUID | None) -> dict[str, Any]:
    """Return a waiting count as the API shows it: that it waits, never what was found."""
    return {
        "id": claim.id,
        "depot": claim.account_id,
        "lot": claim.lot_id,
        "counted_at": claim.counted_at,
        "own": claim.actor_id == reader,
    }


def latest(session: Session, depot_id: UUID) -> list[tuple[Movement, Lot, Item]]:
    """Return the latest differences that counting a depot has brought, the last first."""
    rows = session.execute(
        select(Movement, Lot, Item)
        .join(Lot, Lot.id == Movement.lot_id)
        .join(Item, Item.code == Movement.item_code)
        .where(
            Movement.kind == Move.COUNT,
            (Movement.from_account == depot_id) | (Movement.to_account == depot_id),
        )
        .order_by(Movement.seq.desc(), Movement.line.desc())
        .limit(LATEST)
        .execution_options(**LEDGER)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def attention(session: Session, view: View) -> list[Attention]:
    """Return the places where lots wait for a second person to count or write off the same."""
    rows = session.execute(
        select(CountClaim, geo.Place, Lot, Item)
        .join(geo.Place, geo.Place.id == CountClaim.account_id)
        .join(Lot, Lot.id == CountClaim.lot_id)
        .join(Item, Item.code == Lot.item_code)
        .where(CountClaim.state == CountState.WAITING, CountClaim.area_id.in_(below(view.area_id)))
        .order_by(CountClaim.counted_at)
    ).all()
    found: dict[tuple[UUID, str, UUID | None], list[Any]] = {}
    for row in rows:
        found.setdefault((row[1].id, row[0].kind, row[0].corrects), []).append(row)
    return [_entry(mine) for mine in found.values()]


def beyond_counted(session: Session, view: View) -> list[Attention]:
    """Return the places where more of a lot is promised than was counted there."""
    rows = session.execute(
        select(CountClaim, geo.Place, Item, Balance)
        .join(geo.Place, geo.Place.id == CountClaim.account_id)
        .join(Lot, Lot.id == CountClaim.lot_id)
        .join(Item, Item.code == Lot.item_code)
        .join(
            Balance,
            (Balance.account_id == CountClaim.account_id) & (Balance.lot_id == CountClaim.lot_id),
        )
        .where(CountClaim.state == CountState.SHORT, CountClaim.area_id.in_(below(view.area_id)))
        .order_by(CountClaim.counted_at)
    )
    return [_beyond(*row) for row in rows]


def _beyond(claim: CountClaim, place: geo.Place, item: Item, balance: Balance) -> Attention:
    there = balance.on_hand + claim.counted - claim.held
    more = balance.promised - there
    told = {"depot": place.name, "item": items.name_of(item), "n": more}
    return Attention(
        key=f"stock:short:{claim.id}",
        state="act",
        kind="stock_count",
        title=_("%(depot)s: of %(item)s %(n)d more are promised than were counted", **told)
        if more > 0
        else _("%(depot)s: %(item)s can be counted and booked now", **told),
        detail=_("Give promises back, then count it again: the same count is booked."),
        area_id=place.area_id,
        since=claim.counted_at,
        href=f"/stock/count?depot={place.id}",
    )


def _entry(rows: list[Any]) -> Attention:
    claim, place = rows[0][0], rows[0][1]
    names = [f"{items.name_of(item)} {lot.label}" for _claim, _place, lot, item in rows[:3]]
    title, href = _told(claim, place)
    undone = f":{claim.corrects}" if claim.corrects else ""
    return Attention(
        key=f"stock:{claim.kind}:{place.id}{undone}",
        state="watch",
        kind="stock_count",
        title=str(title) % {"depot": place.name, "n": len(rows)},
        detail=_(", ").join(names),
        area_id=place.area_id,
        since=claim.counted_at,
        href=href,
    )


def _told(claim: CountClaim, place: geo.Place) -> tuple[Any, str]:
    """Return what waits in words, and where the second person goes."""
    if claim.kind == Move.CORRECTION:
        return TAKEN_BACK_ONCE, f"/stock/movements/{claim.corrects}/correction"
    if claim.kind == Move.WRITE_OFF:
        return WRITTEN_OFF_ONCE, f"/stock/move?kind=write_off&place={place.id}"
    return COUNTED_ONCE, f"/stock/count?depot={place.id}"
