"""Looking through what is to be imported: everything wrong is named before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from relief_ops.geo.frames import Shape, System
from relief_ops.geo.gcj02 import to_wgs84
from relief_ops.geo.importing import ORDER
from relief_ops.geo.tree import AreaNode, AreaTree
from relief_ops.i18n import gettext as _

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Line = tuple[int, Mapping[str, str]]
LEVELS = {
    "市": "city",
    "县": "county",
    "区县": "county",
    "乡": "township",
    "乡镇": "township",
    "村": "village",
}
YEARS = range(1949, 2100)


@dataclass(frozen=True)
class Problem:
    """One thing wrong: the row or feature, counted as the file counts, and what it is."""

    row: int
    message: str


SAID = {
    "code": ("code", "area_code", "xzqdm", "代码", "编码", "区划代码"),
    "name": ("name", "township", "xzqmc", "名称", "乡镇", "街道"),
    "county": ("county", "county_code", "区县", "县区", "县"),
}


class Names:
    """Areas found by (county, name), or by code where the file gives no name.

    Codes change hands between years, names in a county do not: where both are given and name
    two areas, the name and its county decide. `inside` limits what may be found.
    """

    def __init__(self, tree: AreaTree, inside: frozenset[UUID] | None = None) -> None:
        self.tree, self.inside = tree, inside
        self._named: dict[tuple[str, str], list[AreaNode]] = {}
        for node in tree:
            if node.level not in ("county", "township") or not self._within(node):
                continue
            county = tree.ancestor_at(node.id, "county")
            for above in {"", county.name if county else "", county.code if county else ""}:
                self._named.setdefault((above, node.name), []).append(node)

    def _within(self, node: AreaNode) -> bool:
        above = (each.id for each in self.tree.ancestors(node.id))
        return self.inside is None or not self.inside.isdisjoint(above)

    def find(self, said: Mapping[str, Any]) -> AreaNode | str:
        """Return the area a row means, or in words why there is none and what to do."""
        code, name, county = (_cell(said, *SAID[each]) for each in ("code", "name", "county"))
        county = county.ljust(12, "0") if county.isdigit() else county
        coded = self._coded(code)
        named = self._named.get((county, name), [])
        if coded is not None and (coded in named or not named):
            return coded
        if len(named) == 1 and (county or not coded):
            return named[0]
        if coded is not None:
            return _(
                "The code %(code)s is %(here)s, the file says %(name)s: add the county, or take "
                "the code away.",
                code=code, here=coded.name, name=name,
            )  # fmt: skip
        return self._why(code, name, county, len(named))

    def _coded(self, code: str) -> AreaNode | None:
        full = code.ljust(12, "0") if len(code) in (4, 6, 9) else code
        try:
            node = self.tree.by_code(full)
        except KeyError:
            return None
        return node if self._within(node) else None

    def _why(self, code: str, name: str, county: str, found: int) -> str:
        if found:
            return _("Several areas are called %(name)s: give the county or the code.", name=name)
        if name:
            whole = f"{county} {name}".strip()
            return _(
                "There is no area called %(name)s: correct the name and its county, or give the "
                "code.",
                name=whole,
            )  # fmt: skip
        if code:
            return _(
                "There is no area with the code %(code)s: correct it, or give county and name.",
                code=code,
            )
        return _("This row names no area: give a code, or county and name.")


def _cell(said: Mapping[str, Any], *keys: str) -> str:
    return str(_first(said, *keys) or "").strip()


def divisions(lines: Sequence[Line], tree: AreaTree) -> tuple[list[dict[str, str]], list[Problem]]:
    """Return the division rows with levels in our words, and what is wrong with them."""
    known: dict[str, str] = {}
    there = {node.code for node in tree}
    good, problems = [], []
    for number, said in sorted(lines, key=lambda line: _depth(line[1])):
        row = {
            key: str(said.get(key) or "").strip()
            for key in ("level", "code", "name", "parent_code", "kind")
        }
        row["level"] = LEVELS.get(row["level"], row["level"])
        if message := _wrong_division(row, known, there):
            problems.append(Problem(number, message))
            continue
        known[row["code"]] = row["level"]
        good.append(row)
    if not lines:
        problems.append(Problem(0, _("The file has no rows.")))
    return good, sorted(problems, key=lambda each: each.row)


def _depth(said: Mapping[str, str]) -> int:
    level = str(said.get("level") or "").strip()
    return ORDER.get(LEVELS.get(level, level), 9)


def _wrong_division(row: Mapping[str, str], known: Mapping[str, str], there: set[str]) -> str:
    code = row["code"]
    if row["level"] not in ORDER:
        return _(
            "The level %(level)s is not one of city, county, township, village.",
            level=row["level"] or "—",
        )
    if not (code.isascii() and code.isdigit() and len(code) == 12):
        return _("A code has 12 digits: %(code)s.", code=code or "—")
    if code in known:
        return _("The code %(code)s stands twice.", code=code)
    if code in there:
        return _("The area %(code)s is already there.", code=code)
    if not row["name"] or len(row["name"]) > 64:
        return _("A name has 1 to 64 characters.")
    if (
        row["level"] != "city"
        and ORDER.get(known.get(row["parent_code"], ""), 9) >= ORDER[row["level"]]
    ):
        return _("Its parent %(code)s is not in the list above it.", code=row["parent_code"] or "—")
    return ""


def points(
    lines: Sequence[Line], names: Names, *, system: System
) -> tuple[list[tuple[AreaNode, tuple[float, float], str]], list[Problem]]:
    """Return areas with their WGS-84 points and sources; a row without numbers is left out."""
    good, problems = [], []
    for number, said in lines:
        text = [
            str(_first(said, *keys) or "").strip()
            for keys in (("lon", "lon_wgs84"), ("lat", "lat_wgs84"))
        ]
        if text == ["", ""]:
            continue
        area = names.find(said)
        if isinstance(area, str):
            problems.append(Problem(number, area))
            continue
        try:
            lon, lat = (float(each) for each in text)
        except ValueError:
            lon = lat = 999.0
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            problems.append(Problem(number, _("This is not a longitude and latitude in degrees.")))
            continue
        point = to_wgs84(lon, lat) if system == System.GCJ02 else (lon, lat)
        good.append((area, point, str(said.get("source") or "import")[:120]))
    return good, problems


def _first(said: Mapping[str, Any], *keys: str) -> Any:
    return next((said[key] for key in keys if said.get(key)), None)


def outlines(
    shapes: Iterable[Shape], names: Names
) -> tuple[dict[str, BaseGeometry], list[Problem]]:
    """Return code → outline, and every feature that crosses itself, lies nowhere or is nobody's."""
    good: dict[str, BaseGeometry] = {}
    problems = []
    for shape in shapes:
        area = names.find({key.lower(): value for key, value in shape.properties.items()})
        message = area if isinstance(area, str) else _wrong_outline(shape.geometry, area.name)
        if not message and not isinstance(area, str) and area.code in good:
            message = _("The area %(name)s stands twice.", name=area.name)
        if message or isinstance(area, str):
            problems.append(Problem(shape.number, message))
            continue
        good[area.code] = shape.geometry
    return good, problems


def _wrong_outline(outline: BaseGeometry | None, name: str) -> str:
    from shapely import is_valid_reason

    if outline is None or outline.is_empty or outline.geom_type not in ("Polygon", "MultiPolygon"):
        return _("%(name)s has no polygon.", name=name)
    west, south, east, north = outline.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return _("The outline of %(name)s is not in degrees of longitude and latitude.", name=name)
    if not outline.is_valid:
        return _(
            "The outline of %(name)s crosses itself (%(where)s).",
            name=name,
            where=is_valid_reason(outline)[:80],
        )
    return ""


def population(
    lines: Sequence[Line], names: Names
) -> tuple[list[tuple[AreaNode, int, int, str, str]], list[Problem]]:
    """Return area, year, people, source and confidence of each row, and what is wrong."""
    good, problems = [], []
    for number, said in lines:
        area = names.find(said)
        people, year = str(said.get("population") or ""), str(said.get("year") or "")
        if isinstance(area, str):
            problems.append(Problem(number, area))
        elif not people.isdigit() or not year.isdigit() or int(year) not in YEARS:
            problems.append(Problem(number, _("A year and a whole number of people are needed.")))
        else:
            said_of = (
                str(said.get("source") or "import")[:200],
                str(said.get("confidence") or "C")[:8],
            )
            good.append((area, int(year), int(people), *said_of))
    return good, problems


def later_codes(
    lines: Sequence[Line], names: Names, *, valid_from: date
) -> tuple[dict[AreaNode, str], list[Problem]]:
    """Return which areas have another code from a day on, matched by (county, name).

    A row without a later code says nothing. Two areas never share a code on that day.
    """
    good: dict[AreaNode, str] = {}
    problems = []
    for number, said in lines:
        code = next(
            (str(value).strip() for key, value in said.items() if key.startswith("code") and value),
            "",
        )
        if not code:
            continue
        area = names.find(
            {
                "county": said.get("county") or said.get("county_code"),
                "township": said.get("township"),
            }
        )
        if isinstance(area, str):
            problems.append(Problem(number, area))
        elif not (code.isdigit() and len(code) == 12):
            problems.append(Problem(number, _("A code has 12 digits: %(code)s.", code=code)))
        elif code != area.code and area.valid_from < valid_from:
            good[area] = code
    held = {node.code: node for node in names.tree if node not in good}
    taken = [code for code in good.values() if code in held]
    doubled = [code for code in good.values() if list(good.values()).count(code) > 1]
    problems += [
        Problem(0, _("Two areas would have the code %(code)s.", code=code))
        for code in dict.fromkeys([*taken, *doubled])
    ]
    return good, problems
