"""Reading the catalogue."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops.disasters.items.models import Item
from relief_ops.errors import Invalid
from relief_ops.i18n import gettext as _
from relief_ops.i18n import language


def items(session: Session) -> list[Item]:
    """Return the catalogue in its own order."""
    return list(session.scalars(select(Item).order_by(Item.position, Item.code)))


def item(session: Session, code: str) -> Item:
    """Return one item. Raises Invalid when no item has this code."""
    found = session.get(Item, code)
    if found is None:
        raise Invalid(_("There is no item with the code %(code)s.", code=code))
    return found


def name_of(found: Item) -> str:
    """Return the item's name in the reader's language."""
    return found.name_zh if language() == "zh" else found.name_en


def unit_of(found: Item) -> str:
    """Return the base unit in the reader's language."""
    return found.unit_zh if language() == "zh" else found.unit_en


def thousandths(milli: int | None) -> Decimal | None:
    """Return a stored number of thousandths as a decimal."""
    return None if milli is None else Decimal(milli) / 1000


def shown(found: Item) -> dict[str, Any]:
    """Return an item as the API shows it."""
    return {
        "code": found.code,
        "name": name_of(found),
        "name_zh": found.name_zh,
        "name_en": found.name_en,
        "item_class": found.item_class,
        "unit": unit_of(found),
        "pack_size": found.pack_size,
        "pack_kg": thousandths(found.pack_grams),
        "pack_litres": thousandths(found.pack_ml),
        "ration": thousandths(found.ration_milli),
        "per_person": thousandths(found.per_person_milli),
        "shelf_life_days": found.shelf_life_days,
        "returnable": found.returnable,
        "spec": found.spec,
        "revision": found.revision,
    }
