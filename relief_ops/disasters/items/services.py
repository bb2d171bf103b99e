"""Changing the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import geo, receipts
from relief_ops.auth.home import own_root
from relief_ops.disasters.items import schemas
from relief_ops.disasters.items.events import ItemChanged
from relief_ops.disasters.items.models import Item
from relief_ops.events import Code, record
from relief_ops.receipts import Attempt, Receipt


def put_item(
    session: Session, attempt: Attempt, code: str, order: schemas.PutItem, *, actor_id: UUID
) -> Receipt:
    """Add an item or change it; its code never changes."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = session.get(Item, code, with_for_update=True)
    revision = receipts.next_revision(attempt, found.revision if found else None)
    if found is None:
        found = Item(code=code, position=1000)
        session.add(found)
    for field in ("item_class", "name_zh", "name_en", "unit_zh", "unit_en", "pack_size",
                  "shelf_life_days", "returnable", "spec"):  # fmt: skip
        setattr(found, field, getattr(order, field))
    found.pack_grams = _milli(order.pack_kg)
    found.pack_ml = _milli(order.pack_litres)
    found.ration_milli = _milli(order.ration)
    found.per_person_milli = _milli(order.per_person)
    found.revision = revision
    root = own_root(geo.tree(session)).id
    event = ItemChanged(Code(code), revision)
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[root])
    return receipts.keep(session, attempt, revision=revision)


def load_items(session: Session, rows: Iterable[Mapping[str, str]]) -> int:
    """Load catalogue rows that are not there yet; what was edited on site stays.

    One that nobody edited learns what its pack weighs and takes up, if it did not say.
    """
    known = {each.code: each for each in session.scalars(select(Item))}
    fresh = 0
    for position, row in enumerate(rows):
        made = _item(row, position)
        held = known.get(made.code)
        if held is None:
            session.add(made)
            fresh += 1
        elif held.revision == 1 and held.pack_grams is None and held.pack_ml is None:
            held.pack_grams, held.pack_ml = made.pack_grams, made.pack_ml
    return fresh


def _item(row: Mapping[str, str], position: int) -> Item:
    return Item(
        code=row["code"],
        item_class=row["class"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        unit_zh=row["unit_zh"],
        unit_en=row["unit_en"],
        pack_size=int(row["pack_size"]),
        pack_grams=_milli(_decimal(row["pack_kg"])),
        pack_ml=_milli(_decimal(row["pack_litres"])),
        ration_milli=_milli(_decimal(row["ration"])),
        per_person_milli=_milli(_decimal(row["per_person"])),
        shelf_life_days=int(row["shelf_life_days"]) if row["shelf_life_days"] else None,
        returnable=row["returnable"] == "1",
        spec=row["spec"],
        source=row["source"],
        position=position,
        revision=1,
    )


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _milli(value: Decimal | None) -> int | None:
    return None if value is None else int(value * 1000)
