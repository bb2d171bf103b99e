"""Changing the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from relief_ops import geo, receipts
from relief_ops.auth.home import own_root
from relief_ops.db import serialise
from relief_ops.disasters.items import queries, rules, schemas
from relief_ops.disasters.items.events import ItemChanged
from relief_ops.disasters.items.models import Item, ItemSubstitute, KitPart
from relief_ops.disasters.items.rules import Problem
from relief_ops.errors import FieldError, Invalid
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.receipts import Attempt, Receipt

CATALOGUE = UUID("0192f5c8-0000-7000-8000-00000000ca7a")
SAID = {
    Problem.UNKNOWN: lazy("There is no item with the code %(code)s."),
    Problem.ITSELF: lazy("An item does not stand beside itself."),
    Problem.KIT: lazy("%(code)s is a kit itself: no kit is inside another."),
    Problem.PART: lazy("This item is part of a kit: no kit is inside another."),
    Problem.MERGED: lazy("One of both is merged already: %(code)s."),
    Problem.UNIT: lazy("%(code)s is counted in another unit."),
}


def put_item(
    session: Session, attempt: Attempt, code: str, order: schemas.PutItem, *, actor_id: UUID
) -> Receipt:
    """Add an item or change it; its code never changes.

    One edit of the catalogue at a time, so that no two of them put a kit inside another.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    serialise(session, CATALOGUE)
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
    session.flush()
    _put_stand_ins(session, code, order.substitutes)
    _put_parts(session, code, order.parts)
    if "merged_into" in order.model_fields_set:
        _merge(session, found, order.merged_into)
    root = own_root(geo.tree(session)).id
    event = ItemChanged(Code(code), revision)
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[root])
    return receipts.keep(session, attempt, revision=revision)


def _put_stand_ins(session: Session, code: str, rates: Mapping[str, int] | None) -> None:
    """Let these items stand in for one; a rate that stays as it was keeps its source."""
    if rates is None:
        return
    known = set(session.scalars(select(Item.code)))
    _refuse("substitutes", rules.wrong_with(code, rates, known))
    before = {each.stands_in_code: each for each in queries.stand_ins(session).get(code, ())}
    sources = {
        other: before[other].source
        for other, rate in rates.items()
        if other in before and before[other].per_hundred == rate
    }
    session.execute(delete(ItemSubstitute).where(ItemSubstitute.item_code == code))
    session.add_all(
        ItemSubstitute(
            item_code=code, stands_in_code=other, per_hundred=rate, source=sources.get(other, "")
        )
        for other, rate in rates.items()
    )


def _put_parts(session: Session, code: str, parts: Mapping[str, int] | None) -> None:
    """Let a kit be made of these, none of which is a kit."""
    if parts is None:
        return
    known = set(session.scalars(select(Item.code)))
    made_of = queries.recipes(session)
    kits = {kit: {each.part_code for each in rows} for kit, rows in made_of.items()}
    _refuse("parts", rules.wrong_parts(code, parts, known, kits))
    before = {each.part_code: each for each in made_of.get(code, ())}
    sources = {
        part: before[part].source
        for part, quantity in parts.items()
        if part in before and before[part].quantity == quantity
    }
    session.execute(delete(KitPart).where(KitPart.kit_code == code))
    session.add_all(
        KitPart(kit_code=code, part_code=part, quantity=quantity, source=sources.get(part, ""))
        for part, quantity in parts.items()
    )


def _merge(session: Session, found: Item, other: str | None) -> None:
    """Merge an item into another, or take that back; what there is of it stands in for that."""
    if found.merged_into not in (None, other):
        _part(session, found.merged_into, found.code)
    found.merged_into = None
    session.flush()
    if other is None:
        return
    every = queries.items(session)
    made_of = queries.recipes(session)
    in_kits = {*made_of, *(part.part_code for parts in made_of.values() for part in parts)}
    wrong = rules.wrong_merger(
        found.code, other, {each.code: each.unit_zh for each in every},
        {each.code: each.merged_into for each in every}, in_kits,
    )  # fmt: skip
    if wrong:
        said = _("This item is a kit or part of one.") if wrong == Problem.PART else SAID[wrong]
        words = str(said) % {"code": other}
        raise Invalid(words, [FieldError("merged_into", wrong, words)])
    found.merged_into = other
    if session.get(ItemSubstitute, (other, found.code)) is None:
        session.add(
            ItemSubstitute(item_code=other, stands_in_code=found.code, per_hundred=100, source="")
        )
    session.flush()


def _part(session: Session, other: str | None, code: str) -> None:
    """Let an item that is merged no more stand in for the other only where a person said so."""
    made = session.get(ItemSubstitute, (other, code))
    if made is not None and made.per_hundred == 100 and not made.source:
        session.delete(made)


def _refuse(field: str, wrong: Mapping[str, Problem]) -> None:
    if not wrong:
        return
    raise Invalid(
        _("Some fields need another look."),
        [FieldError(f"{field}.{code}", problem, str(SAID[problem]) % {"code": code})
         for code, problem in wrong.items()],
    )  # fmt: skip


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


def load_links(
    session: Session, substitutes: Iterable[Mapping[str, str]], parts: Iterable[Mapping[str, str]]
) -> None:
    """Load what stands in for what, and what kits are made of, for items nobody edited."""
    session.flush()
    untouched = set(session.scalars(select(Item.code).where(Item.revision == 1)))
    pairs = {
        (each.item_code, each.stands_in_code) for each in session.scalars(select(ItemSubstitute))
    }
    session.add_all(
        ItemSubstitute(
            item_code=row["item"], stands_in_code=row["stands_in"],
            per_hundred=int(row["per_hundred"]), source=row["source"],
        )
        for row in substitutes
        if row["item"] in untouched and (row["item"], row["stands_in"]) not in pairs
    )  # fmt: skip
    known = {(each.kit_code, each.part_code) for each in session.scalars(select(KitPart))}
    session.add_all(
        KitPart(
            kit_code=row["kit"], part_code=row["part"], quantity=int(row["quantity"]),
            source=row["source"],
        )
        for row in parts
        if row["kit"] in untouched and (row["kit"], row["part"]) not in known
    )  # fmt: skip


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
