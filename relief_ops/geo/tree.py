"""The tree of areas as of a day, in memory: 3,000 nodes are read once and shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.geo.models import Area, AreaPopulation, AreaRevision, AreaShape, AreaVersion, Level


@dataclass(frozen=True, slots=True)
class AreaNode:
    """One area as it was on the tree's day; the point is WGS-84 or None."""

    id: UUID
    code: str
    name: str
    level: str
    parent_id: UUID | None
    pseudo: bool
    kind: str
    lon: float | None
    lat: float | None
    approximate: bool
    population: int | None
    valid_from: date
    valid_to: date | None

    @property
    def point(self) -> tuple[float, float] | None:
        """Return (longitude, latitude), or None where no point is known."""
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)


class AreaTree:
    """All areas on one day. Asking for what is not there raises KeyError."""

    def __init__(self, nodes: list[AreaNode], day: date) -> None:
        self.day = day
        self._nodes = {node.id: node for node in nodes}
        self._codes = {node.code: node for node in nodes}
        self._children: dict[UUID | None, list[AreaNode]] = {}
        self._within: dict[UUID, frozenset[UUID]] = {}
        self._levels: dict[str, list[AreaNode]] = {}
        for node in sorted(nodes, key=lambda each: each.code):
            parent = node.parent_id if node.parent_id in self._nodes else None
            self._children.setdefault(parent, []).append(node)

    def __contains__(self, area_id: UUID) -> bool:
        return area_id in self._nodes

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._nodes.values())

    def __len__(self) -> int:
        return len(self._nodes)

    @cached_property
    def root(self) -> AreaNode:
        """The area above all others (the first, where a site has several)."""
        return self._children[None][0]

    @property
    def roots(self) -> list[AreaNode]:
        """Every area without a parent."""
        return self._children.get(None, [])

    def root_of(self, area_id: UUID) -> AreaNode:
        """Return the area at the top of the one given: its own city, whatever stands beside it.

        An area that is not in the tree on its day has the first root above it.
        """
        return next(reversed(self.ancestors(area_id)), self.root)

    def node(self, area_id: UUID) -> AreaNode:
        """Return the area with this id."""
        return self._nodes[area_id]

    def by_code(self, code: str) -> AreaNode:
        """Return the area with this code on the tree's day."""
        return self._codes[code]

    def children(self, area_id: UUID) -> list[AreaNode]:
        """Return the areas directly below, by code."""
        return self._children.get(area_id, [])

    def ancestors(self, area_id: UUID) -> list[AreaNode]:
        """Return the area itself and those above it, nearest first."""
        chain: list[AreaNode] = []
        node: AreaNode | None = self._nodes.get(area_id)
        while node is not None:
            chain.append(node)
            node = self._nodes.get(node.parent_id) if node.parent_id else None
        return chain

    def point_of(self, area_id: UUID) -> tuple[float, float] | None:
        """Return the point of an area, or that of what it belongs to; None: nobody knows it."""
        return next((each.point for each in self.ancestors(area_id) if each.point), None)

    def within(self, area_id: UUID) -> frozenset[UUID]:
        """Return the ids of the area and everything below it (worked out once)."""
        if area_id not in self._within:
            found = [area_id]
            for each in found:
                found += [node.id for node in self.children(each)]
            self._within[area_id] = frozenset(found)
        return self._within[area_id]

    def at_level(self, level: str, within: UUID | None = None) -> list[AreaNode]:
        """Return the areas of one level, by code, in the whole tree or below one area."""
        if level not in self._levels:
            found = [node for node in self._nodes.values() if node.level == level]
            self._levels[level] = sorted(found, key=lambda each: each.code)
        if within is None:
            return list(self._levels[level])
        inside = self.within(within)
        return [node for node in self._levels[level] if node.id in inside]

    def ancestor_at(self, area_id: UUID, level: str) -> AreaNode | None:
        """Return the area of `level` that holds this one (or is it), if any."""
        return next((node for node in self.ancestors(area_id) if node.level == level), None)

    def reporting_townships(self, within: UUID | None = None) -> list[AreaNode]:
        """Return the townships that are expected to report: real ones, not zone codes."""
        return [n for n in self.at_level(Level.TOWNSHIP, within) if not n.pseudo]


FEW = 500  # areas are asked for by id
_cache: dict[date, tuple[int, AreaTree]] = {}
_today: AreaTree | None = None
_reading = Lock()


def tree(session: Session, on: date | None = None) -> AreaTree:
    """Return the tree as of a day (today if None), reread only after areas changed."""
    global _today
    read: dict[date | None, AreaTree] = session.info.setdefault("trees", {})
    if on in read:
        return read[on]
    day = on or clock.local_date(clock.now())
    revision = _revision(session)
    known = _cache.get(day)
    if known is None or known[0] != revision:
        known = _cached(session, day, revision)
    if on is None:
        _today = known[1]
    read[on] = known[1]
    return known[1]


def _cached(session: Session, day: date, revision: int) -> tuple[int, AreaTree]:
    """Read the tree of a day once, however many ask for it at the same moment."""
    with _reading:
        known = _cache.get(day)
        if known is None or known[0] != revision:
            if len(_cache) > 8:
                _cache.clear()
            known = _cache[day] = (revision, _read(session, day, revision))
        return known


def read_again(session: Session) -> None:
    """Have this transaction see the areas it has just changed."""
    session.info.pop("area_revision", None)
    session.info.pop("trees", None)


_REVISION = select(AreaRevision.__table__.c.revision)


def _revision(session: Session) -> int:
    """Return the number of the last change of areas, asked once in each transaction."""
    if "area_revision" not in session.info:
        found = session.connection().execute(_REVISION).scalar()
        session.info["area_revision"] = found or 0
    known: int = session.info["area_revision"]
    return known


def cached_tree() -> AreaTree:
    """Return today's tree as last read in this process; a request reads it at its start."""
    if _today is None:
        raise LookupError("no tree has been read yet")
    return _today


def forget() -> None:
    """Drop every cached tree (another database is in use)."""
    global _today
    _cache.clear()
    _today = None


def _read(session: Session, day: date, revision: int) -> AreaTree:
    """Read the tree of a day; what another day's has just the same is not read again."""
    version = AreaVersion
    valid = (
        version.valid_from <= day, or_(version.valid_to.is_(None), version.valid_to > day),
    )  # fmt: skip
    known = {
        (node.id, node.valid_from): node
        for read, each in _cache.values() if read == revision
        for node in each
    }  # fmt: skip
    if not known:
        return AreaTree(_nodes(session, *valid), day)
    there = session.execute(select(version.area_id, version.valid_from).where(*valid)).all()
    missing = [area_id for area_id, since in there if (area_id, since) not in known]
    only = (version.area_id.in_(missing),) if len(missing) <= FEW else ()
    new = {node.id: node for node in _nodes(session, *valid, *only)} if missing else {}
    if any(area_id not in new for area_id in missing):  # changed between the two statements
        return AreaTree(_nodes(session, *valid), day)
    return AreaTree([known.get((each, since)) or new[each] for each, since in there], day)


def _nodes(session: Session, *conditions: ColumnElement[bool]) -> list[AreaNode]:
    """Return the areas of these versions; levels, parents and days they share are kept once."""
    latest = (
        select(AreaPopulation.area_id, func.max(AreaPopulation.year).label("year"))
        .group_by(AreaPopulation.area_id)
        .subquery()
    )
    version = AreaVersion
    rows = session.execute(
        select(
            Area.id,
            version.code,
            version.name,
            Area.level,
            version.parent_id,
            Area.pseudo,
            Area.kind,
            func.ST_X(AreaShape.point),
            func.ST_Y(AreaShape.point),
            Area.point_approximate,
            AreaPopulation.population,
            version.valid_from,
            version.valid_to,
        )
        .join(version, version.area_id == Area.id)
        .outerjoin(AreaShape, AreaShape.area_id == Area.id)
        .outerjoin(latest, latest.c.area_id == Area.id)
        .outerjoin(
            AreaPopulation,
            (AreaPopulation.area_id == Area.id) & (AreaPopulation.year == latest.c.year),
        )
        .where(*conditions)
    )
    kept: dict[Any, Any] = {}
    once = kept.setdefault
    return [
        AreaNode(
            once(id_, id_), code, name, once(level, level), once(parent, parent), pseudo,
            once(kind, kind), lon, lat, approximate, population, once(since, since),
            once(until, until),
        )
        for id_, code, name, level, parent, pseudo, kind, lon, lat, approximate, population,
        since, until in rows
    ]  # fmt: skip
