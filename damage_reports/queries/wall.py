"""What the reports say on the wall: who is not moved, and who is out of contact."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports.queries.contact import Contact, contacts
from damage_reports.queries.desk import basis_for
from damage_reports.queries.form import form_of, moved_code
from damage_reports.queries.live import rollup
from damage_reports.queries.overdue import Overdue, overdue
from damage_reports.queries.units import Rollup, Unit
from damage_reports.queries.waiting import looking
from relief_ops.geo import AreaTree, Level
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Headline, Mark, View

SHOULD = "should_move_rt"
CUT = "cut"


def not_moved(session: Session, view: View) -> list[Headline]:
    """Return how many people are not moved yet, as the townships report it."""
    found, moved = _rollup(session, view)
    if found is None:
        return []
    unit = found.area
    left, should = _left(unit, moved), unit.values.get(SHOULD)
    share = float(1 - left / should) if should and left is not None else None
    return [
        Headline(
            id="not_moved", title=_("Not moved"), unit=_("people"),
            words="" if left is None else grouped(left),
            state="blind" if left is None else "watch" if left else "ok",
            as_of=unit.newest_as_of, source=_("township report"), share=share,
            says=_("%(share)s %% moved", share=f"{100 * share:.1f}") if share is not None else "",
        )
    ]  # fmt: skip


def not_moved_marks(session: Session, view: View) -> dict[UUID, Mark]:
    """Return of each county who is not moved, and what part of those who should that is."""
    found, moved = _rollup(session, view)
    marks = {}
    for unit in _counties(found) if found else ():
        left, should = _left(unit, moved), unit.values.get(SHOULD)
        if left is not None:
            marks[unit.node.id] = Mark(
                words=grouped(left), share=float(left / should) if should else 0.0
            )
    return marks


def _rollup(session: Session, view: View) -> tuple[Rollup | None, str]:
    """Return the totals, and the code of the figure that says who was moved."""
    seen = looking(session, view)
    if seen is None:
        return None, ""
    disaster, tree, area = seen
    form = form_of(session, disaster.form_version)
    moved = moved_code(form)
    if SHOULD not in form or moved not in form:
        return None, moved
    basis = basis_for(view, area, tree)
    found = rollup(session, disaster_id=disaster.id, area=area, tree=tree, form=form, basis=basis)
    return found, moved


def grouped(number: Decimal | int) -> str:
    """Return a whole number as the wall prints it."""
    return f"{int(number):,}"


def _left(unit: Unit, code: str) -> Decimal | None:
    should, moved = unit.values.get(SHOULD), unit.values.get(code)
    return None if should is None or moved is None else max(Decimal(0), should - moved)


def _counties(found: Rollup) -> Iterable[Unit]:
    return [found.area] if found.area.node.level == Level.COUNTY else found.children


def silent(session: Session, view: View) -> list[Headline]:
    """Return who is out of contact, for how long, what is cut, and who owes a report."""
    seen = looking(session, view)
    if seen is None:
        return []
    disaster, tree, area = seen
    known = list(contacts(session, disaster, tree, area, now=view.now).values())
    out = [each for each in known if each.out]
    late = overdue(session, disaster, tree, area, now=view.now)
    levels = Counter(each.node.level for each in out)
    heard = max((each.row.changed_at for each in known), default=None)
    lines = [
        ("townships", _("Townships out of contact"), levels[Level.TOWNSHIP], _("townships")),
        ("villages", _("Villages out of contact"), levels[Level.VILLAGE], _("villages")),
    ]
    told = [
        Headline(
            id=name, title=title, words=grouped(count), unit=unit,
            state="blind" if count else "ok", as_of=heard, source=_("record of contact"),
        )
        for name, title, count, unit in lines
    ]  # fmt: skip
    return [*told, *_longest(out, view.now), *_cut(known, heard), _overdue(late, view.now)]


def _longest(out: list[Contact], now: datetime) -> list[Headline]:
    """Return the one nobody has heard of for longest."""
    silences = [(each.hours(now), each) for each in out if each.hours(now) is not None]
    if not silences:
        return []
    hours, longest = max(silences, key=lambda each: each[0] or 0)
    return [
        Headline(
            id="longest", title=_("Longest silence"), words=f"{hours:.1f}", unit=_("hours"),
            state="act", as_of=longest.heard_at, source=longest.node.name,
        )
    ]  # fmt: skip


def _cut(known: list[Contact], heard: datetime | None) -> list[Headline]:
    links = (
        ("network", _("Without network")), ("power", _("Without power")), ("road", _("Road cut")),
    )  # fmt: skip
    counts = {name: sum(getattr(each.row, name) == CUT for each in known) for name, _title in links}
    return [
        Headline(
            id=name, title=title, words=grouped(counts[name]), unit=_("places"),
            state="watch" if counts[name] else "ok", as_of=heard, source=_("record of contact"),
        )
        for name, title in links
    ]  # fmt: skip


def _overdue(late: Overdue, now: datetime) -> Headline:
    count = len(late.townships)
    return Headline(
        id="overdue", title=_("Overdue reports"), words=grouped(count), unit=_("townships"),
        state="watch" if count else "ok", as_of=now, source=_("worked out from what was received"),
    )  # fmt: skip


def silent_marks(session: Session, view: View) -> dict[UUID, Mark]:
    """Return of each county how many townships and villages are out of contact."""
    seen = looking(session, view)
    if seen is None:
        return {}
    disaster, tree, area = seen
    out: dict[UUID, list[Contact]] = defaultdict(list)
    for each in contacts(session, disaster, tree, area, now=view.now).values():
        county = tree.ancestor_at(each.node.id, "county")
        if county is not None and each.out:
            out[county.id].append(each)
    return {
        county.id: Mark(words=grouped(len(out[county.id])), share=_share(tree, county.id, out))
        for county in tree
        if county.level == Level.COUNTY and county.id in tree.within(area.id)
    }


def _share(tree: AreaTree, county_id: UUID, out: dict[UUID, list[Contact]]) -> float:
    """Return what part of a county's townships is touched: itself silent, or a village of it."""
    townships = tree.reporting_townships(county_id)
    touched = {tree.ancestor_at(each.node.id, "township") for each in out[county_id]}
    return len(touched) / len(townships) if townships else 0.0
