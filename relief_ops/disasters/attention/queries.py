"""The queue: what the plug-ins contribute, merged with what people did about it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import geo, plugins
from relief_ops.auth.models import User
from relief_ops.disasters.attention.models import AttentionMark
from relief_ops.disasters.attention.rules import is_hidden, mark_id
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View

log = logging.getLogger(__name__)
ORDER = {"act": 0, "watch": 1, "blind": 2}


@dataclass(frozen=True)
class Entry:
    """One thing to deal with, its mark if anybody made one, and the owner's name."""

    attention: Attention
    mark: AttentionMark | None
    owner: str

    @property
    def id(self) -> UUID:
        """Return the id the entry is marked under."""
        return mark_id(self.attention.key)


def entries(session: Session, view: View, *, hidden: bool = False) -> list[Entry]:
    """Return the queue of a view: raised first, then act, watch, blind, the oldest first.

    With `hidden`, what is snoozed or settled stands in it too.
    """
    found = _contributed(session, view)
    marks = _marks(session, [mark_id(each.key) for each in found])
    owners = _owners(session, marks.values())
    made = []
    for each in found:
        mark = marks.get(mark_id(each.key))
        owner = owners.get(mark.owner_id, "") if mark and mark.owner_id else ""
        made.append(Entry(each, mark, owner))
    shown = [each for each in made if hidden or not _hidden(each, view)]
    return sorted(shown, key=_order)


def _contributed(session: Session, view: View) -> list[Attention]:
    """Ask every plug-in; one that fails is logged, the others stand."""
    found: list[Attention] = []
    for ask in plugins.contributed("attention"):
        try:
            found.extend(ask(session, view))
        except Exception:
            log.exception("an attention source failed: %s", ask)
    inside = geo.tree(session, view.on).within(view.area_id)
    return [each for each in found if each.area_id in inside]


def _marks(session: Session, ids: list[UUID]) -> dict[UUID, AttentionMark]:
    rows = session.scalars(select(AttentionMark).where(AttentionMark.id.in_(ids)))
    return {row.id: row for row in rows}


def _owners(session: Session, marks: Iterable[AttentionMark]) -> dict[UUID, str]:
    ids = {mark.owner_id for mark in marks if mark.owner_id}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids))).all()
    return dict((row[0], row[1]) for row in rows)


def _hidden(entry: Entry, view: View) -> bool:
    mark = entry.mark
    return mark is not None and is_hidden(
        entry.attention.since,
        view.now,
        snoozed_until=mark.snoozed_until,
        settled_at=mark.settled_at,
    )


def _order(entry: Entry) -> tuple[bool, int, Any]:
    raised = entry.mark is not None and entry.mark.raised_at is not None
    return not raised, ORDER.get(entry.attention.state, 3), entry.attention.since


def entry(session: Session, view: View, entry_id: UUID) -> Entry:
    """Return one entry of the queue, hidden ones too. Raises NotFound."""
    for each in entries(session, view, hidden=True):
        if each.id == entry_id:
            return each
    raise NotFound(_("This is no longer in the queue."))


def shown(each: Entry, tree: geo.AreaTree) -> dict[str, Any]:
    """Return an entry as the API shows it."""
    node, mark = tree.node(each.attention.area_id), each.mark
    return {
        "id": each.id,
        "key": each.attention.key,
        "state": each.attention.state,
        "kind": each.attention.kind,
        "title": str(each.attention.title),
        "detail": str(each.attention.detail),
        "area_code": node.code,
        "area": node.name,
        "since": each.attention.since,
        "href": each.attention.href,
        "owner_id": mark.owner_id if mark else None,
        "owner": each.owner,
        "seen_at": mark.seen_at if mark else None,
        "snoozed_until": mark.snoozed_until if mark else None,
        "reason": mark.reason if mark else "",
        "raised_at": mark.raised_at if mark else None,
        "settled_at": mark.settled_at if mark else None,
        "revision": mark.revision if mark else 0,
    }
