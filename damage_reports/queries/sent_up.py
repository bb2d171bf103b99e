"""Which counties, and whether the city, have sent their table of a round up: read, never stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.models import Summary, SummarySignature
from damage_reports.queries.process import owing
from damage_reports.queries.rounds import Round, last_due, rounds
from damage_reports.queries.stability import calms, excused
from damage_reports.rules import Sending, SignRole
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode, AreaTree, Level

SENDERS = (Level.COUNTY, Level.CITY)


@dataclass(frozen=True)
class SentUp:
    """One area's table for the level above: how it stands, when it was due and when it went."""

    node: AreaNode
    sending: Sending
    due: datetime
    sent_at: datetime | None = None

    @property
    def late(self) -> bool:
        """Whether it went up after it was due."""
        return self.sent_at is not None and self.sent_at > self.due

    def minutes(self, now: datetime) -> int:
        """Return how many minutes are left until it is due; negative when it is over."""
        return int((self.due - now).total_seconds() // 60)


def sent_up(
    session: Session, disaster_id: UUID, tree: AreaTree, nodes: Collection[AreaNode], asked: Round,
    *, now: datetime,
) -> dict[UUID, SentUp]:  # fmt: skip
    """Return by area how its table of a round stands, of those counties and cities that owe one."""
    owe = [each for each in nodes if each.level in SENDERS and each.level in asked.due]
    stable = calms(session, disaster_id) if owe else {}
    went = _went(session, disaster_id, [each.id for each in owe], [asked.code])
    made = {}
    for node in owe:
        sent = went.get((node.id, asked.code))
        due = asked.due[node.level]
        spared = sent is None and excused(tree, node, asked, stable)
        state = rules.sending(
            sent.at if sent else None, by_hand=bool(sent and sent.by_hand), due=due, now=now,
            excused=spared,
        )  # fmt: skip
        made[node.id] = SentUp(node, state, due, sent.at if sent else None)
    return made


class _Went(NamedTuple):
    at: datetime
    by_hand: bool


def _went(
    session: Session, disaster_id: UUID, areas: Sequence[UUID], codes: Sequence[str]
) -> dict[tuple[UUID, str], _Went]:
    """Return by (area, round) when a table first went up, and whether it was signed by hand.

    What went up has gone up, whatever is prepared in its place later.
    """
    rows = session.execute(
        select(
            Summary.area_id, Summary.round, SummarySignature.at, SummarySignature.by_telephone
        )
        .join(SummarySignature, SummarySignature.summary_id == Summary.id)
        .where(
            Summary.disaster_id == disaster_id, Summary.area_id.in_(areas),
            Summary.round.in_(codes), SummarySignature.role == SignRole.UNIT_HEAD,
        )
        .order_by(SummarySignature.at)
    ).all()  # fmt: skip
    found: dict[tuple[UUID, str], _Went] = {}
    for row in rows:
        grain = (row.area_id, row.round)
        first = found.get(grain)
        by_hand = not row.by_telephone or bool(first and first.by_hand)
        found[grain] = _Went(first.at if first else row.at, by_hand)
    return found


@dataclass(frozen=True)
class Unsent:
    """The areas of one level that owe the last round whose time is up for them."""

    round: Round
    due: datetime
    nodes: tuple[AreaNode, ...]


def unsent(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, *, now: datetime,
    patience: timedelta = timedelta(0),
) -> list[Unsent]:  # fmt: skip
    """Return by level which counties, and whether the city, owe a table whose time is up.

    A table of a later round settles an earlier one. Nobody owes one for an area in which no
    township owes a report. With `patience` those that are over for longer than that.
    """
    opened = rounds(session, disaster)
    found = []
    for level in SENDERS:
        latest, later = last_due(opened, level, now - patience)
        nodes = senders(tree, area, level)
        if latest is None or not nodes:
            continue
        went = _went(session, disaster.id, [each.id for each in nodes], later)
        done, stable = {area_id for area_id, _code in went}, calms(session, disaster.id)
        late = tuple(
            node for node in nodes
            if node.id not in done and not excused(tree, node, latest, stable)
            and owing(session, disaster.id, tree, node.id)
        )  # fmt: skip
        if late:
            found.append(Unsent(latest, latest.due[level], late))
    return found


def senders(tree: AreaTree, area: AreaNode, level: Level) -> list[AreaNode]:
    """Return the areas of a level within an area that send a table up."""
    return [each for each in tree.at_level(level, area.id) if not each.pseudo]
