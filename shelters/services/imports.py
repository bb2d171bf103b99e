"""Taking files into the register: checked first, applied afterwards, in batches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid5

import orjson
from pydantic import ValidationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, receipts, vault
from relief_ops.auth.home import own_root
from relief_ops.errors import FieldError, IllegalTransition, Invalid, NotFound
from relief_ops.events import record
from relief_ops.geo.models import Place
from relief_ops.geo.predicates import metres_between
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.events import ImportChecked, SheltersImported
from shelters.models import Shelter, ShelterImport
from shelters.rules import twins
from shelters.schemas import CellError, Duplicates, ParsedRow, PutApplication, PutShelter
from shelters.services.register import merged, put_shelter

BATCH = 200
MOST_CANDIDATES = 3
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
        again = _candidates(row, known) if row.order else []
        said = row.order.model_dump(mode="json", exclude_unset=True) if row.order else None
        rows.append(
            {
                "row": number,
                "sheet": row.sheet,
                "number": row.number,
                "order": said,
                "area_id": row.area_id,
                "errors": [asdict(each) for each in row.errors],
                "duplicate": again[0] if again else None,
                "duplicates": again,
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
        known = {
            "id": shelter_id, "name": name, "revision": revision, "area": area_id, "point": point,
        }  # fmt: skip
        for key in (area_id, *_cells(point)):
            found.setdefault(key, []).append(known)
    return found


def _cells(point: tuple[float, float] | None) -> list[tuple[int, int]]:
    if point is None:
        return []
    x, y = int(point[0] * GRID), int(point[1] * GRID)
    return [(x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]


def _candidates(row: ParsedRow, known: Mapping[Any, list[Known]]) -> list[Known]:
    """Return the shelters of the register a row may be, the likeliest first, and why."""
    order = row.order
    if order is None:
        return []
    here = order.point
    cell = (int(here[0] * GRID), int(here[1] * GRID)) if here else None
    near = {each["id"]: each for each in (*known.get(row.area_id, ()), *known.get(cell, ()))}
    found = []
    for each in near.values():
        apart = metres_between(here, each["point"]) if here and each["point"] else None
        same_area = each["area"] == row.area_id
        why = twins.likeness(order.name, each["name"], same_area=same_area, metres=apart)
        if why:
            metres = None if apart is None else round(apart)
            shown = {key: each[key] for key in ("id", "name", "revision")}
            found.append(shown | {"metres": metres, "why": [str(one) for one in why]})
    found.sort(key=lambda each: (-len(each["why"]), each["metres"] is None, each["metres"] or 0))
    return found[:MOST_CANDIDATES]


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
    """Return the rows to write, each with the shelter it changes (`target`) or None.

    Raises Invalid while rows are wrong and not left out, or wait for somebody's decision.
    """
    if found.applied_at is not None:
        raise IllegalTransition(_("This file is in the register already."))
    if found.wrong and not order.leave_out:
        raise Invalid(
            _("%(n)d rows are wrong. Correct the file, or leave them out.", n=found.wrong)
        )
    rows = [row for row in rows_of(found) if row["order"]]
    undecided = [row for row in rows if _choice(row, order) == Duplicates.ASK]
    if undecided:
        first = undecided[0]
        words = _(
            "%(n)d rows may be shelters that are there already, the first of them %(name)s. "
            "Decide for each what it is.", n=len(undecided), name=first["order"]["name"],
        )  # fmt: skip
        raise Invalid(words, [FieldError(f"choices.{first['row']}", "undecided", words)])
    wanted = [row | {"target": _target(row, _choice(row, order))} for row in rows
              if _choice(row, order) != Duplicates.SKIP]  # fmt: skip
    _refuse_twice(wanted)
    return wanted


def _choice(row: dict[str, Any], order: PutApplication) -> Duplicates | UUID:
    chosen = order.choices.get(str(row["row"]))
    if row["duplicate"] is None:
        return Duplicates.SKIP if chosen == Duplicates.SKIP else Duplicates.ADD
    return order.duplicates if chosen is None else chosen


def _target(row: dict[str, Any], choice: Duplicates | UUID) -> dict[str, Any] | None:
    """Return the stored shelter a row is. Raises Invalid for one that was not proposed."""
    if choice == Duplicates.ADD:
        return None
    proposed: list[dict[str, Any]] = row["duplicates"]
    if choice == Duplicates.UPDATE:
        return proposed[0]
    for each in proposed:
        if each["id"] == str(choice):
            return each
    words = _("This shelter was not proposed for the row.")
    raise Invalid(words, [FieldError(f"choices.{row['row']}", "not_proposed", words)])


def _refuse_twice(rows: Sequence[dict[str, Any]]) -> None:
    """Raise Invalid when two rows are said to be one and the same stored shelter."""
    seen: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["target"] is None:
            continue
        first = seen.setdefault(row["target"]["id"], row)
        if first is not row:
            words = _("Two rows are said to be %(name)s: %(one)s and %(other)s.",
                      name=row["target"]["name"], one=first["order"]["name"],
                      other=row["order"]["name"])  # fmt: skip
            raise Invalid(words, [FieldError(f"choices.{row['row']}", "twice", words)])


def apply_rows(
    session: Session, import_id: UUID, rows: Sequence[dict[str, Any]], *, actor_id: UUID
) -> None:
    """Write one batch into the register; written again, it changes nothing.

    A row that is a stored shelter changes only what the file says of it.
    """
    for row in rows:
        target, said = row["target"], row["order"]
        try:
            wanted = (
                merged(session, UUID(target["id"]), said)
                if target
                else PutShelter.model_validate(said)
            )
            attempt, area_id = _attempt(import_id, row), UUID(row["area_id"])
            put_shelter(session, attempt, wanted, area_id=area_id, actor_id=actor_id)
        except (Invalid, ValidationError) as wrong:
            errors = wrong.errors if isinstance(wrong, Invalid) else ()
            why = " ".join(each.message for each in errors) or _("It contradicts what is stored.")
            words = _("Row %(row)s (%(name)s): %(why)s", row=row["number"], name=said["name"],
                      why=why)  # fmt: skip
            raise Invalid(words.replace("%", "%%"), errors) from wrong


def _attempt(import_id: UUID, row: dict[str, Any]) -> Attempt:
    digest = hashlib.sha256(orjson.dumps([str(import_id), row["order"]])).hexdigest()
    if known := row["target"]:
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
