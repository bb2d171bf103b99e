"""Taking travel times from a workbook: all of them or none, every bad cell named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from flask import request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import geo, receipts, sheets, web
from relief_ops.auth import passwords, require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.geo import cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt
from relief_ops.web.pages import here
from stockpile.travel import queries, schemas
from stockpile.travel.models import TravelTime
from stockpile.travel.routes import api
from stockpile.travel.routes.pages import CORRECTABLE, blueprint, headings, shown
from stockpile.travel.routes.wording import MEANS

MOST_ROWS, MOST_WRONG = 500, 50
REFUSED = (*CORRECTABLE, 400, 404, 413, 415)
End = dict[str, Any]  # how an order names an end
Pair = frozenset[UUID | None]


@dataclass(frozen=True)
class Known:
    """What a cell may name, and in which area it lies; None where two things have one name."""

    ends: Mapping[str, tuple[str, Any, UUID] | None]

    def named(self, text: str, side: str) -> End:
        """Return the end a cell names. Raises LookupError for none, one of several, another's."""
        if text not in self.ends:
            raise LookupError(_("Nothing is called %(text)s.", text=text[:40]))
        found = self.ends[text]
        if found is None:
            words = _("More than one is called %(text)s. Give its code or id.", text=text[:40])
            raise LookupError(words)
        kind, key, owner = found
        someone = viewer()
        if someone is None or not someone.may(api.WRITE, owner, cached_tree()):
            raise LookupError(_("%(text)s is not yours to enter times for.", text=text[:40]))
        return {f"{side}_{kind}": key}


@blueprint.post("/travel/import")
def take() -> ResponseReturnValue:
    """Take a workbook of travel times, or only check it."""
    require(api.WRITE)
    try:
        fields = web.form_fields()
        form_id = web.form_id(fields)
        sent = request.files.get("file")
        data = sent.read() if sent else b""
        if not data:
            words = _("Choose a file first.")
            raise Invalid(words, [FieldError("file", "missing", words)])
        context = copy_context()
        rows = passwords.off_loop(lambda: context.run(sheets.read_rows, data, headings=headings()))
        digest = hashlib.sha256(data).hexdigest()
        count, written = _import(form_id, digest, rows, check_only=bool(fields.get("check")))
    except ReliefError as error:
        if error.status not in REFUSED:
            raise
        return shown(error, import_error=error)
    done = "checked" if written is None else "taken"
    return web.see_other("travel_pages.page_list", done=done, rows=count, changed=written, **here())


def _import(
    form_id: UUID, digest: str, rows: list[sheets.Row], *, check_only: bool
) -> tuple[int, int | None]:
    """Return how many rows there are, and how many were written; None where nothing was to be.

    The same file sent again by the same form is taken once.
    """
    with reading() as session:
        drill_id = look(session).view.drill_id
        orders = _orders(rows, _known(session, drill_id), drill_id)
    if check_only:
        return len(orders), None
    attempt = Attempt(id=uuid5(form_id, "import"), base="", digest=digest)
    with transaction() as session:
        require(api.WRITE)
        if receipts.replay(session, attempt):
            return len(orders), 0
        there = {_pair(each): each for each in queries.standing(session, drill_id)}
        written = sum(_put(session, form_id, digest, there, order) for order in orders)
        if written:
            receipts.keep(session, attempt, revision=1)
    return len(orders), written


def _pair(row: TravelTime) -> Pair:
    return frozenset({row.near, row.far})


def _known(session: Session, drill_id: UUID | None) -> Known:
    """Return areas by code (and by name down to townships), places of one world by name and id."""
    found: dict[str, tuple[str, Any, UUID] | None] = {}
    for node in cached_tree():
        found[node.code] = ("area_code", node.code, node.id)
    for node in cached_tree():
        if node.level != geo.Level.VILLAGE:
            end = ("area_code", node.code, node.id)
            found[node.name] = None if node.name in found else end
    for place_id, name, area_id in session.execute(_places(drill_id)):
        end = ("place", place_id, area_id)
        found[str(place_id)] = end
        found[name] = None if name in found else end
    return Known(found)


def _places(drill_id: UUID | None) -> Any:
    """Return the SQL of the depots and shelters in areas where the reader may enter times."""
    place, tree, someone = geo.Place, cached_tree(), viewer()
    assert someone is not None
    mine = [node.id for node in tree if someone.may(api.WRITE, node.id, tree)]
    world = place.drill_id.is_(None) if drill_id is None else place.drill_id == drill_id
    kinds = place.kind.in_(("depot", "shelter"))
    return select(place.id, place.name, place.area_id).where(world, kinds, place.area_id.in_(mine))


def _orders(
    rows: list[sheets.Row], known: Known, drill_id: UUID | None
) -> list[schemas.PutTravelTime]:
    """Return the rows as orders. Raises Invalid with every cell that is wrong."""
    if not rows or len(rows) > MOST_ROWS:
        words = _("Send 1 to %(most)d rows, under the headings of the workbook handed out here.",
                  most=MOST_ROWS)  # fmt: skip
        raise Invalid(words, [FieldError("file", "rows", words)])
    found: list[schemas.PutTravelTime] = []
    wrong: list[FieldError] = []
    pairs: set[Pair] = set()
    for row in rows:
        try:
            order = _order(row, known, drill_id)
        except Invalid as error:
            wrong += error.errors
            continue
        pair = frozenset(_ends(order))
        if pair in pairs:
            wrong.append(_at(row, headings()[1], _("These two ends stand in the file twice.")))
        pairs.add(pair)
        found.append(order)
    if wrong:
        words = _("Nothing was imported: %(n)d cells are wrong.", n=len(wrong))
        raise Invalid(words, wrong[:MOST_WRONG])
    return found


def _at(row: sheets.Row, heading: str, words: str) -> FieldError:
    return FieldError(f"{row.sheet}!{row.cell(heading)}", "invalid", words)


def _order(row: sheets.Row, known: Known, drill_id: UUID | None) -> schemas.PutTravelTime:
    start, end, minutes, means, detour, note = headings()[:6]
    asked: dict[str, Any] = {"note": row.text(note), "drill_id": drill_id}
    wrong: list[FieldError] = []
    for heading, side in ((start, "from"), (end, "to")):
        text = row.text(heading)
        try:
            asked |= known.named(text, side) if text else {}
        except LookupError as error:
            wrong.append(_at(row, heading, str(error.args[0])))
    if row.text(minutes):
        asked["minutes"] = row.text(minutes)
    kinds = {str(words): code for code, words in MEANS.items()}
    kinds |= {str(code): code for code in MEANS}
    if row.text(means) and row.text(means) not in kinds:
        words = _("Not a way to travel: %(text)s.", text=row.text(means)[:40])
        wrong.append(_at(row, means, words))
    asked["means"] = kinds.get(row.text(means), "road")
    asked["detour"] = row.text(detour).lower() in {_("yes").lower(), "yes", "1", "true"}
    if wrong:
        raise Invalid("", wrong)
    try:
        return schemas.PutTravelTime(**asked)
    except ValidationError as error:
        headed = {"minutes": minutes, "note": note}
        raise Invalid("", [_wrong(row, each, headed, end) for each in error.errors()]) from None


def _wrong(row: sheets.Row, each: Any, headed: Mapping[str, str], end: str) -> FieldError:
    """Return what a shape refuses as the cell it stands in; the whole row counts for its end."""
    name = str(each["loc"][0]) if each["loc"] else ""
    words = _("This value cannot be taken.") if name else each["msg"]
    return _at(row, headed.get(name, end), words.removeprefix("Value error, "))


def _ends(order: schemas.PutTravelTime) -> Iterable[UUID | None]:
    """Yield what the two ends of an order are known by; None is no near end."""
    tree = cached_tree()
    code = order.from_area_code
    yield order.from_place or (tree.by_code(code).id if code else None)
    yield order.to_place or tree.by_code(str(order.to_area_code)).id


def _put(
    session: Session, form_id: UUID, digest: str, there: Mapping[Pair, TravelTime],
    order: schemas.PutTravelTime,
) -> bool:  # fmt: skip
    """Enter one row, or change what holds between its two ends; whether anything changed."""
    near, far = _ends(order)
    known = there.get(frozenset({near, far}))
    if known is not None and _same(known, order):
        return False
    if known is None:
        attempt = Attempt(id=uuid5(form_id, f"{digest}:{near}:{far}"), base="", digest=digest,
                          mutable=True)  # fmt: skip
    else:
        attempt = Attempt(
            id=known.id, base=str(known.revision), digest=digest, edit=True, mutable=True
        )
    api.put_in(session, attempt, order)
    session.flush()
    return True


def _same(known: TravelTime, order: schemas.PutTravelTime) -> bool:
    return (known.minutes, known.means, known.detour, known.note) == (
        order.minutes, order.means, order.detour, order.note,
    )  # fmt: skip
