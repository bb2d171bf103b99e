"""The tables of the catalogue: items, what may stand in for them, what kits are made of."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.db import Base


class Item(Base):
    """A kind of relief goods; quantities everywhere are integers in its base unit.

    `ration_milli` is thousandths of a unit one person uses up in a day; `per_person_milli`
    thousandths of a unit one person needs once. Null: not worked out by heads. What a pack
    weighs and takes up is null where nobody said; what the catalogue comes with are estimates
    of this project (decision 0046), whatever standard the item itself follows. Of one that is
    merged into another nothing more comes in or is asked for; what there is stands in for that.
    """

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("pack_size >= 1", name="pack_size"),
        CheckConstraint("pack_grams > 0", name="pack_grams"),
        CheckConstraint("pack_ml > 0", name="pack_ml"),
        CheckConstraint("ration_milli IS NULL OR ration_milli > 0", name="ration"),
        CheckConstraint("per_person_milli IS NULL OR per_person_milli > 0", name="per_person"),
        CheckConstraint("shelf_life_days IS NULL OR shelf_life_days > 0", name="shelf_life"),
    )

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    item_class: Mapped[str] = mapped_column(String(16))
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    unit_zh: Mapped[str] = mapped_column(String(16))
    unit_en: Mapped[str] = mapped_column(String(16))
    pack_size: Mapped[int]
    pack_grams: Mapped[int | None]
    pack_ml: Mapped[int | None]
    ration_milli: Mapped[int | None]
    per_person_milli: Mapped[int | None]
    shelf_life_days: Mapped[int | None]
    returnable: Mapped[bool]
    spec: Mapped[str] = mapped_column(String(120), default="")
    source: Mapped[str] = mapped_column(String(120), default="")
    position: Mapped[int] = mapped_column(default=0)
    merged_into: Mapped[str | None] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(default=1)


class ItemSubstitute(Base):
    """So many units of another item may stand in for a hundred units of one (替代品).

    `source` says where the rate comes from until somebody here enters his own.
    """

    __tablename__ = "item_substitute"
    __table_args__ = (
        CheckConstraint("per_hundred BETWEEN 1 AND 10000", name="per_hundred"),
        CheckConstraint("item_code <> stands_in_code", name="another"),
    )

    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"), primary_key=True)
    stands_in_code: Mapped[str] = mapped_column(ForeignKey("item.code"), primary_key=True)
    per_hundred: Mapped[int]
    source: Mapped[str] = mapped_column(String(120), default="", server_default="")


class KitPart(Base):
    """So many units of an item belong into one unit of a kit (组套)."""

    __tablename__ = "kit_part"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 1000", name="quantity"),
        CheckConstraint("kit_code <> part_code", name="another"),
    )

    kit_code: Mapped[str] = mapped_column(ForeignKey("item.code"), primary_key=True)
    part_code: Mapped[str] = mapped_column(ForeignKey("item.code"), primary_key=True, index=True)
    quantity: Mapped[int]
    source: Mapped[str] = mapped_column(String(120), default="", server_default="")
