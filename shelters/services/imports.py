"""Taking files into the register: checked first, applied afterwards, in batches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid5

import orjson
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, receipts, vault
from relief_ops.auth.home import own_root
from relief_ops.errors import IllegalTransition, Invalid, NotFound
from relief_ops.events import record
from relief_ops.geo.models import Place
from relief_ops.geo.predicates import metres_between
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters import rules
from shelters.events import ImportChecked, SheltersImported
from shelters.models import Shelter, ShelterImport
from shelters.schemas import CellError, Duplicates, ParsedRow, PutApplication, PutShelter
from shelters.services.register import put_shelter

BATCH = 200
GRID = 200  # cells of a 200th of a degree: about 500 m
Known = dict[str, Any]


def check_in(
    session: Session, attempt: Attempt, parsed: Sequence[ParsedRow], *, source: str,
    coordinates: str, drill_id: UUID | None, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Keep a checked file for its application, with the shelters its rows may be again."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    session.execute(
        delete(ShelterImport).where(
            ShelterImport.actor_id == actor_id, ShelterImport.applied_at.is_(None)
        )
    )
    rows = _with_duplicates(session, _without_twins(parsed))
    found = ShelterImport(
        id=attempt.id,
        actor_id=actor_id,
        drill_id=drill_id,
        source=source,
        coordinates=coordinates,
        rows_sealed=_seal(attempt.id, rows),
        total=len(rows),
        wrong=sum(1 for row in rows if row["errors"]),
        made_at=clock.now(),
        applied_at=None,
    )
    session.add(found)
    event = ImportChecked(found.id, found.total, found.wrong)
    root = own_root(geo.tree(session)).id
    record(session, event, actor_id=actor_id, subject=found.id, areas=[root])
    return receipts.keep(session, attempt, revision=1)


def _seal(import_id: UUID, rows: list[dict[str, Any]]) -> bytes:
    return vault.seal("shelter_import", "rows", import_id, orjson.dumps(rows).decode())


def _without_twins(parsed: Sequence[ParsedRow]) -> Iterator[ParsedRow]:
    """Mark a row that says again what an earlier row of the file said."""
    seen: dict[tuple[Any, str], ParsedRow] = {}
    for row in parsed:
        if row.order is None:
            yield row
            continue
        first = seen.setdefault((row.area_id, row.order.name), row)
        if first is row:
            yield row
            continue
        words = _("The same shelter stands in %(sheet)s %(cell)s already.",
                  sheet=first.sheet, cell=first.name_cell)  # fmt: skip
        twin = CellError(f"{row.sheet}!{row.name_cell}", "name", words)
        yield ParsedRow(row.sheet, row.number, row.name_cell, None, None, (*row.errors, twin))


def _with_duplicates(session: Session, parsed: Iterator[ParsedRow]) -> list[dict[str, Any]]:
    known = _known(session)
    rows = []
    for number, row in enumerate(parsed, start=1):
        again = _again(row, known) if row.order else None
        rows.append(
            {
                "row": number,
                "sheet": row.sheet,
                "number": row.number,
                "order": row.order.model_dump(mode="json") if row.order else None,
                "area_id": row.area_id,
                "errors": [asdict(each) for each in row.errors],
                "duplicate": again,
            }
        )
    return rows


def _known(session: Session) -> dict[Any, list[Known]]:
    """Return the register's shelters by area and by the cells of a grid around them."""
    found: dict[Any, list[Known]] = {}
    rows = session.execute(
        select(
            Shelter.id, Shelter.name, Shelter.revision, Shelter.area_id,
            func.ST_X(Place.point), func.ST_Y(Place.point),
        ).join(Place, Place.id == Shelter.id)
    )  # fmt: skip
    for shelter_id, name, revision, area_id, lon, lat in rows:
        point = None if lon is None else (lon, lat)
        known = {"id": shelter_id, "name": name, "revision": revision, "point": point}
        for key in (area_id, *_cells(point)):
            found.setdefault(key, []).append(known)
    return found


def _cells(point: tuple[float, float] | None) -> list[tuple[int, int]]:
    if point is None:
        return []
    x, y = int(point[0] * GRID), int(point[1] * GRID)
    return [(x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]


def _again(row: ParsedRow, known: Mapping[Any, list[Known]]) -> Known | None:
    """Return the shelter of the register a row is likely to be, or None."""
    order = row.order
    if order is None:
        return None
    here = order.point
    cell = (int(here[0] * GRID), int(here[1] * GRID)) if here else None
    for each in (*known.get(row.area_id, ()), *known.get(cell, ())):
        apart = metres_between(here, each["point"]) if here and each["point"] else None
        if rules.looks_the_same(order.name, each["name"], metres=apart):
            metres = None if apart is None else round(apart)
            return {key: each[key] for key in ("id", "name", "revision")} | {"metres": metres}
    return None


def checked(session: Session, import_id: UUID, *, actor_id: UUID) -> ShelterImport:
    """Return a file somebody checked in themselves. Raises NotFound."""
    found = session.get(ShelterImport, import_id)
    if found is None or found.actor_id != actor_id:
        raise NotFound(_("There is no such import of yours."))
    return found


def rows_of(found: ShelterImport) -> list[dict[str, Any]]:
    """Return the rows of a checked file; none once they are in the register."""
    if found.rows_sealed is None:
        return []
    rows: list[dict[str, Any]] = orjson.loads(
        vault.unseal("shelter_import", "rows", found.id, found.rows_sealed)
    )
    return rows


def wanted_rows(found: ShelterImport, order: PutApplication) -> list[dict[str, Any]]:
    """Return the rows to write. Raises Invalid while some are wrong, unless they are left out."""
    if found.applied_at is not None:
        raise IllegalTransition(_("This file is in the register already."))
    if found.wrong and not order.leave_out:
        raise Invalid(
            _("%(n)d rows are wrong. Correct the file, or leave them out.", n=found.wrong)
        )
    return [row for row in rows_of(found) if row["order"] and _choice(row, order) != "skip"]


def _choice(row: dict[str, Any], order: PutApplication) -> Duplicates:
    if row["duplicate"] is None:
        return Duplicates.ADD
    return order.choices.get(str(row["row"]), order.duplicates)


def apply_rows(
    session: Session, import_id: UUID, rows: Sequence[dict[str, Any]], order: PutApplication, *,
    actor_id: UUID,
) -> None:  # fmt: skip
    """Write one batch into the register; written again, it changes nothing."""
    for row in rows:
        wanted = PutShelter.model_validate(row["order"])
        attempt = _attempt(import_id, row, wanted, order)
        area_id = UUID(row["area_id"])
        put_shelter(session, attempt, wanted, area_id=area_id, actor_id=actor_id)


def _attempt(
    import_id: UUID, row: dict[str, Any], wanted: PutShelter, order: PutApplication
) -> Attempt:
    digest = hashlib.sha256(wanted.model_dump_json().encode()).hexdigest()
    if _choice(row, order) == Duplicates.UPDATE and row["duplicate"]:
        known = row["duplicate"]
        return Attempt(
            id=UUID(known["id"]), base=str(known["revision"]), digest=digest, edit=True,
            mutable=True,
        )  # fmt: skip
    made = uuid5(import_id, str(row["row"]))
    return Attempt(id=made, base="", digest=digest, mutable=True)


def finish(
    session: Session, attempt: Attempt, import_id: UUID, *, written: int, actor_id: UUID
) -> Receipt:
    """Say that a file is in the register, and wipe its rows."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = checked(session, import_id, actor_id=actor_id)
    found.applied_at, found.rows_sealed = clock.now(), None
    event = SheltersImported(import_id, written)
    root = own_root(geo.tree(session)).id
    record(session, event, actor_id=actor_id, subject=import_id, areas=[root])
    return receipts.keep(session, attempt, revision=1)
