"""The storm on the map: its track by one agency, positions with wind and averaging time."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import StormFix
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.plugins import FeatureCollection, MapLayer, View


def track(session: Session, view: View) -> FeatureCollection:
    """Return the positions of the disaster's storm and the line through them.

    One agency is drawn, the one that averages longest, because winds averaged over 1, 2 and
    10 minutes must never stand in one line; each position names both.
    """
    found = disasters.disaster(session, view.disaster_id) if view.disaster_id else None
    fixes = preferred(disasters.fixes(session, found.storm_code)) if found else []
    features = [_position(fix) for fix in fixes]
    if len(fixes) > 1:
        features.insert(0, _line(fixes))
    return {"type": "FeatureCollection", "features": features}


def preferred(fixes: list[StormFix]) -> list[StormFix]:
    """Return the positions of the agency that averages its winds longest."""
    agencies: dict[str, list[StormFix]] = defaultdict(list)
    for fix in fixes:
        agencies[fix.agency].append(fix)
    return max(agencies.values(), key=lambda each: each[0].averaging_minutes, default=[])


def _line(fixes: list[StormFix]) -> dict[str, Any]:
    coordinates = [(fix.lon_e5 / 1e5, fix.lat_e5 / 1e5) for fix in fixes]
    return {
        "type": "Feature",
        "id": "track",
        "geometry": {"type": "LineString", "coordinates": coordinates},
        "properties": {"kind": "track", "name": "", "as_of": None, "source": fixes[0].agency},
    }


def _position(fix: StormFix) -> dict[str, Any]:
    shown = disasters.shown_fix(fix)
    wind = _("%(wind)s kt, %(n)s-minute mean", wind=fix.wind_kt, n=fix.averaging_minutes)
    return {
        "type": "Feature",
        "id": fix.at.isoformat(),
        "geometry": {"type": "Point", "coordinates": (shown["lon"], shown["lat"])},
        "properties": {
            "kind": "storm",
            "name": fix.at.isoformat(timespec="minutes"),
            "as_of": fix.at,
            "source": fix.agency,
            "detail": wind if fix.wind_kt else _("wind unknown"),
            "intensity": shown["intensity"],
            "wind_kt": fix.wind_kt,
            "pressure_hpa": fix.pressure_hpa,
        },
    }


LAYER = MapLayer(
    id="storm_track",
    title=lazy("Track of the storm"),
    audience="public",
    features=track,
    drawn_as="line",
    events=("disaster.changed",),
)
