"""Layers as answers: found by id, worked out once for each state of the log, with an ETag."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from maps import base
from relief_ops import i18n, plugins
from relief_ops.auth import viewer
from relief_ops.errors import NotFound
from relief_ops.events import head
from relief_ops.geo.models import AreaRevision
from relief_ops.i18n import gettext as _
from relief_ops.plugins import MapLayer, View

KEPT_BYTES = 12 * 1024 * 1024
WORTH_PACKING = 1400
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Body:
    """An answer's bytes, plain and gzipped, and the tag that names them."""

    plain: bytes
    gzipped: bytes
    etag: str

    @property
    def weight(self) -> int:
        """Return how much memory it takes, in bytes."""
        return len(self.plain) + len(self.gzipped)


_bodies: OrderedDict[Key, tuple[Key, Body]] = OrderedDict()


def all_layers() -> list[MapLayer]:
    """Return the base layers and those the plug-ins contribute."""
    return [*base.LAYERS, *plugins.contributed("map_layers")]


def layer(layer_id: str) -> MapLayer:
    """Return the layer with this id. Raises NotFound."""
    for each in all_layers():
        if each.id == layer_id:
            return each
    raise NotFound(_("There is no such map layer."))


def described(each: MapLayer) -> dict[str, Any]:
    """Return a layer as the list of layers shows it."""
    return {
        "id": each.id,
        "title": str(each.title),
        "drawn_as": each.drawn_as,
        "on": each.on,
        "events": list(each.events),
        "audience": each.audience,
        "href": f"/api/v1/layers/{each.id}",
    }


def body(session: Session, view: View, name: str, make: Callable[[], Any]) -> Body:
    """Return the answer called `name`, from memory as long as nothing was recorded since.

    Every change writes an event, so the number of the last one says whether an answer is
    still true; what depends on the clock (ages) is worked out by the reader.
    """
    if view.at is not None or view.known_at is not None:
        return _made(make())
    key = (name, _view_key(view), _scope(), i18n.language())
    state = _state(session)
    kept = _bodies.get(key)
    if kept is None or kept[0] != state:
        kept = (state, _made(make()))
    _bodies[key] = kept
    _bodies.move_to_end(key)
    _drop_oldest()
    return kept[1]


def _drop_oldest() -> None:
    """Keep no more than the memory set aside, the answers asked for last."""
    weight = sum(body.weight for _state, body in _bodies.values())
    while weight > KEPT_BYTES and len(_bodies) > 1:
        _key, (_state, body) = _bodies.popitem(last=False)
        weight -= body.weight


def _made(answer: Any) -> Body:
    data = orjson.dumps(answer, default=_plain)
    tag = hashlib.blake2b(data, digest_size=12).hexdigest()
    packed = gzip.compress(data, 6, mtime=0) if len(data) > WORTH_PACKING else b""
    return Body(data, packed, tag)


def forget() -> None:
    """Drop what is kept (another database is in use)."""
    _bodies.clear()


def _state(session: Session) -> Key:
    counter = head(session)
    areas = session.scalar(select(AreaRevision.revision)) or 0
    return counter.epoch, counter.seq, areas


def _view_key(view: View) -> Key:
    settings = tuple(sorted(view.settings.items()))
    return (
        view.disaster_id,
        view.drill_id,
        view.area_id,
        view.on,
        view.box,
        view.limit,
        settings,
    )


def _scope() -> Key:
    who = viewer()
    return (
        (frozenset((grant.role, grant.area_id) for grant in who.grants), who.everything)
        if who
        else ()
    )


def _plain(value: Any) -> Any:
    if hasattr(value, "to_integral_value"):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)
