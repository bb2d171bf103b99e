"""Reminding who owes a report, and noting what came of a telephone call."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import events, queries, schemas
from damage_reports.models import Reminder, ReportCall
from damage_reports.queries import limits, reminders
from damage_reports.queries.board import Board
from damage_reports.queries.reminders import Debt
from damage_reports.rules import CallOutcome, Owed
from relief_ops import receipts
from relief_ops.auth import reach
from relief_ops.auth.reach import Holder
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Invalid
from relief_ops.events import Code, record
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.messages import Channel, Letter, send
from relief_ops.messages import queries as messages
from relief_ops.receipts import Attempt, Receipt


def put_reminder(
    session: Session, attempt: Attempt, order: schemas.PutReminder, *, disaster: Disaster,
    area: AreaNode, board: Board, channels: Collection[str], actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Remind whoever owes a round in an area, on every way that reaches them.

    Who was reminded of the same area a short while ago is left out unless `forced`. A drill
    speaks within the application only. Raises Invalid when nobody owes anything here.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    _check_open(disaster)
    rows = reminders.owing(board, area, order.owed)
    if not rows:
        raise Invalid(_("Nobody here owes a report for this round."))
    now = disasters.now_of(session, disaster)
    made = Reminder(
        id=attempt.id, disaster_id=disaster.id, area_id=area.id, round=order.round, at=now,
        forced=order.forced, owed=order.owed, townships=len(rows), people=0, skipped=0,
        actor_id=actor_id,
    )  # fmt: skip
    ways = [Channel.IN_APP] if disaster.drill_id else [Channel(each) for each in channels]
    sent = _remind(session, made, rows, board=board, disaster=disaster, ways=sorted(ways))
    session.add(made)
    event = events.ReportReminded(
        made.id, disaster.id, Code(area.code), Code(order.round), made.townships, made.people,
        made.skipped, sent,
    )  # fmt: skip
    record(session, event, actor_id=actor_id, subject=made.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=1)


def _check_open(disaster: Disaster) -> None:
    if disaster.state == "closed":
        raise Invalid(_("This disaster is closed. Nobody is asked for more."))


def _remind(
    session: Session, made: Reminder, rows: Sequence[Debt], *, board: Board, disaster: Disaster,
    ways: Sequence[Channel],
) -> int:  # fmt: skip
    """Write the messages, count people on the reminder, and return how many were written."""
    by_id = {row.node.id: row for row in rows}
    permission = reminders.PERMISSION[Owed(made.owed)]
    people = reach.holders(session, permission, by_id.keys(), drill_id=disaster.drill_id)
    recent = set() if made.forced else _recent(session, people, disaster, made.at)
    told = [each for each in people if (each.user.id, each.area_id) not in recent]
    made.people, made.skipped = len(told), len(people) - len(told)
    sent = 0
    for each in told:
        letter = Letter(
            user_id=each.user.id, area_id=each.area_id, drill_id=disaster.drill_id,
            subject_id=made.id, template=reminders.TEMPLATE, at=made.at,
            parameters=reminders.parameters_of(by_id[each.area_id], board, disaster.id),
        )  # fmt: skip
        sent += sum(_on(session, letter, each, way) for way in ways)
    return sent


def _on(session: Session, letter: Letter, to: Holder, way: Channel) -> bool:
    """Write one message if the person is reached on this way."""
    address = reach.address(to.user, way)
    if way != Channel.IN_APP and not address:
        return False
    send(session, letter, way, to=address)
    return True


def _recent(
    session: Session, people: Sequence[Holder], disaster: Disaster, now: datetime
) -> set[tuple[UUID, UUID]]:
    """Return the (person, area) that were reminded a short while ago."""
    again = limits.limit(session, disaster, limits.REMIND_AGAIN)
    told = messages.latest_to(
        session, [each.user.id for each in people], template=reminders.TEMPLATE,
        area_ids=[each.area_id for each in people], drill_id=disaster.drill_id,
    )  # fmt: skip
    return {pair for pair, at in told.items() if now - at < again}


def put_call(
    session: Session, attempt: Attempt, order: schemas.PutCall, *, disaster: Disaster,
    area: AreaNode, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Note what came of a telephone call about an owed report.

    Raises Invalid for a promise without its time, or a time that nobody promised.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    _check_open(disaster)
    _check_call(session, order, disaster, area)
    now = disasters.now_of(session, disaster)
    call = ReportCall(
        id=attempt.id, disaster_id=disaster.id, area_id=area.id, round=order.round, at=now,
        outcome=order.outcome, promised_at=order.promised_at, actor_id=actor_id,
    )  # fmt: skip
    session.add(call)
    event = events.ReportCalled(
        call.id, disaster.id, Code(area.code), Code(order.round), order.outcome, order.promised_at
    )
    record(session, event, actor_id=actor_id, subject=call.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=1)


def _check_call(
    session: Session, order: schemas.PutCall, disaster: Disaster, area: AreaNode
) -> None:
    problems = disasters.outside(session, disaster, area)
    if not any(each.code == order.round for each in queries.rounds(session, disaster)):
        problems.append(FieldError("round", "unknown", _("This disaster has no such round.")))
    promised = order.outcome == CallOutcome.PROMISED
    if promised and order.promised_at is None:
        words = _("Say for when the report was promised.")
        problems.append(FieldError("promised_at", "missing", words))
    if not promised and order.promised_at is not None:
        words = _("A time belongs to a promise only.")
        problems.append(FieldError("promised_at", "not_promised", words))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def note_numbers_read(
    session: Session, reader_id: UUID, *, disaster: Disaster, area: AreaNode, count: int
) -> None:
    """Put on the record that somebody saw the duty telephones of an area in full."""
    event = events.DutyPhonesRead(disaster.id, Code(area.code), count)
    record(session, event, actor_id=reader_id, subject=area.id, areas=[area.id])
