"""The totals of the present, kept in memory and brought up to date from the log.

Nothing is stored. What is kept is true up to a number of the log; of what the log tells
since, only the townships it names are read again and their counties added anew. Questions
about the past, and whatever the log does not explain, are read whole (`totals.rollup`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports.queries import totals
from damage_reports.queries.form import Field, form_of
from damage_reports.queries.units import Rollup, Unit, overlaid, summed
from damage_reports.rules import Basis
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts.rules import Grouping
from relief_ops.events import head
from relief_ops.events.models import EventArea, EventRow
from relief_ops.geo import AreaNode, AreaTree, Level

KEPT = 12
FEW = 12
Key = tuple[Any, ...]


@dataclass
class _Book:
    """Every township's totals of one disaster on one basis, true up to `seq`."""

    seq: int
    tree: AreaTree
    form: Mapping[str, Field]
    townships: dict[UUID, Unit]
    counties: dict[UUID, Unit] = field(default_factory=dict)

    def county(self, node: AreaNode) -> Unit:
        """Return a county's totals, added up once for each change of a township in it."""
        if node.id not in self.counties:
            mine = [
                self.townships[each.id]
                for each in self.tree.children(node.id)
                if each.id in self.townships
            ]
            self.counties[node.id] = summed(node, mine)
        return self.counties[node.id]


_books: OrderedDict[Key, _Book] = OrderedDict()


def rollup(  # noqa: PLR0913
    session: Session, *, disaster_id: UUID, area: AreaNode, tree: AreaTree,
    form: Mapping[str, Field], basis: Basis = Basis.REPORTED, at: Any = None,
    known_at: Any = None, only: str | None = None, grouping: Grouping | None = None,
) -> Rollup:  # fmt: skip
    """Add up an area's figures: the present from memory, anything else from the tables."""
    asked = totals.Asked(
        session, disaster_id, area, tree, form, Basis(basis), at, known_at, only, grouping
    )
    present = at is None and known_at is None
    if not present or area.level not in (Level.CITY, Level.COUNTY):
        return totals.answer(asked)
    parts = asked.parts()
    book = _current(asked) if len(parts) == 1 else None
    if book is None:
        return totals.answer(asked, _kept)
    children = [_child(book, node) for node in tree.children(area.id)]
    return Rollup(summed(area, children), children)


def _kept(asked: totals.Asked) -> Mapping[UUID, Unit]:
    """Return an area's townships as one disaster holds them, from memory where that is true."""
    book = _current(asked)
    if book is None:
        return asked.counted()
    mine = asked.tree.at_level(Level.TOWNSHIP, asked.area.id)
    return {node.id: book.townships[node.id] for node in mine}


def last_filed(
    session: Session, *, disaster: Disaster, area: AreaNode, tree: AreaTree, at: datetime | None
) -> dict[UUID, datetime]:
    """Return each township's latest valid time, its own or a village's; silent ones are absent.

    The present comes from memory, an earlier instant from the tables.
    """
    form = form_of(session, disaster.form_version)
    asked = totals.Asked(
        session, disaster.id, area, tree, form, Basis.REPORTED, at, known_at=None, only=None
    )
    above = area.level in (Level.CITY, Level.COUNTY)
    counted = _kept if at is None and above else totals.Asked.counted
    townships = overlaid([counted(each) for each in asked.parts()], form)
    return {key: unit.newest_as_of for key, unit in townships.items() if unit.newest_as_of}


def _child(book: _Book, node: AreaNode) -> Unit:
    if node.level != Level.TOWNSHIP:
        return book.county(node)
    return book.townships[node.id]


def _current(asked: totals.Asked) -> _Book | None:
    """Return the book as of this session's snapshot; None where it is already further.

    A join or a split of what the disaster holds begins another book.
    """
    counter = head(asked.session)
    root = asked.tree.root_of(asked.area.id)
    key = (counter.epoch, asked.disaster_id, asked.basis, root.id, asked.streams)
    book = _books.get(key)
    if book is not None and book.seq > counter.seq:
        return None
    whole = replace(asked, area=root, only=None)
    if book is None or book.tree is not asked.tree or book.form != asked.form:
        book = _written(whole, counter.seq)
    elif book.seq < counter.seq:
        book = _updated(book, whole, counter.seq)
    _books[key] = book
    _books.move_to_end(key)
    while len(_books) > KEPT:
        _books.popitem(last=False)
    return book


def _written(whole: totals.Asked, seq: int) -> _Book:
    return _Book(seq, whole.tree, whole.form, whole.townships(whole.filed()))


def _updated(book: _Book, whole: totals.Asked, seq: int) -> _Book:
    """Return a new book in which the townships named by the log since are read again."""
    changed = _changed(whole, after=book.seq, until=seq)
    if len(changed) > FEW:
        return _written(whole, seq)
    townships, counties = dict(book.townships), dict(book.counties)
    for node in changed.values():
        here = replace(whole, area=node)
        townships |= here.townships(here.filed())
        counties.pop(node.parent_id, None)  # type: ignore[arg-type]
    return _Book(seq, book.tree, book.form, townships, counties)


def _changed(whole: totals.Asked, *, after: int, until: int) -> dict[UUID, AreaNode]:
    """Return the city's townships in which a report was filed, judged or settled since."""
    tree, city = whole.tree, whole.area.id
    rows = whole.session.scalars(
        select(EventArea.area_id)
        .join(EventRow, EventRow.seq == EventArea.seq)
        .where(
            EventRow.seq > after,
            EventRow.seq <= until,
            EventRow.name.startswith("report."),
            EventArea.own,
        )
        .distinct()
    )
    found = (tree.ancestor_at(each, Level.TOWNSHIP) for each in rows if each in tree)
    return {node.id: node for node in found if node and tree.root_of(node.id).id == city}
