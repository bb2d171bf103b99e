"""Households somebody must see to while an order runs: unheard, refusing, missing, in doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from relief_ops import clock, parameters
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from shelters.evacuation.models import EvacuationOrder, EvacuationStanding, ListedHousehold
from shelters.evacuation.queries.deputies import without_deputy
from shelters.evacuation.queries.doubts import doubted
from shelters.evacuation.queries.parts import said_at, tried_at
from shelters.evacuation.rules import SAFE, Doubt, State

ROW, STANDING = ListedHousehold, EvacuationStanding
STATE = func.coalesce(STANDING.state, State.TO_TELL)
NO_ANSWER, LOST_TRACK = "evacuation.no_answer_minutes", "evacuation.lost_track_hours"
Words = Callable[[int], str]


@dataclass(frozen=True)
class Watch:
    """One thing to watch for: which households, how grave, what is said, where they are listed."""

    kind: str
    state: str
    condition: ColumnElement[bool]
    title: Words
    asked: str
    after: timedelta = timedelta(0)


def minutes_to_answer(session: Session, view: View) -> timedelta:
    """Return after how long without an answer it is the deputy's turn, where one looks."""
    return no_answer(session, view.now, view.area_id)


def no_answer(session: Session, now: datetime, area_id: UUID) -> timedelta:
    """Return after how long without an answer it is the deputy's turn in an area."""
    found = parameters.value(session, NO_ANSWER, on=clock.local_date(now), area_id=area_id)
    return timedelta(minutes=int(found.value))


def hours_of_doubt(session: Session, view: View) -> timedelta:
    """Return after how long a household that is not known to have arrived is looked for."""
    found = parameters.value(session, LOST_TRACK, on=view.on, area_id=view.area_id)
    return timedelta(hours=float(found.value))


def watched(
    session: Session, view: View, order: EvacuationOrder, of: ColumnElement[bool]
) -> Iterable[Attention]:
    """Yield an entry for each thing that is so of some of these rows: one statement for all."""
    watches = _watches(session, view, order)
    columns: list[Any] = []
    for each in watches:
        columns += [
            func.count(case((each.condition, ROW.id))),
            func.max(case((each.condition, said_at(order))), type_=STANDING.since_at.type),
        ]
    stands = and_(STANDING.household_id == ROW.id, STANDING.order_id == order.id)
    row = session.execute(
        select(*columns).select_from(ROW).outerjoin(STANDING, stands).where(of)
    ).one()
    for each, rows, newest in zip(watches, row[::2], row[1::2], strict=True):
        if rows:
            yield _entry(view, order, each, int(rows), newest)


def _entry(
    view: View, order: EvacuationOrder, found: Watch, rows: int, newest: datetime | None
) -> Attention:
    return Attention(
        key=f"evacuation.{found.kind}:{found.asked}:{found.state}:{order.id}",
        state=found.state,
        kind=f"evacuation.{found.kind}",
        title=found.title(rows),
        detail=_("evacuation order %(number)s", number=order.number),
        area_id=view.area_id,
        since=(newest or order.issued_at) + found.after,
        href=f"/evacuation?order={order.id}&{found.asked}",
    )


def _watches(session: Session, view: View, order: EvacuationOrder) -> list[Watch]:
    return [
        *_unheard(session, view, order),
        Watch("refused", "watch", STATE == State.REFUSED,
              lambda n: _("%(n)d households will not go: persuade them, or decide", n=n),
              "state=refused"),
        Watch("not_found", "act", STATE == State.NOT_FOUND,
              lambda n: _("%(n)d households cannot be found", n=n), "state=not_found"),
        Watch("no_cadre", "watch", and_(ROW.cadre_id.is_(None), STATE.not_in(SAFE)),
              lambda n: _("%(n)d households have nobody who answers for them", n=n),
              "cadre=none&state=unsafe"),
        *_lost_track(session, view, order),
    ]  # fmt: skip


def _unheard(session: Session, view: View, order: EvacuationOrder) -> list[Watch]:
    minutes = minutes_to_answer(session, view)
    tried = tried_at(order)
    nobody = STATE == State.TO_TELL
    send = and_(nobody, tried <= view.now - 2 * minutes)
    deputy = and_(nobody, tried <= view.now - minutes, tried > view.now - 2 * minutes)
    return [
        Watch("unheard", "act", send,
              lambda n: _("%(n)d households do not answer: send somebody", n=n),
              "state=to_tell", 2 * minutes),
        Watch("unheard", "watch", deputy,
              lambda n: _("%(n)d households do not answer: the deputy's turn", n=n),
              "state=to_tell", minutes),
        Watch("no_deputy", "act",
              and_(nobody, tried <= view.now - minutes, without_deputy(view.drill_id)),
              lambda n: _("%(n)d households do not answer, and no deputy can be told: none is "
                          "named, or none has an account that is in use", n=n),
              "state=to_tell", minutes),
    ]  # fmt: skip


def _lost_track(session: Session, view: View, order: EvacuationOrder) -> list[Watch]:
    hours = hours_of_doubt(session, view)
    words: dict[Doubt, Words] = {
        Doubt.UNREGISTERED: lambda n: _(
            "%(n)d households are said to be in a shelter that did not register them", n=n
        ),
        Doubt.LONG_WAY: lambda n: _(
            "%(n)d households are on their way for longer than any way takes", n=n
        ),
        Doubt.NOT_COME: lambda n: _("%(n)d households were announced and never came", n=n),
    }
    return [
        Watch("lost_track", "watch", doubted(each, order.id, before=view.now - hours),
              words[each], f"state={each}", hours)
        for each in Doubt
    ]  # fmt: skip
