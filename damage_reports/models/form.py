"""The editions of the form and their indicators."""

from __future__ import annotations

from sqlalchemy import (
    ForeignKey,
    SmallInteger,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.db import Base


class Indicator(Base):
    """One figure of the form: a row, never a column, so a new one needs no migration.

    `made_of` names what it is proposed from, as `source/figure`, added up by source. `only_for`
    and `not_for` hold kinds of disaster, a blank between them: for which it is (not) asked.
    """

    __tablename__ = "indicator"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    group_code: Mapped[str] = mapped_column(String(24))
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))
    unit_zh: Mapped[str] = mapped_column(String(16))
    unit_en: Mapped[str] = mapped_column(String(24))
    scale: Mapped[int] = mapped_column(SmallInteger)
    pair: Mapped[str] = mapped_column(String(40))
    nature: Mapped[str] = mapped_column(String(8))
    roll_up: Mapped[str] = mapped_column(String(16))
    part_of: Mapped[str] = mapped_column(String(40))
    core: Mapped[bool]
    position: Mapped[int]
    help_zh: Mapped[str] = mapped_column(String(400))
    help_en: Mapped[str] = mapped_column(String(400))
    source: Mapped[str] = mapped_column(String(200))
    confidence: Mapped[str] = mapped_column(String(8))
    made_of: Mapped[str] = mapped_column(String(400), default="")
    only_for: Mapped[str] = mapped_column(String(160), default="", server_default="")
    not_for: Mapped[str] = mapped_column(String(160), default="", server_default="")
    revision: Mapped[int] = mapped_column(default=1)


class FormVersion(Base):
    """An edition of the form: which indicators it asks, in which years."""

    __tablename__ = "form_version"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    era: Mapped[str] = mapped_column(String(16))
    document: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[str] = mapped_column(String(10))
    valid_to: Mapped[str] = mapped_column(String(10))


class FormIndicator(Base):
    """One indicator of one edition."""

    __tablename__ = "form_indicator"

    form_version: Mapped[str] = mapped_column(ForeignKey("form_version.id"), primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), primary_key=True)
