"""Who owes a report and how they are reached: reminders, calls, and the text for a chat group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports.models import Reminder, ReportCall
from damage_reports.queries.board import Board, Row
from damage_reports.queries.sent_up import SentUp
from damage_reports.rules import IN, CallOutcome, Owed, RoundKind, Sending, Standing
from relief_ops import clock
from relief_ops.auth import reach
from relief_ops.auth.reach import Holder
from relief_ops.errors import NotFound
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.i18n import gettext as _
from relief_ops.messages import Channel, State, Words
from relief_ops.messages import queries as messages

TEMPLATE, RETURNED = "report.reminder", "report.returned"
PERMISSION = {Owed.REPORTS: "report.submit", Owed.TABLES: "report.prepare"}
RECENT = 8


@dataclass(frozen=True)
class Debtor:
    """A township that owes a report, who answers for it, and what was tried."""

    row: Row
    county: AreaNode
    people: tuple[Holder, ...] = ()
    calls: tuple[ReportCall, ...] = ()

    @property
    def node(self) -> AreaNode:
        """Return the township."""
        return self.row.node


@dataclass(frozen=True)
class Debt:
    """An area that is to be reminded, and when what it owes was due."""

    node: AreaNode
    due: datetime
    owed: Owed


@dataclass(frozen=True)
class TableDebtor:
    """A county, or the city, whose table has not gone up, and who prepares it."""

    table: SentUp
    people: tuple[Holder, ...] = ()


@dataclass(frozen=True)
class Reminded:
    """An act of reminding, and how many of its messages are in which state."""

    row: Reminder
    node: AreaNode
    states: Counter[State] = field(default_factory=Counter)


def owing(found: Board, area: AreaNode, owed: Owed = Owed.REPORTS) -> list[Debt]:
    """Return who is to be reminded: an area asked for itself, or all that are overdue.

    A county is asked for itself before its table is due too.
    """
    if owed == Owed.TABLES:
        own = {Sending.OVERDUE, Sending.AWAITED} if area.level == Level.COUNTY else set()
        return [
            Debt(each.node, each.due, owed) for each in found.tables
            if each.sending == Sending.OVERDUE or (each.node == area and each.sending in own)
        ]  # fmt: skip
    if area.level == Level.TOWNSHIP:
        rows = [row for row in found.rows if row.node.id == area.id and not _is_in(row)]
    else:
        rows = [row for row in found.rows if is_late(row, found)]
    return [Debt(row.node, row.cell.due, owed) for row in rows]


def _is_in(row: Row) -> bool:
    return row.cell.standing in IN


def is_late(row: Row, found: Board) -> bool:
    """Whether nothing that counts is there past its time: what was returned is owed as before."""
    returned = row.cell.standing == Standing.RETURNED and found.now > row.cell.due
    return returned or row.cell.standing == Standing.OVERDUE


def _is_called(row: Row, found: Board) -> bool:
    return is_late(row, found) or row.cell.standing == Standing.OUT_OF_CONTACT


def debtors(session: Session, found: Board, tree: AreaTree, disaster: Any) -> list[Debtor]:
    """Return the townships that are overdue or out of contact, with who is called and what was."""
    rows = [row for row in found.rows if _is_called(row, found)]
    ids = [row.node.id for row in rows]
    people = people_of(session, ids, drill_id=disaster.drill_id)
    calls = _calls(session, disaster.id, ids, found.round.code)
    made = [
        Debtor(row, tree.node(row.node.parent_id or row.node.id),
               tuple(people.get(row.node.id, ())), tuple(calls.get(row.node.id, ())))
        for row in rows
    ]  # fmt: skip
    return sorted(made, key=lambda each: (each.county.code, each.node.code))


def table_debtors(session: Session, found: Board, disaster: Any) -> list[TableDebtor]:
    """Return whose table should have gone up and has not, with who prepares it."""
    ids = [each.node.id for each in found.unsent]
    people = people_of(session, ids, drill_id=disaster.drill_id, owed=Owed.TABLES)
    return [TableDebtor(each, tuple(people.get(each.node.id, ()))) for each in found.unsent]


def people_of(
    session: Session, area_ids: Collection[UUID], *, drill_id: UUID | None,
    owed: Owed = Owed.REPORTS,
) -> dict[UUID, list[Holder]]:  # fmt: skip
    """Return by area who may report for it, or prepare its table."""
    found: dict[UUID, list[Holder]] = {}
    for holder in reach.holders(session, PERMISSION[owed], area_ids, drill_id=drill_id):
        found.setdefault(holder.area_id, []).append(holder)
    return found


def _calls(
    session: Session, disaster_id: UUID, area_ids: Collection[UUID], code: str
) -> dict[UUID, list[ReportCall]]:
    of_round = (
        ReportCall.disaster_id == disaster_id,
        ReportCall.area_id.in_(area_ids),
        ReportCall.round == code,
    )
    found: dict[UUID, list[ReportCall]] = {}
    latest = select(ReportCall).where(*of_round).order_by(ReportCall.at.desc())
    for call in session.scalars(latest):
        found.setdefault(call.area_id, []).append(call)
    return found


def reminders(
    session: Session, disaster_id: UUID, code: str, tree: AreaTree, area: AreaNode
) -> list[Reminded]:
    """Return the last reminders of a round in an area, the latest first."""
    asked = select(Reminder).where(
        Reminder.disaster_id == disaster_id,
        Reminder.round == code,
        Reminder.area_id.in_(tree.within(area.id)),
    )
    rows = session.scalars(asked.order_by(Reminder.at.desc(), Reminder.id.desc()).limit(RECENT))
    return _with_states(session, rows.all(), tree)


def _with_states(session: Session, rows: Sequence[Reminder], tree: AreaTree) -> list[Reminded]:
    states = messages.states_of(session, [row.id for row in rows])
    return [Reminded(row, tree.node(row.area_id), states.get(row.id, Counter())) for row in rows]


def reminder(session: Session, reminder_id: UUID) -> Reminder:
    """Return one act of reminding. Raises NotFound."""
    found = session.scalar(select(Reminder).where(Reminder.id == reminder_id))
    if found is None:
        raise NotFound(_("There is no such thing, or not in your areas."))
    return found


def parameters_of(debt: Debt, found: Board, disaster_id: UUID) -> dict[str, Any]:
    """Return what a reminder is filled with."""
    return {
        "area": debt.node.name,
        "area_code": debt.node.code,
        "owed": debt.owed,
        "disaster": str(disaster_id),
        "round": found.round.code,
        "kind": found.round.kind,
        "number": found.round.number,
        "due": debt.due.isoformat(),
    }


def words(given: Mapping[str, Any]) -> Words:
    """Put a reminder into the words of the present language."""
    title = round_title(RoundKind(given["kind"]), int(given["number"]))
    due = clock.local(datetime.fromisoformat(given["due"])).strftime("%m-%d %H:%M")
    if given.get("owed") == Owed.TABLES:
        return _words_of_a_table(given, title, due)
    return Words(
        _("Reminder: %(area)s, %(round)s", area=given["area"], round=title),
        _(
            "%(area)s: %(round)s was due at %(due)s and has not arrived. Please file it now; "
            "what is not known yet stays empty.",
            area=given["area"], round=title, due=due,
        ),
        f"/reports/new?disaster={given['disaster']}&area={given['area_code']}"
        f"&round={given['round']}",
    )  # fmt: skip


def _words_of_a_table(given: Mapping[str, Any], title: str, due: str) -> Words:
    return Words(
        _("Reminder: %(area)s, table of %(round)s", area=given["area"], round=title),
        _(
            "%(area)s: the table of %(round)s was due at %(due)s and has not gone up. Please "
            "prepare it and have it signed; by telephone if it is night.",
            area=given["area"], round=title, due=due,
        ),
        f"/reports/summaries?disaster={given['disaster']}&area={given['area_code']}"
        f"&round={given['round']}",
    )  # fmt: skip


def round_title(kind: RoundKind, number: int) -> str:
    """Return a round as people say it."""
    if kind == RoundKind.UPDATE:
        return _("Follow-up %(n)d", n=number)
    return _("Initial report") if kind == RoundKind.INITIAL else _("Final verified report")


def for_the_chat(found: Board, *, drill: bool) -> str:
    """Return the text to paste into a chat group: which townships are overdue, round, deadline."""
    late: dict[str, list[str]] = {}
    for block in found.blocks:
        names = [row.node.name for row in block.rows if is_late(row, found)]
        if names:
            late[block.node.name] = names
    if not late:
        return ""
    head = _(
        "%(round)s (figures up to %(as_of)s) was due at %(due)s; %(count)d have not reported:",
        round=found.round.title, as_of=_told(found.round.as_of),
        due=_told(found.round.due["township"]), count=sum(map(len, late.values())),
    )  # fmt: skip
    lines = [f"{county}{_(': ')}{'、'.join(names)}" for county, names in late.items()]
    return "\n".join(
        [f"【{_('DRILL')}】{head}" if drill else head, *lines, _("Please report now.")]
    )


def _told(moment: datetime) -> str:
    return clock.local(moment).strftime("%m-%d %H:%M")


def call_words(call: ReportCall) -> str:
    """Return what came of a call, in words."""
    if call.outcome == CallOutcome.PROMISED and call.promised_at:
        return _("promised for %(when)s", when=_told(call.promised_at))
    return _("reached") if call.outcome == CallOutcome.REACHED else _("not reached")


def phones(people: Sequence[Holder], *, clear: bool) -> list[tuple[str, str]]:
    """Return (name, number) of those who have a telephone, masked unless asked in clear."""
    told = []
    for each in people:
        number = reach.address(each.user, Channel.SMS) if clear else reach.shown(each.user)["phone"]
        if number:
            told.append((each.user.name, number))
    return told


def words_of_return(given: Mapping[str, Any]) -> Words:
    """Say in the present language that a report came back."""
    title = round_title(RoundKind(given["kind"]), int(given["number"]))
    return Words(
        _("Returned: %(area)s, %(round)s", area=given["area"], round=title),
        _(
            "%(area)s: %(round)s was returned with a reason and counts in nothing meanwhile. "
            "Look at the reason, put it right and send it again.",
            area=given["area"], round=title,
        ),
        f"/reports/new?disaster={given['disaster']}&area={given['area_code']}"
        f"&round={given['round']}",
    )  # fmt: skip
