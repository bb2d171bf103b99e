"""Reading that leaves a trace: what a household may still get, and whole names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import clock, geo
from relief_ops.cases.rules.states import Purpose
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.models import Disaster
from relief_ops.events import record
from stockpile.handouts import events, schemas
from stockpile.handouts.queries import households, listing, stock
from stockpile.handouts.queries.households import Who
from stockpile.handouts.queries.listing import Row, Wanted
from stockpile.handouts.services import judging
from stockpile.handouts.services.judging import Line
from stockpile.queries import register


@dataclass(frozen=True)
class Entitled:
    """What a household may still get at a place: whose, under which masked name, by item."""

    whose: Who
    name: str
    free: dict[str, int]
    lines: Sequence[Line]
    on: date


def entitlement(
    session: Session, order: schemas.AskEntitlement, *, place: geo.Place, disaster: Disaster,
    actor_id: UUID,
) -> Entitled:  # fmt: skip
    """Return what a household may still get of what lies here, and record that it was asked."""
    now = register.now_in(session, place.drill_id)
    today = clock.local_date(now)
    whose = households.who(session, disaster, order.household_id, order.id_number, order.people)
    free = stock.free(session, place.id, disaster, today=today)
    order_of = [each.code for each in items.items(session) if each.code in free]
    lines = judging.judge(
        session, disaster, whose, dict.fromkeys(order_of, 1), on=today, area_id=place.area_id
    )
    event = events.EntitlementSought(disaster.id, place.id, whose.household_id is not None)
    record(session, event, actor_id=actor_id, subject=place.id, areas=[place.area_id])
    return Entitled(whose, households.masked_head(session, whose), free, lines, today)


def shown(found: Entitled) -> dict[str, Any]:
    """Return it as the API shows it."""
    return {
        "household_id": found.whose.household_id,
        "name": found.name,
        "people": found.whose.people,
        "items": [
            {
                "item": each.item.code,
                "name": items.name_of(each.item),
                "unit": items.unit_of(each.item),
                "free": found.free[each.item.code],
                "allowed": each.judged.allowed,
                "until": each.judged.until,
                "words": judging.in_words(each),
                "given": [
                    {"quantity": one.quantity, "at": one.at, "place": one.place}
                    for one in each.given
                ],
            }
            for each in found.lines
        ],
    }


def in_full(
    session: Session, wanted: Wanted, *, place: geo.Place, purpose: Purpose, actor_id: UUID
) -> list[Row]:
    """Return every handout wanted with whole names, and record who read them, and why."""
    rows = listing.listed(session, wanted)
    event = events.HandoutsRead(wanted.disaster_id, place.id, purpose, len(rows))
    record(session, event, actor_id=actor_id, subject=place.id, areas=[place.area_id])
    return rows
