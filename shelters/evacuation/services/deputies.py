"""Telling deputies whose turn it is: nobody answered the cadre, or nobody went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import receipts
from relief_ops.auth import reach
from relief_ops.auth.models import User
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.messages import Channel, Letter, send
from relief_ops.messages import queries as messages
from relief_ops.receipts import Attempt, Receipt
from shelters.evacuation import queries
from shelters.evacuation.events import DeputiesTold
from shelters.evacuation.models import EvacuationOrder

To = tuple[UUID, UUID]  # the account of a deputy, and the area they answer in


def tell_deputies(
    session: Session, attempt: Attempt, order: EvacuationOrder, *, area: AreaNode,
    channels: Collection[str], actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Tell each deputy with an account how many households wait for them, on every way.

    Who was told a short while ago is left out. Raises Invalid where there is nobody to tell.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if order.lifted_at is not None:
        raise IllegalTransition(_("This order was lifted already."))
    disaster = disasters.disaster(session, order.disaster_id)
    now = disasters.now_of(session, disaster)
    minutes = queries.no_answer(session, now, area.id)
    waiting = queries.waiting_for_deputies(
        session, order, area.id, before=now - minutes, drill_id=disaster.drill_id
    )
    last = _recent(session, waiting, disaster.drill_id)
    told = {
        to: households
        for to, households in waiting.items()
        if to not in last or last[to] <= now - minutes
    }
    ways = [Channel.IN_APP] if disaster.drill_id else [Channel(each) for each in channels]
    sent = _tell(session, attempt.id, order, disaster, told, ways=sorted(ways), at=now)
    if not sent:
        raise Invalid(_("There is no deputy to tell: nobody waits for one, they have no account, "
                        "or they were told a short while ago."))  # fmt: skip
    event = DeputiesTold(attempt.id, order.id, disaster.id, sum(told.values()), len(told), sent)
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=1)


def _recent(session: Session, waiting: Collection[To], drill_id: UUID | None) -> dict[To, datetime]:
    """Return when each of them was told last."""
    return messages.latest_to(
        session, {user for user, _area in waiting}, template=queries.deputies.TEMPLATE,
        area_ids={area for _user, area in waiting}, drill_id=drill_id,
    )  # fmt: skip


def _tell(
    session: Session, act_id: UUID, order: EvacuationOrder, disaster: Disaster,
    told: dict[To, int], *, ways: Iterable[Channel], at: datetime,
) -> int:  # fmt: skip
    """Write the messages and return how many were written."""
    wanted = select(User).where(User.id.in_({user for user, _area in told}))
    users = {each.id: each for each in session.scalars(wanted)}
    sent: Counter[Channel] = Counter()
    for (user_id, area_id), households in told.items():
        user = users[user_id]
        letter = Letter(
            user_id=user_id, area_id=area_id, drill_id=disaster.drill_id, subject_id=act_id,
            template=queries.deputies.TEMPLATE, at=at,
            parameters=queries.deputies.parameters_of(order, households),
        )  # fmt: skip
        for way in ways:
            address = reach.address(user, way)
            if way == Channel.IN_APP or address:
                send(session, letter, way, to=address)
                sent[way] += 1
    return sent.total()
