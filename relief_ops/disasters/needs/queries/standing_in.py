"""Needs that stand in for others, and what they stand for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.needs.models import Need, Substitution
from relief_ops.disasters.needs.rules import StoodIn, done_for
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _

# Both ends of a substitution are of one place: who may see the one may see the other.
BOTH = {"any_drill": True, "scope": "shared"}


def substitution(session: Session, stand_in_id: UUID, *, of: UUID) -> Substitution:
    """Return the decision by which a need stands in for another. Raises NotFound."""
    found = session.get(Substitution, stand_in_id)
    if found is None or found.need_id != of:
        raise NotFound(_("There is no such substitution, or not in your areas."))
    return found


def stands_in(session: Session, stand_in_id: UUID, *, of: UUID) -> bool:
    """Whether a need stands in for this one."""
    found = session.get(Substitution, stand_in_id)
    return found is not None and found.need_id == of


def substitutions(session: Session, need_id: UUID) -> list[tuple[Substitution, Need, Item]]:
    """Return what stands in for a need the caller may see, the first decided first."""
    rows = session.execute(
        select(Substitution, Need, Item)
        .join(Need, Need.id == Substitution.id)
        .join(Item, Item.code == Need.item_code)
        .where(Substitution.need_id == need_id)
        .order_by(Substitution.decided_at, Substitution.id)
        .execution_options(**BOTH)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def hold_together(session: Session, need_id: UUID) -> None:
    """Lock a need with those it stands in for, or that stand in for it, in one order."""
    linked = select(Substitution).where(
        or_(Substitution.id == need_id, Substitution.need_id == need_id)
    )
    ids = {need_id}
    for each in session.scalars(linked):
        ids |= {each.id, each.need_id}
    statement = select(Need.id).where(Need.id.in_(ids)).order_by(Need.id).with_for_update()
    session.execute(statement.execution_options(**BOTH)).all()


def stood_in_at(
    session: Session, disaster_id: UUID, places: Collection[UUID], *, sent: bool
) -> list[StoodIn]:
    """Return what stands in for what at some places; what came is what was `sent`, or received.

    Of a need withdrawn since, what came of its stand-in still counts.
    """
    first, other = aliased(Need), aliased(Need)
    rows: Any = session.execute(
        select(Substitution, first, other)
        .join(first, first.id == Substitution.need_id)
        .join(other, other.id == Substitution.id)
        .where(first.disaster_id == disaster_id, first.place_id.in_(list(places)))
        .order_by(Substitution.decided_at, Substitution.id)
        .execution_options(**BOTH)
    )
    found = []
    for each, need, stand_in in rows:
        came = stand_in.shipped if sent else stand_in.received
        coming = stand_in.quantity - came if stand_in.withdrawn_at is None else 0
        holds = each.taken - each.returned
        if need.withdrawn_at:
            holds = min(holds, done_for(each.taken, each.brings, stand_in.shipped, 1))
        found.append(
            StoodIn(need.place_id, need.item_code, stand_in.item_code, each.taken, each.brings,
                    holds, coming, came)
        )  # fmt: skip
    return found


def substitutions_agree(session: Session) -> list[str]:
    """Return every stand-in that is not what was decided, or gave back too little."""
    first, other = aliased(Need), aliased(Need)
    rows: Any = session.execute(
        select(Substitution, first, other)
        .join(first, first.id == Substitution.need_id)
        .join(other, other.id == Substitution.id)
        .execution_options(**BOTH)
    )
    wrong = []
    for each, need, stand_in in rows:
        kept = done_for(each.taken, each.brings, stand_in.shipped, 1)
        least = each.taken - kept if stand_in.withdrawn_at else 0
        changed = not stand_in.withdrawn_at and stand_in.quantity != each.brings
        if changed or (not need.withdrawn_at and each.returned < least):
            wrong.append(
                f"need {stand_in.id} stands in for {need.id}: {each.brings} were decided, "
                f"{stand_in.quantity} are asked for, {each.returned} of {each.taken} given back"
            )
        if not stand_in.withdrawn_at and each.returned:
            wrong.append(f"need {stand_in.id}: {each.returned} given back before it was withdrawn")
        if (stand_in.place_id, stand_in.disaster_id) != (need.place_id, need.disaster_id):
            wrong.append(f"need {stand_in.id} stands in for one of another place, {need.id}")
    return wrong


def shown_substitution(each: Substitution, need: Need, item: Item) -> dict[str, Any]:
    """Return a substitution as the API shows it."""
    return {
        "id": each.id,
        "need_id": each.need_id,
        "stand_in": need.item_code,
        "stand_in_name": items.name_of(item),
        "unit": items.unit_of(item),
        "quantity": each.taken,
        "brings": each.brings,
        "per_hundred": each.per_hundred,
        "returned": each.returned,
        "received": need.received,
        "state": need.state,
        "reason": each.reason,
        "decided_by": each.decided_by,
        "decided_at": each.decided_at,
    }
