"""The tables of needs. What must always hold of a need's four quantities is a constraint."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base
from relief_ops.disasters.needs.rules import Basis


class Need(AreaScoped, DrillScoped, Base):
    """What one place lacks of one item: asked, promised, on the road, arrived (base units)."""

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint(
            "quantity >= promised AND promised >= shipped "
            "AND shipped >= received AND received >= 0",
            name="ladder",
        ),
        CheckConstraint("priority BETWEEN 1 AND 5", name="priority"),
        Index("ix_need_disaster_state", "disaster_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"), index=True)
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"))
    quantity: Mapped[int]
    promised: Mapped[int] = mapped_column(default=0)
    shipped: Mapped[int] = mapped_column(default=0)
    received: Mapped[int] = mapped_column(default=0)
    priority: Mapped[int]
    basis: Mapped[str] = mapped_column(String(12), default=Basis.ACTUAL)
    due_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(20))
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    @property
    def outstanding(self) -> int:
        """Return what nobody has promised yet."""
        return 0 if self.withdrawn_at else self.quantity - self.promised


class Substitution(Base):
    """A person's decision that one need is met in part by a stand-in; its id is that need's.

    `taken` of what the first need asked for by `brings` of the stand-in; `returned` is what
    the first asks for again since the stand-in was withdrawn.
    """

    __tablename__ = "need_substitution"
    __table_args__ = (
        CheckConstraint("taken > 0 AND brings > 0", name="quantities"),
        CheckConstraint("returned BETWEEN 0 AND taken", name="returned"),
        CheckConstraint("id <> need_id", name="another"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    taken: Mapped[int]
    brings: Mapped[int]
    returned: Mapped[int] = mapped_column(default=0)
    per_hundred: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime]
