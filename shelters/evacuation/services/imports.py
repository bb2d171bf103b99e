"""Taking workbooks into the list: checked first, applied afterwards, in batches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid5

import orjson
from sqlalchemy import delete
from sqlalchemy.orm import Session

from relief_ops import clock, geo, receipts, vault
from relief_ops.auth.home import own_root
from relief_ops.errors import IllegalTransition, Invalid, NotFound
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.evacuation.events import ImportChecked, ListImported
from shelters.evacuation.models import EvacuationImport
from shelters.evacuation.queries.known import cadre_by_phone
from shelters.evacuation.schemas import ParsedRow, PutApplication, PutCadre, PutHousehold
from shelters.evacuation.services.lists import phone_blind, put_cadre, put_household
from shelters.schemas import CellError

BATCH = 200
TABLE = "evacuation_import"


def check_in(
    session: Session, attempt: Attempt, parsed: Sequence[ParsedRow], *, source: str,
    drill_id: UUID | None, numbers: Mapping[bytes, UUID], actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Keep a checked workbook for its application; a number that is on the list is a wrong cell."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    session.execute(
        delete(EvacuationImport).where(
            EvacuationImport.actor_id == actor_id, EvacuationImport.applied_at.is_(None)
        )
    )
    rows = [_kept(number, row) for number, row in enumerate(_once(parsed, numbers), start=1)]
    found = EvacuationImport(
        id=attempt.id, actor_id=actor_id, drill_id=drill_id, source=source,
        rows_sealed=vault.seal(TABLE, "rows", attempt.id, orjson.dumps(rows).decode()),
        total=len(rows), wrong=sum(1 for row in rows if row["errors"]), made_at=clock.now(),
        applied_at=None,
    )  # fmt: skip
    session.add(found)
    event = ImportChecked(found.id, found.total, found.wrong)
    root = own_root(geo.tree(session)).id
    record(session, event, actor_id=actor_id, subject=found.id, areas=[root])
    return receipts.keep(session, attempt, revision=1)


def _once(parsed: Sequence[ParsedRow], numbers: Mapping[bytes, UUID]) -> Iterator[ParsedRow]:
    """Mark a row whose identity number stands in the file, or on the list, already."""
    seen: set[bytes] = set()
    for row in parsed:
        number = row.order.id_number if row.order else ""
        blind = vault.blind(number) if number else b""
        if not number or (blind not in seen and blind not in numbers):
            seen |= {blind} if number else set()
            yield row
            continue
        twice = _("This identity number stands in the file twice.")
        words = twice if blind in seen else _("This identity number is on the list already.")
        wrong = CellError(f"{row.sheet}!{row.cell or row.number}", "id_number", words)
        yield ParsedRow(
            sheet=row.sheet, number=row.number, cell=row.cell, order=None, area_id=row.area_id,
            errors=(*row.errors, wrong),
        )  # fmt: skip


def _kept(number: int, row: ParsedRow) -> dict[str, Any]:
    return {
        "row": number,
        "order": row.order.model_dump(mode="json") if row.order else None,
        "area_id": row.area_id,
        "cadre_name": row.cadre_name,
        "cadre_phone": row.cadre_phone,
        "errors": [asdict(each) for each in row.errors],
    }


def checked(session: Session, import_id: UUID, *, actor_id: UUID) -> EvacuationImport:
    """Return a workbook somebody checked in themselves. Raises NotFound."""
    found = session.get(EvacuationImport, import_id)
    if found is None or found.actor_id != actor_id:
        raise NotFound(_("There is no such import of yours."))
    return found


def rows_of(found: EvacuationImport) -> list[dict[str, Any]]:
    """Return the rows of a checked workbook; none once they are on the list."""
    if found.rows_sealed is None:
        return []
    rows: list[dict[str, Any]] = orjson.loads(
        vault.unseal(TABLE, "rows", found.id, found.rows_sealed)
    )
    return rows


def wanted_rows(found: EvacuationImport, order: PutApplication) -> list[dict[str, Any]]:
    """Return the rows to write. Raises Invalid while some are wrong, unless they are left out."""
    if found.applied_at is not None:
        raise IllegalTransition(_("This file is on the list already."))
    if found.wrong and not order.leave_out:
        raise Invalid(
            _("%(n)d rows are wrong. Correct the file, or leave them out.", n=found.wrong)
        )
    return [row for row in rows_of(found) if row["order"]]


def apply_rows(
    session: Session, import_id: UUID, rows: Sequence[dict[str, Any]], *, actor_id: UUID
) -> None:
    """Write one batch onto the list; written again, it changes nothing."""
    for row in rows:
        order = PutHousehold.model_validate(row["order"])
        area_id = UUID(row["area_id"])
        cadre_id = _cadre(session, import_id, row, order, area_id=area_id, actor_id=actor_id)
        order = order.model_copy(update={"cadre_id": cadre_id})
        attempt = _attempt(uuid5(import_id, f"row {row['row']}"), order)
        put_household(session, attempt, order, area_id=area_id, actor_id=actor_id)


def _cadre(
    session: Session, import_id: UUID, row: dict[str, Any], order: PutHousehold, *,
    area_id: UUID, actor_id: UUID,
) -> UUID | None:  # fmt: skip
    """Return who answers for a row: known by the number, or entered with this row."""
    name, phone = row["cadre_name"], row["cadre_phone"]
    if not name and not phone:
        return None
    blind = phone_blind(phone)
    known = cadre_by_phone(session, blind, order.drill_id) if blind else None
    if known is not None:
        return known
    made = uuid5(import_id, f"cadre {phone or name}")
    cadre = PutCadre(
        name=name or phone, phone=phone, area_code=order.area_code, drill_id=order.drill_id
    )
    put_cadre(session, _attempt(made, cadre), cadre, area_id=area_id, actor_id=actor_id)
    session.flush()
    return made


def _attempt(made: UUID, order: PutHousehold | PutCadre) -> Attempt:
    """Return the attempt of one row; its digest is keyed, because it is made of names."""
    digest = vault.keyed_digest(hashlib.sha256(order.model_dump_json().encode()).digest())
    return Attempt(id=made, base="", digest=digest, mutable=True)


def finish(
    session: Session, attempt: Attempt, import_id: UUID, *, written: int, actor_id: UUID
) -> Receipt:
    """Say that a workbook is on the list, and wipe its rows."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = checked(session, import_id, actor_id=actor_id)
    found.applied_at, found.rows_sealed = clock.now(), None
    event = ListImported(import_id, written)
    root = own_root(geo.tree(session)).id
    record(session, event, actor_id=actor_id, subject=import_id, areas=[root])
    return receipts.keep(session, attempt, revision=1)
