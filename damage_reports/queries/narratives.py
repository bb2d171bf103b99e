"""Reading what was told in words beside the figures."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports.models import Narrative
from relief_ops.db.sessions import standing
from relief_ops.errors import NotFound
from relief_ops.geo import AreaTree
from relief_ops.i18n import gettext as _


def current_narrative(
    session: Session, *, disaster_id: UUID, area_id: UUID, round_: str
) -> Narrative | None:
    """Return and lock the text that stands for (disaster, area, round), if any."""
    return standing(
        session,
        select(Narrative)
        .where(
            Narrative.disaster_id == disaster_id,
            Narrative.area_id == area_id,
            Narrative.round == round_,
            Narrative.current,
        )
        .with_for_update(),
    )


def narrative(session: Session, narrative_id: UUID) -> Narrative:
    """Return one revision within the viewer's areas. Raises NotFound."""
    found = session.scalar(select(Narrative).where(Narrative.id == narrative_id))
    if found is None:
        raise NotFound(_("There is no such text, or not in your areas."))
    return found


def narratives(
    session: Session, *, disaster_id: UUID, area_id: UUID, round_: str
) -> list[Narrative]:
    """Return every revision of a round's text, the latest first."""
    return list(
        session.scalars(
            select(Narrative)
            .where(
                Narrative.disaster_id == disaster_id,
                Narrative.area_id == area_id,
                Narrative.round == round_,
            )
            .order_by(Narrative.revision.desc())
        )
    )


def standing_texts(
    session: Session, disaster_id: UUID, area_id: UUID, rounds: Collection[str]
) -> dict[str, Narrative]:
    """Return by round the text of an area that stands."""
    found = session.scalars(
        select(Narrative).where(
            Narrative.disaster_id == disaster_id, Narrative.area_id == area_id,
            Narrative.round.in_(list(rounds)), Narrative.current,
        )
    )  # fmt: skip
    return {each.round: each for each in found}


def shown_narrative(found: Narrative, tree: AreaTree) -> dict[str, Any]:
    """Return a revision as the API shows it."""
    return {
        "id": found.id,
        "disaster_id": found.disaster_id,
        "area_code": tree.node(found.area_id).code,
        "round": found.round,
        "words": found.words,
        "revision": found.revision,
        "base": found.base_id,
        "current": found.current,
        "received_at": found.received_at,
    }
