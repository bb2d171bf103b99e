"""Opening the needs that are forecast."""

from __future__ import annotations

from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs import services as needs
from relief_ops.disasters.needs.queries import keep_apart, place_for
from relief_ops.disasters.needs.rules import Basis
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.needs_forecast import queries
from shelters.needs_forecast.rules import MOST_NEEDS
from shelters.needs_forecast.schemas import PutForecast


def put_forecast(
    session: Session, attempt: Attempt, order: PutForecast, *, disaster: Disaster, area_id: UUID,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Open a need for each place and item that lacks something, all of them or none.

    What was forecast or asked before counts as there: asked twice, the second opens nothing. Of
    shelters where the actor may not ask nothing is opened: whoever has their area does that.
    Raises Invalid where nothing is missing, or too much for one act.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if disaster.ended_at is not None:
        raise IllegalTransition(_("This disaster is over; nothing is forecast for it any more."))
    needs.check_due(order.due_at, disaster, now=disasters.now_of(session, disaster))
    keep_apart(session, disaster)
    found = queries.outlook(session, disaster, area_id, days=order.days, items=order.items)
    wanted = found.wanted()
    check(wanted)
    due_at = order.due_at or queries.deadline(session, disaster, area_id)
    places = {place.key: place for place, _line in wanted}
    event = queries.event_of(disaster, list(places.values()), len(wanted))
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[area_id])
    for place, line in wanted:
        asked = needs.Asked(
            item=line.item.code, quantity=line.missing, priority=place.priority, due_at=due_at,
            basis=Basis.FORECAST,
        )  # fmt: skip
        at = place.shelter_id or place_for(session, None, area_id=place.area_id, disaster=disaster)
        needs.open_need(
            session, uuid5(attempt.id, f"{place.key}:{line.item.code}"), asked,
            disaster=disaster, place_id=at, area_id=place.area_id, actor_id=actor_id,
        )  # fmt: skip
    return receipts.keep(session, attempt, revision=1)


def check(wanted: list[queries.Wanted]) -> None:
    """Raise Invalid where nothing is missing, or too much for one act."""
    if not wanted:
        words = _("Nothing is missing: what is there, coming and asked for is enough.")
        raise Invalid(words, [FieldError("items", "nothing", words)])
    if len(wanted) > MOST_NEEDS:
        words = _(
            "These are %(n)s needs; at most %(most)s are opened at once. Choose a county, or "
            "fewer items.",
            n=len(wanted), most=MOST_NEEDS,
        )  # fmt: skip
        raise Invalid(words, [FieldError("items", "too_many", words)])
