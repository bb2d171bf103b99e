"""Reading rows. Personal fields leave here masked; in full only for a reading on record."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports.rosters import rules
from damage_reports.rosters.models import RosterRow
from damage_reports.rosters.rules import DETAILS, OPEN, PERSONAL, Roster
from relief_ops import clock, vault
from relief_ops.errors import NotFound
from relief_ops.geo import AreaTree
from relief_ops.i18n import gettext as _

TABLE = "roster_row"
DATES = frozenset({"comfort_on", "damaged_on", "completed_on"})


def row(session: Session, row_id: UUID, *, lock: bool = False) -> RosterRow:
    """Return one revision within the viewer's areas. Raises NotFound."""
    found = find(session, row_id, lock=lock)
    if found is None:
        raise NotFound(_("There is no such row, or not in your areas."))
    return found


def find(session: Session, row_id: UUID, *, lock: bool = False) -> RosterRow | None:
    """Return one revision within the viewer's areas, or None."""
    statement = select(RosterRow).where(RosterRow.id == row_id)
    return session.scalar(statement.with_for_update() if lock else statement)


def standing(session: Session, record_id: UUID, *, lock: bool = False) -> RosterRow | None:
    """Return the revision of a record that stands, if it is in the viewer's areas."""
    statement = select(RosterRow).where(RosterRow.record_id == record_id, RosterRow.current)
    return session.scalar(statement.with_for_update() if lock else statement)


def records(session: Session, record_ids: Sequence[UUID]) -> dict[UUID, RosterRow]:
    """Return the standing revisions of records, as far as the viewer may see them."""
    if not record_ids:
        return {}
    found = session.scalars(
        select(RosterRow).where(RosterRow.record_id.in_(set(record_ids)), RosterRow.current)
    )
    return {each.record_id: each for each in found}


def same_as(session: Session, record_id: UUID) -> Sequence[RosterRow]:
    """Return the rows that were settled to be the same as this record, wherever they stand."""
    statement = select(RosterRow).where(RosterRow.same_as == record_id, RosterRow.current)
    return session.scalars(statement, execution_options={"scope": "shared"}).all()


def history(session: Session, record_id: UUID) -> Sequence[RosterRow]:
    """Return every revision of a record, the latest first."""
    statement = select(RosterRow).where(RosterRow.record_id == record_id)
    return session.scalars(statement.order_by(RosterRow.revision.desc())).all()


def written_by(
    session: Session, author_id: UUID, disaster_id: UUID, area_ids: Sequence[UUID], *, most: int
) -> Sequence[RosterRow]:
    """Return what stands of the rows somebody ever wrote in these areas, the latest first."""
    theirs = select(RosterRow.record_id).where(
        RosterRow.author_id == author_id, RosterRow.disaster_id == disaster_id
    )
    statement = select(RosterRow).where(
        RosterRow.record_id.in_(theirs), RosterRow.area_id.in_(area_ids), RosterRow.current,
        RosterRow.removed.is_(False),
    )  # fmt: skip
    return session.scalars(statement.order_by(RosterRow.received_at.desc()).limit(most)).all()


def carried(found: RosterRow, tree: AreaTree) -> dict[str, Any]:
    """Return a row as its writer's phone carries it: a family name, its open fields.

    `kept` names the columns that say something and do not leave here.
    """
    kept = [key for key, value in clear(found).items() if value not in (None, "")]
    return {
        "id": found.id,
        "record_id": found.record_id,
        "roster": found.roster,
        "area_code": tree.node(found.area_id).code,
        "area_name": tree.node(found.area_id).name,
        "masked": rules.masked("name", opened(found, "name")),
        "kept": [key for key in kept if key not in OPEN[Roster(found.roster)]],
        "values": {key: _local(value) for key, value in open_fields(found).items()},
    }


def _local(value: Any) -> Any:
    """Return an instant as a phone's box shows it: in local time."""
    return value.astimezone(clock.LOCAL).isoformat() if isinstance(value, datetime) else value


def opened(found: RosterRow, field: str) -> str:
    """Return a sealed field in clear: to mask it, to carry it on, or for a reader on record."""
    sealed: bytes | None = getattr(found, f"{field}_sealed")
    return vault.unseal(TABLE, field, found.id, sealed) if sealed else ""


def details(found: RosterRow) -> dict[str, Any]:
    """Return what is kept under one seal, in clear."""
    said: dict[str, Any] = json.loads(opened(found, "details") or "{}")
    return {key: date.fromisoformat(value) if key in DATES else value
            for key, value in said.items()}  # fmt: skip


def open_fields(found: RosterRow) -> dict[str, Any]:
    """Return what everybody who may see the row sees of it."""
    return {key: getattr(found, key) for key in OPEN[Roster(found.roster)]}


def clear(found: RosterRow) -> dict[str, Any]:
    """Return everything a row says, in clear."""
    personal = {key: opened(found, key) for key in PERSONAL}
    return personal | {"no_number": found.no_number} | open_fields(found) | details(found)


def masked(found: RosterRow) -> dict[str, str]:
    """Return the personal fields as anybody sees them who has not asked for more."""
    return {key: rules.masked(key, opened(found, key)) for key in PERSONAL}


def shown(found: RosterRow, tree: AreaTree) -> dict[str, Any]:
    """Return a revision as lists and the API show it: masked, its details left out."""
    return _head(found, tree) | masked(found) | open_fields(found)


def full(found: RosterRow, tree: AreaTree) -> dict[str, Any]:
    """Return a revision with everything it says. The reader is recorded before."""
    said = details(found)
    rest = {key: said.get(key) for key in DETAILS[Roster(found.roster)]}
    return _head(found, tree) | clear(found) | rest | {"why": opened(found, "why")}


def _head(found: RosterRow, tree: AreaTree) -> dict[str, Any]:
    return {
        "id": found.id,
        "record_id": found.record_id,
        "disaster_id": found.disaster_id,
        "area_code": tree.node(found.area_id).code,
        "area_name": tree.node(found.area_id).name,
        "roster": found.roster,
        "revision": found.revision,
        "base": found.base_id,
        "current": found.current,
        "removed": found.removed,
        "same_as": found.same_as,
        "received_at": found.received_at,
        "no_number": found.no_number,
    }


def stored(said: Mapping[str, Any], roster: Roster) -> str:
    """Return the details as they are sealed."""
    kept = {key: said[key] for key in DETAILS[roster] if said.get(key) not in (None, "")}
    return json.dumps(kept, ensure_ascii=False, default=_plain)


def _plain(value: date | datetime) -> str:
    return value.isoformat()
