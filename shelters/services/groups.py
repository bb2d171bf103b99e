"""Groups: registered by their number first, drawn down as their households are named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops.errors import FieldError, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from shelters import queries
from shelters.events import GroupDrawn
from shelters.models import Arrival, Shelter
from shelters.rules import CARE, Stay
from shelters.schemas import PutArrival


@dataclass(frozen=True)
class Share:
    """What a household has of a group: how many of its people came out of it, and before."""

    group: Arrival | None = None
    drawn: int = 0
    before: int = 0

    @property
    def freed(self) -> int:
        """Return how many places the group gives up for the household in this act."""
        return self.drawn - self.before

    @property
    def group_id(self) -> UUID | None:
        """Return the group the household belongs to; None once it was taken out of it."""
        left = self.before and not self.drawn
        return None if self.group is None or left else self.group.id

    def since(self, came: datetime) -> datetime:
        """Return when the household came: with its group, unless it says earlier."""
        return min(came, self.group.arrived_at) if self.group and self.drawn else came


def share_of(session: Session, shelter: Shelter, found: Arrival | None, order: PutArrival) -> Share:
    """Return what a household of a held shelter draws from the group it names; nothing is written.

    A correction that does not speak of the group keeps it. Never more than the group still has.
    Raises Invalid where the group named is none that is inside.
    """
    if order.sent_from:  # its group is in the shelter it is sent from
        return Share()
    was, before = (found.group_id, found.from_group) if found else (None, 0)
    wanted = order.group_id if "group_id" in order.model_fields_set else was
    group = queries.arrival(session, shelter.id, was) if was else None
    if was is None or wanted == was:
        return _of_one(session, shelter, order, wanted, before)
    if wanted is not None:
        raise _wrong(_("First take the household out of its group, then name the other one."))
    return Share(group, 0, before) if group is not None and _is_inside(group) else Share()


def _of_one(
    session: Session, shelter: Shelter, order: PutArrival, wanted: UUID | None, before: int
) -> Share:
    if wanted is None:
        return Share()
    group = queries.arrival(session, shelter.id, wanted)
    if before and group is not None and not _is_inside(group):  # it left: what was drawn stays so
        kept = min(before, order.people)
        return Share(group, kept, kept)
    group = _inside(group, order)
    return Share(group, min(order.people, group.people + before), before)


def _is_inside(group: Arrival | None) -> bool:
    return group is not None and group.stay == Stay.ARRIVED


def _inside(group: Arrival | None, order: PutArrival) -> Arrival:
    if group is None or not group.is_group or group.disaster_id != order.disaster_id:
        raise _wrong(_("There is no such group in this shelter."))
    if group.stay != Stay.ARRIVED:
        raise _wrong(_("This group is not inside: it has left, or is still on the way."))
    return group


def _wrong(words: str) -> Invalid:
    return Invalid(words, [FieldError("group_id", "unknown", words)])


def draw(
    session: Session, shelter: Shelter, share: Share, order: PutArrival, *, arrival_id: UUID,
    actor_id: UUID,
) -> None:  # fmt: skip
    """Take a household's people out of its group, or give some back; places are moved after.

    Whose special needs the household names were among those of the group.
    """
    if share.group is None or not share.freed:
        return
    if not share.before:
        _name_care(share.group, order)
    _change(session, shelter, share.group, arrival_id, share.freed, actor_id=actor_id)


def draw_sent_on(
    session: Session, shelter: Shelter, order: PutArrival, *, arrival_id: UUID, actor_id: UUID
) -> Share:
    """Take who is sent on from a held shelter out of the group they came to it with.

    Raises Invalid where the group named is none that is inside.
    """
    found = queries.arrival(session, shelter.id, order.group_id) if order.group_id else None
    group = _inside(found, order)
    share = Share(group, min(order.people, group.people))
    if share.drawn:
        _name_care(group, order)
        _change(session, shelter, group, arrival_id, share.drawn, actor_id=actor_id)
    return share


def _name_care(group: Arrival, order: PutArrival) -> None:
    for name in CARE:
        had = getattr(group, name)
        setattr(group, name, had - min(had, getattr(order, name)))


def take_back(session: Session, shelter: Shelter, found: Arrival, *, actor_id: UUID) -> int:
    """Give its group back who a household that was never here had of it; return how many."""
    group = queries.arrival(session, shelter.id, found.group_id) if found.group_id else None
    if group is None or not _is_inside(group) or not found.from_group:
        return 0
    _change(session, shelter, group, found.id, -found.from_group, actor_id=actor_id)
    return found.from_group


def _change(
    session: Session, shelter: Shelter, group: Arrival, arrival_id: UUID, drawn: int, *,
    actor_id: UUID,
) -> None:  # fmt: skip
    group.people -= drawn
    for name in CARE:
        setattr(group, name, min(getattr(group, name), group.people))
    group.revision += 1
    session.flush()
    event = GroupDrawn(shelter.id, group.disaster_id, group.id, arrival_id, drawn, group.people)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
