"""Writing and reading the log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import orjson
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from relief_ops import audit, clock, db, geo
from relief_ops.events.models import EventArea, EventHead, EventRow
from relief_ops.events.vocabulary import Audience, Event, known

SHARED = UUID(int=0)
FIRST = 0


@dataclass(frozen=True)
class Change:
    """One row of the log as a client sees it; `prev` is the number before it per room."""

    seq: int
    name: str
    subject: UUID
    payload: dict[str, Any]
    at: datetime
    areas: tuple[UUID, ...]
    rooms: tuple[UUID, ...]
    prev: dict[UUID, int]
    actor_id: UUID | None = None


def record(
    session: Session,
    event: Event,
    *,
    actor_id: UUID | None,
    subject: UUID,
    areas: Iterable[UUID] = (),
) -> None:
    """Say once what changed: the row is written at the end of this transaction.

    `areas` are the areas concerned (one to four); their ancestors hear it too, unless the
    event is for every signed-in user anyway.
    """
    queue: list[dict[str, Any]] = session.info.setdefault("events", [])
    if not queue:
        db.before_commit(session, FIRST, _write)
        db.on_commit(session, wake_all)
    queue.append(
        {
            "name": event.name,
            "actor_id": actor_id,
            "subject": subject,
            "payload": orjson.dumps(event.payload(), option=orjson.OPT_SORT_KEYS).decode(),
            "audience": event.audience,
            "areas": tuple(dict.fromkeys(areas)),
        }
    )


_COUNTER = select(EventHead.__table__).with_for_update()
_COUNT = update(EventHead)


def hold(session: Session) -> None:
    """Take the counter now, not at the end: what this transaction reads of the log stays so."""
    session.connection().execute(_COUNTER)


def _write(session: Session) -> None:
    """Take the counter, number and chain the queued rows, and insert them."""
    connection = session.connection()  # plain statements: every write passes here
    head_row = connection.execute(_COUNTER).one()
    at = max(head_row.at, clock.now())
    rows, rooms = [], []
    prev_hash, seq = head_row.hash, head_row.seq
    tree = geo.tree(session)
    for queued in session.info.pop("events"):
        seq += 1
        row = _row(queued, head_row, seq=seq, at=at, prev_hash=prev_hash)
        prev_hash = row["hash"]
        rows.append(row)
        rooms.extend(_rooms(queued, seq, tree))
    connection.execute(insert(EventRow), rows)
    if rooms:
        connection.execute(insert(EventArea), rooms)
    connection.execute(_COUNT, {"seq": seq, "hash": prev_hash, "at": at})
    session.info["seq"], session.info["at"] = seq, at


def _row(
    queued: dict[str, Any], head_row: Any, *, seq: int, at: datetime, prev_hash: str
) -> dict[str, Any]:
    row = {
        "seq": seq,
        "site": head_row.site,
        "epoch": head_row.epoch,
        "name": queued["name"],
        "actor_id": queued["actor_id"],
        "subject": queued["subject"],
        "payload": queued["payload"],
        "at": at,
        "prev_hash": prev_hash,
    }
    row["hash"] = audit.row_hash(hashable(row, queued["areas"]), prev_hash)
    return row


def hashable(row: dict[str, Any], areas: Iterable[UUID]) -> dict[str, Any]:
    """Return a row's values in the plain form the chain hashes."""
    plain = {key: str(row[key]) for key in ("epoch", "subject")}
    actor = row["actor_id"]
    return (
        row
        | plain
        | {
            "actor_id": None if actor is None else str(actor),
            "at": row["at"].isoformat(timespec="microseconds"),
            "areas": sorted(str(each) for each in areas),
        }
    )


def _rooms(queued: dict[str, Any], seq: int, tree: geo.AreaTree) -> list[dict[str, Any]]:
    own = set(queued["areas"])
    rooms = dict.fromkeys(own, True)
    if queued["audience"] == Audience.AREA:
        for area_id in own:
            for node in tree.ancestors(area_id):
                rooms.setdefault(node.id, False)
    else:
        rooms.update(dict.fromkeys(_shared_rooms(tree, own), False))
    return [{"seq": seq, "area_id": area_id, "own": mine} for area_id, mine in rooms.items()]


def _shared_rooms(tree: geo.AreaTree, areas: Iterable[UUID]) -> set[UUID]:
    if len(tree.roots) < 2:
        return {SHARED}
    known = [each for each in areas if each in tree] or [node.id for node in tree.roots]
    return {shared_room(tree, each) for each in known}


def shared_room(tree: geo.AreaTree, area_id: UUID) -> UUID:
    """Return the room of everybody signed in to an area's city: one city, one room for all."""
    if len(tree.roots) < 2:
        return SHARED
    return uuid5(SHARED, str(tree.root_of(area_id).id))


def is_shared(room: UUID, tree: geo.AreaTree) -> bool:
    """Whether a room is that of everybody signed in to a city."""
    several = tree.roots if len(tree.roots) > 1 else []
    return room == SHARED or any(room == shared_room(tree, each.id) for each in several)


def head(session: Session) -> EventHead:
    """Return the counter row: epoch and highest number."""
    return session.execute(select(EventHead)).scalar_one()


_POSITION = select(EventHead.__table__.c.epoch, EventHead.__table__.c.seq)


def position(session: Session) -> dict[str, Any]:
    """Return epoch and highest number: a page carries them and follows the log from there."""
    epoch, seq = session.connection().execute(_POSITION).one()
    return {"epoch": str(epoch), "seq": seq}


def heads_of(session: Session, rooms: Iterable[UUID]) -> dict[UUID, int]:
    """Return the highest number heard in each room (0 where nothing ever was)."""
    wanted = list(rooms)
    found: dict[UUID, int] = dict(
        session.execute(
            select(EventArea.area_id, func.max(EventArea.seq))
            .where(EventArea.area_id.in_(wanted))
            .group_by(EventArea.area_id)
        ).all()
    )
    return {room: found.get(room, 0) for room in wanted}


def change_rows(session: Session, after: int, *, limit: int = 500) -> list[Change]:
    """Return the rows after a number, in order, with each room's number before them."""
    rows = session.scalars(
        select(EventRow).where(EventRow.seq > after).order_by(EventRow.seq).limit(limit)
    ).all()
    if not rows:
        return []
    heard = _heard(session, [row.seq for row in rows])
    rooms = {room for each in heard.values() for room, _own in each}
    last = _heads_before(session, rooms, rows[0].seq)
    changes = []
    for row in rows:
        mine = heard.get(row.seq, [])
        changes.append(_change(row, mine, {room: last[room] for room, _own in mine}))
        for room, _own in mine:
            last[room] = row.seq
    return changes


def _change(row: EventRow, heard: Sequence[tuple[UUID, bool]], prev: dict[UUID, int]) -> Change:
    shared = known()[row.name].audience != Audience.AREA if row.name in known() else False
    rooms = tuple(room for room, own in heard if not (shared and own))
    return Change(
        seq=row.seq,
        name=row.name,
        subject=row.subject,
        payload=orjson.loads(row.payload),
        at=row.at,
        areas=tuple(room for room, own in heard if own),
        rooms=rooms,
        prev={room: prev[room] for room in rooms if room in prev},
        actor_id=row.actor_id,
    )


def _heard(session: Session, seqs: list[int]) -> dict[int, list[tuple[UUID, bool]]]:
    heard: dict[int, list[tuple[UUID, bool]]] = {}
    for seq, area_id, own in session.execute(
        select(EventArea.seq, EventArea.area_id, EventArea.own).where(EventArea.seq.in_(seqs))
    ):
        heard.setdefault(seq, []).append((area_id, own))
    return heard


def _heads_before(session: Session, rooms: set[UUID], seq: int) -> dict[UUID, int]:
    found: dict[UUID, int] = dict(
        session.execute(
            select(EventArea.area_id, func.max(EventArea.seq))
            .where(EventArea.area_id.in_(rooms), EventArea.seq < seq)
            .group_by(EventArea.area_id)
        ).all()
    )
    return {room: found.get(room, 0) for room in rooms}


def read_room(session: Session, room: UUID, after: int, *, limit: int) -> list[Change]:
    """Return what one room heard after a number, oldest first."""
    seqs = session.scalars(
        select(EventArea.seq)
        .where(EventArea.area_id == room, EventArea.seq > after)
        .order_by(EventArea.seq)
        .limit(limit)
    ).all()
    if not seqs:
        return []
    heard = _heard(session, list(seqs))
    rows = session.scalars(
        select(EventRow).where(EventRow.seq.in_(seqs)).order_by(EventRow.seq)
    ).all()
    last = _heads_before(session, {room}, seqs[0])[room]
    changes = []
    for row in rows:
        changes.append(_change(row, heard[row.seq], {room: last}))
        last = row.seq
    return changes


_wakers: list[Any] = []


def on_wake(fn: Any) -> None:
    """Call `fn` after each commit that wrote events: a hint, nothing more."""
    if fn not in _wakers:
        _wakers.append(fn)


def wake_all() -> None:
    """Tell whoever tails the log that there is more."""
    for fn in list(_wakers):
        fn()
