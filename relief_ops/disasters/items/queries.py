"""Reading the catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops.disasters.items.models import Item, ItemSubstitute, KitPart
from relief_ops.errors import FieldError, Invalid
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


def check_goes_on(found: Item) -> None:
    """Raise Invalid for an item merged into another: nothing more of it is asked for or comes."""
    if found.merged_into is not None:
        words = _("%(code)s is merged into %(other)s: use that.", code=found.code,
                  other=found.merged_into)  # fmt: skip
        raise Invalid(words, [FieldError("item", "merged", words)])


def stand_ins(session: Session) -> dict[str, list[ItemSubstitute]]:
    """Return by item what may stand in for it, what takes the fewest first."""
    found: dict[str, list[ItemSubstitute]] = defaultdict(list)
    statement = select(ItemSubstitute).join(Item, Item.code == ItemSubstitute.stands_in_code)
    ordered = statement.order_by(ItemSubstitute.per_hundred, Item.position, Item.code)
    for each in session.scalars(ordered):
        found[each.item_code].append(each)
    return found


def rate(session: Session, code: str, other: str) -> int:
    """Return how many units of another item stand in for 100 of one. Raises Invalid."""
    item(session, other)
    found = session.get(ItemSubstitute, (code, other))
    if found is None:
        words = _("The catalogue does not let this item stand in for it.")
        raise Invalid(words, [FieldError("stand_in", "no_stand_in", words)])
    return found.per_hundred


def recipes(session: Session) -> dict[str, list[KitPart]]:
    """Return by kit what one unit of it is made of, in the order of the catalogue."""
    found: dict[str, list[KitPart]] = defaultdict(list)
    statement = select(KitPart).join(Item, Item.code == KitPart.part_code)
    for each in session.scalars(statement.order_by(Item.position, Item.code)):
        found[each.kit_code].append(each)
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


def catalogue(session: Session) -> list[dict[str, Any]]:
    """Return every item as the API shows it, in the catalogue's own order."""
    others, made_of = stand_ins(session), recipes(session)
    return [shown(each, others, made_of) for each in items(session)]


def shown(
    found: Item, others: Mapping[str, Sequence[ItemSubstitute]],
    made_of: Mapping[str, Sequence[KitPart]],
) -> dict[str, Any]:  # fmt: skip
    """Return an item as the API shows it, with what stands in for it and what it is made of."""
    return {
        "code": found.code,
        "name": name_of(found),
        "name_zh": found.name_zh,
        "name_en": found.name_en,
        "item_class": found.item_class,
        "unit": unit_of(found),
        "unit_zh": found.unit_zh,
        "unit_en": found.unit_en,
        "pack_size": found.pack_size,
        "pack_kg": thousandths(found.pack_grams),
        "pack_litres": thousandths(found.pack_ml),
        "estimated": found.revision == 1 and bool(found.source),
        "ration": thousandths(found.ration_milli),
        "per_person": thousandths(found.per_person_milli),
        "shelf_life_days": found.shelf_life_days,
        "returnable": found.returnable,
        "spec": found.spec,
        "substitutes": [
            {"item": each.stands_in_code, "per_hundred": each.per_hundred, "source": each.source}
            for each in others.get(found.code, ())
        ],
        "parts": [
            {"item": each.part_code, "quantity": each.quantity, "source": each.source}
            for each in made_of.get(found.code, ())
        ],
        "merged_into": found.merged_into,
        "revision": found.revision,
    }
