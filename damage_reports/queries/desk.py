"""What reports give the desk: the indicator layer, headlines, the panel, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports.queries.form import Field, form_of, moved_code
from damage_reports.queries.live import rollup
from damage_reports.queries.overdue import Overdue, overdue
from damage_reports.queries.process import owing, process_of
from damage_reports.queries.reports import rivals
from damage_reports.queries.sources import mark_words, names_for
from damage_reports.queries.units import Rollup, Unit
from damage_reports.rules import Basis, round_words
from relief_ops.auth import viewer
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Invalid
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, FeatureCollection, Figure, View


def basis_of(view: View) -> Basis:
    """Return the basis the view asks for. Raises Invalid for an unknown one."""
    try:
        return Basis(view.settings.get("basis", Basis.REPORTED))
    except ValueError:
        wrong = FieldError("basis", "query", _("This is either reported or accepted."))
        raise Invalid(_("The address has a bad value: %(name)s.", name="basis"), [wrong]) from None


def _looking(session: Session, view: View) -> tuple[Disaster, AreaTree, AreaNode] | None:
    if view.disaster_id is None:
        return None
    disaster = disasters.disaster(session, view.disaster_id)
    tree = disasters.division_tree(session, disaster)
    return disaster, tree, tree.node(view.area_id)


def basis_for(view: View, area: AreaNode, tree: AreaTree) -> Basis:
    """Return the basis an area's figures are shown on: beyond the reader's areas the accepted."""
    asked, who = basis_of(view), viewer()
    return asked if who is not None and who.sees(area.id, tree) else Basis.ACCEPTED


def _total(session: Session, view: View) -> tuple[Rollup, Basis] | None:
    """Return what the area looked at adds up to, and on which basis."""
    seen = _looking(session, view)
    if seen is None:
        return None
    disaster, tree, area = seen
    form, basis = form_of(session, disaster.form_version), basis_for(view, area, tree)
    found = rollup(
        session, disaster_id=disaster.id, area=area, tree=tree, form=form, basis=basis, at=view.at,
        known_at=view.known_at,
    )  # fmt: skip
    return found, basis


def indicator_layer(session: Session, view: View) -> FeatureCollection:
    """Return one indicator for every county and township: a value, its age, how well known.

    Counties carry no geometry (the map has their outlines); townships are points. What the
    reader holds no area of is shown as the county accepted it, and in no other way.
    """
    seen = _looking(session, view)
    if seen is None:
        return {"type": "FeatureCollection", "features": []}
    disaster, tree, area = seen
    form = form_of(session, disaster.form_version)
    code = view.settings.get("indicator", "affected")
    field = form.get(code) or form["affected"]

    def of(county: AreaNode, basis: Basis) -> dict[UUID, Unit]:
        found = rollup(
            session, disaster_id=disaster.id, area=county, tree=tree, form=form, basis=basis,
            at=view.at, known_at=view.known_at, only=field.code,
        )  # fmt: skip
        return {unit.node.id: unit for unit in (found.area, *found.children)}

    units: list[Unit] = []
    for county in tree.at_level(Level.COUNTY, tree.root_of(area.id).id):
        shown = of(county, basis_for(view, county, tree))
        own = [each for each in shown if basis_for(view, tree.node(each), tree) != Basis.ACCEPTED]
        if 0 < len(own) < len(shown):
            asked = of(county, basis_of(view))
            shown |= {each: asked[each] for each in own if each in asked}
        units += shown.values()
    names = names_for(session, units)
    return {
        "type": "FeatureCollection",
        "indicator": {"code": field.code, "name": field.name, "unit": field.unit},
        "features": [_feature(unit, field, names) for unit in units],
    }


def _feature(unit: Unit, field: Field, names: Mapping[str, str]) -> dict[str, Any]:
    node = unit.node
    point = node.point if node.level == Level.TOWNSHIP else None
    return {
        "type": "Feature",
        "id": node.code,
        "geometry": None if point is None else {"type": "Point", "coordinates": point},
        "properties": {
            "id": node.code,
            "code": node.code,
            "kind": node.level,
            "name": node.name,
            "parent": None,
            "value": unit.values.get(field.code),
            "known": unit.known.get(field.code, 0),
            "expected": unit.expected,
            "reported": unit.reported,
            "as_of": unit.newest_as_of,
            "oldest_as_of": unit.oldest_as_of,
            "own": field.code in unit.own,
            "approximate": node.approximate,
            "pseudo": node.pseudo,
            "population": node.population,
            "source": _source(unit, field.code, names),
        },
    }


def _source(unit: Unit, code: str, names: Mapping[str, str]) -> str:
    """Return in words where a figure comes from; nothing where nobody said any."""
    mark = unit.marks().get(code)
    reports = [_("township report")] if unit.reported and code not in unit.source else []
    return " ".join([*reports, *([mark_words(mark, names)] if mark else [])])


def _figure(
    total: tuple[Rollup, Basis] | None, code: str, unit: str, *, of: str | None = None
) -> Figure:
    if total is None:
        return Figure(value=None, unit=unit)
    found, basis = total[0].area, total[1]
    said = (
        _("township reports, accepted")
        if basis is Basis.ACCEPTED
        else _("township reports, not yet judged")
    )
    other = _("in part from other sources") if code in found.marks() else ""
    return Figure(
        value=found.values.get(code),
        of=found.values.get(of) if of else None,
        unit=unit,
        as_of=found.newest_as_of,
        source=" · ".join(filter(None, (said, other))),
        known=found.known.get(code, 0),
        expected=found.expected,
        href=f"/reports?area={found.node.code}",
    )


def affected(session: Session, view: View) -> Figure:
    """Return the people affected."""
    return _figure(_total(session, view), "affected", _("people"))


def moved(session: Session, view: View) -> Figure:
    """Return the people moved, of those who should move where that is asked."""
    seen = _looking(session, view)
    code = moved_code(form_of(session, seen[0].form_version) if seen else {})
    return _figure(_total(session, view), code, _("people"), of="should_move_rt")


def casualties(session: Session, view: View) -> Figure:
    """Return deaths, with the missing in the note."""
    total = _total(session, view)
    figure = _figure(total, "deaths", _("people"))
    missing = total[0].area.values.get("missing") if total else None
    notes = (_("%(count)s missing", count=missing),) if missing is not None else ()
    state = "act" if (figure.value or 0) + (missing or 0) > 0 else "ok"
    return replace(figure, notes=notes, state=state)


def unreported(session: Session, view: View) -> Figure:
    """Return how many townships owe a report whose time is up."""
    seen = _looking(session, view)
    if seen is None:
        return Figure(value=None, unit=_("townships"))
    disaster, tree, area = seen
    late = _overdue(session, disaster, tree, area, view)
    return Figure(
        value=len(late.townships),
        of=len(owing(session, disaster.id, tree, area.id)),
        unit=_("townships"),
        as_of=view.now,
        source=_("worked out from what was received"),
        notes=(late.round.title if late.round else _("no report for 3 hours"),),
        state="watch" if late.townships else "ok",
        href=_board_of(area, late),
    )


def _overdue(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, view: View
) -> Overdue:
    return overdue(session, disaster, tree, area, now=view.now, at=view.at, known_at=view.known_at)


def _board_of(area: AreaNode, late: Overdue) -> str:
    if late.round is None:
        return f"/reports?area={area.code}"
    return f"/reports/board?area={area.code}&round={late.round.code}"


def attention(session: Session, view: View) -> list[Attention]:
    """Return late townships county by county, rivals, and deaths in the last reports."""
    seen = _looking(session, view)
    if seen is None:
        return []
    disaster, tree, area = seen
    found = list(_late(session, disaster, tree, area, view))
    found += [
        Attention(
            key=f"rival:{each.id}",
            state="act",
            kind="rival",
            title=_("%(name)s: two reports for one round", name=tree.node(each.area_id).name),
            detail=_("Round %(round)s. Decide which one counts.", round=round_words(each.round)),
            area_id=each.area_id,
            since=each.received_at,
            href=f"/reports/{each.id}",
        )
        for each in rivals(session, process_of(session, disaster, tree))
    ]
    return found


def _late(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, view: View
) -> Iterable[Attention]:
    found = _overdue(session, disaster, tree, area, view)
    counties: dict[Any, list[AreaNode]] = {}
    for node in found.townships:
        counties.setdefault(node.parent_id, []).append(node)
    for county_id, late in counties.items():
        county = tree.node(county_id)
        since = [found.since[node.id] for node in late]
        yield Attention(
            key=f"late:{disaster.id}:{county.code}",
            state="blind" if None in since else "watch",
            kind="late",
            title=_late_words(county, len(late), found),
            detail="、".join(node.name for node in late[:4]),
            area_id=county.id,
            since=min(each or disaster.started_at for each in since),
            href=_board_of(county, found),
        )


def _late_words(county: AreaNode, count: int, late: Overdue) -> str:
    if late.round is None:
        return _(
            "%(county)s: %(count)d townships without a report for 3 hours",
            county=county.name, count=count,
        )  # fmt: skip
    return _(
        "%(county)s: %(count)d townships overdue for %(round)s",
        county=county.name, count=count, round=late.round.title,
    )  # fmt: skip


PANEL = (
    "affected", "deaths", "missing", "should_move_rt", "evacuated_precaution",
    "relocated_cum", "relocated_rt", "relocated_central_rt", "relocated_scattered_rt",
    "urgent_aid_rt", "collapsed_rooms", "severe_rooms", "crop_affected", "loss_total",
)  # fmt: skip


def panel(session: Session, view: View) -> dict[str, Any] | None:
    """Return an area's figures for the drawer."""
    seen = _looking(session, view)
    if seen is None:
        return None
    disaster, _tree, area = seen
    total = _total(session, view)
    form = form_of(session, disaster.form_version)
    fields = [form[code] for code in PANEL if code in form]
    unit = total[0].area if total else None
    names = names_for(session, [unit] if unit else [])
    said = {code: mark_words(mark, names) for code, mark in unit.marks().items()} if unit else {}
    return {"unit": unit, "fields": fields, "area": area, "said": said}
