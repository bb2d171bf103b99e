"""The list of handouts of a place, page by page; names leave here by whoever masks them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from relief_ops import vault
from relief_ops.cases.rules import identity
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.errors import Invalid
from relief_ops.i18n import gettext as _
from stockpile.handouts.models import Handout, HandoutLine
from stockpile.handouts.queries import households, reading
from stockpile.handouts.queries.households import Head
from stockpile.queries.register import ANY_DRILL

MOST_NAMED = 5_000  # opened one after the other: some hundredths of a second


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which handouts: of one place in one disaster, of a state, with a number or a name."""

    disaster_id: UUID
    place_id: UUID
    state: str = ""
    find: str = ""


@dataclass(frozen=True)
class Row:
    """A handout with its lines and, in clear, the name and the number it was made out to."""

    handout: Handout
    name: str
    id_number: str
    lines: Sequence[tuple[HandoutLine, Item]]

    @property
    def masked(self) -> str:
        """Return the name as anybody sees it."""
        return identity.masked_name(self.name)

    def number(self, *, full: bool) -> str:
        """Return the identity number, whole only for a recorded reader."""
        return self.id_number if full else identity.masked_id_number(self.id_number)


def listed(
    session: Session, wanted: Wanted, *, first: int = 0, most: int = MOST_NAMED
) -> list[Row]:
    """Return handouts, the latest first, or `most` of them from the `first` on."""
    if wanted.find and not wanted.find.isdigit():
        return _named(session, wanted)[first : first + most]
    statement = _statement(select(Handout), wanted).order_by(Handout.number.desc())
    found = session.scalars(statement.offset(first).limit(most).execution_options(**ANY_DRILL))
    return rows_of(session, found.all())


def counted(session: Session, wanted: Wanted) -> int:
    """Return how many handouts a list has."""
    if wanted.find and not wanted.find.isdigit():
        return len(_named(session, wanted))
    statement = _statement(select(func.count()).select_from(Handout), wanted)
    return session.scalar(statement.execution_options(**ANY_DRILL)) or 0


def _statement(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    statement = statement.where(
        Handout.place_id == wanted.place_id, Handout.disaster_id == wanted.disaster_id
    )
    if wanted.state:
        statement = statement.where(Handout.state == wanted.state)
    if wanted.find.isdigit():
        statement = statement.where(Handout.number == int(wanted.find[:9]))
    return statement


def _named(session: Session, wanted: Wanted) -> list[Row]:
    """Return the handouts made out to a name. Raises Invalid among too many to open."""
    if counted(session, _without_name(wanted)) > MOST_NAMED:
        raise Invalid(_("There are too many handouts here to look for a name. Give a number."))
    rows = listed(session, _without_name(wanted))
    return [each for each in rows if wanted.find in each.name]


def _without_name(wanted: Wanted) -> Wanted:
    return Wanted(disaster_id=wanted.disaster_id, place_id=wanted.place_id, state=wanted.state)


def rows_of(session: Session, found: Sequence[Handout]) -> list[Row]:
    """Return handouts with their lines, made out to whom they say, else to the household's head."""
    heads = households.heads(session, (each.household_id for each in found))
    lines = _lines(session, (each.id for each in found))
    nobody = Head("", "")
    rows = []
    for each in found:
        head = heads.get(each.household_id, nobody) if each.household_id else nobody
        name = opened(each, "name") or head.name
        number = opened(each, "id_number") or head.id_number
        rows.append(Row(each, name, number, lines.get(each.id, [])))
    return rows


def opened(found: Handout, field: str) -> str:
    """Return one sealed field in clear, empty when there is none."""
    sealed: bytes | None = getattr(found, f"{field}_sealed")
    return vault.unseal("handout", field, found.id, sealed) if sealed else ""


def _lines(
    session: Session, handout_ids: Iterable[UUID]
) -> dict[UUID, list[tuple[HandoutLine, Item]]]:
    catalogue = {each.code: each for each in items.items(session)}
    found: dict[UUID, list[tuple[HandoutLine, Item]]] = {}
    for each in reading.lines(session, handout_ids):
        found.setdefault(each.handout_id, []).append((each, catalogue[each.item_code]))
    return found


def shown(row: Row) -> dict[str, Any]:
    """Return a handout as the API shows it: of a person only the masked name."""
    found = row.handout
    return {
        "id": found.id,
        "number": found.number,
        "disaster_id": found.disaster_id,
        "place": found.place_id,
        "household_id": found.household_id,
        "name": row.masked,
        "identified": bool(found.household_id or found.id_number_blind),
        "people": found.people,
        "lines": [
            {
                "item": line.item_code,
                "item_name": items.name_of(item),
                "unit": items.unit_of(item),
                "quantity": line.quantity,
                "short": line.short,
                "ruling": line.ruling,
            }
            for line, item in row.lines
        ],
        "state": found.state,
        "offline": found.offline,
        "signed": found.signed,
        "handed_over_at": found.handed_over_at,
        "received_at": found.received_at,
        "actor_id": found.actor_id,
        "settled_why": found.settled_why,
        "taken_back_why": found.taken_back_why,
        "revision": found.revision,
    }
