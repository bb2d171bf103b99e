"""Counts: what waits for a second person, without what was found, and what was booked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from stockpile.models import CountClaim, Lot, Movement
from stockpile.queries.register import LEDGER, below
from stockpile.rules import CountState, Move

LATEST = 20


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


def waits(session: Session, claim_id: UUID) -> bool:
    """Whether what was sent under this id waits for a second person."""
    found = session.scalar(
        select(CountClaim.state).where(CountClaim.id == claim_id).execution_options(**LEDGER)
    )
    return found == CountState.WAITING


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
    found: dict[tuple[UUID, str], list[Any]] = {}
    for row in rows:
        found.setdefault((row[1].id, row[0].kind), []).append(row)
    return [_entry(mine) for mine in found.values()]


def _entry(rows: list[Any]) -> Attention:
    claim, place = rows[0][0], rows[0][1]
    names = [f"{items.name_of(item)} {lot.label}" for _claim, _place, lot, item in rows[:3]]
    told = {"depot": place.name, "n": len(rows)}
    counted = claim.kind == Move.COUNT
    return Attention(
        key=f"stock:{claim.kind}:{place.id}",
        state="watch",
        kind="stock_count",
        title=_("%(depot)s: %(n)d lots wait for a second count", **told)
        if counted
        else _("%(depot)s: %(n)d write-offs wait for a second person", **told),
        detail=_(", ").join(names),
        area_id=place.area_id,
        since=claim.counted_at,
        href=f"/stock/count?depot={place.id}"
        if counted
        else f"/stock/move?kind=write_off&place={place.id}",
    )
