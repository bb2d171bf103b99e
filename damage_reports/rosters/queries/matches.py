"""Rows that may be one and the same, and what was decided about them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from damage_reports.rosters.models import RosterMatch, RosterRow
from damage_reports.rosters.queries.counting import COUNTS, within
from damage_reports.rosters.queries.listing import MOST_NAMES, Wanted
from damage_reports.rosters.queries.rows import opened, records
from damage_reports.rosters.rules import Known, Likeness, Roster, likely_pairs
from relief_ops.errors import Invalid, NotFound
from relief_ops.i18n import gettext as _

MOST_PAIRS = 200


@dataclass(frozen=True)
class Candidate:
    """Two rows that look the same, and why they do."""

    left: RosterRow
    right: RosterRow
    why: tuple[Likeness, ...]


def candidates(session: Session, wanted: Wanted) -> list[Candidate]:
    """Return the undecided pairs of a roster in an area. Raises Invalid among too many rows."""
    rows = session.scalars(
        select(RosterRow)
        .where(
            RosterRow.disaster_id == wanted.disaster_id,
            RosterRow.roster == wanted.roster,
            COUNTS,
            within(wanted.area_id),
        )
        .limit(MOST_NAMES + 1)
    ).all()
    if len(rows) > MOST_NAMES:
        raise Invalid(_("Rows are compared up to %(most)d at a time: choose a smaller area.",
                        most=MOST_NAMES))  # fmt: skip
    known = {each.record_id: each for each in rows}
    pairs = likely_pairs(map(_known, rows), by_place=wanted.roster == Roster.HOUSES)
    decided = _decided(session, wanted.disaster_id)
    found = [
        Candidate(known[each.left], known[each.right], each.why)
        for each in pairs
        if (each.left, each.right) not in decided
    ]
    return found[:MOST_PAIRS]


def _known(row: RosterRow) -> Known:
    return Known(
        row.record_id, row.area_id, row.id_number_blind, row.address_blind, opened(row, "name")
    )


def _decided(session: Session, disaster_id: UUID) -> set[tuple[UUID, UUID]]:
    rows = session.execute(
        select(RosterMatch.left_id, RosterMatch.right_id).where(
            RosterMatch.disaster_id == disaster_id, RosterMatch.current
        ),
        execution_options={"scope": "shared"},
    )
    return {(left, right) for left, right in rows}


def decision(session: Session, left: UUID, right: UUID) -> RosterMatch | None:
    """Return and lock what stands decided about two records, the smaller id first."""
    return session.scalar(
        select(RosterMatch)
        .where(RosterMatch.left_id == left, RosterMatch.right_id == right, RosterMatch.current)
        .with_for_update(),
        execution_options={"scope": "shared"},
    )


def match(session: Session, match_id: UUID) -> RosterMatch:
    """Return one decision within the viewer's areas. Raises NotFound."""
    found = session.scalar(select(RosterMatch).where(RosterMatch.id == match_id))
    if found is None:
        raise NotFound(_("There is no such decision, or not in your areas."))
    return found


@dataclass(frozen=True)
class Decided:
    """One decision about a record, with the other row if the viewer may see it."""

    match: RosterMatch
    other: RosterRow | None


def decisions(session: Session, record_id: UUID) -> list[Decided]:
    """Return what was ever decided about a record, the latest first."""
    rows = session.scalars(
        select(RosterMatch)
        .where(or_(RosterMatch.left_id == record_id, RosterMatch.right_id == record_id))
        .order_by(RosterMatch.at.desc(), RosterMatch.revision.desc())
    ).all()
    others = {
        each.id: each.right_id if each.left_id == record_id else each.left_id for each in rows
    }
    known = records(session, list(others.values()))
    return [Decided(each, known.get(others[each.id])) for each in rows]
