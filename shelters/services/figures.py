"""The figures shelters owe the township's report, passed over the board of the disaster module."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.disasters.boards.services import propose as leave
from relief_ops.disasters.models import Disaster
from shelters.models import Headcount, Shelter, ShelterStatus
from shelters.rules import Standing

SOURCE = "shelters"
INDICATORS = ("relocated_central_rt", "central_sites_rt", "sheltered_most")
Sums = tuple[int | None, int | None, int | None]


def propose(session: Session, shelter: Shelter, disaster: Disaster, *, as_of: datetime) -> None:
    """Propose who sleeps in the township's shelters, and in how many, for its next report.

    Of a shelter nobody counted yet it is those registered who have come.

    `sheltered_most` is the sum of each shelter's highest headcount: at least so many people
    were given a roof since the beginning.

    The rows of the board are taken before the sum is made, so two shelters of one township
    counted at the same moment do not miss each other.
    """
    township = disasters.division_tree(session, disaster).ancestor_at(shelter.area_id, "township")
    if township is None:
        return
    _leave(session, disaster, township.id, (None, None, None), as_of)
    session.flush()
    _leave(session, disaster, township.id, _sums(session, disaster, township.id), as_of)


def _leave(
    session: Session, disaster: Disaster, area_id: UUID, sums: Sums, as_of: datetime
) -> None:  # fmt: skip
    for indicator, value in zip(INDICATORS, sums, strict=True):
        leave(
            session, disaster_id=disaster.id, area_id=area_id, indicator=indicator, value=value,
            source=SOURCE, as_of=as_of,
        )  # fmt: skip


def _sums(session: Session, disaster: Disaster, township_id: UUID) -> Sums:
    inside = disasters.division_tree(session, disaster).within(township_id)
    arrived = ShelterStatus.registered - ShelterStatus.on_the_way  # of one nobody counted yet
    there = func.coalesce(ShelterStatus.counted, arrived)
    people, sites = session.execute(
        select(func.coalesce(func.sum(there), 0), func.count())
        .where(
            ShelterStatus.disaster_id == disaster.id,
            ShelterStatus.area_id.in_(inside),
            there > 0,
        )
        .execution_options(scope="shared")
    ).one()
    return int(people or 0), int(sites), _most(session, disaster, inside)


def _most(session: Session, disaster: Disaster, inside: frozenset[UUID]) -> int:
    highest = (
        select(func.max(Headcount.total).label("total"))
        .where(
            Headcount.disaster_id == disaster.id,
            Headcount.area_id.in_(inside),
            Headcount.standing == Standing.CURRENT,
        )
        .group_by(Headcount.shelter_id)
        .subquery()
    )
    most = session.scalar(select(func.sum(highest.c.total)).execution_options(scope="shared"))
    return int(most or 0)
