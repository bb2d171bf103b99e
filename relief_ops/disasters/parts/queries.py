"""Reading which disaster is part of which, now or as known at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Integer, Uuid, literal, null, select, type_coerce, union_all
from sqlalchemy.orm import Session

from relief_ops.db import Instant
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts.models import DisasterPart, DisasterSplit, DisasterSplitArea
from relief_ops.disasters.parts.rules import Grouping, Split
from relief_ops.disasters.rules import State
from relief_ops.errors import FieldError, NotFound
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.i18n import gettext as _

# Every total asks this, and mostly finds nothing: both tables in one short statement.
_ROWS: CompoundSelect[Any] = union_all(
    select(
        literal(0, Integer()).label("number"),
        DisasterPart.part_id.label("source"),
        DisasterPart.whole_id.label("into"),
        DisasterPart.from_at.label("since"),
        DisasterPart.to_at.label("until"),
        type_coerce(null(), Uuid()).label("area_id"),
    ),
    select(
        DisasterSplit.number,
        DisasterSplit.source_id,
        DisasterSplit.into_id,
        DisasterSplit.at,
        type_coerce(null(), Instant()),
        DisasterSplitArea.area_id,
    ).join(DisasterSplitArea, DisasterSplitArea.split_id == DisasterSplit.id),
)
KEPT = "regroupings"
SETTLED = (State.FINALISED, State.CLOSED)


def grouping(session: Session, known_at: datetime | None = None) -> Grouping:
    """Return which disaster is part of which, now or as it was known at an instant."""
    rows = [row for row in _rows(session) if _stood(row, known_at)]
    wholes = {row.source: row.into for row in rows if row.area_id is None}
    return Grouping(wholes, tuple(_splits(row for row in rows if row.area_id is not None)))


def _rows(session: Session) -> Sequence[Any]:
    """Return every join and split, read once in each session."""
    if KEPT not in session.info:
        session.info[KEPT] = session.connection().execute(_ROWS).all()
    found: Sequence[Any] = session.info[KEPT]
    return found


def read_again(session: Session) -> None:
    """Have this transaction see the joins and splits it has just made."""
    session.info.pop(KEPT, None)


def _stood(row: Any, known_at: datetime | None) -> bool:
    if known_at is None:
        return row.until is None
    return bool(row.since <= known_at and (row.until is None or row.until > known_at))


def _splits(rows: Iterable[Any]) -> Iterable[Split]:
    made: dict[int, list[Any]] = {}
    for row in rows:
        made.setdefault(row.number, []).append(row)
    for _number, areas in sorted(made.items()):
        townships = frozenset(row.area_id for row in areas)
        yield Split(areas[0].source, areas[0].into, townships)


def was_grouped(session: Session, disaster_id: UUID) -> bool:
    """Whether a disaster takes or ever took part in a join or a split."""
    return any(disaster_id in (row.source, row.into) for row in _rows(session))


def membership(session: Session, whole_id: UUID, membership_id: UUID) -> DisasterPart:
    """Return one membership of a whole. Raises NotFound."""
    found = session.get(DisasterPart, membership_id)
    if found is None or found.whole_id != whole_id:
        raise NotFound(_("This disaster has no such part."))
    return found


def memberships(session: Session, disaster_id: UUID) -> list[DisasterPart]:
    """Return every membership a disaster has or had, as a whole or as a part, latest first."""
    concerned = (DisasterPart.whole_id == disaster_id) | (DisasterPart.part_id == disaster_id)
    order = DisasterPart.from_at.desc(), DisasterPart.id.desc()
    return list(session.scalars(select(DisasterPart).where(concerned).order_by(*order)))


def splits(session: Session, disaster_id: UUID) -> list[tuple[DisasterSplit, frozenset[UUID]]]:
    """Return the splits a disaster took part in with their townships, latest first."""
    concerned = (DisasterSplit.source_id == disaster_id) | (DisasterSplit.into_id == disaster_id)
    found = session.scalars(
        select(DisasterSplit).where(concerned).order_by(DisasterSplit.number.desc())
    ).all()
    areas: dict[UUID, set[UUID]] = {each.id: set() for each in found}
    rows = select(DisasterSplitArea).where(DisasterSplitArea.split_id.in_(areas))
    for row in session.scalars(rows):
        areas[row.split_id].add(row.area_id)
    return [(each, frozenset(areas[each.id])) for each in found]


def named(tree: AreaTree, townships: Iterable[UUID]) -> list[AreaNode]:
    """Return some townships as people say them: a county where all of its are among them."""
    wanted = {each for each in townships if each in tree}
    found: list[AreaNode] = []
    for county in tree.at_level(Level.COUNTY):
        mine = [each for each in tree.children(county.id) if each.id in wanted]
        found += [county] if mine and len(mine) == len(tree.children(county.id)) else mine
    return found


def misfits(session: Session, one: Disaster, other: Disaster) -> list[FieldError]:
    """Return why two disasters' figures can never be added: each a reason in the reader's words."""
    found = {
        "itself": (one.id == other.id, _("A disaster cannot be joined with itself.")),
        "drill": (
            one.drill_id != other.drill_id,
            _("What is real and what is a drill, or another drill, are never added."),
        ),
        "form_version": (
            one.form_version != other.form_version,
            _(
                "One reports by the form of %(one)s, the other by that of %(other)s: their "
                "figures cannot be added.",
                one=one.form_version, other=other.form_version,
            ),
        ),
        "divisions": (
            not _same_divisions(session, one, other),
            _("The two count by the divisions of different days, and these differ."),
        ),
    }  # fmt: skip
    return [FieldError("part_id", code, words) for code, (wrong, words) in found.items() if wrong]


def _same_divisions(session: Session, one: Disaster, other: Disaster) -> bool:
    mine, theirs = (disasters.division_tree(session, each) for each in (one, other))
    return mine is theirs or _parents(mine) == _parents(theirs)


def _parents(tree: AreaTree) -> dict[UUID, UUID | None]:
    return {node.id: node.parent_id for node in tree}


def joinable(session: Session, whole: Disaster) -> list[Disaster]:
    """Return the open disasters that could become part of one."""
    known, tree = grouping(session), disasters.division_tree(session, whole)
    above = set(known.chain(whole.id))
    return [
        each
        for each in disasters.disasters(session)
        if each.state not in SETTLED
        and each.id not in known.wholes
        and each.id not in above
        and each.area_id in tree.within(whole.area_id)
        and not misfits(session, whole, each)
    ]


def shown(session: Session, found: Disaster) -> dict[str, Any]:
    """Return what joined a disaster and what was split off it, as the API shows it."""
    tree = disasters.division_tree(session, found)
    rows = memberships(session, found.id)
    whole = next((each for each in rows if each.part_id == found.id and not each.to_at), None)
    return {
        "id": found.id,
        "whole_id": whole.whole_id if whole else None,
        "parts": [_shown_part(each) for each in rows if each.whole_id == found.id],
        "memberships": [_shown_part(each) for each in rows if each.part_id == found.id],
        "splits": [
            _shown_split(each, [node.code for node in named(tree, areas)])
            for each, areas in splits(session, found.id)
        ],
    }


def _shown_part(row: DisasterPart) -> dict[str, Any]:
    return {
        "id": row.id,
        "whole_id": row.whole_id,
        "part_id": row.part_id,
        "from_at": row.from_at,
        "to_at": row.to_at,
        "reason": row.reason,
        "document": row.document,
        "end_reason": row.end_reason,
        "end_document": row.end_document,
    }


def _shown_split(row: DisasterSplit, area_codes: list[str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "source_id": row.source_id,
        "into_id": row.into_id,
        "area_codes": area_codes,
        "at": row.at,
        "reason": row.reason,
        "document": row.document,
    }
