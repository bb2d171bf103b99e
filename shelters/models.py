"""Tables of shelters. What must always be true is a constraint here."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base, Json

MOST = 100_000


class Shelter(AreaScoped, DrillScoped, Base):
    """The register: one building, whether it is in use or not. Shares its place's id."""

    __tablename__ = "shelter"
    __table_args__ = (
        CheckConstraint(f"capacity_max BETWEEN 0 AND {MOST}", name="capacity_max"),
        CheckConstraint("capacity_day BETWEEN 0 AND capacity_max", name="capacity_day"),
        CheckConstraint("capacity_night BETWEEN 0 AND capacity_max", name="capacity_night"),
        CheckConstraint("capacity_after BETWEEN 0 AND capacity_max", name="capacity_after"),
        CheckConstraint(
            "wheelchair >= 0 AND infant >= 0 AND medical >= 0 AND pets >= 0", name="typed"
        ),
        Index("ix_shelter_listed", "drill_id", "area_id", "name"),
        Index("ix_shelter_named", "drill_id", "name"),
        Index(
            "uq_shelter_code",
            "code",
            unique=True,
            sqlite_where=text("code <> '' AND drill_id IS NULL"),
            postgresql_where=text("code <> '' AND drill_id IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("place.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    spelling: Mapped[str] = mapped_column(String(400), default="")
    kind: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(200), default="")
    capacity_day: Mapped[int]
    capacity_night: Mapped[int]
    capacity_after: Mapped[int]
    capacity_max: Mapped[int]
    wheelchair: Mapped[int] = mapped_column(default=0)
    infant: Mapped[int] = mapped_column(default=0)
    medical: Mapped[int] = mapped_column(default=0)
    pets: Mapped[int] = mapped_column(default=0)
    manager_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    public_phone: Mapped[str] = mapped_column(String(32), default="", server_default="")
    safety_checked_until: Mapped[date | None]
    hidden: Mapped[bool] = mapped_column(default=False)
    grade: Mapped[str] = mapped_column(String(32), default="")
    remarks: Mapped[str] = mapped_column(String(500), default="")
    code: Mapped[str] = mapped_column(String(32), default="", server_default="")
    usage: Mapped[str] = mapped_column(String(16), default="in_use", server_default="in_use")
    original_use: Mapped[str] = mapped_column(String(64), default="", server_default="")
    owner_unit: Mapped[str] = mapped_column(String(120), default="", server_default="")
    managing_unit: Mapped[str] = mapped_column(String(120), default="", server_default="")
    floor_area: Mapped[int | None]
    lodging_area: Mapped[int | None]
    rooms_male: Mapped[int | None]
    rooms_female: Mapped[int | None]
    rooms_family: Mapped[int | None]
    toilets: Mapped[int | None]
    step_free: Mapped[bool | None]
    accessible_toilet: Mapped[bool | None]
    water: Mapped[bool | None]
    electricity: Mapped[bool | None]
    generator: Mapped[bool | None]
    kitchen: Mapped[bool | None]
    medical_point: Mapped[bool | None]
    communications: Mapped[bool | None]
    sign_installed: Mapped[bool | None]
    contacts_sealed: Mapped[bytes | None]
    fire_inspected_on: Mapped[date | None]
    appraised_on: Mapped[date | None]
    appraisal: Mapped[str | None] = mapped_column(String(8))
    elevation_m: Mapped[float | None]
    flood_risk: Mapped[str | None] = mapped_column(String(8))
    geological_risk: Mapped[str | None] = mapped_column(String(8))
    opening_conditions: Mapped[str] = mapped_column(String(300), default="", server_default="")
    last_drill_on: Mapped[date | None]
    materials_standard: Mapped[str] = mapped_column(String(120), default="", server_default="")
    materials_complete: Mapped[bool | None]
    materials_counted_on: Mapped[date | None]
    safety_result: Mapped[str] = mapped_column(String(16), default="", server_default="")
    written_at: Mapped[datetime]
    revision: Mapped[int]


class SafetyCheck(AreaScoped, Base):
    """A safety check of a shelter's building; the latest that stands says until when it is safe."""

    __tablename__ = "shelter_check"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= checked_on", name="valid_until"),
        CheckConstraint("result <> 'failed' OR valid_until IS NULL", name="failed"),
        Index("ix_shelter_check_history", "shelter_id", "checked_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shelter_id: Mapped[UUID] = mapped_column(ForeignKey("shelter.id"))
    checked_on: Mapped[date]
    checked_by: Mapped[str] = mapped_column(String(120))
    result: Mapped[str] = mapped_column(String(16))
    valid_until: Mapped[date | None]
    findings: Mapped[str] = mapped_column(String(1000), default="")
    actor_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_why: Mapped[str] = mapped_column(String(400), default="", server_default="")


class ShelterPhoto(AreaScoped, Base):
    """A photo of a shelter, or of what a check found; withdrawn ones stay, and count no more.

    Where it was taken is WGS-84 in hundred-thousandths of a degree.
    """

    __tablename__ = "shelter_photo"
    __table_args__ = (
        Index(
            "uq_shelter_photo_once", "shelter_id", "sha256", unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shelter_id: Mapped[UUID] = mapped_column(ForeignKey("shelter.id"), index=True)
    check_id: Mapped[UUID | None] = mapped_column(ForeignKey("shelter_check.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("file_upload.id"))
    sha256: Mapped[str] = mapped_column(ForeignKey("file_content.sha256"))
    caption: Mapped[str] = mapped_column(String(200), default="")
    taken_at: Mapped[datetime | None]
    time_source: Mapped[str | None] = mapped_column(String(8))
    lon_e5: Mapped[int | None]
    lat_e5: Mapped[int | None]
    place_source: Mapped[str | None] = mapped_column(String(8))
    author_id: Mapped[UUID]
    received_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_why: Mapped[str] = mapped_column(String(400), default="", server_default="")


class ShelterStatus(AreaScoped, Base):
    """How a shelter stands in one disaster: its state, who is registered, who was counted.

    `capacity_max` is the register's, repeated here so that the bound is a constraint, and
    `overflow` more: the places above it that somebody decided on by name, while they are in use.
    `unregistered` are those of the last count whom no registration explains that stood at
    `counted_up_to`: when it was made, never later than it was filed. `unreported_at`: it was opened
    at once then, and nobody said why yet.
    """

    __tablename__ = "shelter_status"
    __table_args__ = (
        CheckConstraint("registered BETWEEN 0 AND capacity_max", name="registered"),
        CheckConstraint("on_the_way BETWEEN 0 AND registered", name="on_the_way"),
        CheckConstraint("counted IS NULL OR counted >= 0", name="counted"),
        Index("ix_shelter_status_state", "disaster_id", "state"),
    )

    shelter_id: Mapped[UUID] = mapped_column(ForeignKey("shelter.id"), primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    since_at: Mapped[datetime]
    capacity_max: Mapped[int]
    registered: Mapped[int] = mapped_column(default=0)
    on_the_way: Mapped[int] = mapped_column(default=0)
    overflow: Mapped[int] = mapped_column(default=0, server_default="0")
    counted: Mapped[int | None]
    counted_at: Mapped[datetime | None]
    counted_up_to: Mapped[datetime | None]
    unregistered: Mapped[int] = mapped_column(default=0, server_default="0")
    unreported_at: Mapped[datetime | None]
    revision: Mapped[int]

    @property
    def inside(self) -> int:
        """Return whose places are taken: those registered, and those only counted."""
        return self.registered + self.unregistered


class ShelterStep(AreaScoped, Base):
    """One step of a shelter's life, kept for good: who, when, why, and what was not seen to."""

    __tablename__ = "shelter_step"
    __table_args__ = (Index("ix_shelter_step_history", "shelter_id", "disaster_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shelter_id: Mapped[UUID] = mapped_column(ForeignKey("shelter.id"))
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(200), default="")
    automatic: Mapped[bool] = mapped_column(default=False)
    missing: Mapped[list[str] | None] = mapped_column(Json)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    revision: Mapped[int]


class Headcount(AreaScoped, Base):
    """People counted in a shelter at one moment. Rows never change what they say."""

    __tablename__ = "headcount"
    __table_args__ = (
        CheckConstraint(f"total BETWEEN 0 AND {MOST}", name="total"),
        Index(
            "uq_headcount_current",
            "shelter_id",
            "as_of",
            unique=True,
            sqlite_where=text("standing = 'current'"),
            postgresql_where=text("standing = 'current'"),
        ),
        Index("ix_headcount_series", "disaster_id", "shelter_id", "as_of"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shelter_id: Mapped[UUID] = mapped_column(ForeignKey("shelter.id"), index=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    as_of: Mapped[datetime]
    total: Mapped[int]
    male: Mapped[int | None]
    female: Mapped[int | None]
    under18: Mapped[int | None]
    over60: Mapped[int | None]
    disabled: Mapped[int | None]
    ill: Mapped[int | None]
    standing: Mapped[str] = mapped_column(String(16))
    base_id: Mapped[UUID | None]
    rival_of: Mapped[UUID | None]
    revision: Mapped[int]
    actor_id: Mapped[UUID | None]
    received_at: Mapped[datetime]


class Arrival(AreaScoped, Base):
    """A household registered in a shelter. Its contact is sealed; only numbers leave.

    `listed_id` is its row of the list of who must move, where whoever registered it knew it.
    A group (a bus) is a number of people and nothing more. `issued` is what it was given, pieces
    by item code; `moved_to` is its registration in the shelter it was sent on to. A household
    that was named of a group took `from_group` people out of it; a group may be named whole.
    """

    __tablename__ = "arrival"
    __table_args__ = (
        CheckConstraint("people BETWEEN 1 AND 500 OR (people = 0 AND is_group)", name="people"),
        Index("ix_arrival_list", "shelter_id", "disaster_id", "arrived_at"),
        Index("ix_arrival_phone", "phone_blind"),
        Index("ix_arrival_number", "id_number_blind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shelter_id: Mapped[UUID] = mapped_column(ForeignKey("shelter.id"))
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    people: Mapped[int]
    stay: Mapped[str] = mapped_column(String(16))
    listed_id: Mapped[UUID | None] = mapped_column(index=True)
    name_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    phone_blind: Mapped[bytes | None]
    origin_id: Mapped[UUID | None] = mapped_column(ForeignKey("area.id"))
    wheelchair: Mapped[int] = mapped_column(default=0)
    infant: Mapped[int] = mapped_column(default=0)
    medical: Mapped[int] = mapped_column(default=0)
    pets: Mapped[int] = mapped_column(default=0)
    is_group: Mapped[bool] = mapped_column(default=False, server_default=false())
    group_id: Mapped[UUID | None]
    from_group: Mapped[int] = mapped_column(default=0, server_default="0")
    companions: Mapped[int] = mapped_column(default=0, server_default="0")
    pregnant: Mapped[int] = mapped_column(default=0, server_default="0")
    disabled: Mapped[int] = mapped_column(default=0, server_default="0")
    alone: Mapped[int] = mapped_column(default=0, server_default="0")
    minors_alone: Mapped[int] = mapped_column(default=0, server_default="0")
    id_number_sealed: Mapped[bytes | None]
    id_number_blind: Mapped[bytes | None]
    id_missing: Mapped[bool] = mapped_column(default=False, server_default=false())
    care_sealed: Mapped[bytes | None]
    room: Mapped[str] = mapped_column(String(40), default="", server_default="")
    issued: Mapped[dict[str, int] | None] = mapped_column(Json)
    over_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    over_by_sealed: Mapped[bytes | None]
    signed_by_sealed: Mapped[bytes | None]
    handed_to_sealed: Mapped[bytes | None]
    moved_to: Mapped[UUID | None]
    arrived_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    left_to: Mapped[str | None] = mapped_column(String(16))
    actor_id: Mapped[UUID | None]
    revision: Mapped[int]


class ArrivalMember(AreaScoped, Base):
    """Somebody named with the head of a household: found by their own name and number as well."""

    __tablename__ = "arrival_member"
    __table_args__ = (Index("ix_arrival_member_number", "id_number_blind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    arrival_id: Mapped[UUID] = mapped_column(ForeignKey("arrival.id"), index=True)
    position: Mapped[int]
    name_sealed: Mapped[bytes | None]
    id_number_sealed: Mapped[bytes | None]
    id_number_blind: Mapped[bytes | None]


class ShelterImport(Base):
    """A file that was read and checked, waiting to be taken into the register.

    Its rows name people, so they are sealed, and wiped once they are in the register.
    """

    __tablename__ = "shelter_import"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    actor_id: Mapped[UUID] = mapped_column(index=True)
    drill_id: Mapped[UUID | None]
    source: Mapped[str] = mapped_column(String(120))
    coordinates: Mapped[str] = mapped_column(String(16))
    rows_sealed: Mapped[bytes | None]
    total: Mapped[int]
    wrong: Mapped[int]
    made_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
