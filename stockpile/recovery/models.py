"""Tables of what comes back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base
from stockpile.recovery.rules import Tally


class Recovery(AreaScoped, DrillScoped, Base):
    """So much of one lot brought back to a depot, whose area it has, from a place or households.

    Until it is graded it lies in the depot apart from its stock, in an account of its own.
    """

    __tablename__ = "recovery"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(
            "restocked >= 0 AND scrapped >= 0 AND proposed >= 0 "
            "AND restocked + scrapped + proposed <= quantity",
            name="sums",
        ),
        CheckConstraint("(proposed = 0) = (proposed_by IS NULL)", name="proposed_by"),
        CheckConstraint(
            "washing BETWEEN 0 AND quantity - restocked - scrapped - proposed", name="washing"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("place.id"))
    depot_id: Mapped[UUID] = mapped_column(ForeignKey("depot.id"), index=True)
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"))
    quantity: Mapped[int]
    restocked: Mapped[int]
    scrapped: Mapped[int]
    proposed: Mapped[int]
    proposed_by: Mapped[UUID | None]
    proposed_why: Mapped[str] = mapped_column(String(200), default="", server_default="")
    washing: Mapped[int] = mapped_column(default=0, server_default="0")
    washing_since: Mapped[datetime | None]
    collected_by: Mapped[UUID]
    collected_at: Mapped[datetime]
    revision: Mapped[int]

    @property
    def tally(self) -> Tally:
        """Return what became of it."""
        return Tally(self.quantity, self.restocked, self.scrapped, self.proposed, self.washing)


class RecoveryStep(Base):
    """One thing done with it: graded, scrapped by a second person, or kept after all.

    `wash` went to the wash with it, `washed` came back from there.
    """

    __tablename__ = "recovery_step"
    __table_args__ = (
        CheckConstraint("good >= 0 AND scrap >= 0", name="counted"),
        CheckConstraint("wash >= 0", name="wash"),
        CheckConstraint("washed >= 0", name="washed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    recovery_id: Mapped[UUID] = mapped_column(ForeignKey("recovery.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    good: Mapped[int]
    scrap: Mapped[int]
    wash: Mapped[int] = mapped_column(default=0, server_default="0")
    washed: Mapped[int] = mapped_column(default=0, server_default="0")
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    actor_id: Mapped[UUID]
    at: Mapped[datetime]
