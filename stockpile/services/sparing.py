"""Whether a shelter that promised goods away can still do without them when they leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from relief_ops import clock, plugins
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items import queries as items
from relief_ops.errors import IllegalTransition
from relief_ops.i18n import gettext as _
from stockpile.models import Balance, Lot, ReservationLine, Shipment
from stockpile.queries.register import LEDGER


def check_spared(session: Session, made: Shipment, lines: Iterable[ReservationLine]) -> None:
    """Raise IllegalTransition for what a shelter's own people need by now.

    More may have come since it was promised; a place nobody speaks for gives what it promised.
    """
    disaster = disasters.disaster(session, made.disaster_id)
    leaving: Counter[str] = Counter()
    for line in lines:
        leaving[line.item_code] += line.quantity
    for ask in plugins.contributed("spare_at"):
        for giver in ask(session, disaster, made.from_area, [made.from_place]):
            there = _usable(session, made, leaving)
            for code, quantity in sorted(leaving.items()):
                if code not in giver.keeps or there[code] - quantity < giver.keeps[code]:
                    name = items.name_of(items.item(session, code))
                    raise IllegalTransition(
                        _("%(place)s needs its %(item)s for its own people by now: give the "
                          "promise back.", place=giver.name, item=name)
                    )  # fmt: skip


def _usable(session: Session, made: Shipment, codes: Iterable[str]) -> Counter[str]:
    today = clock.local_date(made.dispatched_at)
    rows = session.execute(
        select(Balance.item_code, func.sum(Balance.on_hand))
        .join(Lot, Lot.id == Balance.lot_id)
        .where(
            Balance.account_id == made.from_place, Balance.item_code.in_(list(codes)),
            or_(Lot.expires_on.is_(None), Lot.expires_on > today),
            or_(Lot.disaster_id.is_(None), Lot.disaster_id == made.disaster_id),
        )
        .group_by(Balance.item_code)
        .execution_options(**LEDGER)
    )  # fmt: skip
    return Counter({row[0]: int(row[1]) for row in rows})
