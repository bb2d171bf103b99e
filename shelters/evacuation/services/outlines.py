"""Where a risk point may lie, and its point where only an outline was drawn."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops.errors import FieldError, Invalid
from relief_ops.geo import shapes
from relief_ops.geo.models import AreaShape
from relief_ops.geo.tree import AreaTree
from relief_ops.i18n import gettext as _
from shelters.evacuation import rules, schemas

# Rafts lie off the coast, and the outlines of areas are those of the land: about twenty kilometres.
AROUND_DEGREES = 0.2


def point_of(
    session: Session, order: schemas.PutRiskPoint, area_id: UUID, tree: AreaTree
) -> tuple[float, float] | None:
    """Return the point of a risk point: as it was given, else in the middle of its outline.

    Raises Invalid when the outline lies far from the area it is entered for.
    """
    if not order.outline:
        return order.point
    shape = rules.polygon(order.outline)
    middle = shapes.middle(shape)
    _check_near(session, middle, area_id, tree)
    return order.point or middle


def _check_near(
    session: Session, middle: tuple[float, float], area_id: UUID, tree: AreaTree
) -> None:
    """Refuse what lies far from the nearest area above whose outline is known, if any is."""
    above = [each.id for each in tree.ancestors(area_id)]
    outline = AreaShape.outline
    rows = session.execute(
        select(AreaShape.area_id, func.ST_AsGeoJSON(outline)).where(
            AreaShape.area_id.in_(above), outline.is_not(None)
        )
    )
    known = {row[0]: row[1] for row in rows if row[1]}
    nearest = next((each for each in above if each in known), None)
    if nearest is None or shapes.is_near(known[nearest], middle, AROUND_DEGREES):
        return
    words = _(
        "The outline lies far outside %(area)s. Look whether longitude and latitude are right.",
        area=tree.node(nearest).name,
    )
    raise Invalid(words, [FieldError("outline", "outside", words)])
