"""What the shelters say on the wall: how full they are, and who still finds a place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Headline, Mark, View
from shelters import rules
from shelters.models import Shelter, ShelterStatus
from shelters.queries import scope
from shelters.queries.scope import SHELTER, STATUS
from shelters.rules import NEARLY_FULL_PERCENT, SERVING


@dataclass(frozen=True)
class Open:
    """One open shelter: who is inside by the latest count, its places, who is coming.

    Taken is every place a count or a registration knows of: who came since is beside the count.
    """

    area_id: UUID
    people: int
    taken: int
    places: int
    on_the_way: int
    as_of: datetime | None
    full_state: bool

    @property
    def free(self) -> int:
        """Return how many more it takes."""
        return max(0, self.places - self.taken)


def free(session: Session, view: View) -> list[Headline]:
    """Return the free places of the open shelters, for the question who is not moved."""
    found = _open(session, view)
    return [_free(found)] if found is not None else []


def filling(session: Session, view: View) -> list[Headline]:
    """Return how full the open shelters are, how many are nearly full, full, and over."""
    found = _open(session, view)
    if found is None:
        return []
    people, places = sum(each.people for each in found), sum(each.places for each in found)
    share = people / places if places else None
    full = [each for each in found if not each.free]
    nearly = [each for each in found if each.free and _percent(each) >= NEARLY_FULL_PERCENT]
    lines = (
        ("nearly", _("Nearly full"), len(nearly), _("shelters"), "watch"),
        ("full", _("Full"), len(full), _("shelters"), "act"),
        ("over", _("Above their places"), _over(found), _("people"), "act"),
        ("coming", _("On the way to full ones"), sum(e.on_the_way for e in full), _("people"),
         "act"),
    )  # fmt: skip
    told = [
        Headline(
            id=name, title=title, words=f"{count:,}", unit=unit, state=state if count else "ok",
            as_of=_oldest(found), source=_("headcounts"),
        )
        for name, title, count, unit, state in lines
    ]  # fmt: skip
    inside = Headline(
        id="inside", title=_("In shelters"), words=f"{people:,}", unit=_("people"),
        as_of=_oldest(found), source=_("headcounts"), share=share,
        says=_("of %(places)s places", places=f"{places:,}"),
        state=str(rules.band(people, places)) if places else "none",
    )  # fmt: skip
    sites = Headline(
        id="open", title=_("Shelters open"), words=f"{len(found):,}", unit=_("shelters"),
        as_of=view.now, source=_("register of shelters"),
    )  # fmt: skip
    return [inside, _free(found), *told, sites]


def filling_marks(session: Session, view: View) -> dict[UUID, Mark]:
    """Return of each county how many places are free, and what part is taken."""
    tree = geo.tree(session, view.on)
    counties: dict[UUID, list[Open]] = defaultdict(list)
    for each in _open(session, view) or ():
        county = tree.ancestor_at(each.area_id, "county") if each.area_id in tree else None
        if county is not None:
            counties[county.id].append(each)
    marks = {}
    for county_id, found in counties.items():
        places = sum(each.places for each in found)
        taken = sum(each.people for each in found) / places if places else None
        marks[county_id] = Mark(words=f"{sum(e.free for e in found):,}", share=taken)
    return marks


def _free(found: Iterable[Open]) -> Headline:
    rows = list(found)
    count = sum(each.free for each in rows)
    return Headline(
        id="free", title=_("Free places in shelters"), words=f"{count:,}", unit=_("beds"),
        state="ok" if count else "act", as_of=_oldest(rows), source=_("headcounts"),
    )  # fmt: skip


def _over(found: Iterable[Open]) -> int:
    return sum(max(0, each.people - each.places) for each in found)


def _percent(each: Open) -> float:
    return 100 * each.taken / each.places if each.places else 100


def _oldest(found: Iterable[Open]) -> datetime | None:
    return min((each.as_of for each in found if each.as_of), default=None)


def _open(session: Session, view: View) -> list[Open] | None:
    """Return the open shelters of the view; None without a disaster, or of areas not held."""
    if view.disaster_id is None or not scope.sees(session, view.area_id):
        return None
    rows: Any = session.execute(
        select(
            SHELTER.area_id, SHELTER.capacity_max, STATUS.counted, STATUS.registered,
            STATUS.unregistered, STATUS.on_the_way, STATUS.counted_at, STATUS.state,
        )
        .select_from(Shelter.__table__.join(ShelterStatus.__table__, scope.standing(view)))
        .where(STATUS.state.in_(SERVING), *scope.register(session, view))
    )  # fmt: skip
    return [
        Open(
            row.area_id, rules.occupied(row.counted, row.registered, row.on_the_way),
            row.registered + row.unregistered, row.capacity_max,
            row.on_the_way, row.counted_at, row.state == "full",
        )
        for row in rows
    ]  # fmt: skip
