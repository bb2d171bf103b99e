"""Tables of the day book. What must always be true is a constraint here."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped
from relief_ops.db import Base, Json


class ShelterMeal(AreaScoped, Base):
    """Portions given out in a shelter at one meal of a local day.

    `people` is the last headcount up to the end of that day; None where nobody counted.
    """

    __tablename__ = "shelter_meal"
    __table_args__ = (
        CheckConstraint(
            "soft >= 0 AND infant >= 0 AND restricted >= 0 "
            "AND soft + infant + restricted <= portions",
            name="special",
        ),
        Index("uq_shelter_meal_once", "shelter_id", "disaster_id", "day", "meal", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shelter_id: Mapped[UUID] = mapped_column(ForeignKey("shelter.id"))
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    day: Mapped[date]
    meal: Mapped[str] = mapped_column(String(16))
    portions: Mapped[int]
    soft: Mapped[int]
    infant: Mapped[int]
    restricted: Mapped[int]
    people: Mapped[int | None]
    actor_id: Mapped[UUID | None]
    received_at: Mapped[datetime]
    revision: Mapped[int]


class Incident(AreaScoped, Base):
    """Something that happened in a shelter, as it stands now. Its account is sealed."""

    __tablename__ = "shelter_incident"
    __table_args__ = (
        CheckConstraint("people IS NULL OR people >= 0", name="people"),
        Index("ix_shelter_incident_here", "shelter_id", "disaster_id", "happened_at"),
        Index("ix_shelter_incident_listed", "disaster_id", "happened_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shelter_id: Mapped[UUID] = mapped_column(ForeignKey("shelter.id"))
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    kind: Mapped[str] = mapped_column(String(16))
    syndrome: Mapped[str | None] = mapped_column(String(16))
    happened_at: Mapped[datetime]
    people: Mapped[int | None]
    severity: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    account_sealed: Mapped[bytes | None]
    actor_id: Mapped[UUID | None]
    received_at: Mapped[datetime]
    revision: Mapped[int]


class IncidentVersion(AreaScoped, Base):
    """What was said of an incident at one revision, and by whom. Rows never change.

    The account is sealed under the id of the incident, as in the incident itself.
    """

    __tablename__ = "shelter_incident_version"

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("shelter_incident.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    syndrome: Mapped[str | None] = mapped_column(String(16))
    happened_at: Mapped[datetime]
    people: Mapped[int | None]
    severity: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    account_sealed: Mapped[bytes | None]
    actor_id: Mapped[UUID | None]
    received_at: Mapped[datetime]


class Volunteer(AreaScoped, Base):
    """Somebody who helps in a shelter in one disaster. `person_blind` finds the same person.

    Who it was is None once the time of personal data is over; the hours stay.
    """

    __tablename__ = "shelter_volunteer"
    __table_args__ = (
        CheckConstraint("duty_from IS NULL OR duty_to IS NULL OR duty_from < duty_to", name="duty"),
        Index(
            "uq_shelter_volunteer_once", "shelter_id", "disaster_id", "person_blind", unique=True
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shelter_id: Mapped[UUID] = mapped_column(ForeignKey("shelter.id"))
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    name_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    person_blind: Mapped[bytes | None]
    organisation: Mapped[str] = mapped_column(String(120))
    skills: Mapped[list[str]] = mapped_column(Json)
    duty_from: Mapped[datetime | None]
    duty_to: Mapped[datetime | None]
    actor_id: Mapped[UUID | None]
    received_at: Mapped[datetime]
    revision: Mapped[int]


class VolunteerVersion(AreaScoped, Base):
    """What was said of a volunteer at one revision, and by whom. Rows never change.

    Name and telephone are sealed under the id of the volunteer, as in the volunteer itself.
    """

    __tablename__ = "shelter_volunteer_version"

    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("shelter_volunteer.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    organisation: Mapped[str] = mapped_column(String(120))
    skills: Mapped[list[str]] = mapped_column(Json)
    duty_from: Mapped[datetime | None]
    duty_to: Mapped[datetime | None]
    actor_id: Mapped[UUID | None]
    received_at: Mapped[datetime]


class VolunteerDuty(AreaScoped, Base):
    """One spell of duty of a volunteer; nobody has two in a disaster that are not over."""

    __tablename__ = "shelter_duty"
    __table_args__ = (
        CheckConstraint("left_at IS NULL OR left_at >= arrived_at", name="left"),
        Index(
            "uq_shelter_duty_open", "disaster_id", "person_blind", unique=True,
            sqlite_where=text("left_at IS NULL"), postgresql_where=text("left_at IS NULL"),
        ),
        Index("ix_shelter_duty_person", "disaster_id", "person_blind"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("shelter_volunteer.id"), index=True)
    shelter_id: Mapped[UUID] = mapped_column(ForeignKey("shelter.id"))
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    person_blind: Mapped[bytes | None]
    arrived_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    actor_id: Mapped[UUID | None]
    received_at: Mapped[datetime]
