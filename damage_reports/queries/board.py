"""The board: who has reported in a round, who is late, what waits for whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.models import Report, Verdict
from damage_reports.queries.contact import Contact
from damage_reports.queries.process import owing
from damage_reports.queries.rounds import Round
from damage_reports.queries.sent_up import SentUp, senders, sent_up
from damage_reports.queries.stability import calms, excused
from damage_reports.rules import ReportState, Sending, Standing
from relief_ops.geo import AreaNode, AreaTree, Level

PAST = 3
COLUMNS, HEAD_ROWS = 6, 3
# What the eye should find first in a queue.
QUEUED = (Standing.TWO_VERSIONS, Standing.RETURNED, Standing.RESENT, Standing.RECEIVED)


@dataclass(frozen=True)
class Cell:
    """One area in one round: how it stands, the report, when it came, and when it was due."""

    standing: Standing
    due: datetime
    report_id: UUID | None = None
    received_at: datetime | None = None
    revision: int = 0
    silent_hours: float | None = None
    opens: datetime | None = None

    @property
    def early(self) -> bool:
        """Whether it came before the time its round's figures are of."""
        came, opens = self.received_at, self.opens
        return came is not None and opens is not None and came < opens

    @property
    def late(self) -> bool:
        """Whether it came after it was due."""
        return self.received_at is not None and self.received_at > self.due

    def minutes(self, now: datetime) -> int:
        """Return how many minutes are left until it is due; negative when it is over."""
        return int((self.due - now).total_seconds() // 60)


@dataclass(frozen=True)
class Row:
    """One township: the rounds before, and this one."""

    node: AreaNode
    cells: tuple[Cell, ...]

    @property
    def past(self) -> tuple[Cell, ...]:
        """Return how it stood in the rounds before."""
        return self.cells[:-1]

    @property
    def cell(self) -> Cell:
        """Return how it stands in this round."""
        return self.cells[-1]


@dataclass(frozen=True)
class Block:
    """One county with its townships, and how its own table stands with the city."""

    node: AreaNode
    rows: tuple[Row, ...]
    table: SentUp | None

    @property
    def due(self) -> datetime | None:
        """Return when its own table is due."""
        return self.table.due if self.table else None

    @property
    def owing(self) -> int:
        """Return how many townships owe a report: all but those of a county that is stable."""
        return sum(row.cell.standing != Standing.EXCUSED for row in self.rows)

    @property
    def received(self) -> int:
        """Return how many townships that owe a report have reported."""
        return sum(row.cell.standing in rules.IN for row in self.rows)

    @property
    def to_judge(self) -> int:
        """Return how many reports wait to be judged."""
        return sum(row.cell.standing in rules.TO_JUDGE for row in self.rows)


@dataclass(frozen=True)
class Board:
    """One round of a disaster in an area, among all its rounds."""

    round: Round
    rounds: tuple[Round, ...]
    blocks: tuple[Block, ...]
    now: datetime
    above: tuple[SentUp, ...] = ()
    villages: tuple[Row, ...] = ()

    @property
    def rows(self) -> list[Row]:
        """Return every township."""
        return [row for block in self.blocks for row in block.rows]

    @property
    def counts(self) -> Counter[Standing]:
        """Return how many townships stand how."""
        return Counter(row.cell.standing for row in self.rows)

    @property
    def tables(self) -> list[SentUp]:
        """Return how every table stands that goes up from here: the counties', then the city's."""
        return [*(each.table for each in self.blocks if each.table), *self.above]

    @property
    def unsent(self) -> list[SentUp]:
        """Return the tables that should have gone up and have not."""
        return [each for each in self.tables if each.sending == Sending.OVERDUE]

    @property
    def queue(self) -> list[Row]:
        """Return what waits for somebody, the most urgent first, then by when it came."""
        rows = [*self.rows, *self.villages]
        waiting = [row for row in rows if row.cell.standing in QUEUED]
        return sorted(waiting, key=_urgency)


def _urgency(row: Row) -> tuple[int, datetime, str]:
    cell = row.cell
    return QUEUED.index(cell.standing), cell.received_at or cell.due, row.node.code


class _Known(NamedTuple):
    """What is known of one grain."""

    report: Any | None
    rival: bool
    returned: bool


def board(
    session: Session, found: Sequence[Round], chosen: Round, *, disaster_id: UUID, area: AreaNode,
    tree: AreaTree, now: datetime, out: Mapping[UUID, Contact],
) -> Board:  # fmt: skip
    """Return the board of one round, with the rounds before it, for the townships of an area.

    `out` are the areas that are out of contact now: in this round they are not late. Of one
    township its villages stand beside it.
    """
    place = list(found).index(chosen)
    shown = [*found[max(0, place - PAST) : place], chosen]
    known = _known(session, disaster_id, [each.code for each in shown])
    stable = calms(session, disaster_id)
    counties, cities = _counties(tree, area), senders(tree, area, Level.CITY)
    tables = sent_up(session, disaster_id, tree, [*counties, *cities], chosen, now=now)

    def row(node: AreaNode) -> Row:
        return Row(
            node,
            tuple(
                _cell(
                    each, known.get((node.id, each.code)), level=node.level, now=now,
                    out=out.get(node.id) if each is chosen else None,
                    spared=excused(tree, node, each, stable) or _is_settled(known, node, each),
                )
                for each in shown
            ),
        )  # fmt: skip

    blocks = []
    for county in counties:
        owe = owing(session, disaster_id, tree, county.id)
        rows = tuple(row(node) for node in owe if node.id in tree.within(area.id))
        if rows:
            blocks.append(Block(county, rows, tables.get(county.id)))
    above = tuple(tables[each.id] for each in cities if each.id in tables and blocks)
    of_one = blocks and area.level == Level.TOWNSHIP
    villages = tuple(map(row, tree.at_level(Level.VILLAGE, area.id))) if of_one else ()
    return Board(chosen, tuple(found), _packed(blocks), now, above, villages)


def _is_settled(known: Mapping[tuple[UUID, str], _Known], node: AreaNode, asked: Round) -> bool:
    """Whether a village owes nothing more, since its township has filed for the round itself."""
    if node.level != Level.VILLAGE or node.parent_id is None:
        return False
    own = known.get((node.parent_id, asked.code))
    return bool(own and own.report and own.report.state != ReportState.RETURNED)


def _packed(blocks: Sequence[Block], columns: int = COLUMNS) -> tuple[Block, ...]:
    """Return the blocks in an order that fills so many columns evenly, the longest first."""
    piles: list[list[Block]] = [[] for _ in range(columns)]
    for block in sorted(blocks, key=lambda each: (-len(each.rows), each.node.code)):
        min(piles, key=lambda pile: sum(len(each.rows) + HEAD_ROWS for each in pile)).append(block)
    return tuple(block for pile in piles for block in pile)


def _counties(tree: AreaTree, area: AreaNode) -> list[AreaNode]:
    above = [node for node in tree.ancestors(area.id) if node.level == Level.COUNTY]
    return above or tree.at_level(Level.COUNTY, area.id)


def _cell(
    found: Round, known: _Known | None, *, level: str, now: datetime, out: Contact | None,
    spared: bool,
) -> Cell:  # fmt: skip
    due = found.due.get(level, found.due["township"])
    if known is None or known.report is None:
        state = rules.standing(
            None, rival=False, was_returned=False, due=due, now=now,
            out_of_contact=out is not None, excused=spared,
        )  # fmt: skip
        return Cell(state, due, silent_hours=out.hours(now) if out else None)
    report = known.report
    state = rules.standing(
        ReportState(report.state), rival=known.rival, was_returned=known.returned, due=due, now=now
    )
    return Cell(state, due, report.id, report.received_at, report.revision, opens=found.as_of)


def _known(
    session: Session, disaster_id: UUID, codes: Sequence[str]
) -> dict[tuple[UUID, str], _Known]:
    """Return by (area, round) the current report, whether another waits, whether it went back."""
    columns = (
        Report.id, Report.area_id, Report.round, Report.state, Report.received_at,
        Report.revision, Report.current,
    )  # fmt: skip
    of_rounds = (Report.disaster_id == disaster_id, Report.round.in_(codes))
    rival = Report.state == ReportState.RIVAL
    rows = session.execute(select(*columns).where(*of_rounds, or_(Report.current, rival))).all()
    went_back = (
        select(Report.area_id, Report.round)
        .join(Verdict, Verdict.report_id == Report.id)
        .where(*of_rounds, Verdict.action == "return")
    )
    back = {(area_id, code) for area_id, code in session.execute(went_back)}
    current = {(row.area_id, row.round): row for row in rows if row.current}
    rivals = {(row.area_id, row.round) for row in rows if row.state == ReportState.RIVAL}
    return {
        grain: _Known(current.get(grain), grain in rivals, grain in back)
        for grain in current.keys() | rivals
    }


def shown_board(found: Board) -> dict[str, Any]:
    """Return a board as the API shows it."""
    return {
        "round": found.round.code,
        "now": found.now,
        "counts": {standing.value: found.counts.get(standing, 0) for standing in Standing},
        "counties": [
            {
                "area_code": block.node.code,
                "name": block.node.name,
                "received": block.received,
                "expected": block.owing,
                "to_judge": block.to_judge,
                "due": block.due,
                "table": _shown_table(block.table),
                "townships": [_shown_row(row) for row in block.rows],
            }
            for block in found.blocks
        ],
        "villages": [_shown_row(row) for row in found.villages],
        "above": [
            {"area_code": each.node.code, "name": each.node.name, "table": _shown_table(each)}
            for each in found.above
        ],
    }


def _shown_table(found: SentUp | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "state": found.sending, "due": found.due, "sent_at": found.sent_at, "late": found.late,
    }  # fmt: skip


def _shown_row(row: Row) -> dict[str, Any]:
    return {
        "area_code": row.node.code,
        "name": row.node.name,
        "standing": row.cell.standing,
        "report_id": row.cell.report_id,
        "received_at": row.cell.received_at,
        "due": row.cell.due,
        "late": row.cell.late,
        "early": row.cell.early,
        "past": [each.standing for each in row.past],
    }
