"""The figures shelters owe the township's report, passed over the board of the disaster module.

Who sleeps in shelters before the impact was moved as a precaution (紧急避险转移), whoever is still
there after it is placed together (集中安置) until they can go home (domain.md §1.6, §12.3). Which
of them it is, the board works out when it is read: nobody comes or goes because the hour strikes.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import db
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.boards.models import FigureProposal
from relief_ops.disasters.boards.rules import HIGHEST, SLEEPS
from relief_ops.disasters.boards.services import propose as leave
from relief_ops.disasters.models import Disaster
from shelters.models import Headcount, Shelter, ShelterStatus
from shelters.queries.present import present
from shelters.rules import Standing

SOURCE = "shelters"
SITES, MOST = "central_sites_rt", "sheltered_most"
BEFORE_EVENTS = -10  # the numbering is held no longer than it must be
QUEUE = "shelter_figures"
ANYWHERE = {"scope": "shared", "any_drill": True}
STATUS = ShelterStatus


def propose(
    session: Session, shelter: Shelter, disaster: Disaster, *, as_of: datetime,
    counted: bool = False,
) -> None:  # fmt: skip
    """Propose who sleeps in the township's shelters, and in how many, for its next report.

    That is the last headcount of each and who was registered as coming or leaving since; of a
    shelter nobody counted yet, those registered who have come. `counted`: with it goes
    `sheltered_most`, the sum of each shelter's highest headcount: at least so many people were
    given a roof since the beginning.

    The sums are made at the end of the transaction, of one township after the other, so two
    shelters of one township do not miss each other.
    """
    township = disasters.division_tree(session, disaster).ancestor_at(shelter.area_id, "township")
    if township is None:
        return
    queue = session.info.setdefault(QUEUE, {})
    if not queue:
        db.before_commit(session, BEFORE_EVENTS, _propose)
    key = (disaster.id, township.id)
    before, most = queue.get(key, (as_of, False))
    queue[key] = (max(before, as_of), most or counted)


def _propose(session: Session) -> None:
    queue = session.info.pop(QUEUE)
    for (disaster_id, township_id), (as_of, counted) in sorted(queue.items()):
        db.serialise(session, uuid5(disaster_id, f"{QUEUE}:{township_id}"))
        disaster = disasters.disaster(session, disaster_id)
        before = _left(session, disaster_id, township_id, SLEEPS)
        found = _sums(session, disaster, township_id, counted=counted)
        latest = max(as_of, before.as_of) if before else as_of
        if _is_highest(session, disaster_id, township_id, found[SLEEPS], latest):
            found[HIGHEST] = found[SLEEPS]
        for indicator, value in found.items():
            leave(
                session, disaster_id=disaster.id, area_id=township_id, indicator=indicator,
                value=value, source=SOURCE, as_of=latest,
            )  # fmt: skip


def _left(
    session: Session, disaster_id: UUID, township_id: UUID, indicator: str
) -> FigureProposal | None:
    key = (disaster_id, township_id, indicator, SOURCE)
    return session.get(FigureProposal, key, execution_options=ANYWHERE)


def _is_highest(
    session: Session, disaster_id: UUID, township_id: UUID, people: int, at: datetime
) -> bool:
    """Whether more sleep in a township's shelters than ever before the impact, if one passed."""
    struck = disasters.struck_at(session, disaster_id, township_id)
    if struck is not None and struck <= at:
        return False
    highest = _left(session, disaster_id, township_id, HIGHEST)
    return highest is None or people > (highest.value or 0)


def _sums(
    session: Session, disaster: Disaster, township_id: UUID, *, counted: bool
) -> dict[str, int]:
    inside = disasters.division_tree(session, disaster).within(township_id)
    there = present()
    people, sites = session.execute(
        select(func.coalesce(func.sum(there), 0), func.count())
        .where(STATUS.disaster_id == disaster.id, STATUS.area_id.in_(inside), there > 0)
        .execution_options(scope="shared")
    ).one()
    most = {MOST: _most(session, disaster, inside)} if counted else {}
    return {SLEEPS: int(people), SITES: int(sites)} | most


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
