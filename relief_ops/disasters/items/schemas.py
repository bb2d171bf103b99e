"""Shapes at the border."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from relief_ops.disasters.items.rules import ItemClass
from relief_ops.shapes import Strict, example

MOST_NAMED = 20
Word = Annotated[str, Field(min_length=1, max_length=60)]
Unit = Annotated[str, Field(min_length=1, max_length=16)]
Ration = Annotated[Decimal, Field(gt=0, le=1000, decimal_places=3)]
Measure = Annotated[Decimal, Field(gt=0, le=100_000, decimal_places=3)]
Named = Annotated[str, Field(min_length=1, max_length=40)]
Rates = Annotated[dict[Named, Annotated[int, Field(ge=1, le=10_000)]], Field(max_length=MOST_NAMED)]
Parts = Annotated[dict[Named, Annotated[int, Field(ge=1, le=1_000)]], Field(max_length=MOST_NAMED)]


class PutItem(Strict):
    """Add an item or change it; rations are units per person (and day), to a thousandth.

    A whole pack weighs `pack_kg` and takes up `pack_litres`; null where nobody knows.
    `substitutes` are the items that may stand in for it, in units for a hundred of its own;
    `parts` are the items one unit of it is made of. Left out, both stay as they are. Of an item
    `merged_into` another nothing more comes in; null takes that back, left out it stays.
    """

    model_config = example(
        item_class="bedding",
        name_zh="棉被",
        name_en="Quilt",
        unit_zh="床",
        unit_en="piece",
        pack_size=5,
        pack_kg=14,
        pack_litres=60,
        per_person=1,
    )
    item_class: ItemClass
    name_zh: Word
    name_en: Word
    unit_zh: Unit
    unit_en: Unit
    pack_size: Annotated[int, Field(ge=1, le=100_000)] = 1
    pack_kg: Measure | None = None
    pack_litres: Measure | None = None
    ration: Ration | None = None
    per_person: Ration | None = None
    shelf_life_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    returnable: bool = False
    spec: Annotated[str, Field(max_length=120)] = ""
    substitutes: Rates | None = None
    parts: Parts | None = None
    merged_into: Named | None = None
