"""The proof that a shelter's standing agrees with its households, headcounts and safety checks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from shelters.models import Arrival, Headcount, SafetyCheck, Shelter, ShelterStatus
from shelters.rules import HOLDING, NOT_THERE, Standing, Stay, unregistered
from shelters.rules.register import Result, safe_until

STATUS = ShelterStatus.__table__.c
ARRIVAL = Arrival.__table__.c
HEADCOUNT = Headcount.__table__.c
SHELTER = Shelter.__table__.c
CHECK = SafetyCheck.__table__.c


def disagreements(session: Session) -> list[str]:
    """Return each shelter that says other than its households, last headcount or last check."""
    return [
        *_registered(session), *_counted(session), *_only_counted(session), *_checked(session)
    ]  # fmt: skip


def _registered(session: Session) -> list[str]:
    on_the_way = case((ARRIVAL.stay == Stay.ON_THE_WAY, ARRIVAL.people), else_=0)
    sums = (
        select(
            ARRIVAL.shelter_id, ARRIVAL.disaster_id,
            func.sum(ARRIVAL.people).label("people"), func.sum(on_the_way).label("coming"),
        )
        .where(ARRIVAL.stay.in_(HOLDING))
        .group_by(ARRIVAL.shelter_id, ARRIVAL.disaster_id)
        .subquery()
    )  # fmt: skip
    people, coming = func.coalesce(sums.c.people, 0), func.coalesce(sums.c.coming, 0)
    rows = session.connection().execute(
        select(STATUS.shelter_id, STATUS.registered, STATUS.on_the_way, people, coming)
        .select_from(ShelterStatus.__table__.outerjoin(sums, _same(sums.c)))
        .where((STATUS.registered != people) | (STATUS.on_the_way != coming))
    )
    return [
        f"shelter {shelter_id}: {registered} registered, {way} on the way; households say "
        f"{inside} and {announced}"
        for shelter_id, registered, way, inside, announced in rows
    ]


def _counted(session: Session) -> list[str]:
    newest = (
        select(
            HEADCOUNT.shelter_id, HEADCOUNT.disaster_id, HEADCOUNT.total,
            func.row_number()
            .over(
                partition_by=(HEADCOUNT.shelter_id, HEADCOUNT.disaster_id),
                order_by=HEADCOUNT.as_of.desc(),
            )
            .label("place"),
        )
        .where(HEADCOUNT.standing == Standing.CURRENT)
        .subquery()
    )  # fmt: skip
    rows = session.connection().execute(
        select(STATUS.shelter_id, STATUS.counted, newest.c.total)
        .select_from(
            ShelterStatus.__table__.outerjoin(newest, _same(newest.c) & (newest.c.place == 1))
        )
        .where(func.coalesce(STATUS.counted, -1) != func.coalesce(newest.c.total, -1))
    )
    return [
        f"shelter {shelter_id}: counted {counted}, but its last headcount says {total}"
        for shelter_id, counted, total in rows
    ]


def _only_counted(session: Session) -> list[str]:
    """Return each shelter whose count holds other people than its registrations leave over."""
    of = (ARRIVAL.shelter_id == STATUS.shelter_id) & (ARRIVAL.disaster_id == STATUS.disaster_id)
    then = (
        select(func.coalesce(func.sum(ARRIVAL.people), 0))
        .where(
            of, ARRIVAL.stay.not_in(NOT_THERE), ARRIVAL.arrived_at <= STATUS.counted_up_to,
            or_(ARRIVAL.left_at.is_(None), ARRIVAL.left_at > STATUS.counted_up_to),
        )
        .scalar_subquery()
    )  # fmt: skip
    rows = session.connection().execute(
        select(STATUS.shelter_id, STATUS.unregistered, STATUS.counted, then).where(
            STATUS.counted_up_to.is_not(None)
        )
    )
    return [
        f"shelter {shelter_id}: {said} counted and not registered, but {counted} were counted "
        f"when {registered} were registered"
        for shelter_id, said, counted, registered in rows
        if said != unregistered(counted, registered)
    ]


def _checked(session: Session) -> list[str]:
    """Return each shelter that says other of its safety than the latest check that stands."""
    place = (
        func.row_number()
        .over(
            partition_by=CHECK.shelter_id,
            order_by=(CHECK.checked_on.desc(), CHECK.recorded_at.desc(), CHECK.id.desc()),
        )
        .label("place")
    )
    standing = select(*CHECK, place).where(CHECK.withdrawn_at.is_(None)).subquery().c
    rows = session.connection().execute(
        select(
            SHELTER.id, SHELTER.safety_checked_until, SHELTER.safety_result, standing.checked_on,
            standing.result, standing.valid_until,
        ).where(standing.shelter_id == SHELTER.id, standing.place == 1)
    )  # fmt: skip
    return [
        f"shelter {shelter_id}: {said or 'failed or never'} safe until {until}, but its last check "
        f"says {result} on {day} until {valid}"
        for shelter_id, until, said, day, result, valid in rows
        if (until, said) != (safe_until(Result(result), day, valid), result)
    ]


def _same(other: Any) -> Any:
    return (other.shelter_id == STATUS.shelter_id) & (other.disaster_id == STATUS.disaster_id)
