"""What a reader may see, said in plain SQL: the fast lists read tables, not objects.

Every statement of this package that reads `Shelter.__table__` takes its conditions from
here, because the session's own filter only knows objects.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, select, type_coerce
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.auth import viewer
from relief_ops.auth.scope import visible
from relief_ops.geo.models import AreaClosure
from relief_ops.plugins import View
from shelters.models import Shelter, ShelterStatus

SHELTER = Shelter.__table__.c
STATUS = ShelterStatus.__table__.c
CLOSURE = AreaClosure.__table__.c


def register(session: Session, view: View, *, shared: bool = False) -> list[ColumnElement[bool]]:
    """Return the conditions on the register: the view's drill and area, the reader's areas.

    `shared` leaves the last one out, for what every signed-in user may know.
    """
    found = [of_drill(view.drill_id), *within(session, view)]
    if not shared and not sees(session, view.area_id):
        found.append(visible(SHELTER.area_id))
    return found


def of_drill(drill_id: UUID | None) -> ColumnElement[bool]:
    """Return the condition that a shelter is real, or of one drill."""
    return SHELTER.drill_id.is_(None) if drill_id is None else SHELTER.drill_id == drill_id


def within(session: Session, view: View) -> list[ColumnElement[bool]]:
    """Return the condition that a shelter lies in the view's area (nothing for the root)."""
    tree = geo.tree(session, view.on)
    if view.area_id in tree and tree.node(view.area_id).parent_id is None and len(tree.roots) == 1:
        return []
    below = select(CLOSURE.area_id).where(CLOSURE.ancestor_id == view.area_id)
    return [SHELTER.area_id.in_(below)]


def sees(session: Session, area_id: UUID) -> bool:
    """Whether the reader holds the area, or one above it."""
    who = viewer()
    return who is not None and who.sees(area_id, geo.tree(session))


def standing(view: View) -> Any:
    """Return the join from a shelter to its standing in the view's disaster."""
    return (STATUS.shelter_id == SHELTER.id) & (STATUS.disaster_id == view.disaster_id)


def text_of(column: Any) -> Any:
    """Return a column as the database has it: ids and instants are not made into objects."""
    return type_coerce(column, String)


def id_text(value: Any) -> str:
    """Return an id read by `text_of` in its usual form (SQLite keeps 32 hex digits)."""
    text = str(value)
    if len(text) != 32:
        return text
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
