"""The totals of the present, kept in memory and brought up to date from the log.

Nothing is stored. What is kept is true up to a number of the log; of what the log tells
since, only the areas it names are read again and the sums above them added anew. Questions
about the past, and whatever the log does not explain, are read whole (`totals.rollup`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from damage_reports.queries import choices, totals
from damage_reports.queries.choices import Choices
from damage_reports.queries.form import Field, form_of
from damage_reports.queries.units import Counted, Rollup, overlaid
from damage_reports.rules import Basis
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts.rules import Grouping
from relief_ops.events import head
from relief_ops.events.models import EventArea, EventRow
from relief_ops.geo import AreaNode, AreaTree, Level

KEPT = 12
FEW = 12
REPORTS, CLAIMS, RULES = "report.", "figure_claim.", "source_rule."
Key = tuple[Any, ...]


@dataclass
class Book:
    """Every township one disaster holds on one basis, and what else is said, true up to `seq`."""

    seq: int
    form: Mapping[str, Field]
    counted: Counted


_books: OrderedDict[Key, Book] = OrderedDict()


def rollup(  # noqa: PLR0913
    session: Session, *, disaster_id: UUID, area: AreaNode, tree: AreaTree,
    form: Mapping[str, Field], basis: Basis = Basis.REPORTED, at: Any = None,
    known_at: Any = None, only: str | None = None, grouping: Grouping | None = None,
    every: bool = False,
) -> Rollup:  # fmt: skip
    """Add up an area's figures: the present from memory, anything else from the tables."""
    asked = totals.Asked(
        session, disaster_id, area, tree, form, Basis(basis), at, known_at, only, grouping
    )
    present = at is None and known_at is None
    counted = _kept if present else totals.Asked.now_counted
    return totals.answer(asked, counted, every=every)


def _kept(asked: totals.Asked) -> Counted:
    """Return what one disaster holds, from memory where that is true."""
    book = _current(asked)
    return book.counted if book else asked.now_counted()


def as_reported(
    session: Session, *, disaster_id: UUID, area: AreaNode, tree: AreaTree,
    form: Mapping[str, Field], grouping: Grouping | None = None,
) -> Rollup:  # fmt: skip
    """Add up what the reports alone say now, whatever other source counts."""
    asked = totals.Asked(
        session, disaster_id, area, tree, form, Basis.REPORTED, at=None, known_at=None, only=None,
        grouping=grouping,
    )  # fmt: skip
    return totals.answer(asked, _kept, as_reported=True)


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
    counted = _kept if at is None and above else totals.Asked.now_counted
    found = overlaid([counted(each) for each in asked.parts()])
    units = [found.reported(each) for each in tree.at_level(Level.TOWNSHIP, area.id)]
    return {unit.node.id: unit.newest_as_of for unit in units if unit.newest_as_of}


def present(asked: totals.Asked) -> Book:
    """Return what one disaster holds of the whole city now, from memory if that is as far."""
    root = asked.tree.root_of(asked.area.id)
    return _current(asked) or _written(replace(asked, area=root), head(asked.session).seq)


def _current(asked: totals.Asked) -> Book | None:
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
    if book is None or book.counted.tree is not asked.tree or book.form != asked.form:
        book = _written(whole, counter.seq)
    elif book.seq < counter.seq:
        book = _updated(book, whole, counter.seq)
    _books[key] = book
    _books.move_to_end(key)
    while len(_books) > KEPT:
        _books.popitem(last=False)
    return book


def _written(whole: totals.Asked, seq: int) -> Book:
    return Book(seq, whole.form, whole.counted(whole.filed(), whole=True))


@dataclass
class _Since:
    """What the log tells since a book was written: townships, areas with claims, new rules."""

    townships: dict[UUID, AreaNode] = field(default_factory=dict)
    claims: dict[UUID, AreaNode] = field(default_factory=dict)
    ruled: bool = False


def _updated(book: Book, whole: totals.Asked, seq: int) -> Book:
    """Return a new book in which what the log names since is read again."""
    since = _changed(whole, after=book.seq, until=seq)
    if len(since.townships) + len(since.claims) > FEW:
        return _written(whole, seq)
    counted = book.counted
    townships = dict(counted.townships)
    for node in since.townships.values():
        here = replace(whole, area=node)
        townships |= here.townships(here.filed())
    units = {} if since.ruled else dict(counted.units)
    for each in [*since.townships, *since.claims]:
        for above in whole.tree.ancestors(each):
            units.pop(above.id, None)
    said = _said_since(counted.choices, whole, since)
    return Book(seq, book.form, Counted(whole.tree, townships, said, units))


def _said_since(before: Choices, whole: totals.Asked, since: _Since) -> Choices:
    """Return the rules and claims with those that changed read again."""
    rules, said = before.book, before.claims
    if since.ruled:
        rules = choices.rule_book(whole.session, whole.disaster_id, known_at=None)
    for node in since.claims.values():
        said = {**said, node.id: replace(whole, area=node).claims().get(node.id, {})}
    return replace(before, book=rules, claims=said)


def _changed(whole: totals.Asked, *, after: int, until: int) -> _Since:
    """Return where in the city a report or a claim came or was judged since, or a rule was set."""
    tree, city = whole.tree, whole.area.id
    rows = whole.session.execute(
        select(EventRow.name, EventArea.area_id)
        .select_from(EventArea)
        .join(EventRow, EventRow.seq == EventArea.seq)
        .where(
            EventRow.seq > after,
            EventRow.seq <= until,
            or_(*(EventRow.name.startswith(each) for each in (REPORTS, CLAIMS, RULES))),
            EventArea.own,
        )
        .distinct()
    )
    here = [(name, area_id) for name, area_id in rows if area_id in tree]
    return _told(tree, [each for each in here if tree.root_of(each[1]).id == city])


def _told(tree: AreaTree, told: Iterable[tuple[str, UUID]]) -> _Since:
    since = _Since()
    for name, area_id in told:
        if name.startswith(RULES):
            since.ruled = True
        elif name.startswith(CLAIMS):
            since.claims[area_id] = tree.node(area_id)
        elif township := tree.ancestor_at(area_id, Level.TOWNSHIP):
            since.townships[township.id] = township
    return since
