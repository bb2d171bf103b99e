"""Who orders relief goods to leave, and who stores and ships them: two eras."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import parameters
from relief_ops.i18n import gettext as _

ERA = "stock.authority_era"
CIVIL_AFFAIRS = 1


def authorities(session: Session, on: date, area_id: UUID) -> tuple[str, str]:
    """Return who ordered goods out on a day, and who stored and shipped them, in words.

    Civil affairs did both; since the reform of 2018 emergency management orders, and grain and
    material reserves ships (domain.md section 0.2).
    """
    era = parameters.value(session, ERA, on=on, area_id=area_id)
    if int(era.value) == CIVIL_AFFAIRS:
        return _("Civil affairs"), _("Civil affairs")
    return _("Emergency management"), _("Grain and material reserves")
