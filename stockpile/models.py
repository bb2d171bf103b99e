"""Tables of the stockpile. What must always hold of a balance is a constraint on its row."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base


class Depot(AreaScoped, DrillScoped, Base):
    """A storehouse; it has the id of its place and of its account.

    It is open from one local time of the day to another, over midnight where it closes earlier
    than it opens; without hours it always is. While it is shut nothing is promised from it and
    nothing leaves.
    """

    __tablename__ = "depot"

    id: Mapped[UUID] = mapped_column(ForeignKey("place.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200), default="")
    mode: Mapped[str] = mapped_column(String(16))
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    owner: Mapped[str] = mapped_column(String(120), default="")
    shut_at: Mapped[datetime | None]
    shut_why: Mapped[str] = mapped_column(String(200), default="")
    revision: Mapped[int]


class DepotMinimum(Base):
    """The least that a depot should hold of an item, in base units."""

    __tablename__ = "depot_minimum"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    depot_id: Mapped[UUID] = mapped_column(ForeignKey("depot.id"), primary_key=True)
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"), primary_key=True)
    quantity: Mapped[int]


class Account(AreaScoped, DrillScoped, Base):
    """One side of the ledger: a physical place, or where stock comes from and goes to."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("place.id"), index=True)


class Lot(DrillScoped, Base):
    """Goods of one item that came together: expiry, donor, and what they are meant for.

    `owner` is whose they are, where that is not the depot's; `unit_fen` what one piece cost.
    """

    __tablename__ = "lot"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"), index=True)
    made_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    donor: Mapped[str] = mapped_column(String(120), default="")
    purpose: Mapped[str] = mapped_column(String(120), default="")
    disaster_id: Mapped[UUID | None] = mapped_column(ForeignKey("disaster.id"))
    owner: Mapped[str] = mapped_column(String(120), default="")
    unit_fen: Mapped[int | None]

    @property
    def price_yuan(self) -> Decimal | None:
        """Return what one piece cost, where that is known."""
        return None if self.unit_fen is None else Decimal(self.unit_fen) / 100

    @property
    def is_bound(self) -> bool:
        """Whether it was given for a purpose or for one disaster only."""
        return bool(self.purpose) or self.disaster_id is not None

    @property
    def label(self) -> str:
        """Return a short name to read out: the end of the id."""
        return self.id.hex[-6:].upper()


class Balance(AreaScoped, DrillScoped, Base):
    """What an account holds of a lot and how much of it is promised: the fold of the ledger.

    Item and expiry are the lot's, which never change: lists go by them without a look at it.
    """

    __tablename__ = "balance"
    __table_args__ = (
        UniqueConstraint("account_id", "lot_id"),
        Index("ix_balance_shelf", "account_id", "item_code", "on_hand"),
        CheckConstraint("NOT physical OR on_hand >= 0", name="on_hand"),
        CheckConstraint("promised >= 0 AND (promised = 0 OR promised <= on_hand)", name="promised"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"), index=True)
    expires_on: Mapped[date | None]
    physical: Mapped[bool]
    on_hand: Mapped[int]
    promised: Mapped[int]

    @property
    def free(self) -> int:
        """Return what is neither promised nor gone."""
        return self.on_hand - self.promised


class Movement(DrillScoped, Base):
    """One entry of the ledger, never changed: a mistake is a movement back, linked by `corrects`.

    `seq` is the log's number of the transaction, `line` the place in it; `at` is when it
    happened, `booked_at` when it was written down. `handout_id` is the handout to a household
    it belongs to, which a package above this one keeps.
    """

    __tablename__ = "movement"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("from_account <> to_account", name="ends"),
        Index("ix_movement_from", "from_account", "lot_id", "at"),
        Index("ix_movement_to", "to_account", "lot_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(index=True)
    line: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    from_account: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    to_account: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"), index=True)
    quantity: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")
    document: Mapped[str] = mapped_column(String(80), default="")
    at: Mapped[datetime]
    booked_at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    corrects: Mapped[UUID | None] = mapped_column(ForeignKey("movement.id"), unique=True)
    shipment_id: Mapped[UUID | None] = mapped_column(ForeignKey("shipment.id"), index=True)
    handout_id: Mapped[UUID | None] = mapped_column(index=True)


WAITING = "state = 'waiting'"


class CountClaim(AreaScoped, DrillScoped, Base):
    """What one person counted of a lot in a depot, and nobody has booked yet.

    It has the id of the movement it would be; `held` is what the book said then. A second person
    who finds the same difference books it (`booked_id`); whoever finds another replaces it. A
    write-off, or a correction that takes goods out again (of the movement it `corrects`), is one
    of its own `kind`: what would be left counts as counted. Of one lot several may wait to be taken
    back, each movement once.
    """

    __tablename__ = "count_claim"
    __table_args__ = (
        CheckConstraint("counted >= 0", name="counted"),
        Index(
            "uq_count_claim_waiting", "account_id", "lot_id", "kind", unique=True,
            sqlite_where=text(f"{WAITING} AND corrects IS NULL"),
            postgresql_where=text(f"{WAITING} AND corrects IS NULL"),
        ),
        Index(
            "uq_count_claim_undoing", "corrects", unique=True,
            sqlite_where=text(WAITING), postgresql_where=text(WAITING),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    kind: Mapped[str] = mapped_column(String(16))
    counted: Mapped[int]
    held: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[UUID]
    counted_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None]
    booked_id: Mapped[UUID | None]
    corrects: Mapped[UUID | None]


class Reservation(AreaScoped, DrillScoped, Base):
    """Stock promised to one need by one decision; `area_id` is the need's."""

    __tablename__ = "reservation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    quantity: Mapped[int]
    reserved_by: Mapped[UUID | None]
    reserved_at: Mapped[datetime]
    awaits_order: Mapped[bool] = mapped_column(default=False)


class ReservationLine(Base):
    """So much of one lot in one depot under a reservation, and what became of it.

    The depot may be a shelter that gives what it has too much of: `depot_id` is the place's.
    """

    __tablename__ = "reservation_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("received >= 0 AND damaged >= 0", name="counted"),
        CheckConstraint("(state IN ('open', 'released')) = (shipment_id IS NULL)", name="shipped"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reservation_id: Mapped[UUID] = mapped_column(ForeignKey("reservation.id"), index=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    depot_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"), index=True)
    balance_id: Mapped[UUID] = mapped_column(ForeignKey("balance.id"), index=True)
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"))
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    shipment_id: Mapped[UUID | None] = mapped_column(ForeignKey("shipment.id"), index=True)
    received: Mapped[int] = mapped_column(default=0)
    damaged: Mapped[int] = mapped_column(default=0)
    released_why: Mapped[str] = mapped_column(String(200), default="", server_default="")


class Shipment(DrillScoped, Base):
    """Goods on the road from a depot to a place; its account has the same id.

    It belongs to both ends: queries show it to who holds either area. `number` counts the
    shipments of its depot; its papers carry it.
    """

    __tablename__ = "shipment"
    __table_args__ = (Index("uq_shipment_number", "from_place", "number", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    from_place: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    number: Mapped[int]
    to_place: Mapped[UUID] = mapped_column(ForeignKey("place.id"), index=True)
    from_area: Mapped[UUID] = mapped_column(ForeignKey("area.id"), index=True)
    to_area: Mapped[UUID] = mapped_column(ForeignKey("area.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), index=True)
    vehicle: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    eta: Mapped[datetime | None]
    dispatched_at: Mapped[datetime]
    dispatched_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    revision: Mapped[int]
