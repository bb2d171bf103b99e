"""Reading divisions, points and population in, from plain rows: any city's, not only one's."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from relief_ops.geo.models import (
    Area,
    AreaClosure,
    AreaPopulation,
    AreaRevision,
    AreaShape,
    AreaVersion,
)
from relief_ops.geo.places import wkt_point
from relief_ops.geo.tree import read_again, tree

if TYPE_CHECKING:
    from shapely import Point
    from shapely.geometry.base import BaseGeometry

ORDER = {"city": 0, "county": 1, "township": 2, "village": 3}
Row = Mapping[str, str]


def area_id_of(code: str, valid_from: date) -> UUID:
    """Return the id an area gets when first imported: the same at every site."""
    return uuid5(NAMESPACE_URL, f"area:{code}@{valid_from.isoformat()}")


def import_divisions(session: Session, rows: Iterable[Row], *, valid_from: date) -> int:
    """Import a division list (level, code, name, parent_code, kind); return how many.

    Raises ValueError naming the row whose level, code or parent cannot be used.
    """
    listed = sorted(rows, key=lambda row: (ORDER.get(row["level"], 9), row["code"]))
    ids: dict[str, UUID] = {}
    areas, versions = [], []
    for row in listed:
        _check_division(row, ids)
        ids[row["code"]] = area_id = area_id_of(row["code"], valid_from)
        areas.append(_area(area_id, row))
        versions.append(
            {
                "id": uuid5(area_id, valid_from.isoformat()),
                "area_id": area_id,
                "parent_id": ids.get(row["parent_code"]),
                "code": row["code"],
                "name": row["name"],
                "valid_from": valid_from,
                "valid_to": None,
            }
        )
    session.execute(insert(Area), areas)
    session.execute(insert(AreaVersion), versions)
    rebuild_closure(session)
    return len(areas)


def _check_division(row: Row, known: Mapping[str, UUID]) -> None:
    code = row["code"]
    if row["level"] not in ORDER:
        raise ValueError(f"{code}: level {row['level']!r} is none of {', '.join(ORDER)}")
    if not (code.isdigit() and len(code) == 12):
        raise ValueError(f"{code}: a code has 12 digits")
    if code in known:
        raise ValueError(f"{code}: stands twice")
    if row["level"] != "city" and row["parent_code"] not in known:
        raise ValueError(f"{code}: its parent {row['parent_code']} is not in the list")


def _area(area_id: UUID, row: Row) -> dict[str, object]:
    kind = row.get("kind", "")
    return {
        "id": area_id,
        "level": row["level"],
        "kind": kind,
        "pseudo": kind == "类似乡级单位",
        "point_approximate": True,
        "point_source": "",
    }


def rebuild_closure(session: Session) -> None:
    """Work out again who lies under whom, by every parent an area ever had."""
    parents: dict[UUID, set[UUID]] = {}
    for area_id, parent_id in session.execute(select(AreaVersion.area_id, AreaVersion.parent_id)):
        parents.setdefault(area_id, set()).update({parent_id} if parent_id else set())
    pairs: set[tuple[UUID, UUID]] = set()
    for area_id in parents:
        queue, above = [area_id], {area_id}
        while queue:
            for parent in parents.get(queue.pop(), set()) - above:
                above.add(parent)
                queue.append(parent)
        pairs.update((ancestor, area_id) for ancestor in above)
    session.execute(delete(AreaClosure))
    session.execute(
        insert(AreaClosure), [{"ancestor_id": a, "area_id": b} for a, b in sorted(pairs)]
    )
    touch(session)


def touch(session: Session) -> None:
    """Tell every cached tree that areas changed."""
    row = session.get(AreaRevision, 1, with_for_update=True)
    if row is None:
        session.add(AreaRevision(id=1, revision=1))
    else:
        row.revision += 1
    session.flush()
    read_again(session)


def import_points(
    session: Session, rows: Iterable[Row], outlines: Mapping[str, BaseGeometry]
) -> tuple[int, int]:
    """Give townships their points; return how many are real and how many approximate.

    `rows` have code, lon_wgs84, lat_wgs84, source; `outlines` are counties' and townships' by
    code. A township whose own outline is known lies inside it. One without any point is placed
    inside its county, by a seed of its own code, and marked approximate; so is a county (at a
    point inside its outline).
    """
    known = {row["code"]: row for row in rows}
    areas = tree(session)
    real = placed = 0
    for node in [*areas.at_level("county"), *areas.at_level("township")]:
        row = known.get(node.code)
        if row and row["lon_wgs84"]:
            point = (float(row["lon_wgs84"]), float(row["lat_wgs84"]))
            set_point(session, node.id, point, approximate=False, source=row["source"])
            real += 1
            continue
        outline = outlines.get(node.code)
        if node.level == "township" and outline is not None and node.approximate:
            inside = outline.representative_point()
            set_point(session, node.id, (inside.x, inside.y), approximate=False, source="outline")
            real += 1
            continue
        if node.point is not None:
            continue
        above = areas.ancestor_at(node.id, "county")
        if outline is None and above is not None:
            outline = outlines.get(above.code)
        if outline is None:
            continue
        county = node.level == "county"
        inside = outline.representative_point() if county else _inside(outline, node.code)
        set_point(session, node.id, (inside.x, inside.y), approximate=True, source="placed")
        placed += 1
    touch(session)
    return real, placed


def set_point(
    session: Session, area_id: UUID, point: tuple[float, float], *, approximate: bool, source: str
) -> None:
    """Put an area's point at (longitude, latitude) in WGS-84."""
    shape = session.get(AreaShape, area_id)
    if shape is None:
        shape = AreaShape(area_id=area_id, outline=None)
        session.add(shape)
    shape.point = wkt_point(point)
    area = session.get_one(Area, area_id)
    area.point_approximate = approximate
    area.point_source = source[:120]


def _inside(outline: BaseGeometry, seed: str) -> Point:
    """Return a point well inside an outline, the same one for the same seed."""
    from shapely import Point

    dice = random.Random(f"point:{seed}")  # noqa: S311  the same place for the same code
    west, south, east, north = outline.bounds
    core = outline.buffer(-0.02) if not outline.buffer(-0.02).is_empty else outline
    for _ in range(400):
        point = Point(dice.uniform(west, east), dice.uniform(south, north))
        if core.contains(point):
            return point
    inside: Point = outline.representative_point()
    return inside


def import_outlines(session: Session, outlines: Mapping[str, BaseGeometry]) -> int:
    """Give areas their outlines (WGS-84 multipolygons) by code; return how many."""
    from geoalchemy2.shape import from_shape
    from shapely import MultiPolygon

    areas = tree(session)
    codes = {node.code: node for node in areas}
    found = 0
    for code, outline in outlines.items():
        node = codes.get(code)
        if node is None:
            raise ValueError(f"{code}: there is no such area")
        whole = outline if isinstance(outline, MultiPolygon) else MultiPolygon([outline])
        shape = session.get(AreaShape, node.id)
        if shape is None:
            shape = AreaShape(area_id=node.id, point=None)
            session.add(shape)
        shape.outline = from_shape(whole, srid=4326)
        found += 1
    touch(session)
    return found


def import_population(session: Session, rows: Iterable[Row], *, year: int) -> int:
    """Store the population of areas in one year (code, population, source, confidence)."""
    codes = {node.code: node for node in tree(session)}
    found = 0
    for row in rows:
        node = codes.get(row["code"])
        if node is None:
            raise ValueError(f"{row['code']}: there is no such area")
        session.merge(
            AreaPopulation(
                area_id=node.id,
                year=year,
                population=int(row["population"]),
                source=row["source"],
                confidence=row["confidence"],
            )
        )
        found += 1
    touch(session)
    return found


def import_codes(session: Session, codes: Mapping[UUID, str], *, valid_from: date) -> int:
    """Give areas another code from a day on; what they were called before stays readable."""
    for area_id, code in codes.items():
        current = session.scalars(
            select(AreaVersion).where(
                AreaVersion.area_id == area_id,
                AreaVersion.valid_from < valid_from,
                or_(AreaVersion.valid_to.is_(None), AreaVersion.valid_to > valid_from),
            )
        ).one()
        later = AreaVersion(
            id=uuid5(area_id, valid_from.isoformat()),
            area_id=area_id,
            parent_id=current.parent_id,
            code=code,
            name=current.name,
            valid_from=valid_from,
            valid_to=current.valid_to,
        )
        current.valid_to = valid_from
        session.add(later)
    session.flush()
    touch(session)
    return len(codes)
