"""Asking where one person is: on record, found or not, before anything is answered."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops.events import record
from relief_ops.geo import AreaNode
from shelters.evacuation import queries, rules
from shelters.evacuation.events import PersonLookedUp
from shelters.evacuation.rules import Whereabouts
from shelters.evacuation.schemas import LookUp


def look_up(
    session: Session, disaster_id: UUID, order: LookUp, *, area: AreaNode, actor_id: UUID
) -> list[Whereabouts]:
    """Return the last that is known of one person, part by part; record that somebody asked.

    Of who is not found nothing is kept, not even the name that was asked for.
    """
    asked = queries.Asked(name=order.name, id_number=order.id_number, phone=order.phone)
    found = queries.whereabouts(session, disaster_id, asked)
    event = PersonLookedUp(disaster_id, order.by, order.inquiry, bool(found))
    last = rules.latest(found)
    subject, area_id = (last.record_id, last.area_id) if last else (area.id, area.id)
    record(session, event, actor_id=actor_id, subject=subject, areas=[area_id])
    return found
