"""What the top bar shows on every page: disaster, ladders, clock, countdowns, areas."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import request
from sqlalchemy.orm import Session

from maps import figures, rules, storms
from relief_ops import clock, geo, web
from relief_ops.auth import viewer
from relief_ops.auth.viewers import roles
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.parts import queries as parts
from relief_ops.disasters.routes import kind_words
from relief_ops.errors import ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.i18n import language

ROMAN = ("", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ")
KEPT = ("disaster", "area")
CUT_OFF_HOUR = 18


def bar(session: Session) -> dict[str, Any]:
    """Return the context of the top bar; a bad address falls back to the person's own view."""
    try:
        args = web.view_args()
        seen = disasters.looking(session, disaster_id=args.disaster_id, area_code=args.area_code)
    except ReliefError:
        seen = disasters.looking(session)
    found, drill = seen.disaster, seen.drill
    now = clock.now(drill)
    return {
        "bar": {
            "site": short_name(seen.tree.root_of(seen.area.id).name),
            "disaster": found,
            "kind": _kind(found),
            "drill": drill is not None,
            "provisos": figures.provisos(session, seen.view),
            "now": now,
            "speed": drill.speed if drill else 1,
            "paused": bool(drill and drill.paused_at),
            "ladders": _ladders(session, seen, now),
            "countdowns": countdowns(session, seen, now),
            "disasters": _choices(session, found),
            "area": seen.area,
            "area_note": _note(seen.tree, seen.area),
            "areas": _areas(seen),
            "may_open": _may_open(seen),
            "role": _role(),
            "live": {"area": seen.area.code},
        }
    }


def _may_open(seen: disasters.Looking) -> bool:
    who, root = viewer(), seen.tree.root_of(seen.area.id)
    return who is not None and who.may("disaster.open", root.id, seen.tree)


def short_name(name: str) -> str:
    """Return a division's name without its last word, for the narrow head of the rail."""
    return name[:-1] if len(name) > 2 else name


def _kind(found: Any) -> str:
    if found is None:
        return ""
    kind = kind_words()[found.kind]
    year = clock.local(found.started_at).year
    return f"{kind} {found.storm_code} · {year}" if found.storm_code else f"{kind} · {year}"


def _ladders(session: Session, seen: disasters.Looking, now: datetime) -> list[dict[str, Any]]:
    """Return the two ladders apart; one without a level in force shows a dash."""
    if seen.disaster is None:
        return []
    levels = disasters.levels_now(session, seen.disaster, seen.area.id, now)
    names = (("flood", _("Flood and typhoon defence")), ("relief", _("Disaster relief")))
    rows = []
    for ladder, title in names:
        row = levels.get(ladder)
        level = _("level %(level)s", level=ROMAN[row.level]) if row else ""
        rows.append({"title": title, "level": level, "since": row.from_at if row else None})
    return rows


def countdowns(session: Session, seen: disasters.Looking, now: datetime) -> list[dict[str, Any]]:
    """Return the instants everything hangs on: closest approach, the cut-off, sunset."""
    here = middle(seen.tree, seen.area)
    if seen.disaster is None or here is None:
        return []
    found = []
    nearest = _nearest(
        session, seen.disaster.storm_code, middle(seen.tree, seen.tree.root_of(seen.area.id))
    )
    if nearest:
        found.append({"title": _("Closest"), "at": nearest[0]})
        if now < nearest[0] + timedelta(hours=3):
            found.append({"title": _("Moved by"), "at": _cut_off(now)})
    sets = rules.sunset(clock.local_date(now), *here)
    if sets:
        found.append({"title": _("Sunset"), "at": sets})
    return found


def _cut_off(now: datetime) -> datetime:
    """Return the next 18:00: who is to move before a night arrival has moved by then."""
    today = clock.local(now).replace(hour=CUT_OFF_HOUR, minute=0, second=0, microsecond=0)
    return today if today >= clock.local(now) - timedelta(hours=2) else today + timedelta(days=1)


def middle(tree: geo.AreaTree, area: geo.AreaNode) -> tuple[float, float] | None:
    """Return an area's own point, or the middle of its townships' points."""
    if area.point:
        return area.point
    points = [node.point for node in tree.at_level("township", area.id) if node.point]
    if not points:
        return None
    return sum(x for x, _y in points) / len(points), sum(y for _x, y in points) / len(points)


def _nearest(
    session: Session, storm_code: str, here: tuple[float, float] | None
) -> tuple[datetime, float] | None:
    if not storm_code or here is None:
        return None
    track = storms.preferred(disasters.fixes(session, storm_code))
    fixes = tuple((fix.at, fix.lon_e5 / 1e5, fix.lat_e5 / 1e5) for fix in track)
    return rules.closest_approach(fixes, *here)


def _choices(session: Session, current: Any) -> list[dict[str, Any]]:
    wholes = parts.grouping(session).wholes
    return [
        {
            "name": each.name,
            "drill": each.drill_id is not None,
            "started_at": each.started_at,
            "current": current is not None and each.id == current.id,
            "part_of": disasters.name_of(session, wholes[each.id]) if each.id in wholes else "",
            "href": here(disaster=str(each.id)),
        }
        for each in disasters.disasters(session)
    ]


def _areas(seen: disasters.Looking) -> list[dict[str, Any]]:
    """Return the way up as far as the person may look, the area itself, and what is below."""
    who = viewer()
    up = [
        node for node in reversed(seen.tree.ancestors(seen.area.id)) if _may(who, node, seen.tree)
    ]
    below = seen.tree.children(seen.area.id)
    if seen.area.level == "township" and seen.area.parent_id:
        below = [
            node for node in seen.tree.children(seen.area.parent_id) if _may(who, node, seen.tree)
        ]
    rows = dict.fromkeys([*up, *below])
    return [
        {
            "name": node.name,
            "note": _note(seen.tree, node),
            "current": node.id == seen.area.id,
            "href": here(area=node.code),
        }
        for node in rows
        if node.level != "village" or node.id == seen.area.id
    ]


def _may(who: Any, node: geo.AreaNode, tree: geo.AreaTree) -> bool:
    return who is not None and who.sees(node.id, tree)


def _note(tree: geo.AreaTree, node: geo.AreaNode) -> str:
    below = sum(not each.pseudo for each in tree.children(node.id))
    if node.level == "city":
        return _("%(n)s counties", n=below)
    if node.level == "county":
        return _("%(n)s townships", n=below)
    return _("%(n)s villages", n=below) if node.level == "township" else ""


def here(**changes: str) -> str:
    """Return this page's address with some of the view changed."""
    kept = {key: request.args[key] for key in KEPT if key in request.args}
    return f"{request.path}?{urlencode(kept | changes)}"


def _role() -> str:
    who = viewer()
    if who is None or not who.role_codes:
        return ""
    role = roles().get(who.role_codes[0], {})
    return str(role.get(language(), who.role_codes[0]))
