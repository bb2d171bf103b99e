"""One page of a roster: what is wanted, in which order, and what it adds up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from damage_reports.rosters.models import RosterRow
from damage_reports.rosters.queries import counting
from damage_reports.rosters.queries.rows import opened
from damage_reports.rosters.rules import INDICATORS, OPEN, Roster
from relief_ops import vault
from relief_ops.cases.rules import identity
from relief_ops.errors import Invalid
from relief_ops.i18n import gettext as _

ROWS = 50
MOST_NAMES = 5_000  # opened one after the other: some hundredths of a second
MOST_ROWS = 20_000
SORTS = ("area", "received_at", "revision")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which rows of a roster: of an area and below, of one kind, found by number or name.

    `show` is an indicator (the rows counted under it), `removed` or `same`; empty is all that
    stand.
    """

    disaster_id: UUID
    area_id: UUID
    roster: Roster
    now: datetime
    show: str = ""
    find: str = ""
    sort: str = "received_at"
    descending: bool = True
    page: int = 1
    rows: int = ROWS


@dataclass(frozen=True)
class Page:
    """One page of rows, how many there are, and what all of them add up to."""

    rows: list[RosterRow]
    total: int
    page: int
    pages: int
    sums: Mapping[str, int]


def page_of(session: Session, wanted: Wanted) -> Page:
    """Return one page. Raises Invalid when a name is looked for among too many rows."""
    conditions = _conditions(wanted)
    if wanted.find:
        conditions.append(_found(session, wanted, conditions))
    of = and_(*conditions)
    total = session.scalar(select(func.count()).select_from(RosterRow).where(of)) or 0
    pages = max(1, -(-total // wanted.rows))
    page = min(max(1, wanted.page), pages)
    rows = session.scalars(
        _ordered(select(RosterRow).where(of), wanted)
        .limit(wanted.rows)
        .offset((page - 1) * wanted.rows)
    ).all()
    sums = counting.total(
        session, wanted.disaster_id, wanted.area_id, roster=wanted.roster, at=wanted.now,
        more=conditions,
    )  # fmt: skip
    return Page(list(rows), total, page, pages, sums)


def everything(session: Session, wanted: Wanted) -> list[RosterRow]:
    """Return all rows wanted, in their order. Raises Invalid when they are too many."""
    of = and_(*_conditions(wanted))
    found = session.scalars(
        _ordered(select(RosterRow).where(of), wanted).limit(MOST_ROWS + 1)
    ).all()
    if len(found) > MOST_ROWS:
        raise Invalid(_("These are more than %(most)d rows: choose a smaller area.",
                        most=MOST_ROWS))  # fmt: skip
    return list(found)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        RosterRow.disaster_id == wanted.disaster_id,
        RosterRow.roster == wanted.roster,
        RosterRow.current.is_(True),
        counting.within(wanted.area_id),
    ]
    if wanted.show == "removed":
        return [*found, RosterRow.removed.is_(True)]
    if wanted.show == "same":
        return [*found, ~RosterRow.removed, RosterRow.same_as.is_not(None)]
    if wanted.show in INDICATORS[wanted.roster]:
        return [*found, counting.COUNTS, counting.belongs(wanted.show, wanted.now)]
    return [*found, ~RosterRow.removed]


def _found(
    session: Session, wanted: Wanted, conditions: list[ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Return the condition that a row is found: by its whole number, or by part of the name."""
    try:
        number = identity.read_id_number(wanted.find, today=wanted.now.date()).number
    except ValueError:
        return RosterRow.id.in_(_named(session, wanted.find, conditions))
    return RosterRow.id_number_blind == vault.blind(number)


def _named(session: Session, name: str, conditions: list[ColumnElement[bool]]) -> list[UUID]:
    rows = session.scalars(select(RosterRow).where(*conditions).limit(MOST_NAMES + 1)).all()
    if len(rows) > MOST_NAMES:
        raise Invalid(_("A name is looked for among at most %(most)d rows: choose a smaller area, "
                        "or enter the whole identity number.", most=MOST_NAMES))  # fmt: skip
    wanted = name.strip().casefold()
    return [each.id for each in rows if wanted in opened(each, "name").casefold()][:500]


def _ordered(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    sort = wanted.sort if wanted.sort in (*SORTS, *OPEN[wanted.roster]) else "received_at"
    column = RosterRow.area_id if sort == "area" else getattr(RosterRow, sort)
    ordered = column.desc() if wanted.descending else column.asc()
    return statement.order_by(column.is_(None), ordered, RosterRow.id)
