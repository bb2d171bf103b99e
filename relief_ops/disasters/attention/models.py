"""What people did with entries of the queue; the entries themselves are worked out on read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped
from relief_ops.db import Base


class AttentionMark(AreaScoped, Base):
    """The mark on one key: seen, owned, snoozed with a reason, raised, settled."""

    __tablename__ = "attention_mark"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160))
    disaster_id: Mapped[UUID | None] = mapped_column(ForeignKey("disaster.id"), index=True)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    seen_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
    raised_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    revision: Mapped[int]
