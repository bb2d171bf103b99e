"""Sums that stay true until something is recorded: kept by the number of the last event."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops.auth import viewer
from relief_ops.events.models import EventHead
from relief_ops.i18n import language

T = TypeVar("T")
MOST = 256
HEAD = EventHead.__table__.c
_kept: OrderedDict[Hashable, tuple[tuple[UUID, int], object]] = OrderedDict()


def kept(session: Session, key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` answers for this reader, from memory while nothing was recorded.

    Every change writes an event, so epoch and number say whether a sum is still true.
    """
    epoch, seq = session.connection().execute(select(HEAD.epoch, HEAD.seq)).one()
    who = viewer()
    whole = (key, who.area_ids if who else None, bool(who and who.everything), language())
    found = _kept.get(whole)
    if found is None or found[0] != (epoch, seq):
        found = ((epoch, seq), make())
        _kept[whole] = found
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return found[1]  # type: ignore[return-value]
