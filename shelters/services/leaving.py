"""Households that leave a shelter: home, to relatives, to hospital, or on to another shelter."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import receipts, vault
from relief_ops.disasters import queries as disasters
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters import queries, rules
from shelters.events import HouseholdDeparted
from shelters.models import Arrival, Shelter, ShelterStatus
from shelters.queries.found import part_id
from shelters.queries.one import TYPED
from shelters.rules import CARE, WARDS, LeftTo, State, Stay
from shelters.rules.doors import Party
from shelters.schemas import PutArrival, PutDeparture
from shelters.services import groups, members, moments, places
from shelters.services.life_cycle import follow_figures, status_for
from shelters.services.telling import (
    NUMBERS,
    admitted,
    give_out,
    given,
    opened,
    owe,
    sealed,
    tell,
)

CARRIED = (
    "disaster_id", "listed_id", "origin_id", "is_group", "id_missing", "id_number_blind",
    "phone_blind", *NUMBERS,
)  # fmt: skip
CARRIED_SEALED = ("name", "phone", "id_number", "care")


def depart(
    session: Session, attempt: Attempt, shelter: Shelter, arrival_id: UUID, order: PutDeparture,
    *, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Let a household go and free its places, and take places where it is sent on to.

    Raises IllegalTransition when it is gone, NoRoomHere when the other shelter does not take it,
    Invalid when nobody is named to take charge of minors or elders.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = queries.household(session, shelter.id, arrival_id)
    if found.stay not in rules.HOLDING:
        raise IllegalTransition(_("This household has already left."))
    _check_handover(found, order.to, order.handed_to)
    disaster = disasters.disaster(session, found.disaster_id)
    status = status_for(session, shelter, disaster)
    for name in ("signed_by", "handed_to"):
        text = getattr(order, name)
        setattr(found, f"{name}_sealed", sealed(name, found.id, text))
    now = disasters.now_of(session, disaster)
    at = moments.come("left_at", order.left_at, now)
    at = moments.gone(at, found.arrived_at) if order.left_at else max(at, found.arrived_at)
    if order.shelter_id:
        found.moved_to = uuid5(found.id, order.shelter_id.hex)
    let_go(session, shelter, status, found, to=order.to, at=at, actor_id=actor_id)
    if order.shelter_id:
        _send_on(session, found, order.shelter_id, at=at, now=now, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=found.revision)


def _check_handover(found: Arrival, to: LeftTo, handed_to: str) -> None:
    wards, inside = (found.minors_alone, found.alone), found.stay == Stay.ARRIVED
    if handed_to or not rules.needs_handover(*wards, to, inside=inside):
        return
    words = _("Minors nobody is with, and elders alone or frail, leave only to somebody named.")
    raise Invalid(words, [FieldError("handed_to", "missing", words)])


def let_go(
    session: Session, shelter: Shelter, status: ShelterStatus, found: Arrival, *, to: LeftTo,
    at: datetime, actor_id: UUID, quietly: bool = False,
) -> None:  # fmt: skip
    """Take a household out of a held shelter; `quietly` where its list is told the rest at once.

    Who was only announced was never here, wherever they go instead.
    """
    before = given(found)
    never = to == LeftTo.CANCELLED or found.stay == Stay.ON_THE_WAY
    kept = groups.take_back(session, shelter, found, actor_id=actor_id) if never else 0
    places.give_back(session, status, found, kept=kept)
    found.stay = Stay.CANCELLED if never else Stay.DEPARTED
    found.left_at, found.left_to = at, to
    event = HouseholdDeparted(
        shelter.id, found.disaster_id, found.id, found.people, to, status.registered
    )
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    session.flush()
    places.compare(session, status)
    owe(session, shelter, status)
    if never:  # and was given nothing
        give_out(session, found, before=before, actor_id=actor_id)
    if not quietly:
        tell(session, found, at=at, actor_id=actor_id)
    if status.state == State.FULL:
        follow_figures(session, shelter, status, at=at, actor_id=actor_id)


def let_go_elsewhere(
    session: Session, shelter: Shelter, order: PutArrival, *, arrival_id: UUID, at: datetime,
    actor_id: UUID,
) -> Arrival | None:  # fmt: skip
    """Take a household that stands at this shelter out of the one it is registered in.

    Return its registration there; where only somebody named with its head comes, theirs. Raises
    Invalid where it is no household of this disaster, or another one, and where nobody is named
    with whom minors and elders left.
    """
    found = queries.arrival_anywhere(session, order.moved_from) if order.moved_from else None
    same = found is not None and found.disaster_id == order.disaster_id
    whole = found is not None and _is_the_one(found, order)
    if found is None or not same or not (whole or _named_of(session, found, order)):
        words = _("This is not where the household is registered.")
        raise Invalid(words, [FieldError("moved_from", "unknown", words)])
    if found.stay not in rules.HOLDING or found.shelter_id == shelter.id:
        return None
    if found.stay == Stay.ARRIVED:
        _check_handover(found, LeftTo.OTHER_SHELTER, order.handed_to)
    other = queries.shelter_to_leave(session, found.shelter_id)
    status = status_for(session, other, disasters.disaster(session, order.disaster_id))
    if not whole:
        return _let_part_go(
            session, other, status, found, order, arrival_id=arrival_id, at=at, actor_id=actor_id
        )
    found.handed_to_sealed = sealed("handed_to", found.id, order.handed_to)
    found.moved_to = arrival_id
    joins = _joins(found, order)
    to = LeftTo.RELATIVES if joins and found.listed_id else LeftTo.OTHER_SHELTER
    let_go(session, other, status, found, to=to, at=at, actor_id=actor_id)
    return None if joins else found


def _let_part_go(
    session: Session, shelter: Shelter, status: ShelterStatus, found: Arrival, order: PutArrival,
    *, arrival_id: UUID, at: datetime, actor_id: UUID,
) -> Arrival | None:  # fmt: skip
    """Take those who come elsewhere out of a household that stays; return their part of its stay.

    As many as come where one of them is their head, at most all but the one who stays; of those
    who come with another household only who is named. The part names nobody; the household's
    telephone finds them on. Nothing is taken over by the household they come with.
    """
    before, named = given(found), _named_of(session, found, order)
    leads = bool(order.id_number) and vault.blind(order.id_number) in named
    coming = min(order.people if leads else len(named), found.people - 1)
    found.people -= coming
    went = {each: min(getattr(found, each), getattr(order, each), coming) for each in CARE}
    for name, number in went.items():
        setattr(found, name, min(getattr(found, name) - number, found.people))
    for name in ("companions", "from_group"):
        setattr(found, name, min(getattr(found, name), found.people))
    found.revision, found.actor_id = found.revision + 1, actor_id
    members.take_out(session, found, named)
    part = Arrival(
        id=part_id(arrival_id, found.id), shelter_id=shelter.id, area_id=shelter.area_id,
        disaster_id=found.disaster_id, people=coming, stay=found.stay, listed_id=found.listed_id,
        origin_id=found.origin_id, moved_to=arrival_id, arrived_at=found.arrived_at,
        actor_id=actor_id, revision=1, phone_blind=found.phone_blind, **went,
    )  # fmt: skip
    part.phone_sealed = sealed("phone", part.id, opened(found, "phone"))
    part.handed_to_sealed = sealed("handed_to", part.id, order.handed_to)
    session.add(part)
    session.flush()
    let_go(
        session, shelter, status, part, to=LeftTo.OTHER_SHELTER, at=at, actor_id=actor_id,
        quietly=True,
    )  # fmt: skip
    admitted(session, shelter, status, found, actor_id=actor_id)
    give_out(session, found, before=before, actor_id=actor_id)
    return part if leads else None


def taken_over(order: PutArrival, left: Arrival | None) -> PutArrival:
    """Return what is said of a household that comes, with what only its last registration says.

    Who was minor and alone, or old and frail, is so at the next door, whatever is typed there;
    and the note on their care goes with them.
    """
    if left is None:
        return order
    wards = {
        each: max(getattr(order, each), min(getattr(left, each), order.people)) for each in WARDS
    }
    notes = dict.fromkeys(each for each in (opened(left, "care"), order.care) if each)
    known = {"listed_id": order.listed_id or left.listed_id, "care": " / ".join(notes)}
    known["phone"] = order.phone or opened(left, "phone")
    return order.model_copy(update=wards | known)


def leave_group(
    session: Session, order: PutArrival, *, arrival_id: UUID, at: datetime, actor_id: UUID
) -> None:
    """Take who is sent on with their group's number out of the shelter the group is in.

    There they were people of the group until now: a stay that names nobody says so. Raises
    Invalid where the group named is none that is inside.
    """
    if order.sent_from is None or order.group_id is None:
        return
    shelter = queries.shelter_to_leave(session, order.sent_from)
    status = status_for(session, shelter, disasters.disaster(session, order.disaster_id))
    share = groups.draw_sent_on(session, shelter, order, arrival_id=arrival_id, actor_id=actor_id)
    if share.group is None or not share.drawn:
        return
    stay = Arrival(
        id=uuid5(arrival_id, order.sent_from.hex), shelter_id=shelter.id, area_id=shelter.area_id,
        disaster_id=order.disaster_id, people=share.drawn, stay=Stay.ARRIVED,
        group_id=share.group.id, from_group=share.drawn, moved_to=arrival_id,
        arrived_at=share.group.arrived_at, actor_id=actor_id, revision=1,
    )  # fmt: skip
    session.add(stay)
    session.flush()
    let_go(session, shelter, status, stay, to=LeftTo.OTHER_SHELTER, at=at, actor_id=actor_id)


def _is_the_one(found: Arrival, order: PutArrival) -> bool:
    """Whether a registration is of the household that comes now: by its row, or by its number.

    Who was registered alone may be named with the head of the household that comes.
    """
    if order.listed_id is not None and found.listed_id == order.listed_id:
        return True
    known = order.numbers if found.people == 1 else [order.id_number]
    return any(found.id_number_blind == vault.blind(each) for each in known if each)


def _joins(found: Arrival, order: PutArrival) -> bool:
    """Whether who was registered alone comes with a household that only names them."""
    mine = order.listed_id is not None and found.listed_id == order.listed_id
    led = bool(order.id_number) and found.id_number_blind == vault.blind(order.id_number)
    return not mine and not led


def _named_of(session: Session, found: Arrival, order: PutArrival) -> set[bytes]:
    """Return the indexes of those numbers of who comes now that a registration names."""
    named = {each.id_number_blind for each in queries.members(session, found.id)}
    return {blind for each in order.numbers if (blind := vault.blind(each)) in named}


def _send_on(
    session: Session, found: Arrival, shelter_id: UUID, *, at: datetime, now: datetime,
    actor_id: UUID,
) -> None:  # fmt: skip
    """Announce a household in the shelter it is sent on to, with all that is known of it."""
    target = queries.shelter_to_send_to(session, shelter_id)
    if target.id == found.shelter_id:
        words = _("Nobody can be sent on to this shelter.")
        raise Invalid(words, [FieldError("shelter_id", "unknown", words)])
    status = status_for(session, target, disasters.disaster(session, found.disaster_id))
    party = Party(
        people=found.people, stay=Stay.ON_THE_WAY, came=at,
        kinds={kind: getattr(found, kind) for kind in TYPED}, home=found.origin_id,
    )  # fmt: skip
    places.check_admits(session, target, status, party, at=now)
    places.take(session, target, status, None, party, at=now)
    sent = Arrival(
        id=found.moved_to, shelter_id=target.id, area_id=target.area_id, stay=Stay.ON_THE_WAY,
        arrived_at=at, actor_id=actor_id, revision=1, room="", over_reason="",
        **{name: getattr(found, name) for name in CARRIED},
    )  # fmt: skip
    for name in CARRIED_SEALED:
        setattr(sent, f"{name}_sealed", sealed(name, sent.id, opened(found, name)))
    session.add(sent)
    session.flush()
    members.carry(session, found, sent)
    admitted(session, target, status, sent, actor_id=actor_id)
    follow_figures(session, target, status, at=at, actor_id=actor_id)
