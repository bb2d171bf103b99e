"""Orders: given, lifted, and the way home opened after houses and slopes were checked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import clock, parameters, receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.evacuation import queries, rules, schemas
from shelters.evacuation.events import OrderGiven, OrderLifted, OrderRevised, ReturnAllowed
from shelters.evacuation.models import EvacuationOrder, OrderArea, OrderChange
from shelters.evacuation.services import figures, standing

MOST_ROOMS = 4


def put_order(
    session: Session, attempt: Attempt, order: schemas.PutOrder, *, disaster: Disaster,
    issuer: AreaNode, areas: list[AreaNode], actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Give an order. Raises Invalid where places are lacking and nobody says where to go."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    by = deadline(session, issuer.id, order)
    issued_at = order.issued_at or disasters.now_of(session, disaster)
    _check(session, order, disaster, areas)
    found = EvacuationOrder(
        id=attempt.id, disaster_id=disaster.id, issuer_id=issuer.id, number=order.number,
        trigger=order.trigger, signed_by=order.signed_by, without_shelter=order.without_shelter,
        impact_at=order.impact_at, deadline_at=by, issued_at=issued_at, actor_id=actor_id,
        revision=1,
    )  # fmt: skip
    session.add(found)
    session.flush()
    session.add_all(OrderArea(order_id=found.id, area_id=each.id) for each in areas)
    session.flush()
    standing.begin(session, found, disaster)
    event = OrderGiven(found.id, disaster.id, len(areas), by)
    record(session, event, actor_id=actor_id, subject=found.id, areas=_rooms(issuer, areas))
    figures.propose(session, disaster, [each.id for each in areas], as_of=issued_at)
    return receipts.keep(session, attempt, revision=1)


def _rooms(issuer: AreaNode, areas: list[AreaNode]) -> list[UUID]:
    return [each.id for each in areas] if len(areas) <= MOST_ROOMS else [issuer.id]


def deadline(
    session: Session, issuer_id: UUID, order: schemas.PutOrder | schemas.PutRevision
) -> datetime:
    """Return by when everybody must be away: as the law says, or earlier where the order says so.

    Raises Invalid for a later one.
    """
    impact = clock.local(order.impact_at)
    keys = ("evacuation.lead_hours", "evacuation.evening_hour")
    lead, evening = (
        int(parameters.value(session, key, on=impact.date(), area_id=issuer_id).value)
        for key in keys
    )
    latest = rules.deadline(impact, lead_hours=lead, evening_hour=evening)
    if order.deadline_at is None:
        return latest
    if order.deadline_at > latest:
        words = _("No later than %(by)s: that is what the rule leaves before the impact.",
                  by=f"{latest:%m-%d %H:%M}")  # fmt: skip
        raise Invalid(words, [FieldError("deadline_at", "too_late", words)])
    return order.deadline_at


def _check(
    session: Session, order: schemas.PutOrder, disaster: Disaster, areas: list[AreaNode]
) -> None:
    tree = disasters.division_tree(session, disaster)
    issuer = tree.by_code(order.issuer_code)
    outside = [each.name for each in areas if each.id not in tree.within(issuer.id)]
    if outside:
        words = _("%(area)s is not below %(issuer)s.", area=outside[0], issuer=issuer.name)
        raise Invalid(words, [FieldError("area_codes", "outside", words)])
    bare = [each for each in room_for(session, disaster, areas) if not each.enough]
    if bare and not order.without_shelter:
        raise _no_room(bare[0])


def _no_room(found: queries.Room) -> Invalid:
    words = _("No shelter stands ready for %(area)s. Say where people are to go.",
              area=found.area.name)  # fmt: skip
    if found.ready:
        words = _("%(area)s: %(people)d people are to go to shelters that have %(free)d places "
                  "left. Say where the other %(lacking)d are to go.", area=found.area.name,
                  people=found.people, free=found.free, lacking=found.lacking)  # fmt: skip
    code = "too_few_places" if found.ready else "no_shelter"
    return Invalid(words, [FieldError("without_shelter", code, words)])


def room_for(session: Session, disaster: Disaster, areas: list[AreaNode]) -> list[queries.Room]:
    """Return the room in shelters for the people of areas that are ordered together."""
    tree, now = disasters.division_tree(session, disaster), disasters.now_of(session, disaster)
    return queries.rooms_of(session, disaster, areas, tree, at=now)


def revise(
    session: Session, attempt: Attempt, found: EvacuationOrder, change: schemas.PutRevision, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Move the impact of a held order, and its deadline by the rule; what it said before is kept.

    Raises IllegalTransition for a lifted order, Invalid for a deadline later than the rule's.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if found.lifted_at is not None:
        raise IllegalTransition(_("This order was lifted already."))
    disaster = disasters.disaster(session, found.disaster_id)
    by = deadline(session, found.issuer_id, change)
    session.add(
        OrderChange(
            id=attempt.id, order_id=found.id, impact_before=found.impact_at,
            deadline_before=found.deadline_at, impact_at=change.impact_at, deadline_at=by,
            reason=change.reason, at=disasters.now_of(session, disaster), actor_id=actor_id,
        )
    )  # fmt: skip
    found.impact_at, found.deadline_at = change.impact_at, by
    found.revision += 1
    event = OrderRevised(found.id, disaster.id, change.impact_at, by, found.revision)
    _say(session, found, event, actor_id)
    return receipts.keep(session, attempt, revision=found.revision)


def lift(
    session: Session, attempt: Attempt, found: EvacuationOrder, order: schemas.PutLift, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Lift a held order: nobody is told any more; home is another step."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    if found.lifted_at is not None:
        raise IllegalTransition(_("This order was lifted already."))
    disaster = disasters.disaster(session, found.disaster_id)
    found.lifted_at = order.at or disasters.now_of(session, disaster)
    found.lift_reason = order.reason
    found.revision += 1
    event = OrderLifted(found.id, disaster.id, found.revision)
    _say(session, found, event, actor_id)
    return receipts.keep(session, attempt, revision=found.revision)


def allow_return(
    session: Session, attempt: Attempt, found: EvacuationOrder, order: schemas.PutReturn, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Open the way home under a held order that was lifted, once houses and slopes are checked."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    if found.lifted_at is None:
        raise IllegalTransition(_("Lift the order first."))
    if found.returned_at is not None:
        raise IllegalTransition(_("People may go home already."))
    disaster = disasters.disaster(session, found.disaster_id)
    found.returned_at = order.at or disasters.now_of(session, disaster)
    found.safety_check = order.safety_check
    found.revision += 1
    event = ReturnAllowed(found.id, disaster.id, found.revision)
    _say(session, found, event, actor_id)
    return receipts.keep(session, attempt, revision=found.revision)


def _say(
    session: Session, found: EvacuationOrder,
    event: OrderRevised | OrderLifted | ReturnAllowed, actor_id: UUID,
) -> None:  # fmt: skip
    session.flush()
    areas = queries.areas_of(session, [found.id])[found.id]
    rooms = areas if len(areas) <= MOST_ROOMS else [found.issuer_id]
    record(session, event, actor_id=actor_id, subject=found.id, areas=rooms)
    disaster = disasters.disaster(session, found.disaster_id)
    now = disasters.now_of(session, disaster)
    figures.propose(session, disaster, areas, as_of=now)
