"""What a shipment may not do when it leaves: carry what has expired, arrive before it left."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.disasters.items import queries as items
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.i18n import gettext as _
from stockpile.models import ReservationLine, Shipment
from stockpile.queries import register
from stockpile.rules import is_pickable


def check_leaves(session: Session, made: Shipment, lines: Iterable[ReservationLine]) -> None:
    """Raise IllegalTransition naming the lots that expired since they were promised."""
    if made.eta is not None and made.eta < made.dispatched_at:
        words = _("It would arrive before it left.")
        raise Invalid(_("Some fields need another look."), [FieldError("eta", "before", words)])
    today = clock.local_date(made.dispatched_at)
    over = []
    for line in lines:
        lot = register.lot(session, line.lot_id)
        if lot is not None and not is_pickable(lot.expires_on, today):
            name = items.name_of(items.item(session, lot.item_code))
            over.append(_("%(item)s, lot %(label)s", item=name, label=lot.label))
    if over:
        lots = _("; ").join(dict.fromkeys(over))
        raise IllegalTransition(
            _("Expired since it was promised: %(lots)s. Give the promise back, and promise it "
              "from another lot.", lots=lots)
        )  # fmt: skip
