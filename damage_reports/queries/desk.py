"""What reports give the desk: the indicator layer, headlines, the panel, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from damage_reports.queries.form import Field, form_of
from damage_reports.queries.live import rollup
from damage_reports.queries.overdue import Overdue, overdue
from damage_reports.queries.process import owing, process_of
from damage_reports.queries.reports import rivals
from damage_reports.queries.sources import mark_words, names_for
from damage_reports.queries.units import Rollup, Unit
from damage_reports.rules import Basis, round_words
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


def _rollup(session: Session, view: View, only: str | None = None) -> Rollup | None:
    seen = _looking(session, view)
    if seen is None:
        return None
    disaster, tree, area = seen
    return rollup(
        session,
        disaster_id=disaster.id,
        area=area,
        tree=tree,
        form=form_of(session, disaster.form_version),
        basis=basis_of(view),
        at=view.at,
        known_at=view.known_at,
        only=only,
    )


def indicator_layer(session: Session, view: View) -> FeatureCollection:
    """Return one indicator for every county and township: a value, its age, how well known.

    Counties carry no geometry (the map has their outlines); townships are points.
    """
    seen = _looking(session, view)
    if seen is None:
        return {"type": "FeatureCollection", "features": []}
    disaster, tree, area = seen
    form = form_of(session, disaster.form_version)
    code = view.settings.get("indicator", "affected")
    field = form.get(code) or form["affected"]
    units: list[Unit] = []
    for county in tree.at_level(Level.COUNTY, tree.root_of(area.id).id):
        found = rollup(
            session, disaster_id=disaster.id, area=county, tree=tree, form=form,
            basis=basis_of(view), at=view.at,
            known_at=view.known_at, only=field.code,
        )  # fmt: skip
        units += [found.area, *found.children]
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
    found: Rollup | None, view: View, code: str, unit: str, *, of: str | None = None
) -> Figure:
    if found is None:
        return Figure(value=None, unit=unit)
    total = found.area
    said = (
        _("township reports, accepted")
        if basis_of(view) is Basis.ACCEPTED
        else _("township reports, not yet judged")
    )
    other = _("in part from other sources") if code in total.marks() else ""
    return Figure(
        value=total.values.get(code),
        of=total.values.get(of) if of else None,
        unit=unit,
        as_of=total.newest_as_of,
        source=" · ".join(filter(None, (said, other))),
        known=total.known.get(code, 0),
        expected=total.expected,
        href=f"/reports?area={total.node.code}",
    )


def affected(session: Session, view: View) -> Figure:
    """Return the people affected."""
    return _figure(_rollup(session, view), view, "affected", _("people"))


def moved(session: Session, view: View) -> Figure:
    """Return the people relocated, of those who should move where that is asked."""
    found = _rollup(session, view)
    return _figure(found, view, "relocated_cum", _("people"), of="should_move_rt")


def casualties(session: Session, view: View) -> Figure:
    """Return deaths, with the missing in the note."""
    found = _rollup(session, view)
    figure = _figure(found, view, "deaths", _("people"))
    missing = found.area.values.get("missing") if found else None
    notes = (_("%(count)s missing", count=missing),) if missing is not None else ()
    state = "act" if (figure.value or 0) + (missing or 0) > 0 else "ok"
    return Figure(**{**figure.__dict__, "notes": notes, "state": state})


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
    "affected", "deaths", "missing", "should_move_rt", "relocated_cum", "relocated_rt",
    "relocated_central_rt", "relocated_scattered_rt", "urgent_aid_rt", "collapsed_rooms",
    "severe_rooms", "crop_affected", "loss_total",
)  # fmt: skip


def panel(session: Session, view: View) -> dict[str, Any] | None:
    """Return an area's figures for the drawer."""
    seen = _looking(session, view)
    if seen is None:
        return None
    disaster, _tree, area = seen
    found = _rollup(session, view)
    form = form_of(session, disaster.form_version)
    fields = [form[code] for code in PANEL if code in form]
    unit = found.area if found else None
    names = names_for(session, [unit] if unit else [])
    said = {code: mark_words(mark, names) for code, mark in unit.marks().items()} if unit else {}
    return {"unit": unit, "fields": fields, "area": area, "said": said}
