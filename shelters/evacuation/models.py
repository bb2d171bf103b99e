"""Tables of evacuation. What must always be true is a constraint here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base, Json
from shelters.evacuation.rules import GROUPS

MOST = 100_000


class RiskPoint(AreaScoped, DrillScoped, Base):
    """A place whose people must move when its trigger is reached. Shares its place's id.

    `outline` is a ring of [longitude, latitude] as somebody drew it: it is shown, not searched.
    """

    __tablename__ = "risk_point"
    __table_args__ = (
        CheckConstraint(f"households BETWEEN 0 AND {MOST}", name="households"),
        CheckConstraint(f"people BETWEEN 0 AND {MOST}", name="people"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("place.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16))
    level: Mapped[str] = mapped_column(String(8))
    trigger: Mapped[str] = mapped_column(String(200), default="")
    households: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
    outline: Mapped[list[list[float]] | None] = mapped_column(Json)
    written_at: Mapped[datetime]
    revision: Mapped[int]


class Cadre(AreaScoped, DrillScoped, Base):
    """包保责任人: who answers for households, and who does when they do not answer."""

    __tablename__ = "evacuation_cadre"
    __table_args__ = (
        CheckConstraint("deputy_id IS NULL OR deputy_id <> id", name="deputy"),
        Index("ix_evacuation_cadre_phone", "phone_blind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_blind: Mapped[bytes | None] = mapped_column(LargeBinary)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    deputy_id: Mapped[UUID | None] = mapped_column(ForeignKey("evacuation_cadre.id"))
    revision: Mapped[int]


class ListedHousehold(AreaScoped, DrillScoped, Base):
    """One row of the list of who must move: a household, or a unit whose people move together."""

    __tablename__ = "evacuation_household"
    __table_args__ = (
        CheckConstraint("people BETWEEN 1 AND 5000", name="people"),
        *(CheckConstraint(f"{each} BETWEEN 0 AND people", name=each) for each in GROUPS),
        Index("ix_evacuation_household_listed", "drill_id", "removed", "area_id"),
        Index("ix_evacuation_household_number", "id_number_blind"),
        Index("ix_evacuation_household_phone", "phone_blind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    unit: Mapped[str] = mapped_column(String(120), default="")
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_blind: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_blind: Mapped[bytes | None] = mapped_column(LargeBinary)
    people: Mapped[int]
    over80: Mapped[int] = mapped_column(default=0)
    alone: Mapped[int] = mapped_column(default=0)
    disabled: Mapped[int] = mapped_column(default=0)
    pregnant: Mapped[int] = mapped_column(default=0)
    children: Mapped[int] = mapped_column(default=0)
    medical: Mapped[int] = mapped_column(default=0)
    outsiders: Mapped[int] = mapped_column(default=0)
    dogs: Mapped[int | None]
    cats: Mapped[int | None]
    other_pets: Mapped[int | None]
    risk_id: Mapped[UUID | None] = mapped_column(ForeignKey("risk_point.id"), index=True)
    destination: Mapped[str] = mapped_column(String(16))
    shelter_id: Mapped[UUID | None] = mapped_column(ForeignKey("shelter.id"), index=True)
    transport: Mapped[str] = mapped_column(String(16))
    cadre_id: Mapped[UUID | None] = mapped_column(ForeignKey("evacuation_cadre.id"), index=True)
    removed: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[datetime]
    revision: Mapped[int]


class EvacuationOrder(Base):
    """转移指令: which areas move, why, until when, signed by whom. Everybody may know of it."""

    __tablename__ = "evacuation_order"
    __table_args__ = (
        CheckConstraint("deadline_at < impact_at", name="deadline"),
        CheckConstraint("returned_at IS NULL OR lifted_at IS NOT NULL", name="lifted"),
        Index("ix_evacuation_order_given", "disaster_id", "issued_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    issuer_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    number: Mapped[str] = mapped_column(String(64))
    trigger: Mapped[str] = mapped_column(String(400))
    signed_by: Mapped[str] = mapped_column(String(64))
    without_shelter: Mapped[str] = mapped_column(String(200), default="")
    impact_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    issued_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str] = mapped_column(String(400), default="")
    returned_at: Mapped[datetime | None]
    safety_check: Mapped[str] = mapped_column(String(400), default="")
    actor_id: Mapped[UUID]
    revision: Mapped[int]


class OrderArea(Base):
    """An area an order moves, with everything below it."""

    __tablename__ = "evacuation_order_area"

    order_id: Mapped[UUID] = mapped_column(
        ForeignKey("evacuation_order.id", ondelete="CASCADE"), primary_key=True
    )
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True, index=True)


class OrderChange(Base):
    """The impact comes sooner or later than an order said: what it said, what it says, and why."""

    __tablename__ = "evacuation_order_change"
    __table_args__ = (CheckConstraint("deadline_at < impact_at", name="deadline"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("evacuation_order.id"), index=True)
    impact_before: Mapped[datetime]
    deadline_before: Mapped[datetime]
    impact_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime]
    actor_id: Mapped[UUID]


class EvacuationStep(AreaScoped, Base):
    """One step of one household under an order. Rows are added, never changed.

    What is said under one order stands under every other that moves the household too: `said_id`
    is the step that was said, empty on that step itself. `people` is how many came into shelters
    with it, out of how many (`out_of`), or left them (negative); empty where it is said of all.
    """

    __tablename__ = "evacuation_step"
    __table_args__ = (Index("ix_evacuation_step_history", "household_id", "order_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    act_id: Mapped[UUID] = mapped_column(index=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("evacuation_order.id"), index=True)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("evacuation_household.id"))
    state: Mapped[str] = mapped_column(String(16))
    means: Mapped[str | None] = mapped_column(String(16))
    read_back: Mapped[bool] = mapped_column(default=False)
    compulsory: Mapped[bool] = mapped_column(default=False)
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    decided_by_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    present_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    shelter_id: Mapped[UUID | None] = mapped_column(ForeignKey("shelter.id"))
    arrival_id: Mapped[UUID | None]
    said_id: Mapped[UUID | None]
    people: Mapped[int | None]
    out_of: Mapped[int | None]
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    actor_id: Mapped[UUID | None]

    @property
    def origin(self) -> UUID:
        """Return what one step is known by under every order."""
        return self.said_id or self.id


class EvacuationStanding(AreaScoped, Base):
    """Where a household stands under an order: what its steps add up to, kept for the board.

    `sheltered` of its people are in shelters by their registrations, the others are where
    `state` says.
    """

    __tablename__ = "evacuation_standing"
    __table_args__ = (Index("ix_evacuation_standing_board", "order_id", "area_id", "state"),)

    order_id: Mapped[UUID] = mapped_column(ForeignKey("evacuation_order.id"), primary_key=True)
    household_id: Mapped[UUID] = mapped_column(
        ForeignKey("evacuation_household.id"), primary_key=True, index=True
    )
    state: Mapped[str] = mapped_column(String(16))
    since_at: Mapped[datetime]
    first_tried_at: Mapped[datetime]
    safe_since_at: Mapped[datetime | None]
    refusals: Mapped[int] = mapped_column(default=0)
    sheltered: Mapped[int] = mapped_column(default=0, server_default="0")


class DwellingFinding(AreaScoped, Base):
    """What was found at a household's dwelling after the impact. Rows are added, never changed.

    `current` is the latest of its moment; it says whether the household can go home.
    """

    __tablename__ = "evacuation_dwelling"
    __table_args__ = (
        Index("ix_evacuation_dwelling_history", "household_id", "disaster_id", "at"),
        Index("ix_evacuation_dwelling_current", "disaster_id", "current", "area_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    act_id: Mapped[UUID] = mapped_column(index=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    household_id: Mapped[UUID] = mapped_column(ForeignKey("evacuation_household.id"))
    found: Mapped[str] = mapped_column(String(16))
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    current: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    actor_id: Mapped[UUID | None]


class EvacuationImport(Base):
    """A workbook that was read and checked, waiting to be taken into the list.

    Its rows name people, so they are sealed, and wiped once they are in the list.
    """

    __tablename__ = "evacuation_import"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    actor_id: Mapped[UUID] = mapped_column(index=True)
    drill_id: Mapped[UUID | None]
    source: Mapped[str] = mapped_column(String(120))
    rows_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    total: Mapped[int]
    wrong: Mapped[int]
    made_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
