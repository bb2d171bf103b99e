"""Rows of the list that something is said of, held until the transaction ends."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from relief_ops.disasters.models import Disaster
from relief_ops.errors import IllegalTransition, NotFound
from relief_ops.i18n import gettext as _
from shelters.evacuation.models import ListedHousehold


def hold_rows(
    session: Session, disaster: Disaster, household_ids: Iterable[UUID],
    *conditions: ColumnElement[bool], missing: str,
) -> list[ListedHousehold]:  # fmt: skip
    """Return rows of the viewer's areas, held. Raises NotFound in the words of `missing`.

    Raises IllegalTransition for one that was taken off the list since: whoever was without a
    network did see it, and what they noted of it is not to be thrown away.
    """
    wanted = set(household_ids)
    rows = session.scalars(
        select(ListedHousehold)
        .where(ListedHousehold.id.in_(wanted), *conditions)
        .order_by(ListedHousehold.id)
        .with_for_update()
        .execution_options(any_drill=True)
    ).all()
    found = [row for row in rows if row.drill_id == disaster.drill_id]
    if len(found) != len(wanted):
        raise NotFound(missing)
    if any(row.removed for row in found):
        raise IllegalTransition(_("A household was taken off the list meanwhile."))
    return found
