"""What the desk must know of goods that should come back. And what `verify` proves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import parameters
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.plugins import Attention, View
from stockpile.models import Account, Balance
from stockpile.queries.register import LEDGER
from stockpile.recovery.models import Recovery
from stockpile.recovery.queries.reading import Row, listed
from stockpile.recovery.queries.standing import Out, due, out
from stockpile.recovery.rules import RecoveryState
from stockpile.rules import AccountKind

GRADING = "stock.grading_days"
WAITS = {
    RecoveryState.TO_APPROVE: lazy(
        "%(depot)s: %(n)d collections wait for a second person to scrap them"
    ),
    RecoveryState.TO_GRADE: lazy("%(depot)s: %(n)d collections are not graded"),
    RecoveryState.WASHING: lazy("%(depot)s: %(n)d collections are still in the wash"),
}


def attention(session: Session, view: View) -> list[Attention]:
    """Return places whose goods are late, and depots where goods wait to be graded or scrapped."""
    if view.disaster_id is None:
        return []
    return [*_late(session, view), *_waiting(session, view)]


def _late(session: Session, view: View) -> Iterator[Attention]:
    if due(session, view) is None:  # the queue is looked at all night; this is for afterwards
        return
    places: dict[UUID, list[Out]] = defaultdict(list)
    for each in out(session, view):
        if each.late:
            places[each.place_id].append(each)
    for place_id, found in places.items():
        first = found[0]
        yield Attention(
            key=f"recovery:late:{place_id}",
            state="watch",
            kind="recovery_late",
            title=_("%(place)s: %(n)d lots should be back", place=first.place_name, n=len(found)),
            detail=_("by %(day)s", day=first.due_on),
            area_id=first.area_id,
            since=first.since or view.now,
            href="/stock/recovery",
        )


def _waiting(session: Session, view: View) -> Iterator[Attention]:
    days = int(parameters.values(session, (GRADING,), on=view.on)[GRADING].value)
    depots: dict[tuple[UUID, RecoveryState], list[Row]] = defaultdict(list)
    open_ = [
        row
        for state in (RecoveryState.TO_APPROVE, RecoveryState.TO_GRADE, RecoveryState.WASHING)
        for row in listed(session, view, state=state)
    ]
    for row in {each.recovery.id: each for each in open_}.values():
        state = row.recovery.tally.state
        old = _since(row.recovery) < view.now - timedelta(days=days)
        if state == RecoveryState.TO_APPROVE or (state != RecoveryState.DONE and old):
            depots[row.recovery.depot_id, state].append(row)
    for (depot_id, state), rows in depots.items():
        yield Attention(
            key=f"recovery:{state}:{depot_id}:{len(rows)}",
            state="watch",
            kind=f"recovery_{state}",
            title=str(WAITS[state]) % {"depot": rows[0].depot_name, "n": len(rows)},
            detail="",
            area_id=rows[0].recovery.area_id,
            since=min(_since(each.recovery) for each in rows),
            href=f"/stock/recovery?state={state}",
        )


def _since(found: Recovery) -> datetime:
    """Return since when a collection waits: what is all in the wash, since it last went there."""
    washed = found.washing_since if found.tally.state == RecoveryState.WASHING else None
    return washed or found.collected_at


def apart_adds_up(session: Session) -> list[str]:
    """Return every lot a depot holds to be graded in another amount than its collections say."""
    said: Counter[tuple[UUID, UUID]] = Counter()
    rows = session.execute(
        select(
            Recovery.depot_id, Recovery.lot_id,
            func.sum(Recovery.quantity - Recovery.restocked - Recovery.scrapped),
        )
        .group_by(Recovery.depot_id, Recovery.lot_id)
        .execution_options(**LEDGER)
    )  # fmt: skip
    said.update({(depot, lot): int(left) for depot, lot, left in rows})
    held: Counter[tuple[UUID, UUID]] = Counter()
    booked = session.execute(
        select(Account.place_id, Balance.lot_id, Balance.on_hand)
        .join(Account, Account.id == Balance.account_id)
        .where(Account.kind == AccountKind.RECOVERY)
        .execution_options(**LEDGER)
    )
    held.update({(place, lot): on_hand for place, lot, on_hand in booked if place})
    return [
        f"depot {depot}, lot {lot}: {said[depot, lot]} is to be graded, {held[depot, lot]} is held"
        for depot, lot in sorted({*said, *held})
        if said[depot, lot] != held[depot, lot]
    ]
