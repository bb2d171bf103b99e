"""Whose turn it is where nobody answers: the deputies, and what they are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from relief_ops.auth.models import User
from relief_ops.i18n import gettext as _
from relief_ops.messages import Words
from shelters.evacuation.models import Cadre, EvacuationOrder, EvacuationStanding, ListedHousehold
from shelters.evacuation.queries.listing import within
from shelters.evacuation.queries.orders import moved
from shelters.evacuation.queries.parts import tried_at
from shelters.evacuation.rules import State

TEMPLATE = "evacuation.deputy"
ROW, STANDING = ListedHousehold, EvacuationStanding


def may_be_told(drill_id: UUID | None) -> ColumnElement[bool]:
    """Return the condition that an account reads what it is told: not disabled, of this part."""
    return and_(~User.disabled, or_(User.drill_id.is_(None), User.drill_id == drill_id))


def without_deputy(drill_id: UUID | None) -> ColumnElement[bool]:
    """Return the condition that nobody who can be told stands in for the cadre of a row."""
    deputy = aliased(Cadre)
    with_one = (
        select(Cadre.id)
        .join(deputy, deputy.id == Cadre.deputy_id)
        .join(User, User.id == deputy.user_id)
        .where(may_be_told(drill_id))
    )
    return and_(ROW.cadre_id.is_not(None), ROW.cadre_id.not_in(with_one))


def waiting_for_deputies(
    session: Session,
    order: EvacuationOrder,
    area_id: UUID,
    *,
    before: datetime,
    drill_id: UUID | None,
) -> dict[tuple[UUID, UUID], int]:
    """Return how many households nobody reached since then wait for which deputy's account.

    By the account and the area in which its deputy answers; who has no deputy with one that can
    be told is not among them.
    """
    deputy = aliased(Cadre)
    rows = session.execute(
        select(deputy.user_id, deputy.area_id, func.count())
        .select_from(ROW)
        .join(Cadre, Cadre.id == ROW.cadre_id)
        .join(deputy, deputy.id == Cadre.deputy_id)
        .join(User, User.id == deputy.user_id)
        .outerjoin(STANDING, and_(STANDING.household_id == ROW.id, STANDING.order_id == order.id))
        .where(
            moved(order.id),
            ~ROW.removed,
            within(ROW.area_id, area_id),
            func.coalesce(STANDING.state, State.TO_TELL) == State.TO_TELL,
            tried_at(order) <= before,
            may_be_told(drill_id),
        )
        .group_by(deputy.user_id, deputy.area_id)
        .execution_options(any_drill=True)
    )
    found: Counter[tuple[UUID, UUID]] = Counter()
    for user_id, deputys_area, number in rows:
        if user_id is not None:
            found[user_id, deputys_area] += int(number)
    return dict(found)


def parameters_of(order: EvacuationOrder, households: int) -> dict[str, Any]:
    """Return what a message to a deputy is filled with: nobody's name."""
    return {
        "number": order.number,
        "order": str(order.id),
        "disaster": str(order.disaster_id),
        "households": households,
    }


def words(given: Mapping[str, Any]) -> Words:
    """Put a message to a deputy into the words of the present language."""
    return Words(
        _("Your turn: %(n)d households do not answer", n=given["households"]),
        _(
            "Order %(number)s: %(n)d households for which you are the deputy were not reached in "
            "time. Go there now, or call them.",
            number=given["number"], n=given["households"],
        ),
        f"/evacuation/doors?disaster={given['disaster']}&order={given['order']}",
    )  # fmt: skip
