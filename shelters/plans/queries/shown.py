"""A plan as the API, the page and the workbook show it: village by village, with reasons."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import geo
from shelters.assignment.shapes import NEEDS
from shelters.plans.models import EvacuationLine, EvacuationPlan
from shelters.plans.queries.reading import lines, names_of

FIGURES = ("people", "left", "unmet", "split", "metres", "shelters")


def summary(found: EvacuationPlan, tree: geo.AreaTree) -> dict[str, Any]:
    """Return what a list says of a plan."""
    result = found.result or {}
    return {
        "id": found.id,
        "disaster_id": found.disaster_id,
        "area_code": tree.node(found.area_id).code,
        "state": found.state,
        "phase": found.phase,
        "walk_m": found.walk_m,
        "ride_m": found.ride_m,
        "made_at": found.made_at,
        "ready_at": found.ready_at,
        "applied_at": found.applied_at,
        "revision": found.revision,
        **{name: result.get(name) for name in FIGURES},
        "bound_m": result.get("bound_m"),
        "proved": result.get("proved", False),
        "changed": result.get("changed", 0),
        "nearest": result.get("nearest"),
    }


def shown(session: Session, found: EvacuationPlan, tree: geo.AreaTree) -> dict[str, Any]:
    """Return a plan with its lines and reasons; shelters are named."""
    rows = lines(session, found.id)
    reasons = (found.result or {}).get("reasons", {})
    names = names_of(session, _shelters(rows, reasons))
    villages: dict[UUID, list[EvacuationLine]] = defaultdict(list)
    for row in rows:
        villages[row.area_id].append(row)
    answer = summary(found, tree)
    answer["villages"] = sorted(
        (
            _village(tree.node(area_id), mine, reasons.get(str(area_id), []), names, found.walk_m)
            for area_id, mine in villages.items()
        ),
        key=lambda each: str(each["area_code"]),
    )
    return answer


def _shelters(rows: list[EvacuationLine], reasons: dict[str, Any]) -> set[UUID]:
    found = {row.shelter_id for row in rows if row.shelter_id}
    for listed in reasons.values():
        for each in listed:
            found |= {UUID(one["site"]) for one in each["nearer"]}
            found |= {UUID(each[key]) for key in ("shelter", "at") if each[key]}
    return found


def _village(
    node: geo.AreaNode, rows: list[EvacuationLine], reasons: list[dict[str, Any]],
    names: dict[UUID, str], walk_m: int,
) -> dict[str, Any]:  # fmt: skip
    """Return one village: a line for each shelter its people go to, and why."""
    going: dict[UUID | None, list[EvacuationLine]] = defaultdict(list)
    for row in rows:
        going[row.shelter_id].append(row)
    why = {each["shelter"]: each for each in reasons}
    listed = [
        _line(shelter, mine, why.get(str(shelter) if shelter else None), names, walk_m)
        for shelter, mine in going.items()
    ]
    return {
        "area_code": node.code,
        "name": node.name,
        "people": sum(row.people for row in rows),
        "lines": sorted(listed, key=lambda each: (each["shelter"] is None, -each["people"])),
    }


def _line(
    shelter: UUID | None, rows: list[EvacuationLine], why: dict[str, Any] | None,
    names: dict[UUID, str], walk_m: int,
) -> dict[str, Any]:  # fmt: skip
    metres = next((row.metres for row in rows if row.metres is not None), None)
    return {
        "shelter": shelter,
        "shelter_name": names.get(shelter, "") if shelter else "",
        "people": sum(row.people for row in rows),
        "unmet": sum(row.unmet for row in rows),
        "metres": metres,
        "on_foot": bool(why["on_foot"] if why else metres is not None and metres <= walk_m),
        "nearer": [
            {"shelter": each["site"], "name": names.get(UUID(each["site"]), ""),
             "metres": each["metres"], "against": each["against"], "because": each["because"]}
            for each in (why["nearer"] if why else [])
        ],
        "it_would_take": (
            {"places": why["places"], "shelter": why["at"], "name": names.get(UUID(why["at"]), "")}
            if why and why["at"] else None
        ),
        "reasons": sorted({row.reason for row in rows if row.reason}),
        "households": [
            {"line": row.id, "size": row.size, **{kind: getattr(row, kind) for kind in NEEDS},
             "households": row.households, "people": row.people, "split": row.split}
            for row in rows
        ],
    }  # fmt: skip
