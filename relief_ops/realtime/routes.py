"""The catch-up address: the same order, the same rights, without a socket."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import geo
from relief_ops.auth import require, viewer, visible_rooms
from relief_ops.auth.home import own_room
from relief_ops.db import reading
from relief_ops.errors import FieldError, Gone, Invalid, NotFound
from relief_ops.events import head, read_room
from relief_ops.events.log import heads_of
from relief_ops.i18n import gettext as _
from relief_ops.realtime.sockets import wire

blueprint = APIBlueprint("realtime", __name__)
MOST = 1000


@blueprint.get("/api/v1/events")
def events() -> ResponseReturnValue:
    """Return what one room heard after a number: `shared`, or an area's with ?area=.

    Without `after` it answers the head only, where a client starts. 410 means the epoch is
    another or the number lies ahead of the log: fetch everything afresh.
    """
    require("event.read")
    limit = max(1, min(_number("limit", 500), MOST))
    with reading() as session:
        tree = geo.tree(session)
        room = _room(tree, request.args.get("area"))
        counter = head(session)
        top = heads_of(session, [room])[room]
        epoch = request.args.get("epoch")
        after = _number("after", top)
        if (epoch and epoch != str(counter.epoch)) or after > counter.seq:
            raise Gone(_("The log was begun anew. Fetch everything afresh."))
        changes = read_room(session, room, after, limit=limit)
    rows = [_row(wire(each, tree)) for each in changes]
    up_to = changes[-1].seq if len(changes) == limit else max(top, after)
    return {"epoch": str(counter.epoch), "head": top, "up_to_seq": up_to, "events": rows}


def _row(message: dict[str, object]) -> dict[str, object]:
    prev = message.pop("prev")
    message["prev_seq"] = next(iter(prev.values()), 0)  # type: ignore[attr-defined]
    return message


def _number(name: str, default: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isdigit() or len(text) > 15:
        wrong = FieldError(name, "query", _("This value cannot be taken."))
        raise Invalid(_("The address has a bad value: %(name)s.", name=name), [wrong])
    return int(text)


def _room(tree: geo.AreaTree, code: str | None) -> UUID:
    if not code:
        return own_room(tree)
    try:
        room = tree.by_code(code).id
    except KeyError:
        raise Invalid(_("There is no area with the code %(code)s.", code=code)) from None
    who = viewer()
    if who is None or not visible_rooms(who, room):
        raise NotFound(_("There is no such thing, or not in your areas."))
    return room
