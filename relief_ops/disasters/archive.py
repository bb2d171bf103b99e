"""Reading storm tracks in from plain rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from relief_ops.disasters.models import Storm, StormFix

Row = Mapping[str, str]


def import_named_storms(session: Session, rows: Iterable[Row]) -> int:
    """Import storms with names: Tokyo's 10-minute winds and JTWC's 1-minute winds apart."""
    known = set(session.scalars(select(Storm.code)))
    storms: dict[str, dict[str, object]] = {}
    fixes = []
    for row in rows:
        if row["cma_no"] in known:
            continue
        storms.setdefault(row["cma_no"], _named(row))
        at = _instant(row["time_utc"])
        tokyo = (row["ibtracs_lon"], row["ibtracs_lat"])
        jtwc = (row["jtwc_lon"], row["jtwc_lat"])
        fixes += [
            _fix(
                row["cma_no"],
                "tokyo",
                at,
                tokyo,
                wind=row["wmo_tokyo_wind_kt_10min"],
                minutes=10,
                pressure=row["wmo_tokyo_pres_hpa"],
            ),
            _fix(
                row["cma_no"],
                "jtwc",
                at,
                jtwc,
                wind=row["jtwc_wind_kt_1min"],
                minutes=1,
                pressure=row["jtwc_pres_hpa"],
            ),
        ]
    return _store(session, storms, [each for each in fixes if each])


def import_unnamed_storms(session: Session, rows: Iterable[Row], *, source: str) -> int:
    """Import the climatology: track id, season and fixes, without names."""
    known = set(session.scalars(select(Storm.code)))
    storms: dict[str, dict[str, object]] = {}
    fixes = []
    for row in rows:
        code = row["track_id"]
        if code in known:
            continue
        season = int(row["season"])
        storms.setdefault(
            code, {"code": code, "season": season, "name_zh": "", "name_en": "", "source": source}
        )
        where = (row["lon"], row["lat"])
        at = _instant(row["time"])
        fixes.append(
            _fix(code, "wmo", at, where, wind=row["wind"], minutes=10, pressure=row["slp"])
        )
    return _store(session, storms, [each for each in fixes if each])


def _named(row: Row) -> dict[str, object]:
    return {
        "code": row["cma_no"],
        "season": 2000 + int(row["cma_no"][:2]),
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "source": "IBTrACS v04 (Knapp et al. 2010)",
    }


def _fix(
    code: str, agency: str, at: datetime, where: tuple[str, str], *, wind: str, minutes: int,
    pressure: str,
) -> dict[str, object] | None:  # fmt: skip
    if not where[0] or not where[1]:
        return None
    return {
        "storm_code": code,
        "agency": agency,
        "at": at,
        "lon_e5": round(float(where[0]) * 1e5),
        "lat_e5": round(float(where[1]) * 1e5),
        "wind_kt": round(float(wind)) if wind else None,
        "averaging_minutes": minutes,
        "pressure_hpa": round(float(pressure)) if pressure else None,
    }


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _store(
    session: Session, storms: Mapping[str, Mapping[str, object]], fixes: list[dict[str, object]]
) -> int:
    unique = {(each["storm_code"], each["agency"], each["at"]): each for each in fixes}
    if storms:
        session.execute(insert(Storm), list(storms.values()))
        session.execute(insert(StormFix), list(unique.values()))
    return len(storms)
