"""The scope filter: every select on a scoped table is cut to what the viewer may see.

A query on an area-scoped table without a viewer is an error, not a leak. Published
aggregates opt out by name: `execution_options(scope="shared")`; by-id look-ups across
drills by `execution_options(any_drill=True)`. An account made for a drill reaches that
drill's rows only, whatever a query says, and writes none of another's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, event, false, select, true
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria
from sqlalchemy.sql.visitors import iterate

from relief_ops import geo
from relief_ops.auth.viewers import Viewer
from relief_ops.db.sessions import WorkSession
from relief_ops.errors import Forbidden, NotFound, Unauthenticated
from relief_ops.events import is_shared, shared_room
from relief_ops.geo.models import AreaClosure
from relief_ops.i18n import gettext as _

SYSTEM = Viewer(id=None, name="system", everything=True)
_viewer: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


class AreaScoped:
    """A table whose rows belong to an area: only those who hold it (or above) see them."""

    area_id: Mapped[UUID] = mapped_column(index=True)


class DrillScoped:
    """A register whose rows are real (null) or belong to one drill."""

    drill_id: Mapped[UUID | None] = mapped_column(index=True)


class Unscoped(RuntimeError):
    """A query on a scoped table was made with nobody looking."""


def viewer() -> Viewer | None:
    """Return who is looking in the present context, or None."""
    return _viewer.get()


@contextmanager
def act_as(someone: Viewer | None) -> Iterator[None]:
    """Look as this viewer inside the block (a request, a job, a test)."""
    token = _viewer.set(someone)
    try:
        yield
    finally:
        _viewer.reset(token)


def look_as(someone: Viewer | None) -> None:
    """Look as this viewer from here on in the present context."""
    _viewer.set(someone)


def looking_at(session: Session, drill_id: UUID | None) -> None:
    """Show this drill's register rows in this session instead of the real ones."""
    session.info["drill_id"] = drill_id


def require(permission: str, area_id: UUID | None = None) -> UUID:
    """Return the actor's id if they may do this for the area (None: anywhere they hold).

    Raises Unauthenticated (401), NotFound outside their areas (404), Forbidden (403).
    """
    someone = viewer()
    if someone is None or (someone.id is None and not someone.everything):
        raise Unauthenticated(_("Please sign in."))
    tree = geo.cached_tree()
    if area_id is not None and not someone.sees(area_id, tree):
        raise NotFound(_("There is no such thing, or not in your areas."))
    if not someone.may(permission, area_id, tree):
        raise Forbidden(_("You may see this but not do this."))
    return someone.id or UUID(int=0)


def errand(kind: str) -> tuple[UUID, UUID]:
    """Return (who, about what) of the errand of this kind that the viewer's device took.

    Raises Unauthenticated for a stranger, Forbidden for whoever has an account.
    """
    who = viewer()
    if who is None or who.id is None:
        raise Unauthenticated(_("This is open to whoever opened the link, on that device."))
    if who.errand is None or who.errand.kind != kind:
        raise Forbidden(_("This is open to whoever opened the link, on that device."))
    return who.id, who.errand.subject_id


def own_drill() -> UUID | None:
    """Return the drill the viewer's account was made for; None for people of the real world."""
    who = viewer()
    return who.drill_id if who else None


def visible_rooms(someone: Viewer, room: UUID) -> bool:
    """Whether the viewer may hear a room: their city's shared one, or an area under theirs."""
    tree = geo.cached_tree()
    if someone.everything:
        return True
    if not is_shared(room, tree):
        return someone.sees(room, tree)
    mine = {shared_room(tree, each) for each in someone.area_ids if each in tree}
    return someone.id is not None and (room in mine or len(tree.roots) < 2)


def visible(column: Any, someone: Viewer | None = None) -> Any:
    """Return the SQL condition that an area column lies in the viewer's areas."""
    who = someone or viewer()
    if who is None:
        raise Unscoped("a scoped table was queried with nobody looking")
    if who.everything:
        return true()
    return _within(column, who.area_ids)


def _within(column: Any, area_ids: frozenset[UUID]) -> Any:
    if not area_ids:
        return false()
    closure = AreaClosure.__table__
    below = select(closure.c.area_id).where(closure.c.ancestor_id.in_(sorted(area_ids)))
    return column.in_(below)


def _filter(state: ORMExecuteState) -> None:
    if not state.is_select or state.is_column_load or state.is_relationship_load:
        return
    tables = _tables_of(cast(Any, state.statement))
    options = [*_area_criteria(state, tables), *_drill_criteria(state, tables)]
    if options:
        state.statement = state.statement.options(*options)


def _area_criteria(state: ORMExecuteState, tables: frozenset[Table]) -> list[Any]:
    """Cut every area-scoped table in the statement, joined ones too."""
    if state.execution_options.get("scope") == "shared":
        return []
    someone = viewer()
    if someone is None:
        if any(issubclass(mapper.class_, AreaScoped) for mapper in state.all_mappers):
            raise Unscoped("a scoped table was queried with nobody looking")
        return [with_loader_criteria(each, false(), True) for each in scoped(AreaScoped)]
    if someone.everything:
        return []
    return [_cut(each, someone.area_ids) for each in _named(tables, AreaScoped)]


def _drill_criteria(state: ORMExecuteState, tables: frozenset[Table]) -> list[Any]:
    own = own_drill()
    if own is None and state.execution_options.get("any_drill"):
        return []
    drill_id = own or state.session.info.get("drill_id")
    return [_of_drill(each, drill_id) for each in _named(tables, DrillScoped)]


@lru_cache(maxsize=2_000)
def _named(tables: frozenset[Table], mixin: type[Any]) -> tuple[Any, ...]:
    """Return the scoped classes among the tables a statement names, however deep inside.

    No model has a relationship, so nothing else is ever loaded along. With all scoped
    classes, and criteria built anew each time, this was half of the cost of every write.
    """
    return tuple(each for each in scoped(mixin) if each.__table__ in tables)


def _tables_of(statement: Any) -> frozenset[Table]:
    """Return every table in a statement; one of the same shape is walked once.

    The shape is what SQLAlchemy itself keeps compiled statements by: it holds every table.
    """
    shape = statement._generate_cache_key()
    found = _TABLES.get(shape.key) if shape else None
    if found is None:
        found = frozenset(each for each in iterate(statement) if isinstance(each, Table))
        if shape:
            if len(_TABLES) > MOST_SHAPES:
                _TABLES.clear()
            _TABLES[shape.key] = found
    return found


MOST_SHAPES = 5_000
_TABLES: dict[Any, frozenset[Table]] = {}


@lru_cache(maxsize=10_000)
def _cut(scoped_class: Any, area_ids: frozenset[UUID]) -> Any:
    return with_loader_criteria(scoped_class, _within(scoped_class.area_id, area_ids), True)


@lru_cache(maxsize=2_000)
def _of_drill(scoped_class: Any, drill_id: UUID | None) -> Any:
    column = scoped_class.drill_id
    criterion = column.is_(None) if drill_id is None else column == drill_id
    return with_loader_criteria(scoped_class, criterion, True)


def scoped(mixin: type[Any]) -> list[Any]:
    """Return the mapped classes that carry a scope mixin."""
    return [each for each in mixin.__subclasses__() if hasattr(each, "__tablename__")]


def _refuse_other_drills(session: Session, _context: Any, _instances: Any) -> None:
    """Raise NotFound before a drill's account enters a row that is not of its drill."""
    own = own_drill()
    if own and any(isinstance(each, DrillScoped) and each.drill_id != own for each in session.new):
        raise NotFound(_("There is no such thing, or not in your areas."))


event.listen(WorkSession, "do_orm_execute", _filter)
event.listen(WorkSession, "before_flush", _refuse_other_drills)
