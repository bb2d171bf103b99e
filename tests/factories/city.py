"""A made-up city: nothing in the product knows any real one."""

from __future__ import annotations

from datetime import date

from relief_ops import geo
from relief_ops.geo import importing

CITY = "990000000000"
COUNTY, OTHER_COUNTY = "990100000000", "990200000000"
TOWNSHIP, NEIGHBOUR, FAR_TOWNSHIP = "990101000000", "990102000000", "990201000000"
ZONE_CODE = "990191000000"
VILLAGE = "990101001000"
SINCE = date(2000, 1, 1)

NAMES = {
    CITY: ("city", "海州市", ""),
    COUNTY: ("county", "东山县", ""),
    OTHER_COUNTY: ("county", "西湾县", ""),
    TOWNSHIP: ("township", "临江镇", "镇"),
    NEIGHBOUR: ("township", "望海乡", "乡"),
    ZONE_CODE: ("township", "开发区", "类似乡级单位"),
    FAR_TOWNSHIP: ("township", "石桥街道", "街道"),
    "990202000000": ("township", "青田镇", "镇"),
}
VILLAGES = ("001", "002", "003")
POINTS = {
    TOWNSHIP: (121.50, 29.80),
    NEIGHBOUR: (121.60, 29.85),
    FAR_TOWNSHIP: (121.90, 29.30),
    "990202000000": (121.95, 29.25),
}


def parent_of(code: str) -> str:
    """Return the code above."""
    if code.endswith("0000000000"):
        return ""
    if code.endswith("00000000"):
        return f"{code[:2]}0000000000"
    if code.endswith("000000"):
        return f"{code[:4]}00000000"
    return f"{code[:6]}000000"


def rows() -> list[dict[str, str]]:
    """Return the division list: 2 counties, 4 townships, 1 zone code, 12 villages."""
    listed = [(code, *rest) for code, rest in NAMES.items()]
    for code, (level, name, kind) in NAMES.items():
        if level == "township" and kind != "类似乡级单位":
            listed += [
                (f"{code[:6]}{village}000", "village", f"{name}{village}村", "村委会")
                for village in VILLAGES
            ]
    return [
        {"code": code, "level": level, "name": name, "kind": kind, "parent_code": parent_of(code)}
        for code, level, name, kind in listed
    ]


def load(session) -> None:
    """Import the city with its points and population."""
    importing.import_divisions(session, rows(), valid_from=SINCE)
    for node in geo.tree(session):
        point = POINTS.get(node.code)
        if point:
            importing.set_point(session, node.id, point, approximate=False, source="test")
    people = [
        {"code": code, "population": str(count), "source": "test", "confidence": "A"}
        for code, count in {CITY: 900_000, COUNTY: 500_000, OTHER_COUNTY: 400_000}.items()
    ]
    importing.import_population(session, people, year=2020)
