"""Sockets are a hint; the log is the carrier. Rooms are worked out by the server only."""

from __future__ import annotations

import logging
import time
from typing import Any
from uuid import UUID

from flask import Flask, request

from relief_ops import clock, db, geo
from relief_ops.auth import Viewer, idle, viewer, visible_rooms
from relief_ops.auth.home import own_room
from relief_ops.auth.lookup import viewer_of
from relief_ops.auth.models import WebSession
from relief_ops.events import Change, change_rows, head, is_shared
from relief_ops.events.log import heads_of, on_wake
from relief_ops.realtime.lean import without
from relief_ops.realtime.wakers import Wakers
from relief_ops.web import security

# The socket library brings its clients and a broker along; a server that uses neither would
# pay for them with a third of a second at every start, and 15 MB.
with without("redis", "requests", "websocket"):
    from flask_socketio import ConnectionRefusedError, SocketIO, join_room

BEAT_SECONDS = 5
CROWD = 50  # more sockets than this, and the tail takes breath between two rounds
BREATH_SECONDS = 0.03
POLL_SECONDS = {"sqlite": 0.2, "postgresql": 0.5}
socketio = SocketIO()
log = logging.getLogger(__name__)


class Hub:
    """Who is connected, which rooms they are in, and how far the log was told."""

    def __init__(self) -> None:
        self.viewers: dict[str, Viewer] = {}
        self.rooms: dict[str, set[UUID]] = {}
        self.running = False
        self.wakers = Wakers(None)

    def members(self) -> set[UUID]:
        """Return every room somebody is in."""
        return {room for rooms in self.rooms.values() for room in rooms}


hub = Hub()


def init_app(app: Flask, *, redis_url: str | None, asynchronous: str) -> None:
    """Attach the sockets to the application; `asynchronous` is gevent or threading."""
    socketio.init_app(
        app,
        async_mode=asynchronous,
        transports=["websocket"],
        ping_interval=BEAT_SECONDS,
        ping_timeout=BEAT_SECONDS,
        cors_allowed_origins=[] if asynchronous == "none" else None,
        manage_session=False,
        max_http_buffer_size=16_384,
    )
    hub.viewers.clear()
    hub.rooms.clear()
    hub.wakers = Wakers(redis_url)
    on_wake(lambda: hub.wakers.wake())


def room_name(room: UUID) -> str:
    """Return a room's name on the wire: everybody's own city is `shared` to them."""
    return "shared" if is_shared(room, geo.cached_tree()) else str(room)


@socketio.on("connect")
def _connect(_auth: Any = None) -> None:
    """Let a signed-in browser in, to the shared room; everyone else is refused."""
    with db.reading() as session:
        tree = geo.tree(session)
        security.identify(session)
    who = viewer()
    if who is None or security.second_factor_due():
        raise ConnectionRefusedError("unauthenticated")
    sid = request.sid  # type: ignore[attr-defined]
    hub.viewers[sid] = who
    room = own_room(tree)
    hub.rooms[sid] = {room}
    join_room(str(room))
    if not hub.running:
        hub.running = True
        socketio.start_background_task(_tail)
        socketio.start_background_task(_beat)


@socketio.on("disconnect")
def _disconnect(*_reason: Any) -> None:
    sid = request.sid  # type: ignore[attr-defined]
    hub.viewers.pop(sid, None)
    hub.rooms.pop(sid, None)


@socketio.on("follow")
def _follow(message: Any) -> dict[str, Any]:
    """Join the room of an area (by code), if the viewer may; answer its name and head."""
    sid = request.sid  # type: ignore[attr-defined]
    who = hub.viewers.get(sid)
    code = message.get("area") if isinstance(message, dict) else None
    with db.reading() as session:
        tree = geo.tree(session)
        room = own_room(tree, who) if code is None else _room_of(tree, code)
        if who is None or room is None or not visible_rooms(who, room):
            return {"error": "not_found"}
        joined = hub.rooms.setdefault(sid, set())
        if len(joined) >= 16:
            return {"error": "too_many"}
        joined.add(room)
        join_room(str(room))
        return {
            "room": room_name(room),
            "epoch": str(head(session).epoch),
            "head": heads_of(session, [room])[room],
        }


def _room_of(tree: geo.AreaTree, code: Any) -> UUID | None:
    try:
        return tree.by_code(str(code)).id
    except KeyError:
        return None


def _tail() -> None:
    """Read the log in order and tell this process's own sockets, for ever."""
    told = _position()
    pause = POLL_SECONDS[db.engine().dialect.name]
    while True:
        hub.wakers.wait(pause)
        try:
            told = _tell(told)
            if len(hub.viewers) > CROWD:
                socketio.sleep(BREATH_SECONDS)
        except Exception:
            log.exception("the tail stumbled; it reads on")
            time.sleep(1)


def _position() -> int:
    with db.reading() as session:
        return head(session).seq


def _tell(told: int) -> int:
    while True:
        with db.reading() as session:
            tree = geo.tree(session)
            changes = change_rows(session, told)
        if len(changes) > 1 and len(hub.viewers) > CROWD:
            _say_together(changes, tree)
        else:
            _say_each(changes, tree)
        told = changes[-1].seq if changes else told
        if len(changes) < 500:
            return told


def _say_each(changes: list[Change], tree: geo.AreaTree) -> None:
    for change in changes:
        if sum(is_shared(room, tree) for room in change.rooms) > 1:
            for room in change.rooms:
                socketio.emit("change", wire(change, tree, (room,)), to=str(room))
        elif change.rooms:
            socketio.emit("change", wire(change, tree), to=[str(room) for room in change.rooms])


def _say_together(changes: list[Change], tree: geo.AreaTree) -> None:
    """Tell each room several changes in one message: it is the sending that costs."""
    for room in hub.members():
        heard = [wire(change, tree, (room,)) for change in changes if room in change.rooms]
        if heard:
            socketio.emit("changes", heard, to=str(room))


def wire(change: Change, tree: geo.AreaTree, only: tuple[UUID, ...] = ()) -> dict[str, Any]:
    """Return a change as it is sent, with the number before it in each (or `only` some) room."""
    prev = {room: seq for room, seq in change.prev.items() if not only or room in only}
    return {
        "seq": change.seq,
        "prev": {room_name(room): seq for room, seq in prev.items()},
        "name": change.name,
        "areas": [tree.node(each).code for each in change.areas if each in tree],
        "subject": str(change.subject),
        "payload": change.payload,
        "at": change.at.isoformat(),
    }


def _beat() -> None:
    """Every five seconds: the heads and the time to every room; rights looked up again."""
    while True:
        socketio.sleep(BEAT_SECONDS)
        try:
            beat()
        except Exception:
            log.exception("a heartbeat failed")


def beat() -> None:
    """Send one heartbeat, and part with whoever may no longer listen."""
    with db.reading() as session:
        epoch = str(head(session).epoch)
        heads = heads_of(session, hub.members())
        _check_rights(session)
    now = clock.now().isoformat()
    for room, seq in heads.items():
        beaten = {"epoch": epoch, "heads": {room_name(room): seq}, "now": now}
        socketio.emit("beat", beaten, to=str(room))


def _check_rights(session: Any) -> None:
    """Disconnect the signed-out and disabled; a changed grant takes its rooms away."""
    fresh: dict[tuple[UUID | None, str | None], Viewer | None] = {}
    for sid, who in list(hub.viewers.items()):
        key = (who.id, who.session_hash)
        if key not in fresh:
            fresh[key] = _again(session, who)
        now = fresh[key]
        if now is None or any(not visible_rooms(now, room) for room in hub.rooms.get(sid, ())):
            socketio.server.disconnect(sid)
        else:
            hub.viewers[sid] = now


def _again(session: Any, who: Viewer) -> Viewer | None:
    if who.session_hash is not None:
        row = session.get(WebSession, who.session_hash)
        now = clock.now()
        if row is None or idle.is_over(
            seen_at=row.seen_at, expires_at=row.expires_at, roles=who.role_codes, now=now
        ):
            return None
    return viewer_of(session, who.id, session_hash=who.session_hash) if who.id else None
