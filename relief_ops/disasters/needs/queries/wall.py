"""What the wall says of needs."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.needs.queries.reading import Line, needs
from relief_ops.disasters.needs.rules import FIRST_CLASS, OPEN_STATES, WAITED_FOR
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Headline, Mark, View


def on_the_wall(session: Session, view: View) -> list[Headline]:
    """Return how many needs are open, of the first class, without a promise, and late."""
    if view.disaster_id is None:
        return []
    found = needs(session, view, states=OPEN_STATES, basis=WAITED_FOR)
    asked = max((each.need.changed_at for each in found), default=None)
    bare = [each for each in found if each.need.promised < each.need.quantity]
    late = [each for each in found if each.need.due_at and each.need.due_at < view.now]
    first = [each for each in bare if each.need.priority <= FIRST_CLASS]
    lines = (
        ("bare", _("Needs not promised in full"), len(bare), "watch"),
        ("first", _("of these, of the first class"), len(first), "act"),
        ("late", _("Needs past their time"), len(late), "act"),
        ("open", _("Needs open"), len(found), "none"),
    )
    told = [
        Headline(
            id=name, title=title, words=f"{count:,}", unit=_("needs"),
            state=state if count or state == "none" else "ok", as_of=asked or view.now,
            source=_("register of needs"),
        )
        for name, title, count, state in lines
    ]  # fmt: skip
    return [*told, *_scarcest(bare)]


def _scarcest(bare: list[Line]) -> list[Headline]:
    """Return the item of which most places wait for a promise, and how much of it."""
    waiting: dict[str, list[Line]] = defaultdict(list)
    for each in bare:
        waiting[each.item.code].append(each)
    if not waiting:
        return []
    code, lines = max(waiting.items(), key=lambda each: (len(each[1]), each[0]))
    item = lines[0].item
    lacking = sum(each.need.quantity - each.need.promised for each in lines)
    return [
        Headline(
            id=f"item.{code}", title=_("Most wanted: %(item)s", item=items.name_of(item)),
            words=f"{lacking:,}", unit=items.unit_of(item), state="watch",
            as_of=max(each.need.changed_at for each in lines),
            source=_("%(n)d places", n=len({each.need.place_id for each in lines})),
        )
    ]  # fmt: skip


def wall_marks(session: Session, view: View) -> dict[UUID, Mark]:
    """Return of each county how many open needs are not promised in full, and their share."""
    tree = geo.tree(session, view.on)
    counties: dict[UUID, list[Line]] = defaultdict(list)
    for each in (
        needs(session, view, states=OPEN_STATES, basis=WAITED_FOR) if view.disaster_id else ()
    ):
        area_id = each.need.area_id
        county = tree.ancestor_at(area_id, "county") if area_id in tree else None
        if county is not None:
            counties[county.id].append(each)
    return {
        county_id: Mark(words=f"{bare:,}", share=bare / len(found))
        for county_id, found in counties.items()
        for bare in [sum(each.need.promised < each.need.quantity for each in found)]
    }
