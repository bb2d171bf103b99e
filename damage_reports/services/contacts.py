"""Recording what still leads to an area and when it was last heard from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import events, schemas
from damage_reports.models import AreaContact
from damage_reports.queries.contact import of_area
from damage_reports.rules import LINKS
from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Invalid
from relief_ops.events import Code, record
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_contact(
    session: Session, attempt: Attempt, order: schemas.PutContact, *, disaster: Disaster,
    area: AreaNode, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Record an area's contact in a disaster, or put it right (If-Match).

    Declaring it again keeps when it was declared first; what is heard later ends it by itself.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = session.get(AreaContact, attempt.id, with_for_update=True)
    revision = receipts.next_revision(attempt, found.revision if found else None)
    now = disasters.now_of(session, disaster)
    _check(session, order, area, disaster, known=found)
    if found is None:
        found = AreaContact(id=attempt.id, disaster_id=disaster.id, area_id=area.id)
        session.add(found)
    for link in LINKS:
        setattr(found, link, getattr(order, link))
    found.last_contact_at, found.last_means = order.last_contact_at, order.last_means or ""
    found.messenger_sent_at = order.messenger_sent_at
    found.messenger_route = order.messenger_route
    found.declared_at = _declared(found, order, now)
    found.changed_at, found.actor_id, found.revision = now, actor_id, revision
    event = events.ContactRecorded(
        found.id, disaster.id, Code(area.code), order.road, order.power, order.network,
        order.water, order.out_of_contact, order.last_contact_at, order.messenger_sent_at, revision,
    )  # fmt: skip
    record(session, event, actor_id=actor_id, subject=found.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=revision)


def _declared(found: AreaContact, order: schemas.PutContact, now: datetime) -> datetime | None:
    """Return since when it is declared out of contact; a contact since then begins it anew."""
    if not order.out_of_contact:
        return None
    heard, before = order.last_contact_at, found.declared_at
    return before if before and (heard is None or heard <= before) else now


def _check(
    session: Session, order: schemas.PutContact, area: AreaNode, disaster: Disaster, *,
    known: AreaContact | None,
) -> None:  # fmt: skip
    if known and (known.disaster_id, known.area_id) != (disaster.id, area.id):
        raise Invalid(_("A record of contact stays with its disaster and its area."))
    problems = [
        *disasters.outside(session, disaster, area),
        *_wrong_times(order, disasters.now_of(session, disaster)),
    ]
    if known is None and of_area(session, disaster.id, area.id):
        words = _("Somebody recorded the contact with this area already: change that record.")
        problems.append(FieldError("area_code", "taken", words))
    if area.level not in (Level.TOWNSHIP, Level.VILLAGE):
        words = _("Contact is recorded for a township or a village.")
        problems.append(FieldError("area_code", "level", words))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)
    if disaster.state == "closed":
        raise Invalid(_("This disaster is closed. Nobody is asked for more."))


def _wrong_times(order: schemas.PutContact, now: datetime) -> Iterator[FieldError]:
    for name in ("last_contact_at", "messenger_sent_at"):
        moment = getattr(order, name)
        if moment and moment > now:
            yield FieldError(name, "future", _("That is still to come."))
    if (order.last_contact_at is None) != (order.last_means is None):
        words = _("Say when somebody was heard from and by what, or neither.")
        yield FieldError("last_means", "incomplete", words)
