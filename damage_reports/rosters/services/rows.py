"""Writing rows: every revision is a new one, nothing is overwritten."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports.rosters import events, queries, rules, schemas
from damage_reports.rosters.models import RosterRow
from damage_reports.rosters.rules import FIELDS, OPEN, PERSONAL, Problem, Roster
from damage_reports.rosters.services.words import explain
from damage_reports.services.guarding import must_be_taken
from relief_ops import receipts, vault
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldConflict, FieldError, IllegalTransition, Invalid, StaleBase
from relief_ops.events import Code, record
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

TABLE = "roster_row"
ROOMS = frozenset(rules.rows.ROOMS)


def put_row(
    session: Session, attempt: Attempt, order: schemas.PutRow, *, area: AreaNode,
    disaster: Disaster, base: RosterRow | None, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Add a row, or correct or remove the one `base` is the standing revision of.

    Raises StaleBase when it no longer stands, Invalid naming every field that cannot be.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    _check_base(session, order, base)
    said = _merged(order, base)
    _check(order, said, base)
    must_be_taken(session, disaster, area)
    row = _store(session, attempt.id, order, said, area=area, base=base,
                 now=disasters.now_of(session, disaster), actor_id=actor_id)  # fmt: skip
    _say(session, row, area, base, actor_id)
    return receipts.keep(session, attempt, revision=row.revision)


def _check_base(session: Session, order: schemas.PutRow, base: RosterRow | None) -> None:
    if base is None:
        return
    if base.current:
        _check_kept(session, order, base)
        return
    standing = queries.standing(session, base.record_id)
    current = {"id": str(standing.id), "revision": standing.revision} if standing else None
    raise StaleBase(
        _("Somebody changed this row meanwhile. Compare both versions and send again."),
        current=current,
        fields=_differing(order, base, standing),
    )


def _check_kept(session: Session, order: schemas.PutRow, base: RosterRow) -> None:
    """Refuse to remove a row that counts for others, or to write in one that is gone."""
    if base.removed:
        raise IllegalTransition(_("This row was removed. Add the person or household anew."))
    if order.removed and queries.same_as(session, base.record_id):
        raise IllegalTransition(
            _("Another row was settled to be the same as this one. Take that back first, "
              "or remove the other row.")
        )  # fmt: skip


def _differing(
    order: schemas.PutRow, base: RosterRow, standing: RosterRow | None
) -> list[FieldConflict]:
    """Return what differs field by field; what is personal is masked in all three versions."""
    versions = (queries.clear(base), queries.clear(standing) if standing else {},
                _merged(order, base))  # fmt: skip
    told = {
        key: [_alike(each.get(key)) for each in versions] for key in FIELDS[Roster(base.roster)]
    }
    return [
        FieldConflict(key, *_shown(key, values))
        for key, values in told.items()
        if len({str(each or "") for each in values}) > 1
    ]


def _alike(value: Any) -> Any:
    """Return an instant as every version tells it, whatever hour of the world it was sent in."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _shown(key: str, values: list[Any]) -> list[Any]:
    """Return three versions of a field as they may be seen: masked, yet told apart."""
    plain = key == "no_number" or any(key in each for each in OPEN.values())
    return values if plain else rules.told_apart(key, values)


def _merged(order: schemas.PutRow, base: RosterRow | None) -> dict[str, Any]:
    """Return the row as it would stand: what was sent over what the base says.

    A number sent takes away the reason for having none, and the other way round.
    """
    sent = {key: getattr(order, key) for key in order.model_fields_set & _SAYABLE}
    if base is None:
        return sent
    said = queries.clear(base) | sent
    if sent.get("id_number"):
        said["no_number"] = sent.get("no_number")
    elif sent.get("no_number"):
        said["id_number"] = ""
    return {key: said.get(key) for key in said if said.get(key) not in (None, "")}


_SAYABLE = frozenset().union(*FIELDS.values())


def _check(order: schemas.PutRow, said: dict[str, Any], base: RosterRow | None) -> None:
    found = [] if order.removed else rules.problems(order.roster, said)
    if base and not order.why:
        found.append(Problem("why", "say_why"))
    if order.removed and not base:
        found.append(Problem("base", "nothing_to_remove"))
    if base and base.roster != order.roster:
        found.append(Problem("roster", "other_roster"))
    if base and base.disaster_id != order.disaster_id:
        found.append(Problem("disaster_id", "other_disaster"))
    if found:
        errors = [FieldError(each.field, each.code, explain(each.code)) for each in found]
        raise Invalid(_("Some fields need another look."), errors)


def _store(
    session: Session, row_id: UUID, order: schemas.PutRow, said: dict[str, Any], *,
    area: AreaNode, base: RosterRow | None, now: Any, actor_id: UUID,
) -> RosterRow:  # fmt: skip
    if base is not None:
        base.current = False
        session.flush()
    row = RosterRow(
        id=row_id, record_id=base.record_id if base else row_id, disaster_id=order.disaster_id,
        area_id=area.id, roster=order.roster, revision=base.revision + 1 if base else 1,
        base_id=order.base, current=True, removed=order.removed,
        same_as=base.same_as if base and not order.removed else None, author_id=actor_id,
        received_at=now,
        no_number=said.get("no_number"),
    )  # fmt: skip
    for key in OPEN[order.roster]:
        default = 0 if key in ROOMS else 1 if key == "people" else None
        setattr(row, key, said.get(key) or default)
    _seal(row, said, order)
    session.add(row)
    session.flush()
    return row


def _seal(row: RosterRow, said: dict[str, Any], order: schemas.PutRow) -> None:
    sealed = {key: str(said.get(key) or "") for key in PERSONAL}
    sealed |= {"details": queries.stored(said, order.roster), "why": order.why}
    for key, text in sealed.items():
        setattr(row, f"{key}_sealed", vault.seal(TABLE, key, row.id, text) if text else None)
    number, place = sealed["id_number"], rules.plain_place(sealed["address"])
    row.id_number_blind = vault.blind(number) if number else None
    row.address_blind = vault.blind(f"place:{place}") if place else None


def _say(
    session: Session, row: RosterRow, area: AreaNode, base: RosterRow | None, actor_id: UUID
) -> None:
    act = events.Act.REMOVED if row.removed else events.Act.CORRECTED
    event = events.RowWritten(
        row.id, row.record_id, row.disaster_id, Code(area.code), Roster(row.roster),
        act if base else events.Act.ADDED, row.revision,
    )  # fmt: skip
    areas = list(dict.fromkeys([area.id, *([base.area_id] if base else [])]))
    record(session, event, actor_id=actor_id, subject=row.record_id, areas=areas)
